"""Reconstruction losses: by hand, against loops, and identities that a gradient check cannot see."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.layers.activations import sigmoid
from scratchnets.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    gaussian_nll,
    softmax_cross_entropy,
    squared_error,
)

close = dict(rtol=1e-12, atol=1e-12)


def average(term, *arrays):
    """1/N Σₙ Σ_d term(…), one number after the other."""
    total = 0.0
    for numbers in zip(*(array.ravel().tolist() for array in arrays)):
        total += term(*numbers)
    return total / len(arrays[0])


FORMULAS = {
    squared_error: lambda p, x: 0.5 * (p - x) ** 2,
    cross_entropy: lambda p, x: -x * math.log(p),
    binary_cross_entropy: lambda p, x: -x * math.log(p) - (1 - x) * math.log(1 - p),
    binary_cross_entropy_with_logits: lambda a, x: math.log(1 + math.exp(a)) - x * a,
}


@pytest.mark.parametrize("loss", FORMULAS, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize("shape", [(3,), (3, 4), (3, 2, 5, 1)], ids=str)
def test_value_is_the_formula_summed_over_features_and_averaged_over_the_batch(loss, shape, rng, float64):
    prediction, target = rng.uniform(0.05, 0.95, shape), rng.uniform(0.05, 0.95, shape)
    value, dprediction = loss(asarray(prediction), asarray(target))
    assert dprediction.shape == shape
    np.testing.assert_allclose(float(value), average(FORMULAS[loss], prediction, target), **close)


@pytest.mark.parametrize("loss", FORMULAS, ids=lambda loss: loss.__name__)
def test_a_batch_seen_twice_has_the_same_loss_and_half_the_gradient_an_example(loss, rng, float64):
    prediction, target = asarray(rng.uniform(0.1, 0.9, (3, 4))), asarray(rng.uniform(0.1, 0.9, (3, 4)))
    value, gradient = loss(prediction, target)
    twice, gradient_twice = loss(xp.concatenate([prediction, prediction]), xp.concatenate([target, target]))
    np.testing.assert_allclose(float(twice), float(value), **close)
    np.testing.assert_allclose(to_numpy(gradient_twice[:3]), to_numpy(gradient) / 2, **close)


@pytest.mark.parametrize("loss", FORMULAS, ids=lambda loss: loss.__name__)
def test_float32_stays_float32(loss, rng):
    value, gradient = loss(asarray(rng.uniform(0.1, 0.9, (3, 4))), asarray(rng.uniform(0.1, 0.9, (3, 4))))
    assert value.dtype == gradient.dtype == xp.float32


def test_squared_error_by_hand(float64):
    value, gradient = squared_error(asarray([[1.0, 2.0], [0.0, 0.0]]), asarray([[0.0, 0.0], [0.0, 4.0]]))
    assert float(value) == (0.5 * (1 + 4) + 0.5 * 16) / 2
    assert to_numpy(gradient).tolist() == [[0.5, 1.0], [0.0, -2.0]]


# ---- cross_entropy: what the notes write, and where it is loose --------------------------------------

def test_cross_entropy_of_a_softmax_is_softmax_cross_entropy(rng, float64):
    logits, target = asarray(rng.standard_normal((3, 5))), asarray(rng.dirichlet(np.ones(5), 3))
    probabilities = xp.exp(logits) / xp.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(float(cross_entropy(probabilities, target)[0]),
                               float(softmax_cross_entropy(logits, target)[0]), **close)


def test_cross_entropy_alone_is_least_where_everything_is_one(rng, float64):
    target = asarray(rng.uniform(0, 1, (3, 4)))
    value, gradient = cross_entropy(xp.ones_like(target), target)
    honest, honest_gradient = cross_entropy(target, target)
    assert float(value) == 0 < float(honest)
    for slope in (gradient, honest_gradient):
        assert (to_numpy(slope) <= 0).all()                 # upwards is always better


def test_cross_entropy_counts_no_term_where_the_target_is_zero(float64):
    value, gradient = cross_entropy(asarray([[0.0, 1.0, 0.5]]), asarray([[0.0, 0.0, 1.0]]))
    assert float(value) == pytest.approx(math.log(2), rel=1e-15)
    assert to_numpy(gradient).tolist() == [[0, 0, -2]]


# ---- binary cross-entropy ------------------------------------------------------------------------------

def test_both_binary_cross_entropies_are_one(rng, float64):
    logits, target = asarray(3 * rng.standard_normal((3, 4))), asarray(rng.uniform(0, 1, (3, 4)))
    value, dlogits = binary_cross_entropy_with_logits(logits, target)
    p = sigmoid(logits)
    value_of_p, dp = binary_cross_entropy(p, target)
    np.testing.assert_allclose(float(value_of_p), float(value), **close)
    np.testing.assert_allclose(to_numpy(dp * p * (1 - p)), to_numpy(dlogits), **close)


def test_binary_cross_entropy_is_the_notes_form_for_x_and_for_its_complement(rng, float64):
    prediction, target = asarray(rng.uniform(0.1, 0.9, (3, 4))), asarray(rng.uniform(0, 1, (3, 4)))
    value, gradient = binary_cross_entropy(prediction, target)
    one, done = cross_entropy(prediction, target)
    zero, dzero = cross_entropy(1 - prediction, 1 - target)
    np.testing.assert_allclose(float(value), float(one + zero), **close)
    np.testing.assert_allclose(to_numpy(gradient), to_numpy(done - dzero), **close)


def test_binary_cross_entropy_is_least_at_the_target_where_it_is_the_entropy(rng, float64):
    x = rng.uniform(0.01, 0.99, (3, 4))
    value, gradient = binary_cross_entropy(asarray(x), asarray(x))
    np.testing.assert_allclose(float(value), -(x * np.log(x) + (1 - x) * np.log(1 - x)).sum() / 3, **close)
    np.testing.assert_allclose(to_numpy(gradient), 0, atol=1e-14)


def test_binary_cross_entropy_at_certain_and_right_predictions(float64):
    value, gradient = binary_cross_entropy(asarray([[0.0, 1.0]]), asarray([[0.0, 1.0]]))
    assert float(value) == 0
    assert to_numpy(gradient).tolist() == [[1, -1]]         # the slopes of −log(1 − x̂) and −log x̂ there


def test_binary_cross_entropy_is_exact_for_tiny_probabilities():
    value, gradient = binary_cross_entropy(asarray([[1e-30, 1e-30]]), asarray([[0.0, 1.0]]))
    assert float(value) == pytest.approx(30 * math.log(10), rel=1e-6)
    np.testing.assert_allclose(to_numpy(gradient), [[1, -1e30]], rtol=1e-6)     # clipped, it would be 0
    value, _ = binary_cross_entropy(asarray([[1e-30]]), asarray([[0.0]]))
    assert float(value) == pytest.approx(1e-30, rel=1e-6, abs=0)


@pytest.mark.parametrize("loss, prediction, target", [
    (binary_cross_entropy, 0.0, 1.0), (binary_cross_entropy, 1.0, 0.0), (binary_cross_entropy, 0.0, 0.01),
    (binary_cross_entropy, 1e-42, 0.5), (cross_entropy, 0.0, 1.0)])
def test_certain_and_wrong_predictions_are_refused(loss, prediction, target):
    with pytest.raises(ValueError, match=rf"{loss.__name__}: .*logit"):
        loss(asarray([[0.5, prediction]]), asarray([[0.5, target]]))


def test_an_undecided_start_costs_log_2_a_pixel(rng, float64):
    target = asarray(rng.uniform(0, 1, (3, 7)))
    value, gradient = binary_cross_entropy_with_logits(xp.zeros_like(target), target)
    np.testing.assert_allclose(float(value), 7 * math.log(2), **close)
    assert abs(to_numpy(gradient)).max() <= 0.5 / 3


@pytest.mark.parametrize("logit, target, value, slope", [
    (1e4, 0.0, 1e4, 1), (1e4, 1.0, 0, 0), (-1e4, 0.0, 0, 0), (-1e4, 1.0, 1e4, -1), (1e4, 0.25, 7500, 0.75)])
def test_huge_logits_are_exact_in_float32(logit, target, value, slope):
    got, dlogits = binary_cross_entropy_with_logits(asarray([[logit]]), asarray([[target]]))
    assert got.dtype == xp.float32
    assert (float(got), float(dlogits[0, 0])) == (value, slope)


def test_small_losses_keep_their_digits_in_float32():
    for logit, target in ((20.0, 1.0), (-20.0, 0.0)):
        value, _ = binary_cross_entropy_with_logits(asarray([[logit]]), asarray([[target]]))
        assert float(value) == pytest.approx(math.exp(-20), rel=1e-6, abs=0)


# ---- the Gaussian ------------------------------------------------------------------------------------

def test_gaussian_nll_is_a_density_with_that_mean_and_that_variance(float64):
    mean, log_var = 0.7, -1.3
    x, dx = np.linspace(-12, 12, 601, retstep=True)
    nll = [gaussian_nll(asarray([[mean]]), asarray([[log_var]]), asarray([[point]]))[0] for point in x]
    density = np.exp(-np.array([float(value) for value in nll]))
    np.testing.assert_allclose(density.sum() * dx, 1, rtol=1e-12)
    np.testing.assert_allclose((x * density).sum() * dx, mean, rtol=1e-12)
    np.testing.assert_allclose(((x - mean) ** 2 * density).sum() * dx, math.exp(log_var), rtol=1e-12)


def test_gaussian_nll_with_unit_variance_is_squared_error_and_a_constant(rng, float64):
    mean, target = asarray(rng.standard_normal((3, 4))), asarray(rng.standard_normal((3, 4)))
    value, dmean, _ = gaussian_nll(mean, xp.zeros_like(mean), target)
    squared, dprediction = squared_error(mean, target)
    np.testing.assert_allclose(float(value), float(squared) + 4 * 0.5 * math.log(2 * math.pi), **close)
    np.testing.assert_allclose(to_numpy(dmean), to_numpy(dprediction), **close)


def test_gaussian_nll_is_least_at_the_sample_variance(rng, float64):
    target = rng.normal(2, 3, (50, 1))
    mean, log_var = np.full((50, 1), target.mean()), np.full((50, 1), math.log(target.var()))
    value, dmean, dlog_var = gaussian_nll(asarray(mean), asarray(log_var), asarray(target))
    np.testing.assert_allclose([float(dmean.sum()), float(dlog_var.sum())], 0, atol=1e-13)
    np.testing.assert_allclose(float(value), 0.5 * (math.log(2 * math.pi * target.var()) + 1), **close)


def test_gaussian_nll_by_hand(float64):
    value, dmean, dlog_var = gaussian_nll(asarray([[3.0]]), asarray([[math.log(4)]]), asarray([[1.0]]))
    assert float(value) == pytest.approx(0.5 * (math.log(2 * math.pi) + math.log(4) + 1), rel=1e-15)
    assert (float(dmean[0, 0]), float(dlog_var[0, 0])) == pytest.approx((0.5, 0), abs=1e-15)


def test_gaussian_nll_takes_large_variances_and_refuses_vanishing_ones():
    one, big = asarray([[1.0]]), asarray([[1e4]])
    value, dmean, dlog_var = gaussian_nll(one, big, -one)
    assert float(value) == pytest.approx(5000.919, rel=1e-6)
    assert (float(dmean[0, 0]), float(dlog_var[0, 0])) == (0, 0.5)
    with pytest.raises(ValueError, match=r"log_var goes down to -10000, .* float32 below -88.7"):
        gaussian_nll(one, -big, -one)
