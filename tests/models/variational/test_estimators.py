"""Two ways to differentiate an expectation by the parameter of its distribution, on one with a closed form.

x ~ N(φ³, e^2φ) and f(x) = x² + sin x have E f = φ⁶ + e^2φ + sin(φ³) exp(−½ e^2φ).
"""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers.sampling import gaussian_sample, gaussian_sample_backward

DRAWS = 400_000


def expectation(phi):
    return phi ** 6 + np.exp(2 * phi) + np.sin(phi ** 3) * np.exp(-0.5 * np.exp(2 * phi))


def exact_derivative(phi):
    variance, damped = np.exp(2 * phi), np.exp(-0.5 * np.exp(2 * phi))
    return 6 * phi ** 5 + 2 * variance + (3 * phi ** 2 * np.cos(phi ** 3) - variance * np.sin(phi ** 3)) * damped


def reparameterised(phi, noise):
    """f'(x) dx/dφ, along both paths: the mean φ³, and log σ² = 2φ."""
    log_var = asarray(np.full_like(noise, 2 * phi))
    x = gaussian_sample(phi ** 3, log_var, asarray(noise))
    dx = asarray(2 * to_numpy(x) + np.cos(to_numpy(x)))
    dmean, dlog_var = gaussian_sample_backward(dx, log_var, asarray(noise))
    return to_numpy(3 * phi ** 2 * dmean + 2 * dlog_var)


def score_function(phi, noise):
    """f(x) ∂ log p(x)/∂φ: f is only evaluated, never differentiated."""
    x = phi ** 3 + np.exp(phi) * noise
    return (x ** 2 + np.sin(x)) * (3 * phi ** 2 * noise * np.exp(-phi) + noise ** 2 - 1)


@pytest.mark.parametrize("phi", [-0.8, 0.3, 1.0])
def test_the_closed_form_is_right(phi):
    e = np.linspace(-12, 12, 20_001)
    x = phi ** 3 + np.exp(phi) * e
    density = np.exp(-0.5 * e ** 2) / np.sqrt(2 * np.pi)
    assert ((x ** 2 + np.sin(x)) * density).sum() * (e[1] - e[0]) == pytest.approx(expectation(phi), rel=1e-10)
    numeric = (expectation(phi + 1e-6) - expectation(phi - 1e-6)) / 2e-6
    assert exact_derivative(phi) == pytest.approx(numeric, rel=1e-7)


@pytest.mark.parametrize("phi", [-0.8, 0.3, 1.0])
@pytest.mark.parametrize("estimator", [reparameterised, score_function])
def test_both_estimators_are_right_on_average(estimator, phi, rng, float64):
    drawn, exact = estimator(phi, rng.standard_normal(DRAWS)), exact_derivative(phi)
    assert abs(drawn.mean() - exact) < 5 * drawn.std() / np.sqrt(DRAWS) < 0.05 * (1 + abs(exact))


@pytest.mark.parametrize("phi, at_least", [(-0.8, 2), (0.3, 8), (1.0, 7)])
def test_the_reparameterised_one_varies_less(phi, at_least, rng, float64):
    noise = rng.standard_normal(DRAWS)
    ratio = score_function(phi, noise).var() / reparameterised(phi, noise).var()
    assert ratio > at_least


def test_a_forgotten_half_is_another_derivative(rng, float64):
    """What a backward that forgets the ½ would estimate is off by many standard errors."""
    noise, phi = rng.standard_normal(DRAWS), 0.3
    right = reparameterised(phi, noise)
    x = phi ** 3 + np.exp(phi) * noise
    doubled = right + (2 * x + np.cos(x)) * np.exp(phi) * noise
    assert abs(doubled.mean() - exact_derivative(phi)) > 100 * doubled.std() / np.sqrt(DRAWS)
