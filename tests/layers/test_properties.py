"""Every layer, at shapes that nobody chose: its gradients against differences of its values."""
import numpy as np
import pytest
from any_shape import make, numbers_for, of_any_shape
from hypothesis import HealthCheck, given, settings, strategies as st

from scratchnets import layers
from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.gradcheck.registry import base

TOLERANCE = 1e-7          # float64; a wrong formula is off by 1e-2 and more


class Shapes:
    """Extents and values that hypothesis has chosen."""

    def __init__(self, data):
        self.data = data
        self.rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), label="seed"))

    def extent(self, low=1, high=5):
        return self.data.draw(st.integers(low, high), label="extent")

    def batch(self, low=2):
        return self.extent(low, 5)

    def any_shape(self):
        """(N,), (N, D), … up to (N, H, W, C)."""
        return (self.batch(), *self.data.draw(st.lists(st.integers(1, 3), max_size=3), label="example"))

    def normal(self, *shape):
        return self.rng.standard_normal(shape)

    def spread(self, *shape):
        """No two values nearer than 0.2: a variance near 0 would make the true gradient explode."""
        values = 0.3 * self.rng.permutation(np.prod(shape)) + self.rng.uniform(0, 0.1, np.prod(shape))
        return (values - values.mean()).reshape(shape)


def dense(shapes):
    d, m = shapes.extent(), shapes.extent()
    bias = shapes.data.draw(st.booleans(), label="bias")
    return layers.Dense(d, m, bias=bias, generator=shapes.rng), shapes.normal(shapes.batch(), d)


def tied_dense(shapes):
    d, m = shapes.extent(), shapes.extent()
    return layers.TiedDense(layers.Dense(d, m, generator=shapes.rng)), shapes.normal(shapes.batch(), m)


def sequential(shapes):
    d, m, k = shapes.extent(), shapes.extent(), shapes.extent()
    encoder = layers.Dense(d, m, generator=shapes.rng)
    network = layers.Sequential(encoder, layers.Sigmoid(), layers.L1Activity(0.1), layers.TiedDense(encoder),
                                layers.Sequential(layers.Dense(d, k), layers.Softplus()))
    return network, shapes.normal(shapes.batch(), d)


def reshape(shapes):
    h, w, c = shapes.extent(), shapes.extent(), shapes.extent()
    return layers.Reshape((h, w, c)), shapes.normal(shapes.batch(), h * w * c)


def embedding(shapes):
    count, dim = shapes.extent(high=7), shapes.extent()
    tokens = shapes.rng.integers(0, count, shapes.any_shape())
    return layers.Embedding(count, dim, generator=shapes.rng), tokens


def batch_norm(shapes):
    d = shapes.extent()
    images = shapes.data.draw(st.booleans(), label="images")
    shape = (shapes.batch(), shapes.extent(2, 3), shapes.extent(1, 3), d) if images else (shapes.batch(3), d)
    layer = layers.BatchNorm(d)
    training = shapes.data.draw(st.booleans(), label="training")
    return (layer if training else layer.eval()), shapes.spread(*shape)


def layer_norm(shapes):
    d = shapes.extent(3, 6)
    return layers.LayerNorm(d), shapes.spread(*shapes.any_shape(), d)


def softmax(shapes):
    return layers.Softmax(), shapes.normal(*shapes.any_shape(), shapes.extent())


def gaussian_sample(shapes):
    shape = shapes.any_shape()
    return layers.GaussianSample(), *(shapes.normal(*shape) for _ in range(3))


class Windows(Shapes):
    """Kernels, strides and paddings, and images that they fit."""

    def __init__(self, data):
        super().__init__(data)
        self.kernel = self.extent(1, 4), self.extent(1, 3)
        self.stride = self.extent(1, 3), self.extent(1, 3)

    def padding(self, most=2):
        """Less than the kernel."""
        return tuple(self.extent(0, min(most, k - 1)) for k in self.kernel)

    def images(self, channels, values="normal"):
        return getattr(self, values)(self.batch(), *(self.extent(k, 5) for k in self.kernel), channels)

    def distinct(self, *shape):
        return 0.1 * self.rng.permutation(np.prod(shape)).reshape(shape) - 0.73


def convolution(shapes):
    windows, c, m = Windows(shapes.data), shapes.extent(1, 3), shapes.extent(1, 3)
    bias = shapes.data.draw(st.booleans(), label="bias")
    layer = layers.Conv2D(c, m, windows.kernel, windows.stride, windows.padding(), bias, generator=shapes.rng)
    return layer, windows.images(c)


def transposed_convolution(shapes):
    windows, c, m = Windows(shapes.data), shapes.extent(1, 3), shapes.extent(1, 3)
    more = tuple(shapes.extent(0, s - 1) for s in windows.stride)
    padding = tuple(shapes.extent(0, (k - 1) // 2) for k in windows.kernel)
    layer = layers.ConvTranspose2D(c, m, windows.kernel, windows.stride, padding, more, generator=shapes.rng)
    return layer, shapes.normal(shapes.batch(), shapes.extent(1, 4), shapes.extent(1, 4), c)


def pooling(kind, values):
    def subject(shapes):
        windows = Windows(shapes.data)
        layer = kind(windows.kernel, windows.stride, windows.padding())
        return layer, windows.images(shapes.extent(1, 3), values)
    return subject


def max_unpool(shapes):
    windows = Windows(shapes.data)
    stride = tuple(k + shapes.extent(0, 2) for k in windows.kernel)
    shape = shapes.batch(), shapes.extent(1, 3), shapes.extent(1, 3), shapes.extent(1, 3)
    layer = layers.MaxUnpool2D(layers.MaxPool2D(windows.kernel, stride))
    return layer, shapes.normal(*shape), shapes.rng.integers(0, np.prod(windows.kernel), shape)


def upsample(shapes):
    x = shapes.normal(shapes.batch(), shapes.extent(1, 3), shapes.extent(1, 3), shapes.extent(1, 3))
    return layers.Upsample2D((shapes.extent(1, 3), shapes.extent(1, 3))), x


def pack(shapes):
    m, (n, *features) = shapes.extent(1, 3), shapes.any_shape()
    return layers.Pack(m), shapes.normal(m * n, *features, shapes.extent())


def minibatch_std(shapes):
    return layers.MinibatchStd(0.7), shapes.spread(*shapes.any_shape(), shapes.extent())


def spectral_norm(shapes):
    d, m = shapes.extent(), shapes.extent()
    dense = layers.Dense(d, m, generator=shapes.rng)
    return layers.SpectralNorm(dense), shapes.normal(shapes.batch(), d)


def on_any_shape(case):
    return lambda shapes: (make(case)[0], numbers_for(case, shapes.rng, shapes.any_shape()))


# Layers that take any shape are here by themselves; the others say which shapes they take.
SUBJECTS = {case: on_any_shape(case) for case in of_any_shape() if case == base(case)} | {
    "Sequential": sequential, "Dense": dense, "TiedDense": tied_dense, "Embedding": embedding, "Reshape": reshape,
    "Softmax": softmax, "BatchNorm": batch_norm, "LayerNorm": layer_norm, "GaussianSample": gaussian_sample,
    "Conv2D": convolution, "ConvTranspose2D": transposed_convolution,
    "MaxPool2D": pooling(layers.MaxPool2D, "distinct"), "AvgPool2D": pooling(layers.AvgPool2D, "normal"),
    "MaxUnpool2D": max_unpool, "Upsample2D": upsample,
    "Pack": pack, "MinibatchStd": minibatch_std, "SpectralNorm": spectral_norm,
}


@pytest.mark.parametrize("name", sorted(set(layers.__all__) - {"Layer"}))
def test_every_public_layer_is_here(name):
    assert name in SUBJECTS, (
        f"{name} does not take any shape, or has no line in EXAMPLES of scratchnets/gradcheck/registry.py. If it has, "
        f"add to SUBJECTS in tests/layers/test_properties.py a line such as\n"
        f'    "{name}": lambda shapes: (layers.{name}(), shapes.normal(shapes.batch(), shapes.extent())),')


@pytest.mark.parametrize("name", SUBJECTS)
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_gradients_at_random_shapes(name, data):
    layer, *inputs = SUBJECTS[name](Shapes(data))
    seed = data.draw(st.integers(0, 99), label="upstream")
    report = gradcheck(layer, *(asarray(x, dtype=None if x.dtype.kind == "i" else "float64") for x in inputs),
                       method="central", seeds=(seed,), tolerance=TOLERANCE)
    # Where the true gradient is 0 (all numbers dropped, softmax over one), "vacuous" says that ours is too.
    assert all(row.verdict in ("correct", "vacuous") for row in report.rows), str(report)


# ---- properties that differences cannot see -------------------------------------------------------

@pytest.mark.parametrize("name", SUBJECTS)
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_examples_do_not_see_each_other(name, data):
    """In evaluation mode a batch is its examples one by one, or its packs."""
    layer, *inputs = SUBJECTS[name](Shapes(data))
    layer.eval()
    whole, m = to_numpy(layer.forward(*map(asarray, inputs))), getattr(layer, "m", 1)
    for n in range(len(whole)):
        alone = layer.forward(*(asarray(x[m * n:m * (n + 1)]) for x in inputs))
        np.testing.assert_allclose(to_numpy(alone)[0], whole[n], rtol=1e-5, atol=1e-6)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.data())
def test_batch_norm_couples_the_examples_as_derived(data):
    """Σ dx = 0 over the batch, whatever comes from above."""
    shapes = Shapes(data)
    n, d = shapes.batch(3), shapes.extent()
    layer = layers.BatchNorm(d)
    layer.forward(asarray(shapes.spread(n, d)))
    dx = to_numpy(layer.backward(asarray(shapes.normal(n, d))))
    assert abs(dx.sum(axis=0)).max() <= 1e-5 * max(abs(dx).max(), 1)
