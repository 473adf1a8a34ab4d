"""The notes' minmax integral, in exact numbers."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, Identity
from scratchnets.losses import least_squares, minimax, non_saturating
from scratchnets.metrics import js_divergence, kl_divergence
from scratchnets.models.adversarial import GAN, theory
from scratchnets.optimizers import SGD

X, DX = np.linspace(-12, 14, 20_001, retstep=True)
P, G = theory.normal(X), theory.normal(X, mean=2)
RNG = np.random.default_rng(0)
ALPHABET = RNG.dirichlet(np.ones(6)), RNG.dirichlet(np.ones(6))


def derivative(function, theta, step=1e-5):
    """By central differences, one number of θ at a time."""
    steps = step * np.eye(len(theta))
    return np.array([(function(theta + e) - function(theta - e)) / (2 * step) for e in steps])


def softmax(theta):
    return np.exp(theta) / np.exp(theta).sum()


def test_two_gaussians():
    np.testing.assert_allclose(theory.best_logit(P, G), 2 - 2 * X, atol=1e-9)
    assert js_divergence(P, G, DX) == pytest.approx(0.3368308, abs=1e-7)
    best = theory.value(P, G, theory.best_discriminator(P, G), DX)
    assert best == pytest.approx(-0.7126327, abs=1e-7)
    assert best == pytest.approx(theory.best_value(P, G, DX), rel=1e-12)


def test_no_other_discriminator_has_a_higher_value():
    best = theory.best_discriminator(P, G)
    for wave in (np.sin(X), np.cos(3 * X), X > 0):
        for sign in (1, -1):
            assert theory.value(P, G, (best + 0.01 * sign * wave).clip(1e-9, 1 - 1e-9), DX) \
                < theory.best_value(P, G, DX)


def test_the_minimum_over_g_is_at_the_data():
    values = [theory.best_value(P, theory.normal(X, mean), DX) for mean in (-1, -0.1, 0, 0.1, 1)]
    assert np.argmin(values) == 2 and values[2] == pytest.approx(-np.log(4), rel=1e-12)


def test_disjoint_supports_have_value_zero_however_far_apart():
    p, g = np.array([0.5, 0.5, 0, 0, 0]), np.array([0, 0, 0, 0, 1.0])
    D = theory.best_discriminator(p, g)
    assert theory.value(p, g, D) == 0 == pytest.approx(theory.best_value(p, g), abs=1e-15)
    assert D.tolist() == [1, 1, 0.5, 0.5, 0]


@pytest.mark.parametrize("loss, objective", [
    (minimax, lambda p, g: 2 * js_divergence(p, g)),
    (non_saturating, lambda p, g: kl_divergence(g, p) - 2 * js_divergence(p, g))])
def test_what_the_generator_descends_while_d_is_held(loss, objective):
    p, g = ALPHABET
    found = theory.generator_gradient(loss, p, g, theory.softmax_jacobian(g))
    expected = derivative(lambda theta: objective(p, softmax(theta)), np.log(g))
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert abs(found).max() > 0.05


def test_the_same_on_the_line():
    """G moves its mean: ∂g/∂mean = (x − mean) g."""
    found = theory.generator_gradient(minimax, P, G, (X - 2) * G, DX)
    expected, = derivative(lambda mean: 2 * js_divergence(P, theory.normal(X, mean[0]), DX), np.array([2.0]))
    assert found == pytest.approx(expected, rel=1e-8)


def test_two_points_wasserstein_sees_the_distance_and_jsd_does_not():
    p = np.zeros(1001)
    p[0] = 1
    for place in (1, 10, 1000):
        g = np.roll(p, place)
        assert theory.wasserstein_1(p, g) == place
        assert js_divergence(p, g) == pytest.approx(np.log(2), rel=1e-15)
    assert theory.wasserstein_1(P, G, DX) == pytest.approx(2, rel=1e-6)       # a shift by 2


@pytest.mark.parametrize("m, known", [(1, 0.2158), (2, 0.3804), (4, 0.5743)])
def test_packing_makes_a_missing_half_show(m, known):
    p, g = np.full(4, 0.25), np.array([0.5, 0.5, 0, 0])
    r = 2.0 ** -m
    formula = 0.5 * (r * np.log(2 * r / (1 + r)) + (1 - r) * np.log(2) + np.log(2 / (1 + r)))
    packed = js_divergence(theory.packed(p, m), theory.packed(g, m))
    assert packed == pytest.approx(formula, rel=1e-12) and packed == pytest.approx(known, abs=5e-5)


def test_least_squares_has_a_chi_square_cost():
    """Coding a = −1, b = 1, c = 0: at the best D the generator's cost is ½ ∫ (p − g)²/(p + g)."""
    a, b, c = -1.0, 1.0, 0.0
    D = (b * P + a * G) / (P + G)
    cost = 0.5 * ((P * (D - c) ** 2 + G * (D - c) ** 2).sum()) * DX
    assert cost == pytest.approx(0.5 * ((P - G) ** 2 / (P + G)).sum() * DX, rel=1e-12)
    # With 0 and 1 the best logit of our loss is the probability p/(p + g).
    p, g = P[8000:12000], G[8000:12000]
    a01 = theory.best_discriminator(p, g)
    slope = p * least_squares.real.function(a01)[1] + g * least_squares.fake.function(a01)[1]
    assert abs(slope).max() < 1e-12


def one_hot(counts):
    return np.repeat(np.eye(len(counts)), counts, axis=0)


@pytest.mark.parametrize("loss, best", [(minimax, theory.best_logit),
                                        (least_squares, theory.best_discriminator)])
def test_a_discriminator_trained_to_the_end_is_the_best_one(loss, best, float64):
    """A table of logits, one a symbol, trained by the game's own code on fixed p and g."""
    real, fake = np.array([6, 3, 2, 1]), np.array([2, 2, 4, 4])
    game = GAN(Identity(), Dense(4, 1, bias=False, generator=0), Symbols(one_hot(fake)), loss)
    x, z = asarray(one_hot(real)), asarray(one_hot(fake))
    optimizer = SGD(game.discriminator.parameters(), lr=1.0)
    for _ in range(2000):
        optimizer.zero_grad()
        paid = game.discriminator_gradients(x, z)
        optimizer.step()
    p, g = real / 12, fake / 12
    np.testing.assert_allclose(to_numpy(game.discriminator.W.data)[:, 0], best(p, g), rtol=1e-9, atol=1e-9)
    if loss is minimax:
        assert -float(paid) == pytest.approx(-np.log(4) + 2 * js_divergence(p, g), rel=1e-12)


class Symbols:
    """A prior that knows its samples by heart."""

    def __init__(self, samples):
        self.samples = samples

    def sample(self, n, rng):
        return asarray(self.samples[:n])
