"""The sampler: values by hand, moments that no gradient check can see, and the gradient of a mean."""
import numpy as np
import pytest

from scratchnets import randomness
from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import GaussianSample
from scratchnets.layers.sampling import gaussian_sample, gaussian_sample_backward

DRAWS = 200_000


def test_values_by_hand(float64):
    log_4 = np.log(4.0)                                                  # σ² = 4, σ = 2
    layer = GaussianSample()
    z = layer.forward(asarray([[1.0, -3.0]]), asarray([[log_4, 0.0]]), noise=asarray([[0.5, 2.0]]))
    assert to_numpy(z) == pytest.approx(np.array([[2.0, -1.0]]))          # 1 + 2 · 0.5, −3 + 1 · 2
    dmean, dlog_var = layer.backward(asarray([[10.0, 100.0]]))
    assert to_numpy(dmean).tolist() == [[10, 100]]
    assert to_numpy(dlog_var) == pytest.approx(np.array([[5.0, 100.0]]))  # ½ · 10 · 2 · 0.5, ½ · 100 · 1 · 2


@pytest.mark.parametrize("training", [True, False])
def test_the_draws_have_the_mean_and_the_variance(training, float64):
    """σ² taken for σ passes every gradient check, and misses the second of these moments."""
    mean, log_var = np.array([-1.0, 0.0, 2.0, 5.0]), np.array([-3.0, -1.0, 0.0, 2.0])
    layer = GaussianSample(generator=1)
    layer.training = training
    rows = (DRAWS, 4)
    z = to_numpy(layer.forward(asarray(np.broadcast_to(mean, rows).copy()),
                               asarray(np.broadcast_to(log_var, rows).copy())))
    variance = np.exp(log_var)
    assert (abs(z.mean(axis=0) - mean) < 5 * np.sqrt(variance / DRAWS)).all()
    square = (z - mean) ** 2
    assert (abs(square.mean(axis=0) - variance) < 5 * variance * np.sqrt(2 / DRAWS)).all()
    assert abs(np.corrcoef(z.T) - np.eye(4)).max() < 5 / np.sqrt(DRAWS)


def test_a_wrong_sampler_passes_the_gradient_check_and_fails_the_moments(rng, float64):
    """Why the test above is there: exp(log σ²) as the standard deviation, forward and backward alike."""
    def wrong(mean, log_var, noise):
        return mean + np.exp(to_numpy(log_var)) * noise

    def wrong_backward(dy, log_var, noise):
        return dy, dy * np.exp(log_var) * noise

    from scratchnets import backend
    with backend.use("numpy"):
        assert gradcheck((wrong, wrong_backward), *(rng.normal(size=(3, 4)) for _ in range(3))).passed
    variance = wrong(0, np.ones(DRAWS), rng.standard_normal(DRAWS)).var()
    assert variance == pytest.approx(np.e ** 2, rel=0.05) and abs(variance - np.e) > 1


def test_on_average_the_gradient_is_that_of_the_expectation(rng, float64):
    """E (z − c)² = (μ − c)² + σ², with the derivatives 2 (μ − c) and, by log σ², σ²."""
    mean, log_var, c = 0.7, -0.4, 1.5
    layer = GaussianSample(generator=2)
    z = layer.forward(asarray(np.full((DRAWS, 1), mean)), asarray(np.full((DRAWS, 1), log_var)))
    for drawn, exact in zip(layer.backward(2 * (z - c)), (2 * (mean - c), np.exp(log_var))):
        drawn = to_numpy(drawn)
        assert abs(drawn.mean() - exact) < 5 * drawn.std() / np.sqrt(DRAWS)


def test_backward_uses_the_noise_of_its_forward(rng):
    mean, log_var, dy = (asarray(rng.normal(size=(3, 4))) for _ in range(3))
    layer = GaussianSample(generator=3)
    z = layer.forward(mean, log_var)
    sigma_noise = to_numpy(z) - to_numpy(mean)                            # σ ε
    _, dlog_var = layer.backward(dy)
    np.testing.assert_allclose(to_numpy(dlog_var), 0.5 * to_numpy(dy) * sigma_noise, rtol=1e-4, atol=1e-6)


def test_noise_is_new_for_each_batch_and_repeats_with_the_seed(rng):
    mean, log_var = asarray(np.zeros((3, 4))), asarray(np.zeros((3, 4)))
    layer, twin = GaussianSample(generator=4), GaussianSample(generator=4)
    first, second = to_numpy(layer.forward(mean, log_var)), to_numpy(layer.forward(mean, log_var))
    assert (first != second).all()
    np.testing.assert_array_equal(to_numpy(twin.forward(mean, log_var)), first)


def test_without_a_generator_two_samplers_draw_independently():
    randomness.seed(5)
    layers, zeros = (GaussianSample(), GaussianSample()), asarray(np.zeros((DRAWS, 1)))
    z = [to_numpy(layer.forward(zeros, zeros))[:, 0] for layer in layers]
    assert abs(np.corrcoef(*z)[0, 1]) < 5 / np.sqrt(DRAWS)


def test_a_vanishing_variance_gives_the_mean(rng):
    mean = asarray(rng.normal(size=(3, 4)))
    z = GaussianSample().forward(mean, asarray(np.full((3, 4), -1e4)))
    np.testing.assert_array_equal(to_numpy(z), to_numpy(mean))


def test_the_pair_is_what_the_layer_computes(rng):
    mean, log_var, noise, dy = (asarray(rng.normal(size=(3, 4))) for _ in range(4))
    layer = GaussianSample()
    np.testing.assert_array_equal(to_numpy(layer.forward(mean, log_var, noise)),
                                  to_numpy(gaussian_sample(mean, log_var, noise)))
    for ours, theirs in zip(layer.backward(dy), gaussian_sample_backward(dy, log_var, noise)):
        np.testing.assert_array_equal(to_numpy(ours), to_numpy(theirs))


@pytest.mark.parametrize("dtype, bound", [("float32", 88.7), ("float64", 709.8)])
def test_a_variance_that_overflows_is_refused_with_the_cause(dtype, bound):
    mean = asarray(np.zeros((2, 3)), dtype=dtype)
    log_var = mean.copy()
    log_var[1, 2] = bound - 0.1
    GaussianSample().forward(mean, log_var)
    log_var[1, 2] = bound + 0.1
    explained = rf"GaussianSample\(\): log_var reaches .* in {dtype} above {bound}.*lower the learning"
    with pytest.raises(ValueError, match=explained):
        GaussianSample().forward(mean, log_var)
