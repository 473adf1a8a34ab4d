"""Initialisers: the distribution by its moments and bounds, orthogonality exactly."""
import math

import numpy as np
import pytest

from scratchnets import initializers
from scratchnets.initializers import (
    INITIALIZERS,
    bias_like,
    fan_in_uniform,
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    normal,
    orthogonal,
    zeros,
)

DENSE, CONVOLUTION = (300, 500), (3, 5, 20, 500)        # both sum over 300 inputs
REACH = {DENSE: 500, CONVOLUTION: 3 * 5 * 500}


@pytest.mark.parametrize("shape, expected", [
    ((784, 512), (784, 512)), ((3, 5, 16, 32), (240, 480)), ((1, 1), (1, 1)), ((3, 8, 2), (24, 6))])
def test_fans(shape, expected):
    assert fans(shape) == expected


@pytest.mark.parametrize("shape", [(), (5,)])
def test_a_shape_without_inputs_and_outputs_is_refused(shape):
    with pytest.raises(ValueError, match=r"weights have a shape \(…, inputs, outputs\), got"):
        glorot_uniform(shape, np.random.default_rng(0))


@pytest.mark.parametrize("shape", [DENSE, CONVOLUTION], ids=["dense", "convolution"])
@pytest.mark.parametrize("initializer, variance", [
    (fan_in_uniform, lambda fan_in, fan_out: 1 / (3 * fan_in)),
    (lecun_normal, lambda fan_in, fan_out: 1 / fan_in),
    (glorot_normal, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    (glorot_uniform, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    (he_normal, lambda fan_in, fan_out: 2 / fan_in), (he_uniform, lambda fan_in, fan_out: 2 / fan_in),
    (normal(0.3), lambda fan_in, fan_out: 0.09)], ids=lambda value: getattr(value, "__name__", ""))
def test_mean_variance_and_shape_of_the_distribution(initializer, variance, shape, rng):
    W = initializer(shape, rng)
    assert W.shape == shape
    std = math.sqrt(variance(300, REACH[shape]))
    # 150,000 draws: the mean is known to std/387, the variance of a normal to 0.4 % (one deviation each).
    assert abs(W.mean()) < 4 * std / math.sqrt(W.size)
    assert abs(W.var() / std ** 2 - 1) < 4 * math.sqrt(2 / W.size)
    kurtosis = ((W - W.mean()) ** 4).mean() / W.var() ** 2
    if "uniform" in initializer.__name__:
        assert abs(kurtosis - 1.8) < 0.02
        bound = math.sqrt(3) * std
        assert 0.999 * bound < abs(W).max() <= bound
    else:
        assert abs(kurtosis - 3) < 0.1


@pytest.mark.parametrize("shape", [(5, 5), (7, 4), (4, 7), (3, 3, 2, 5), (3, 3, 2, 30)], ids=str)
def test_orthogonal_rows_or_columns(shape, rng):
    W = orthogonal(shape, rng)
    assert W.shape == shape
    W = W.reshape(-1, shape[-1])
    gram = W @ W.T if W.shape[0] <= W.shape[1] else W.T @ W
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-14)


def test_orthogonal_matrices_are_drawn_uniformly():
    """The trace of a uniform orthogonal matrix has mean 0 and variance 1; QR's own signs would shift it."""
    rng = np.random.default_rng(0)
    traces = np.array([np.trace(orthogonal((4, 4), rng)) for _ in range(4000)])
    assert abs(traces.mean()) < 4 / math.sqrt(4000)
    assert abs(traces.var() - 1) < 0.15


def test_orthogonal_layers_keep_the_norm_at_any_depth(rng):
    x = rng.standard_normal((10, 30))
    y = x
    for _ in range(50):
        y = y @ orthogonal((30, 30), rng)
    np.testing.assert_allclose(np.linalg.norm(y, axis=1), np.linalg.norm(x, axis=1), rtol=1e-12)


def mean_square(initializer, activation, depth=20):
    """How the mean square of a signal changes through `depth` wide layers."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal((200, 400))
    y = x
    for _ in range(depth):
        y = activation(y @ initializer((400, 400), rng))
    return (y ** 2).mean() / (x ** 2).mean()


def test_signals_live_where_the_initialiser_fits_the_activation():
    def relu(a):
        return np.maximum(a, 0)

    def identity(a):
        return a

    for initializer in (lecun_normal, glorot_uniform, orthogonal):
        assert 0.7 < mean_square(initializer, identity) < 1.4
    for initializer in (he_normal, he_uniform):
        assert 0.3 < mean_square(initializer, relu) < 3       # wider: all examples swing together
    assert 2 ** -20 / 3 < mean_square(lecun_normal, relu) < 3 * 2 ** -20         # halved twenty times
    assert 3.0 ** -20 / 3 < mean_square(fan_in_uniform, identity) < 3 * 3.0 ** -20


def test_zeros_and_biases(rng):
    assert not zeros((3, 4)).any() and zeros((3, 4)).shape == (3, 4)
    assert bias_like(he_normal, (300, 500), rng).tolist() == [0] * 500
    b = bias_like(fan_in_uniform, (300, 500), rng)
    assert b.shape == (500,) and 0.95 / math.sqrt(300) < abs(b).max() <= 1 / math.sqrt(300)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_same_seed_draws_the_same_weights(name):
    first, again, other = (INITIALIZERS[name]((4, 5), np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_bad_deviation_is_refused():
    with pytest.raises(ValueError, match="std must be above 0"):
        initializers.normal(0)
