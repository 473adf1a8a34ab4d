"""The games' losses: gradients at the logit, values at known places, and the theory that they carry."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.losses import hinge, least_squares, minimax, non_saturating, wasserstein
from scratchnets.losses.adversarial import ADVERSARIAL

GAMES = list(ADVERSARIAL.values())
PARTS = [part for game in GAMES for part in (game.real, game.fake, game.generator)]
LOGITS = np.array([[-3.0], [-0.5], [0.25], [0.8], [4.0]])
D = 1 / (1 + np.exp(-LOGITS))


def gradient(part, logits=LOGITS):
    """∂(sum over the batch)/∂a: the slope of each example, free of the 1/N."""
    _, dlogits = part(asarray(logits))
    return to_numpy(dlogits) * len(logits)


def value(part, logits):
    return float(part(asarray(np.asarray(logits, dtype=float)))[0])


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_gradients(part, float64):
    assert gradcheck(part, asarray(LOGITS))


@pytest.mark.parametrize("part, slope", [
    (minimax.real, -(1 - D)), (minimax.fake, D), (minimax.generator, -D),
    (non_saturating.real, -(1 - D)), (non_saturating.fake, D), (non_saturating.generator, -(1 - D)),
    (least_squares.real, LOGITS - 1), (least_squares.fake, LOGITS), (least_squares.generator, LOGITS - 1),
    (wasserstein.real, -1 + 0 * D), (wasserstein.fake, 1 + 0 * D), (wasserstein.generator, -1 + 0 * D),
    (hinge.real, -1.0 * (LOGITS < 1)), (hinge.fake, 1.0 * (LOGITS > -1)), (hinge.generator, -1 + 0 * D),
], ids=lambda value: getattr(value, "name", ""))
def test_the_gradient_at_the_logit_is_the_known_one(part, slope, float64):
    np.testing.assert_allclose(gradient(part), slope, rtol=1e-12)


def test_at_the_start_a_discriminator_that_knows_nothing_pays_two_log_two(float64):
    zeros = np.zeros((7, 1))
    assert value(minimax.real, zeros) == pytest.approx(np.log(2), rel=1e-15)
    assert value(minimax.real, zeros) + value(minimax.fake, zeros) == pytest.approx(np.log(4), rel=1e-15)
    assert value(minimax.generator, zeros) == pytest.approx(-np.log(2), rel=1e-15)


def test_the_minimax_game_is_zero_sum_in_the_samples_and_the_others_are_not(float64):
    assert value(minimax.generator, LOGITS) == -value(minimax.fake, LOGITS)
    for game in (non_saturating, least_squares, hinge):
        assert abs(value(game.generator, LOGITS) + value(game.fake, LOGITS)) > 0.1


def test_the_generator_saturates_where_it_is_found_out_and_only_there(float64):
    """The ratio of the two generators' gradients is (1 − D)/D: large where D(G(z)) → 0."""
    ratio = gradient(non_saturating.generator) / gradient(minimax.generator)
    np.testing.assert_allclose(ratio, (1 - D) / D, rtol=1e-12)


def test_the_value_at_the_best_discriminator_is_two_jsd_less_log_four(float64):
    """V(D*) = −log 4 + 2 JSD(p, p_g), by quadrature for N(0, 1) against N(2, 1), where logit D* = 2 − 2x."""
    x, dx = np.linspace(-12, 14, 40_001, retstep=True)
    p, g = (np.exp(-0.5 * (x - mean) ** 2) / np.sqrt(2 * np.pi) for mean in (0, 2))
    logit = asarray((2 - 2 * x)[:, None])
    log_d, _ = minimax.real.function(logit)
    log_not_d, _ = minimax.fake.function(logit)
    v = -((p * to_numpy(log_d)[:, 0] + g * to_numpy(log_not_d)[:, 0]).sum() * dx)
    middle = (p + g) / 2
    jsd = 0.5 * ((p * np.log(p / middle) + g * np.log(g / middle)).sum() * dx)
    assert jsd == pytest.approx(0.3368308, abs=1e-7)
    assert v == pytest.approx(-np.log(4) + 2 * jsd, rel=1e-10)
    assert v == pytest.approx(-0.7126327, abs=1e-7)


def test_least_squares_has_the_same_best_discriminator():
    """p ½ (a − 1)² + g ½ a² is least at a = p/(p + g)."""
    p, g = 0.3, 0.9
    a = p / (p + g)
    assert p * gradient(least_squares.real, [[a]]) + g * gradient(least_squares.fake, [[a]]) \
        == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_huge_logits_give_finite_and_exact_values_in_float32(part):
    a = np.array([[1e4], [-1e4]])
    ours, dlogits = part(asarray(a.astype("float32")))
    exact = {"log(1 − D)": np.minimum(0, -a), "−log D": np.maximum(0, -a), "−log(1 − D)": np.maximum(0, a),
             "½ (a − 1)²": 0.5 * (a - 1) ** 2, "½ a²": 0.5 * a ** 2, "a": a, "−a": -a,
             "max(0, 1 − a)": np.maximum(0, 1 - a), "max(0, 1 + a)": np.maximum(0, 1 + a)}[FORMULA[part.name]]
    assert float(ours) == pytest.approx(exact.mean(), rel=1e-6)
    assert np.isfinite(to_numpy(dlogits)).all() and to_numpy(dlogits).dtype == np.float32


FORMULA = dict(zip([part.name for part in PARTS], [
    "−log D", "−log(1 − D)", "log(1 − D)",
    "−log D", "−log(1 − D)", "−log D",
    "½ (a − 1)²", "½ a²", "½ (a − 1)²",
    "−a", "a", "−a",
    "max(0, 1 − a)", "max(0, 1 + a)", "−a"]))


def test_a_tiny_probability_keeps_its_digits():
    """The vanishing gradient is to be measured, so it must not be rounded away: σ(−30) = 9.4e-14 in float32."""
    slope = gradient(minimax.generator, np.array([[-30.0]], dtype="float32"))
    assert -slope[0, 0] == pytest.approx(np.exp(-30.0), rel=1e-5)


def test_one_logit_an_example_is_asked_for(rng):
    for shape in ((4, 2), (4, 1, 1), ()):
        with pytest.raises(ValueError, match="minimax.real"):
            minimax.real(asarray(rng.standard_normal(shape)))
    assert to_numpy(minimax.real(asarray(rng.standard_normal(4)))[1]).shape == (4,)
