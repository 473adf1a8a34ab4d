"""Tangents: a direction pushed forward is the adjoint of a gradient sent back, and its gradient is right."""
import numpy as np
import pytest

from scratchnets import layers
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    LayerNorm,
    LeakyReLU,
    MaxPool2D,
    Pack,
    ReLU,
    Reshape,
    Sequential,
    Sigmoid,
    Softmax,
    SpectralNorm,
    Tanh,
)

pytestmark = pytest.mark.usefixtures("float64")


def convolutional():
    return Sequential(Conv2D(2, 3, 3, stride=2, padding=1, generator=1), LeakyReLU(0.2),
                      Conv2D(3, 4, 2, generator=2), ReLU(), Flatten(), Dense(8, 1, generator=3))


CASES = {"Dense": (lambda: Dense(4, 3, generator=0), (5, 4)),
         "Dense, no bias": (lambda: Dense(4, 3, bias=False, generator=0), (5, 4)),
         "Conv2D": (lambda: Conv2D(2, 3, (3, 2), generator=0), (3, 5, 4, 2)),
         "Conv2D, stride and padding": (lambda: Conv2D(1, 2, 3, stride=2, padding=1, generator=0), (3, 6, 5, 1)),
         "ReLU": (ReLU, (3, 4)),
         "LeakyReLU": (lambda: LeakyReLU(0.2), (3, 4)),
         "Flatten": (Flatten, (3, 2, 4, 1)),
         "Reshape": (lambda: Reshape((2, 3)), (4, 6)),
         "Pack": (lambda: Pack(2), (6, 3)),
         "Sequential": (convolutional, (3, 5, 4, 2))}
every_case = pytest.mark.parametrize("case", CASES)


@pytest.fixture
def build(rng):
    """The layer, an x, a direction v in it, and a gradient dy of what comes out."""
    def make(case):
        layer, shape = CASES[case][0](), CASES[case][1]
        x, v = (asarray(rng.standard_normal(shape)) for _ in range(2))
        return layer, x, v, asarray(rng.standard_normal(layer.predict(x).shape))
    return make


def inner(a, b):
    return float((a * b).sum())


@every_case
def test_a_tangent_is_the_adjoint_of_backward(case, build):
    """⟨J v, dy⟩ = ⟨v, Jᵀ dy⟩, with Jᵀ from the pass after forward and from the pass after the tangent."""
    layer, x, v, dy = build(case)
    layer.forward(x)
    dx = layer.backward(dy)
    layer.forward(x)
    t = layer.tangent(v)
    assert inner(t, dy) == pytest.approx(inner(v, dx), rel=1e-12)
    np.testing.assert_array_equal(to_numpy(layer.backward(dy)), to_numpy(dx))


@every_case
def test_a_tangent_is_the_slope_of_forward_along_v(case, build):
    layer, x, v, _ = build(case)
    layer.forward(x)
    t, h = layer.tangent(v), 1e-7
    slope = (layer.predict(x + h * v) - layer.predict(x - h * v)) / (2 * h)
    np.testing.assert_allclose(to_numpy(t), to_numpy(slope), atol=1e-7)


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith(("Dense", "Conv2D", "Sequential"))])
def test_backward_after_a_tangent_gives_the_gradient_of_the_tangent(case, build):
    """∂⟨J v, dy⟩/∂θ against differences; the tangent is piecewise linear in each single weight."""
    layer, x, v, dy = build(case)
    layer.forward(x)
    layer.tangent(v)
    layer.zero_grad()
    layer.backward(dy)
    for path, parameter in layer.named_parameters().items():
        grad = to_numpy(parameter.grad).reshape(-1)
        if path.endswith("b"):
            assert not grad.any()                        # no bias moves a slope
            continue
        flat = parameter.data.reshape(-1)                # a view: writing moves the parameter
        for place in range(0, len(flat), 3):
            values = []
            for shift in (1e-4, -2e-4):
                flat[place] += shift
                layer.forward(x)
                values.append(inner(layer.tangent(v), dy))
                layer.forget()
            flat[place] += 1e-4
            assert grad[place] == pytest.approx((values[0] - values[1]) / 2e-4, rel=1e-8, abs=1e-9)


def test_a_frozen_layer_lets_a_tangent_pass(build):
    layer, x, v, dy = build("Sequential")
    layer.freeze().forward(x)
    layer.tangent(v)
    layer.backward(dy)
    assert not any(to_numpy(parameter.grad).any() for parameter in layer.parameters())


@every_case
def test_a_tangent_needs_a_forward(case, build):
    layer, _, v, _ = build(case)
    with pytest.raises(RuntimeError, match="tangent needs a forward before it"):
        layer.tangent(v)


@every_case
def test_a_direction_has_the_shape_of_x(case, build):
    layer, x, v, _ = build(case)
    layer.forward(x)
    with pytest.raises(ValueError, match="expected .* a tangent is a direction in x, and has x's shape"):
        layer.tangent(v[2:])


@pytest.mark.parametrize("layer, reason", [
    (BatchNorm(4), "couples the examples of a batch"), (LayerNorm(4), "curved"), (Sigmoid(), "curved"),
    (Tanh(), "curved"), (Softmax(), "curved"), (Dropout(0.5), "new noise"), (GaussianNoise(0.1), "new noise"),
    (SpectralNorm(Dense(4, 2, generator=0)), "scaled anew"), (MaxPool2D(2), "not among the layers")], ids=repr)
def test_what_has_no_tangent_says_why(layer, reason, rng):
    with pytest.raises(NotImplementedError, match=rf"has no tangent.*{reason}.*Build the critic of Dense"):
        layer.tangent(asarray(rng.standard_normal((3, 4))))


ABLE = [name for name in layers.__all__ if getattr(layers, name).tangent is not layers.Layer.tangent]


@pytest.mark.parametrize("name", ABLE)
def test_a_layer_with_a_tangent_is_here_and_in_the_lists(name):
    assert name in {case.split(",")[0] for case in CASES}, \
        f"{name} has a tangent: add a line to CASES in tests/layers/test_tangent.py, its layer and the shape of an x"
    assert f"`{name}`" in layers.Layer.tangent.__doc__, \
        f"{name} has a tangent: add it to the list in the docstring of Layer.tangent, scratchnets/layers/base.py"
    assert name == "Sequential" or name in BatchNorm(4).why_no_tangent(), \
        f"{name} has a tangent: add it to the list in Layer.why_no_tangent, scratchnets/layers/base.py"


@pytest.mark.parametrize("name", sorted(set(layers.__all__) - set(ABLE)))
def test_no_other_layer_is_in_the_lists(name):
    assert f"`{name}`" not in layers.Layer.tangent.__doc__ and f" {name}," not in BatchNorm(4).why_no_tangent()


def test_a_layer_says_whether_it_has_a_tangent():
    assert Dense(2, 1).why_no_tangent() is None
    assert Sigmoid().why_no_tangent().startswith("Sigmoid() has no tangent, which gradient penalties need: it is curv")
