"""Layers: what a transpose is, what a normalisation forgets, what noise must keep."""
import math

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.experiments.identities import identity, mean_and_error
from scratchnets.gradcheck.registry import check_all
from scratchnets.layers import BatchNorm, Dropout
from scratchnets.layers.convolution import conv2d, conv_transpose2d
from scratchnets.losses import softmax_cross_entropy

STRIDE, PADDING = (2, 1), (1, 0)


# ---- convolutions -------------------------------------------------------------------------------------

@identity("convolution")
def a_convolution_by_loops():
    """⟨conv(x), y⟩ is the sum of y x W over all windows, one after the other."""
    x, W, y = images()
    there = conv2d(asarray(x), asarray(W), None, STRIDE, PADDING)
    return by_loops(x, W, y), (to_numpy(there) * y).sum()


@identity("transposed-convolution")
def the_transposed_convolution_is_the_transpose():
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ with one W for both, the left side by loops."""
    x, W, y = images()
    back = conv_transpose2d(asarray(y), asarray(W), None, STRIDE, PADDING)
    return by_loops(x, W, y), (x * to_numpy(back)).sum()


def images():
    """x and y of a convolution x → y, and its W, from a seed."""
    rng = np.random.default_rng(0)
    return (rng.standard_normal(shape) for shape in ((2, 7, 6, 3), (3, 2, 3, 4), (2, 4, 5, 4)))


def by_loops(x, W, y):
    padded = np.pad(x, ((0, 0), (1, 1), (0, 0), (0, 0)))
    return sum((padded[n, 2 * u:2 * u + 3, v:v + 2] * W[..., m]).sum() * y[n, u, v, m]
               for n, u, v, m in np.ndindex(y.shape))


@identity("transposed-convolution")
def no_checkerboard_where_the_stride_divides_the_kernel():
    """convᵀ of ones, kernel 4, stride 2: each pixel inside lies under as many kernels, the spread is 0."""
    return 0, np.ptp(kernels_that_lie_at_each_pixel(4, 2))


@identity("transposed-convolution")
def each_pixel_lies_under_as_many_kernels():
    """convᵀ of ones, kernel 4, stride 2: a pixel inside lies under (4/2)² = 4 kernels, on average."""
    return 4, kernels_that_lie_at_each_pixel(4, 2).mean()


@identity("transposed-convolution")
def a_checkerboard_where_it_does_not():
    """convᵀ of ones, kernel 3, stride 2: a checkerboard of 1, 2 and 4 kernels a pixel, the spread is 3."""
    return 3, np.ptp(kernels_that_lie_at_each_pixel(3, 2))


def kernels_that_lie_at_each_pixel(kernel, stride):
    ones, W = asarray(np.ones((1, 9, 9, 1))), asarray(np.ones((kernel, kernel, 1, 1)))
    return to_numpy(conv_transpose2d(ones, W, stride=stride))[0, kernel:-kernel, kernel:-kernel, 0]


# ---- normalisation and noise --------------------------------------------------------------------------

@identity("batch-normalization")
def the_input_gradients_of_batch_norm_sum_to_0():
    """Batch normalisation: ‖Σₙ dxₙ‖ = 0, since a constant added to a feature changes nothing."""
    rng = np.random.default_rng(0)
    layer = BatchNorm(4)
    layer.gamma.data[...] = asarray(rng.standard_normal(4))
    layer.forward(asarray(rng.normal(3, 2, (6, 4))))
    dx = layer.backward(asarray(rng.standard_normal((6, 4))))
    return 0, np.linalg.norm(to_numpy(dx).sum(axis=0))


@identity("batch-normalization")
def batch_norm_by_hand():
    """Batch normalisation of x = (1, 5), γ = 3, β = 10, ε₀ = 5: y₂ = 10 + 3 · 2/√(4 + 5) = 12."""
    return 12, float(two_examples().forward(asarray([[1.0], [5.0]]))[1, 0])


@identity("batch-normalization")
def the_gradient_of_batch_norm_by_hand():
    """Batch normalisation of x = (1, 5), γ = 3, ε₀ = 5, dy = (1, 0): dx₁ = ½ (2 − 1 − 4/9) = 5/18."""
    layer = two_examples()
    layer.forward(asarray([[1.0], [5.0]]))
    return 5 / 18, float(layer.backward(asarray([[1.0], [0.0]]))[0, 0])


def two_examples():
    layer = BatchNorm(1, epsilon=5.0)
    layer.gamma.data[...], layer.beta.data[...] = 3, 10
    return layer


@identity("dropout-and-noise")
def dropout_keeps_the_mean():
    """Dropout keeps the mean: E y = x = 2 at a rate of 0.3."""
    y = Dropout(0.3, generator=0).forward(asarray(np.full((100_000, 1), 2.0)))
    return 2, *mean_and_error(to_numpy(y)[:, 0])


# ---- the last layer -----------------------------------------------------------------------------------

@identity("softmax-cross-entropy")
def only_differences_of_logits_count():
    """Softmax cross-entropy: Σⱼ dlogitsₙⱼ = 0 for each example, since only differences of logits count."""
    rng = np.random.default_rng(0)
    _, dlogits = softmax_cross_entropy(asarray(rng.standard_normal((6, 4))), asarray(rng.integers(4, size=6)))
    return 0, np.linalg.norm(to_numpy(dlogits).sum(axis=1))


@identity("softmax-cross-entropy")
def an_undecided_start():
    """Softmax cross-entropy: ten equal logits cost log 10 nats an example."""
    value, _ = softmax_cross_entropy(asarray(np.zeros((3, 10))), asarray([3, 1, 4]))
    return math.log(10), float(value)


@identity()
def every_gradient_is_that_of_its_forward_pass():
    """Of the gradients of all layers and losses, 0 are off finite differences by more than 10⁻⁷."""
    return 0, sum(not row.error <= 1e-7 for row in check_all(seed=0).rows)         # NaN is off, too
