"""The Gaussian divergence: by hand, by Monte Carlo, by quadrature, and what any divergence must be."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.losses import gaussian_kl
from scratchnets.losses.divergence import gaussian_kl_terms

DRAWS = 400_000


def log_density(z, mean, log_var):
    """log N(z; μ, σ²), number by number."""
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mean) ** 2 * np.exp(-log_var))


def monte_carlo_kl(mean, log_var, prior_mean, prior_log_var, generator):
    """1/S Σ_s log q(z_s) − log p(z_s) with z_s ~ q, and its standard error: the formula is its limit."""
    z = mean + np.exp(0.5 * log_var) * generator.standard_normal((DRAWS, *mean.shape))
    terms = log_density(z, mean, log_var) - log_density(z, prior_mean, prior_log_var)
    each = terms.sum(axis=(1, 2)) / len(mean)
    return each.mean(), each.std() / np.sqrt(DRAWS)


def arrays(rng, count, shape=(3, 2)):
    return [rng.normal(size=shape) for _ in range(count)]


def test_by_hand(float64):
    """μ = 3, σ² = 1: ½ 9. μ = 0, σ² = e: ½ (e − 1 − 1). Summed over numbers, averaged over two examples."""
    value, dmean, dlog_var = gaussian_kl(asarray([[3.0, 0.0], [0.0, 0.0]]), asarray([[0.0, 1.0], [0.0, 0.0]]))
    assert float(value) == pytest.approx((4.5 + 0.5 * (math.e - 2)) / 2)
    assert to_numpy(dmean).tolist() == [[1.5, 0], [0, 0]]
    assert to_numpy(dlog_var) == pytest.approx(np.array([[0, 0.5 * (math.e - 1) / 2], [0, 0]]))


def test_between_two_by_hand(float64):
    """N(1, 4) against N(3, 2): ½ (4/2 + 4/2 − 1 − log 2)."""
    values = [asarray([[number]]) for number in (1.0, math.log(4), 3.0, math.log(2))]
    value, dmean, dlog_var, dprior_mean, dprior_log_var = gaussian_kl(*values)
    assert float(value) == pytest.approx(0.5 * (3 - math.log(2)))
    gradients = [d.item() for d in (dmean, dlog_var, dprior_mean, dprior_log_var)]
    assert gradients == pytest.approx([-1, 0.5, 1, -1.5])


def test_monte_carlo_agrees(rng, float64):
    mean, log_var = arrays(rng, 2)
    value, error = monte_carlo_kl(mean, log_var, 0 * mean, 0 * mean, rng)
    assert abs(float(gaussian_kl(asarray(mean), asarray(log_var))[0]) - value) < 5 * error < 0.05


def test_monte_carlo_agrees_between_two(rng, float64):
    given = arrays(rng, 4)
    value, error = monte_carlo_kl(*given, rng)
    assert abs(float(gaussian_kl(*map(asarray, given))[0]) - value) < 5 * error < 0.05


def test_quadrature_agrees(rng, float64):
    z = np.linspace(-30, 30, 60_001)
    mean, log_var, prior_mean, prior_log_var = given = arrays(rng, 4, shape=(1, 1))
    log_q, log_p = log_density(z, mean[0], log_var[0]), log_density(z, prior_mean[0], prior_log_var[0])
    exact = (np.exp(log_q) * (log_q - log_p)).sum() * (z[1] - z[0])
    assert float(gaussian_kl(*map(asarray, given))[0]) == pytest.approx(exact, rel=1e-9)


def test_a_standard_prior_is_the_default(rng, float64):
    mean, log_var = map(asarray, arrays(rng, 2))
    value, dmean, dlog_var = gaussian_kl(mean, log_var)
    theirs = gaussian_kl(mean, log_var, 0 * mean, 0 * mean)
    for ours, other in zip((value, dmean, dlog_var), theirs):
        np.testing.assert_allclose(to_numpy(ours), to_numpy(other), rtol=1e-14)


def test_it_is_zero_for_equal_distributions_and_positive_for_others(rng, float64):
    mean, log_var, other, other_log_var = map(asarray, arrays(rng, 4))
    value, *gradients = gaussian_kl(mean, log_var, mean.copy(), log_var.copy())
    assert float(value) == 0 and not any(to_numpy(gradient).any() for gradient in gradients)
    assert float(gaussian_kl(mean, log_var, other, other_log_var)[0]) > 0
    assert (to_numpy(gaussian_kl_terms(mean, log_var)) > 0).all()


def test_it_is_not_symmetric(rng, float64):
    mean, log_var, other, other_log_var = map(asarray, arrays(rng, 4))
    there = gaussian_kl(mean, log_var, other, other_log_var)[0]
    assert abs(float(there - gaussian_kl(other, other_log_var, mean, log_var)[0])) > 0.1


def test_independent_numbers_add_up_and_examples_average(rng, float64):
    mean, log_var = arrays(rng, 2, shape=(4, 6))
    whole = float(gaussian_kl(asarray(mean), asarray(log_var))[0])
    columns = [float(gaussian_kl(asarray(mean[:, [j]]), asarray(log_var[:, [j]]))[0]) for j in range(6)]
    rows = [float(gaussian_kl(asarray(mean[[n]]), asarray(log_var[[n]]))[0]) for n in range(4)]
    assert whole == pytest.approx(sum(columns)) == pytest.approx(np.mean(rows))


def test_near_the_prior_no_digits_are_lost():
    """With a = log σ² small, σ² − 1 − a is a²/2; term by term, float32 would leave rounding alone."""
    a = 1e-3
    value, _, dlog_var = gaussian_kl(asarray([[0.0]]), asarray([[a]]))
    assert float(value) == pytest.approx(a ** 2 / 4, rel=1e-3)
    assert dlog_var.item() == pytest.approx(0.5 * a, rel=1e-3)


def test_what_overflows_is_refused_with_the_cause():
    zeros, high = asarray(np.zeros((2, 3))), asarray(np.full((2, 3), 60.0))
    with pytest.raises(ValueError, match="gaussian_kl: log_var reaches 120, .*in float32 above 88.7"):
        gaussian_kl(zeros, 2 * high)
    with pytest.raises(ValueError, match="gaussian_kl: log_var − prior_log_var reaches 120"):
        gaussian_kl(zeros, high, zeros, -high)                    # each is fine, their ratio is not
    with pytest.raises(ValueError, match="gaussian_kl: −prior_log_var reaches 120"):
        gaussian_kl(zeros, -2 * high, zeros, -2 * high)           # their ratio is fine, 1/s² is not
    with pytest.raises(ValueError, match="prior_log_var is missing"):
        gaussian_kl(zeros, zeros, zeros)
