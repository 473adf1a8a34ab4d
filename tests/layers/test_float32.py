"""In float32, over all that float32 can name: values right to the last digits, and nothing overflows on the way.

The oracle is the formula in long double. (A `RuntimeWarning` is an error in this suite.)
"""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import KLSparsity, L1Activity, activations
from scratchnets.layers.activations import below_largest, softmax
from scratchnets.layers.penalty import kl_sparsity
from scratchnets.layers.remainder import remainder

LARGEST, SMALLEST = float(np.finfo("float32").max), float(np.finfo("float32").tiny)
SIZES = np.concatenate([np.logspace(-37, np.log10(LARGEST) - 1e-9, 400), [1e-30, 1e-8, 17, 20, 88, 104, 3e38, LARGEST]])
NUMBERS = np.concatenate([-SIZES, SIZES, np.linspace(-110, 110, 2201), [0.0]]).astype("float32")[:, None]

exp, expm1, logaddexp = np.exp, np.expm1, np.logaddexp
FORMULAS = {                                            # of long doubles: the value, and the slope
    "sigmoid": (lambda x: exp(-logaddexp(0, -x)), lambda x: exp(-logaddexp(0, -x) - logaddexp(0, x))),
    "tanh": (np.tanh, lambda x: 4 * exp(-2 * abs(x)) / (1 + exp(-2 * abs(x))) ** 2),
    "relu": (lambda x: np.where(x > 0, x, 0), lambda x: 1.0 * (x > 0)),
    "leaky_relu": (lambda x: np.where(x > 0, x, np.float32(0.01) * x), lambda x: np.where(x > 0, 1, np.float32(0.01))),
    "elu": (lambda x: np.where(x > 0, x, expm1(np.minimum(x, 0))), lambda x: exp(np.minimum(x, 0))),
    "softplus": (lambda x: logaddexp(0, x), lambda x: exp(-logaddexp(0, -x))),
}


def close(ours, exact, rtol=5e-7):
    """Relative to the last digits; below the smallest number with all its digits, to the smallest there is."""
    np.testing.assert_allclose(to_numpy(ours).astype(np.longdouble), exact, rtol=rtol, atol=2e-45)


@pytest.mark.parametrize("name", FORMULAS)
def test_the_value_is_right_to_the_last_digits(name):
    y = getattr(activations, name)(asarray(NUMBERS))
    assert y.dtype == np.float32
    close(y, FORMULAS[name][0](NUMBERS.astype(np.longdouble)))


@pytest.mark.parametrize("name", FORMULAS)
def test_the_slope_has_the_digits_that_the_value_has_left(name):
    """Where y is no rounded 1 or −1 they are all there: left of 0 a sigmoid's, everywhere those of a softplus."""
    y = getattr(activations, name)(asarray(NUMBERS))
    slope = to_numpy(getattr(activations, f"{name}_backward")(asarray(np.ones_like(NUMBERS)), y))
    exact = FORMULAS[name][1](NUMBERS.astype(np.longdouble))
    whole = {"sigmoid": NUMBERS < 0, "tanh": abs(NUMBERS) < 0.1, "elu": NUMBERS > -0.1}.get(name, NUMBERS == NUMBERS)
    close(slope[whole], exact[whole])
    assert abs(slope - exact).max() < 2 ** -22


def test_a_sigmoid_is_where_it_should_be_at_minus_seventeen():
    """½ + ½ tanh(x/2), which is equal on paper, is 44 % off here, and 0 from −20 on."""
    y = to_numpy(activations.sigmoid(asarray([-17.0, -20.0, -87.0])))
    np.testing.assert_allclose(y, [4.1399375e-8, 2.0611537e-9, 1.6458115e-38], rtol=1e-6)


# ---- along an axis -----------------------------------------------------------------------------------

ROWS = np.concatenate([
    [[LARGEST, -LARGEST, 0], [-LARGEST, -LARGEST, 0], [LARGEST, LARGEST, LARGEST], [-3e38, 3e38, 3e38],
     [-LARGEST, -LARGEST, -LARGEST], [-LARGEST, -0.99 * LARGEST, -LARGEST], [1e-30, -1e-30, 0], [0, -17, -90]],
    np.random.default_rng(0).choice([-1, 1], (500, 3)) * 10 ** np.random.default_rng(1).uniform(-30, 38.5, (500, 3)),
    np.random.default_rng(2).uniform(-100, 100, (500, 3))]).astype("float32")


def test_softmax_is_right_whatever_the_logits():
    x = ROWS.astype(np.longdouble)
    e = exp(x - x.max(axis=1, keepdims=True))
    close(softmax(asarray(ROWS)), e / e.sum(axis=1, keepdims=True), rtol=1e-5)       # x − max itself is rounded
    few = asarray(ROWS[:4])
    np.testing.assert_allclose(to_numpy(softmax(few)), [[1, 0, 0], [0, 0, 1], [1 / 3] * 3, [0, 0.5, 0.5]], rtol=1e-6)


def test_the_distance_to_the_largest_never_overflows():
    below = to_numpy(below_largest(asarray(ROWS))).astype(np.longdouble)
    exact = np.maximum(ROWS.astype(np.longdouble) - ROWS.max(axis=1, keepdims=True), -LARGEST)
    np.testing.assert_allclose(below, exact, rtol=2e-6)
    assert (below <= 0).all() and (below.max(axis=1) == 0).all()


# ---- what divergences are made of, and the penalties ---------------------------------------------------

@pytest.mark.parametrize("dtype, rtol", [("float32", 1e-6), ("float64", 1e-14)])
def test_the_remainder_keeps_its_digits_near_zero(dtype, rtol):
    u = np.concatenate([s * np.logspace(-15, -0.001, 300) for s in (-1, 1)] + [np.logspace(0, 18, 50)]).astype(dtype)
    wide = u.astype(np.longdouble)
    terms = [(-wide) ** k / k for k in range(2, 9)]                            # u²/2 − u³/3 + …
    exact = np.where(abs(wide) < 1e-3, sum(terms), wide - np.log1p(wide))
    log = np.log1p(wide).astype(dtype)
    ours = remainder(asarray(u, dtype), asarray(log, dtype))
    np.testing.assert_allclose(to_numpy(ours).astype(np.longdouble), exact, rtol=rtol)
    assert float(remainder(asarray([0.0]), asarray([0.0]))[0]) == 0


def test_the_price_of_sparsity_is_right_for_any_mean_activity():
    """rho = ¼. Near it the two terms of the divergence cancel; far from it a unit is nearly always off, or on."""
    near = 0.25 * (1 + np.concatenate([s * np.logspace(-6.9, -0.1, 100) for s in (-1, 1)]))
    activities = np.concatenate([np.logspace(-37, -0.31, 200), 1 - np.logspace(-7, -0.31, 100), near]).astype("float32")
    for activity in np.unique(activities):
        excess = activity.astype(np.longdouble) - 0.25
        # A ratio near 0 is known best as it is, one near 1 by what it is more.
        on = np.log1p(excess / 0.25) if excess > -0.2 else np.log(activity.astype(np.longdouble) / 0.25)
        exact = -0.25 * on - 0.75 * np.log1p(-excess / 0.75)
        value, gradient = kl_sparsity(asarray([[activity]]), 0.25, 2.0)
        assert float(value) == pytest.approx(float(2 * exact), rel=3e-6, abs=1e-37)
        slope = 2 * excess / (activity.astype(np.longdouble) * (1 - activity.astype(np.longdouble)))
        assert float(gradient[0, 0]) == pytest.approx(float(slope), rel=1e-6)


def test_a_unit_that_is_nearly_off_has_a_price_and_no_error():
    """Logits of −20: the mean activity is 2e-9, and KL(0.05 ‖ 2e-9) = 0.80 nats."""
    x = activations.sigmoid(asarray(np.full((4, 3), -20.0)))
    layer = KLSparsity(0.05, 1.0)
    layer.forward(x)
    rho_hat = np.exp(-20)
    exact = 3 * (0.05 * np.log(0.05 / rho_hat) + 0.95 * np.log(0.95 / (1 - rho_hat)))
    assert float(layer.penalty) == pytest.approx(exact, rel=1e-6)
    with pytest.raises(ValueError, match="a unit is at 1 .* rounds to 1 in float32 from the logit 17 on"):
        layer.forward(activations.sigmoid(asarray(np.full((4, 3), 20.0))))


def test_a_price_on_magnitudes_is_a_mean_before_it_is_a_sum():
    layer = L1Activity(0.5)
    layer.forward(asarray(np.full((4, 1), -3e38)))
    assert float(layer.penalty) == pytest.approx(1.5e38, rel=1e-6)
