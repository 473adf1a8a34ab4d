"""What an image is drawn from: densities, their losses and their draws."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.models.variational import Bernoulli, Gaussian
from scratchnets.models.variational.likelihoods import SMALLEST_LOG_VAR

LIKELIHOODS = [Bernoulli(), Gaussian(), Gaussian(0.3)]
DRAWS = 40_000


@pytest.fixture(params=LIKELIHOODS, ids=repr)
def likelihood(request):
    return request.param


@pytest.fixture
def prediction(rng):
    return rng.normal(size=(3, 2, 2, 1))


@pytest.fixture
def x(rng):
    return (rng.random((3, 2, 2, 1)) < 0.5).astype(float)


def test_the_loss_is_the_mean_of_minus_the_log_density(likelihood, prediction, x, float64):
    value, _ = likelihood.loss(asarray(prediction), asarray(x))
    density = likelihood.log_density(asarray(prediction), asarray(x))
    assert density.shape == (3,)
    assert float(value) == pytest.approx(-float(density.mean()), rel=1e-13)


def test_the_gradient_of_the_prediction_is_right(likelihood, prediction, x, float64):
    assert gradcheck(likelihood.loss, prediction, x, constants=("x",)).passed


def test_bernoulli_probabilities_of_all_images_add_up_to_one(float64):
    logits = np.array([[0.3, -2.0, 1.0]])
    images = np.array([[i >> d & 1 for d in range(3)] for i in range(8)], dtype=float)
    log_p = Bernoulli().log_density(asarray(np.repeat(logits, 8, axis=0)), asarray(images))
    assert np.exp(to_numpy(log_p)).sum() == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("gaussian", LIKELIHOODS[1:], ids=repr)
def test_the_gaussian_density_adds_up_to_one(gaussian, float64):
    line = np.linspace(-6, 6, 5001)[:, None]
    log_p = gaussian.log_density(asarray(np.full_like(line, 0.4)), asarray(line))
    assert np.exp(to_numpy(log_p)).sum() * (line[1, 0] - line[0, 0]) == pytest.approx(1, rel=1e-9)


def test_with_grey_pixels_the_cross_entropy_has_their_entropy_as_its_floor(rng, float64):
    """Σ H(x), reached at σ(a) = x, and not 0: why nats of grey pixels are no log-probability."""
    x = rng.uniform(0.05, 0.95, (4, 6))
    entropy = -(x * np.log(x) + (1 - x) * np.log(1 - x)).sum(axis=1).mean()
    value, gradient = Bernoulli().loss(asarray(np.log(x / (1 - x))), asarray(x))
    assert float(value) == pytest.approx(entropy, rel=1e-12) and entropy > 1
    assert abs(to_numpy(gradient)).max() < 1e-15
    for _ in range(5):
        assert float(Bernoulli().loss(asarray(rng.normal(size=(4, 6))), asarray(x))[0]) > entropy


def test_draws_have_the_mean_and_the_variance(likelihood, float64):
    prediction = asarray(np.full((DRAWS, 1), -0.6))
    drawn = to_numpy(likelihood.draw(prediction, generator=1))
    mean = float(likelihood.forward(prediction)[0, 0])
    if isinstance(likelihood, Bernoulli):
        variance = mean * (1 - mean)
        assert set(np.unique(drawn)) == {0, 1}
    else:
        variance = np.exp(to_numpy(likelihood.log_var)).item()
    assert abs(drawn.mean() - mean) < 5 * math.sqrt(variance / DRAWS)
    assert drawn.var() == pytest.approx(variance, rel=0.05)


# ---- the scale of a Gaussian -------------------------------------------------------------------------------

def test_a_learned_scale_starts_at_one_over_e_and_is_found_at_the_mean_squared_error(prediction, x, float64):
    gaussian = Gaussian()
    assert float(gaussian.log_var[0]) == pytest.approx(-2)
    prediction, x = asarray(prediction), asarray(x)
    for _ in range(2000):
        gaussian.zero_grad()
        gaussian.loss(prediction, x)
        gaussian.scale.data -= 1e-3 * gaussian.scale.grad
    mean_squared_error = float(((prediction - x) ** 2).mean())
    assert math.exp(float(gaussian.log_var[0])) == pytest.approx(mean_squared_error, rel=1e-6)


def test_the_gradient_of_the_scale_is_right_and_adds_up(prediction, x, float64):
    gaussian, prediction, x = Gaussian(), asarray(prediction), asarray(x)
    gaussian.loss(prediction, x)
    gaussian.loss(prediction, x)
    start, values = gaussian.scale.data.copy(), []
    for step in (1e-5, -1e-5):
        gaussian.scale.data[...] = start + step
        values.append(float(gaussian.loss(prediction, x)[0]))
    gaussian.scale.data[...] = start
    numeric = (values[0] - values[1]) / 2e-5
    gaussian.zero_grad()
    gaussian.loss(prediction, x), gaussian.loss(prediction, x)
    assert float(gaussian.scale.grad[0]) == pytest.approx(2 * numeric, rel=1e-7)


def test_a_frozen_scale_learns_nothing(prediction, x):
    gaussian = Gaussian().freeze()
    gaussian.loss(asarray(prediction), asarray(x))
    assert float(gaussian.scale.grad[0]) == 0


def test_a_scale_does_not_shrink_without_end_where_the_fit_is_exact(x):
    """A density has no upper bound; a σ below the rounding of 8-bit pixels is never reached."""
    gaussian, x = Gaussian(), asarray(x)
    for _ in range(200):
        gaussian.zero_grad()
        value, dprediction = gaussian.loss(x.copy(), x)
        gaussian.scale.data -= 0.1 * gaussian.scale.grad
    assert SMALLEST_LOG_VAR <= float(gaussian.log_var[0]) < SMALLEST_LOG_VAR + 1
    assert np.isfinite(float(value)) and np.isfinite(to_numpy(dprediction)).all()
    assert SMALLEST_LOG_VAR == pytest.approx(math.log(1 / 255 ** 2 / 12))


def test_a_fixed_scale_has_no_parameter():
    assert Gaussian(0.5).parameters() == [] and len(Gaussian().parameters()) == 1
    assert float(Gaussian(0.5).log_var[0]) == pytest.approx(math.log(0.25))


@pytest.mark.parametrize("std", [0, -1, math.nan, "wide"])
def test_a_scale_must_be_positive(std):
    with pytest.raises((ValueError, TypeError), match="std must be"):
        Gaussian(std)


def test_a_gaussian_takes_any_numbers_and_a_bernoulli_probabilities(prediction):
    images = asarray(prediction)
    Gaussian().expect_images(images)
    with pytest.raises(ValueError, match=r"pixels in \[0, 1\]"):
        Bernoulli().expect_images(images)


@pytest.mark.parametrize("log_var", [-11.0, -2.0, 5.0, 1000.0])
def test_the_scale_of_any_variance_can_be_named(log_var, float64):
    likelihood = Gaussian()
    likelihood.scale.data[...] = Gaussian.scale_of(log_var)
    assert float(likelihood.log_var[0]) == pytest.approx(log_var, rel=1e-12)
