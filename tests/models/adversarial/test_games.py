"""The Dirac-GAN and the bilinear game, played by the same code as every GAN, go where the algebra says."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.losses import minimax, non_saturating, wasserstein
from scratchnets.models.adversarial.games import Point, dirac_field, dirac_gan, eigenvalues, play, position
from scratchnets.optimizers import SGD

pytestmark = pytest.mark.usefixtures("float64")


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def radius_squared(path):
    return (path ** 2).sum(axis=1)


def test_the_generator_is_one_point():
    samples = Point(0.7).forward(asarray(np.arange(6.0).reshape(3, 2)))
    assert to_numpy(samples).tolist() == [[0.7]] * 3
    assert gradcheck(Point(0.7), asarray(np.arange(6.0).reshape(3, 2)), constants=("z",))


@pytest.mark.parametrize("h", [0.01, 0.2, 1.0])
def test_bilinear_a_simultaneous_step_multiplies_the_radius(h):
    path = play(dirac_gan(0.6, -0.8, wasserstein, "simultaneous"), h, 50)
    radius = np.sqrt(radius_squared(path))
    np.testing.assert_allclose(radius[1:] / radius[:-1], np.sqrt(1 + h * h), rtol=1e-12)


@pytest.mark.parametrize("h", [0.01, 0.2, 1.0, 1.9])
def test_bilinear_alternating_conserves_a_quadratic_form_d_first(h):
    """In min_θ max_φ θφ the slope is φ = −ψ: our D minimises ψθ. D first, as in the notes."""
    theta, phi = play(dirac_gan(0.6, -0.8, wasserstein), h, 500).T * [[1], [-1]]
    np.testing.assert_allclose(theta ** 2 + phi ** 2 + h * theta * phi, 1 + h * 0.48, rtol=1e-12)
    assert np.ptp(theta ** 2 + phi ** 2) > 0.004            # which the radius is not


@pytest.mark.parametrize("h", [0.2, 1.0])
def test_bilinear_alternating_conserves_another_one_g_first(h):
    game, data = dirac_gan(0.6, -0.8, wasserstein), asarray(np.zeros((1, 1)))
    d, g = (SGD(player.parameters(), lr=h) for player in (game.discriminator, game.generator))
    for _ in range(500):
        g.zero_grad(), game.generator_gradients(1), g.step()
        d.zero_grad(), game.discriminator_gradients(data), d.step()
        theta, phi = position(game) * np.array([1, -1])
        assert theta ** 2 + phi ** 2 - h * theta * phi == pytest.approx(1 - h * 0.48, rel=1e-12)


def test_bilinear_with_h_1_comes_back_after_six_steps():
    theta, phi = play(dirac_gan(1, -1, wasserstein), 1.0, 6).T * [[1], [-1]]
    assert list(zip(theta, phi)) == [(1, 1), (-1, 2), (-2, 1), (-1, -1), (1, -2), (2, -1), (1, 1)]


@pytest.mark.parametrize("h", [0.05, 0.2, 1.0])
def test_dirac_a_simultaneous_step_multiplies_the_squared_radius(h):
    path = play(dirac_gan(1.0, 0.5, minimax, "simultaneous"), h, 100)
    grown = radius_squared(path)
    theta, psi = path[:-1].T
    np.testing.assert_allclose(grown[1:] / grown[:-1], 1 + (h * sigmoid(psi * theta)) ** 2, rtol=1e-12)


def test_dirac_near_the_optimum_the_linearised_rates_hold():
    h = 0.2
    spiral = np.sqrt(radius_squared(play(dirac_gan(1e-3, 0, minimax, "simultaneous"), h, 100)))
    np.testing.assert_allclose(spiral[1:] / spiral[:-1], np.sqrt(1 + h * h / 4), rtol=1e-6)
    assert np.sqrt(1 + h * h / 4) == pytest.approx(1.004988, abs=1e-6)
    circle = np.sqrt(radius_squared(play(dirac_gan(1e-3, 0, minimax), h, 3000)))
    assert circle.min() > 0.9e-3 and circle.max() < 1.06e-3             # |λ| = 1, an ellipse


def test_dirac_a_step_goes_along_the_field():
    game = dirac_gan(0.7, -0.4, minimax, "simultaneous")
    path = play(game, 1e-3, 1)
    np.testing.assert_allclose((path[1] - path[0]) / 1e-3, dirac_field(0.7, -0.4), rtol=1e-10)


def test_dirac_the_non_saturating_game_turns_just_as_endlessly():
    path = play(dirac_gan(0.5, 0, non_saturating, "simultaneous"), 0.2, 500)
    assert radius_squared(path)[-1] > radius_squared(path)[0]


def assert_same_numbers(found, expected, tolerance):
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(np.array(expected, dtype=complex)),
                               atol=tolerance)


@pytest.mark.parametrize("gamma", [0, 0.3, 1.5, 2])
def test_r1_turns_the_circle_into_a_spiral_inwards(gamma):
    root = np.sqrt(complex(gamma ** 2 / 4 - 0.25))
    assert_same_numbers(eigenvalues(gamma), [-gamma / 2 - root, -gamma / 2 + root], 1e-8)


def test_r1_has_the_known_eigenvalues():
    assert_same_numbers(eigenvalues(0.3), [-0.15 - 0.477j, -0.15 + 0.477j], 1e-4)
    assert_same_numbers(eigenvalues(2), [-1.866, -0.134], 1e-4)
    assert eigenvalues(0.99).imag.any() and not eigenvalues(1.01).imag.any()


@pytest.mark.parametrize("std", [0.3, 0.8])
def test_instance_noise_acts_as_r1_of_half_its_variance(std):
    assert_same_numbers(eigenvalues(std=std), eigenvalues(gamma=std ** 2 / 2), 1e-7)
