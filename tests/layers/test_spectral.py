"""Spectral normalisation against the singular value decomposition."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import BatchNorm, Conv2D, Dense, ReLU, Sequential, SpectralNorm
from scratchnets.layers.spectral import leading, power_iteration, spectral_normalize, spectral_normalize_backward, unit


def largest(W):
    return np.linalg.svd(to_numpy(W).reshape(-1, W.shape[-1]), compute_uv=False)[0]


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 1)])
def test_the_normalised_weights_have_norm_one(shape, rng, float64):
    W = asarray(rng.standard_normal(shape))
    assert largest(spectral_normalize(W)) == pytest.approx(1, rel=1e-12)
    u, v = leading(W)
    assert float(u @ W @ v) == pytest.approx(largest(W), rel=1e-12)


def test_power_iteration_finds_the_first_singular_vectors(rng, float64):
    W = rng.standard_normal((6, 4))
    u, v = power_iteration(asarray(W), asarray(np.ones(4)), 200)
    left, _, right = np.linalg.svd(W)
    assert abs(to_numpy(u) @ left[:, 0]) == pytest.approx(1, rel=1e-12)
    assert abs(to_numpy(v) @ right[0]) == pytest.approx(1, rel=1e-12)


def test_a_vector_of_zeros_stays_one(float64):
    assert to_numpy(unit(asarray([0.0, 0.0]))).tolist() == [0, 0]
    assert to_numpy(unit(asarray([3.0, -4.0]))).tolist() == pytest.approx([0.6, -0.8])


def test_each_round_shrinks_the_error_by_the_ratio_of_the_singular_values_squared(float64):
    W = asarray(np.diag([2.0, 1.0]))
    _, v = power_iteration(W, asarray([1.0, 1.0]), 6)
    assert float(v[1] / v[0]) == pytest.approx(0.25 ** 6, rel=1e-12)


def test_the_gradient_is_that_of_the_quotient(rng, float64):
    """Identity 9, and what it says: along W itself nothing changes."""
    W, dnormalized = (asarray(rng.standard_normal((4, 3))) for _ in range(2))
    dW = to_numpy(spectral_normalize_backward(dnormalized, W))
    left, values, right = np.linalg.svd(to_numpy(W))
    sigma, normalized = values[0], to_numpy(W) / values[0]
    above = to_numpy(dnormalized)
    expected = (above - (above * normalized).sum() * np.outer(left[:, 0], right[0])) / sigma
    np.testing.assert_allclose(dW, expected, rtol=1e-12)
    assert (dW * to_numpy(W)).sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("inner, shape", [(Dense(4, 3, generator=1), (5, 4)),
                                          (Conv2D(2, 3, 3, stride=2, generator=1), (2, 7, 5, 2))])
def test_the_layer_computes_with_normalised_weights(inner, shape, rng):
    layer, x = SpectralNorm(inner), asarray(rng.standard_normal(shape))
    plain = to_numpy(inner.forward(x) - inner.b.data)
    y = to_numpy(layer.forward(x) - inner.b.data)
    np.testing.assert_allclose(y, plain / largest(inner.W.data), rtol=1e-4, atol=1e-6)
    assert layer.sigma() == pytest.approx(largest(inner.W.data), rel=1e-5)


def test_it_follows_weights_that_move(rng):
    layer, x = SpectralNorm(Dense(6, 5, generator=0)), asarray(rng.standard_normal((3, 6)))
    direction = asarray(rng.standard_normal((6, 5)))
    for _ in range(300):
        layer.layer.W.data += 0.01 * direction
        layer.forward(x)
    assert layer.sigma() == pytest.approx(largest(layer.layer.W.data), rel=1e-3)


def test_evaluation_leaves_the_power_iteration_where_it_is(rng):
    layer, x = SpectralNorm(Dense(4, 3, generator=0)), asarray(rng.standard_normal((3, 4)))
    layer.layer.W.data[...] = asarray(rng.standard_normal((4, 3)))
    before = to_numpy(layer.v).copy()
    layer.predict(x)
    np.testing.assert_array_equal(to_numpy(layer.v), before)
    layer.forward(x)
    assert not np.array_equal(to_numpy(layer.v), before)


def test_weights_and_gradients_come_back_to_their_owner(rng):
    """Forward borrows W for the normalised weights; nothing of that is left, even when it fails."""
    layer = SpectralNorm(Dense(4, 3, generator=0))
    W = layer.layer.W.data
    with pytest.raises(ValueError):
        layer.forward(asarray(rng.standard_normal((3, 5))))
    assert layer.layer.W.data is W and not to_numpy(layer.layer.W.grad).any()
    layer.layer.W.grad += 1
    layer.forward(asarray(rng.standard_normal((3, 4))))
    layer.freeze().backward(asarray(rng.standard_normal((3, 3))))
    assert (to_numpy(layer.layer.W.grad) == 1).all()


def test_no_slope_of_a_network_exceeds_one(rng):
    """The product of the norms bounds the Lipschitz constant."""
    network = Sequential(SpectralNorm(Dense(3, 8, generator=0)), ReLU(), SpectralNorm(Dense(8, 1, generator=1)))
    x = asarray(rng.standard_normal((50, 3)))
    y = network.forward(x)
    slopes = to_numpy(network.backward(asarray(np.ones(y.shape))))
    assert np.linalg.norm(slopes, axis=1).max() <= 1 + 1e-5


def test_weights_of_zero_are_refused():
    layer = Dense(3, 2)
    layer.W.data[...] = 0
    with pytest.raises(ValueError, match="all weights are 0"):
        SpectralNorm(layer)


def test_only_layers_with_weights_are_taken():
    with pytest.raises(TypeError, match="SpectralNorm takes a Dense or Conv2D layer, got BatchNorm"):
        SpectralNorm(BatchNorm(3))


@pytest.mark.parametrize("size", [1e-30, 1e-25, 1e20, 1e30])
def test_weights_whose_squares_float32_cannot_name(size, rng):
    layer = Dense(5, 4, bias=False)
    layer.W.data[...] = asarray(size * rng.standard_normal((5, 4)))
    normalized = SpectralNorm(layer).eval().predict(asarray(np.eye(5)))
    assert np.linalg.norm(to_numpy(normalized).astype("float64"), 2) == pytest.approx(1, rel=1e-5)


def test_evaluation_mode_takes_half_an_iteration_and_keeps_v(rng):
    """σ is ‖W v‖ then, never above the largest singular value: the norm of W/σ is 1 or a little more."""
    layer = Dense(5, 4, bias=False)
    norm = SpectralNorm(layer).eval()
    layer.W.data[...] = asarray(rng.standard_normal((5, 4)))            # which v has not followed
    v = to_numpy(norm.v).copy()
    normalized = to_numpy(norm.predict(asarray(np.eye(5))))
    assert (to_numpy(norm.v) == v).all()
    W = to_numpy(layer.W.data)
    np.testing.assert_allclose(normalized, W / np.linalg.norm(W @ v), rtol=1e-5)
    assert np.linalg.norm(normalized, 2) > 1


def test_with_vectors_held_backward_is_the_slope_of_forward(rng, float64):
    """Of W / uᵀWv for any u and v, not only for those that belong to W."""
    W, u, v = (asarray(rng.normal(size=shape)) for shape in ((4, 3), 4, 3))
    assert abs(float(u @ W @ v)) > 0.1

    def forward(W):
        return spectral_normalize(W, (u, v))

    def backward(dnormalized, W):
        return spectral_normalize_backward(dnormalized, W, (u, v))
    report = gradcheck((forward, backward), W)
    assert report.passed, str(report)
