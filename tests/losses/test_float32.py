"""In float32, over all that float32 can name: losses and gradients right to the last digits, no NaN, no overflow
that the formula does not have.

The oracle is the formula in long double, written so that nothing cancels in it. (A `RuntimeWarning` is an error in
this suite.)
"""
import math

import numpy as np
import pytest

from scratchnets import losses
from scratchnets.backend import asarray, to_numpy
from scratchnets.losses.adversarial import ADVERSARIAL
from scratchnets.metrics import sum_squared_error
from scratchnets.models.variational.likelihoods import Bernoulli, Gaussian

LARGEST = float(np.finfo("float32").max)
SIZES = np.concatenate([np.logspace(-30, 38.5, 138), [8.0, 12, 17, 20, 88, 104, LARGEST]])
NUMBERS = np.concatenate([-SIZES, SIZES, np.linspace(-110, 110, 111), [0.0]]).astype("float32")
exp, logaddexp = np.exp, np.logaddexp


def wide(x):
    return np.asarray(x, dtype=np.longdouble)


def close(ours, exact, rtol=1e-6, scale=0.0):
    """Relative to the last digits, or to `scale` where terms cancel that are that large."""
    ours = float(ours)
    assert abs(float(wide(ours) - exact)) <= rtol * max(abs(float(exact)), float(scale)) + 2e-45, (ours, float(exact))


# ---- logits ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("target", [0.0, 1.0, 0.25, 1 - 2.0 ** -20, 2.0 ** -20])
def test_binary_cross_entropy_with_logits(target):
    for number in NUMBERS:
        a = wide(number)
        value, slope = losses.binary_cross_entropy_with_logits(asarray([[number]]), asarray([[target]]))
        exact = target * logaddexp(0, -a) + (1 - target) * logaddexp(0, a)
        close(value, exact)
        on, off = exp(-logaddexp(0, -a)), exp(-logaddexp(0, a))
        close(slope[0, 0], (1 - target) * on - target * off, scale=0 if target in (0, 1) else min(target, 1 - target))
        if abs(number) < 1e30:
            close(Bernoulli().log_density(asarray([[number]]), asarray([[target]]))[0], -exact)


@pytest.mark.parametrize("target, logit, slope", [(0.0, -17.0, 4.1399375e-8), (1.0, 17.0, -4.1399375e-8),
                                                  (0.0, -20.0, 2.0611537e-9), (1.0, 20.0, -2.0611537e-9)])
def test_who_is_sure_and_right_has_little_to_learn_and_not_nothing(target, logit, slope):
    _, dlogits = losses.binary_cross_entropy_with_logits(asarray([[logit]]), asarray([[target]]))
    assert float(dlogits[0, 0]) == pytest.approx(slope, rel=1e-6)
    _, dlogits = losses.softmax_cross_entropy(asarray([[logit, 0.0]]), asarray(np.array([1 - int(target)])))
    assert float(dlogits[0, 0]) == pytest.approx(slope, rel=1e-6)


ROWS = np.concatenate([
    [[LARGEST, -LARGEST, 0], [-LARGEST, -LARGEST, 0], [3e38, 3e38, 3e38], [-LARGEST] * 3, [3e38, -1e38, 2e38],
     [20, 0, -5], [0, -17, -90], [0, 0, 0], [1e-30, 0, -1e-30]],
    np.random.default_rng(0).choice([-1, 1], (100, 3)) * 10 ** np.random.default_rng(1).uniform(-30, 38.2, (100, 3)),
    np.random.default_rng(2).uniform(-100, 100, (100, 3))]).astype("float32")


@pytest.mark.parametrize("label", range(3))
def test_softmax_cross_entropy(label):
    one_hot = np.eye(3)[label][None]
    for row in ROWS:
        a = wide(row)
        pi = [exp(-logaddexp.reduce(a - a[j])) for j in range(3)]
        exact = logaddexp.reduce(np.roll(a - a[label], -label))
        slopes = np.array(pi)
        slopes[label] = -sum(pi[j] for j in range(3) if j != label)
        for labels in (asarray(np.array([label])), asarray(one_hot)):
            value, dlogits = losses.softmax_cross_entropy(asarray(row[None]), labels)
            close(value, min(exact, LARGEST), rtol=1e-5)             # the distance of two logits is rounded itself
            assert math.copysign(1, float(value)) == 1               # 0.0 and not −0.0
            for j in range(3):
                close(dlogits[0, j], slopes[j], rtol=1e-5)


def test_softmax_cross_entropy_at_the_ends_of_float32():
    logits = asarray([[3e38, -3e38]])
    value, dlogits = losses.softmax_cross_entropy(logits, asarray(np.array([0])))
    assert float(value) == 0 and to_numpy(dlogits).tolist() == [[0, 0]]
    value, dlogits = losses.softmax_cross_entropy(logits, asarray(np.array([1])))
    assert 3.4e38 < float(value) and to_numpy(dlogits).tolist() == [[1, -1]]


def test_labels_that_sum_to_one_only_nearly_have_the_gradient_of_their_value(float64, rng):
    logits, labels = rng.normal(size=(3, 4)), 1.0009 * rng.dirichlet(np.ones(4), 3)
    _, dlogits = losses.softmax_cross_entropy(asarray(logits), asarray(labels))
    h = 1e-6
    for index in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[index] = h
        values = [float(losses.softmax_cross_entropy(asarray(logits + s * step), asarray(labels))[0]) for s in (1, -1)]
        assert float(dlogits[index]) == pytest.approx((values[0] - values[1]) / (2 * h), abs=1e-9)
    np.testing.assert_allclose(to_numpy(dlogits).sum(axis=1), 0, atol=1e-16)


# ---- probabilities -----------------------------------------------------------------------------------

PROBABILITIES = np.concatenate([np.logspace(-37, -0.01, 100), 1 - np.logspace(-7.1, -0.5, 60)]).astype("float32")


@pytest.mark.parametrize("target", [
    lambda p: 0 * p, lambda p: 0 * p + 1, lambda p: 0 * p + 0.25, lambda p: p, lambda p: np.nextafter(p, p + 1)],
    ids=["0", "1", "a quarter", "the same", "the next"])
def test_binary_cross_entropy(target):
    for p in PROBABILITIES[PROBABILITIES < 1]:
        x = target(p)
        value, slope = losses.binary_cross_entropy(asarray([[p]]), asarray([[x]]))
        a, b = wide(p), wide(x)
        close(value, -b * np.log(a) - (1 - b) * np.log1p(-a))
        close(slope[0, 0], (a - b) / (a * (1 - a)))


def test_cross_entropy():
    for p in PROBABILITIES:
        value, slope = losses.cross_entropy(asarray([[p]]), asarray([[0.75]]))
        close(value, -0.75 * np.log(wide(p)))
        close(slope[0, 0], -0.75 / wide(p))
    value, _ = losses.cross_entropy(asarray([[1.0]]), asarray([[1.0]]))
    assert float(value) == 0 and math.copysign(1, float(value)) == 1


# ---- squares and Gaussians -----------------------------------------------------------------------------

def test_squares_overflow_where_half_of_them_does_and_not_before():
    for number in NUMBERS[abs(NUMBERS) < 2.6e19]:
        value, slope = losses.squared_error(asarray([[number]]), asarray([[0.0]]))
        if abs(number) > 1e-18:
            close(value, wide(number) ** 2 / 2)
        close(slope[0, 0], wide(number))
        for part, centre in ((losses.least_squares.fake, 0), (losses.least_squares.real, 1)):
            if abs(number - centre) > 1e-18:
                close(part(asarray([[number]]))[0], (wide(number) - centre) ** 2 / 2)


@pytest.mark.parametrize("log_var", [-80.0, -20.0, -1e-4, 0.0, 3.0, 85.0, 120.0, 140.0, 1e10])
def test_gaussian_nll(log_var):
    """With a large variance (x − μ)² overflows and 1/σ² underflows, and their product is an ordinary number."""
    for number in NUMBERS:
        square = wide(number) ** 2 * exp(-wide(log_var))
        if square > 1e37 or (square and square < 1e-30) or abs(wide(number)) * exp(-wide(log_var)) > 1e37:
            continue
        value, dmean, dlog_var = losses.gaussian_nll(asarray([[number]]), asarray([[log_var]]), asarray([[0.0]]))
        exact = (math.log(2 * math.pi) + log_var + square) / 2
        close(value, exact, scale=abs(log_var) + square, rtol=3e-6)
        close(dmean[0, 0], wide(number) * exp(-wide(log_var)), rtol=3e-6)
        close(dlog_var[0, 0], (1 - square) / 2, scale=1 + square, rtol=3e-6)
        if log_var == 3:
            density = Gaussian(math.exp(1.5)).log_density(asarray([[number]]), asarray([[0.0]]))
            close(density[0], -exact, scale=1 + square, rtol=3e-6)


def test_gaussian_kl():
    for log_var in NUMBERS[NUMBERS < 88]:
        a = wide(log_var)
        exact = a * a / 2 * (1 + a / 3 + a * a / 12) if abs(a) < 1e-4 else np.expm1(a) - a
        value, _, slope = losses.gaussian_kl(asarray([[0.0]]), asarray([[log_var]]))
        if exact > 1e-36:
            close(value, exact / 2)
        close(slope[0, 0], np.expm1(a) / 2)
    for mean in NUMBERS[(abs(NUMBERS) > 1e-18) & (abs(NUMBERS) < 2.6e19)]:
        close(losses.gaussian_kl(asarray([[mean]]), asarray([[0.0]]))[0], wide(mean) ** 2 / 2)


@pytest.mark.parametrize("log_var", [-80.0, 0.0, 85.0, 120.0, 140.0])
def test_gaussian_kl_to_a_wide_or_narrow_prior(log_var):
    """Both have the same variance: what is left is the distance of the means in its units."""
    for number in NUMBERS:
        square = wide(number) ** 2 * exp(-wide(log_var))
        if not 1e-30 < square < 1e37 or abs(wide(number)) * exp(-wide(log_var)) > 1e37:
            continue
        pair = asarray([[log_var]])
        value, dmean, _, _, _ = losses.gaussian_kl(asarray([[number]]), pair, asarray([[0.0]]), pair)
        close(value, square / 2, rtol=3e-6)
        close(dmean[0, 0], wide(number) * exp(-wide(log_var)), rtol=3e-6)


# ---- the games ---------------------------------------------------------------------------------------

COSTS = {"−log D": (lambda a: logaddexp(0, -a), lambda a: -exp(-logaddexp(0, a))),
         "−log(1 − D)": (lambda a: logaddexp(0, a), lambda a: exp(-logaddexp(0, -a))),
         "a": (lambda a: a, lambda a: 1), "−a": (lambda a: -a, lambda a: -1),
         "max(0, 1 − a)": (lambda a: max(0, 1 - a), lambda a: -float(a < 1)),
         "max(0, 1 + a)": (lambda a: max(0, 1 + a), lambda a: float(a > -1))}
PARTS = [(losses.minimax.real, "−log D"), (losses.minimax.fake, "−log(1 − D)"),
         (losses.non_saturating.generator, "−log D"), (losses.wasserstein.real, "−a"), (losses.wasserstein.fake, "a"),
         (losses.hinge.real, "max(0, 1 − a)"), (losses.hinge.fake, "max(0, 1 + a)"), (losses.hinge.generator, "−a")]


@pytest.mark.parametrize("part, cost", PARTS, ids=lambda part: getattr(part, "name", ""))
def test_the_games(part, cost):
    exact, exact_slope = COSTS[cost]
    for number in NUMBERS:
        value, slope = part(asarray([[number]]))
        close(value, exact(wide(number)))
        close(slope[0, 0], exact_slope(wide(number)))


def test_a_generator_that_is_found_out_pays_what_the_discriminator_gains():
    for number in NUMBERS:
        (gained, slope), (paid, other) = (part(asarray([[number]])) for part in (losses.minimax.fake,
                                                                                 losses.minimax.generator))
        assert float(gained) == -float(paid) and float(slope[0, 0]) == -float(other[0, 0])


# ---- the mean over the batch ---------------------------------------------------------------------------

@pytest.mark.parametrize("loss", [
    lambda a: losses.binary_cross_entropy_with_logits(a, 0 * a), losses.minimax.fake, losses.wasserstein.fake,
    losses.hinge.fake, lambda a: losses.softmax_cross_entropy(asarray([[3e38, 0.0]] * 4), asarray(np.ones(4, int))),
    lambda a: losses.gaussian_nll(0 * a, 2 * a, a), lambda a: losses.gaussian_kl(0 * a, -2 * a),
    lambda a: losses.squared_error(0 * a + 2.4e19, 0 * a), lambda a: losses.least_squares.fake(0 * a + 2.4e19),
    lambda a: (2 * sum_squared_error(0 * a + 1.2e19, 0 * a),)])
def test_a_mean_that_float32_can_name_is_found(loss):
    """Four examples that cost 2e38 and more each: their sum is none of float32's numbers, their mean is."""
    assert 1.4e38 < float(loss(asarray(np.full((4, 1), 1.5e38)))[0]) < LARGEST


def test_every_loss_has_been_tried():
    tried = {"squared_error", "cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits",
             "gaussian_nll", "softmax_cross_entropy", "gaussian_kl"} | {name.replace("-", "_") for name in ADVERSARIAL}
    assert tried == set(losses.__all__)
