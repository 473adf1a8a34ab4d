"""Far out: float32 says what float64 says, and slopes are those of the values, from ±1e-30 to ±1e30.

A gradient check tries numbers around 1, in float64. There a formula can be right that elsewhere overflows, cancels, or
has a term too many that only shows where the others have died away. Here each layer that takes any shape is tried far
out, and no list says which layers: they are found by trying.

How near is near? Rounding x by some units in its last place moves y, and no formula can do better than that; so the
allowed error is what such a rounding does in float64, and as many units of y itself.
"""
import copy

import numpy as np
import pytest
from any_shape import make, of_any_shape

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers.penalty import without_penalties

EPS = float(np.finfo("float32").eps)
UNITS = 16                                            # in the last place
SMALLEST = float(np.finfo("float32").tiny)            # what is smaller may be flushed to 0

# No round numbers: there are the kinks, whose two sides a difference would mix.
MAGNITUDES = np.concatenate([np.geomspace(1.003e-30, 0.9985e30, 1201), np.arange(0.1009, 110, 0.099871)])
EVERYTHING = np.concatenate([-MAGNITUDES[::-1], MAGNITUDES]).astype("float32")
PROBABILITIES = EVERYTHING[(EVERYTHING > 0) & (EVERYTHING < 1)]      # for a layer that takes nothing else


def run(layer, x, dtype):
    """y and dx for ones from above, as the layer computes them in this precision, in float64."""
    layer, x = copy.deepcopy(layer), asarray(x, dtype=dtype)
    y = layer.forward(x)
    dx = layer.backward(asarray(np.ones(y.shape), dtype=dtype))
    assert y.dtype == dx.dtype == dtype, "computed in another precision than it was given"
    return to_numpy(y).astype("float64").reshape(x.shape), to_numpy(dx).astype("float64")


def nearby(layer, x):
    """y and dx at the two numbers next to each x, some units of float32 away, computed in float64."""
    return [run(layer, x.astype("float64") * (1 + sign * UNITS * EPS), "float64") for sign in (-1, 1)]


def domain(layer):
    """All numbers, or those in (0, 1) where the layer says that it takes no others."""
    try:
        copy.deepcopy(layer).forward(asarray(EVERYTHING))
    except ValueError as error:
        assert "in (0, 1)" in str(error), f"refuses numbers far out, and is no layer of probabilities: {error}"
        return PROBABILITIES
    return EVERYTHING


def far_off(ours, exact, moved, scale):
    """Where float32 is farther from float64 than rounding explains."""
    rounding = sum(abs(other - exact) for other in moved)
    return ~(abs(ours - exact) <= rounding + UNITS * EPS * scale + SMALLEST)      # ~: NaN is far off, too


@pytest.mark.parametrize("case", of_any_shape())
def test_float32_says_what_float64_says(case):
    layer, _ = make(case)
    x = domain(layer)
    exact_y, exact_dx = run(layer, x, "float64")
    moved = nearby(layer, x)
    y, dx = run(layer, x, "float32")
    wrong = far_off(y, exact_y, [other for other, _ in moved], abs(exact_y))
    assert not wrong.any(), said("y", x, y, exact_y, wrong)
    # A slope is asked for to the rounding of the steepest: one that follows from a saturated y (1 − y²) knows no more.
    wrong = far_off(dx, exact_dx, [other for _, other in moved], abs(exact_dx).max())
    assert not wrong.any(), said("dx", x, dx, exact_dx, wrong)


@pytest.mark.parametrize("case", of_any_shape())
def test_slopes_are_those_of_the_values(case):
    """In float64, against the difference of two values near by; a penalty is no part of the values."""
    layer, _ = make(case)
    x = domain(layer).astype("float64")
    with without_penalties(layer):
        y, dx = run(layer, x, "float64")
        (below, _), (above, _) = nearby(layer, x)
    slope = (above - below) / (2 * UNITS * EPS * x)
    rounding = 1e-5 * abs(dx) + 1e-8 * abs(y / x) + 1e-14 * abs(y) + 1e-290
    wrong = ~(abs(slope - dx) <= rounding)
    assert not wrong.any(), said("dx", x, dx, slope, wrong)


def said(name, x, ours, exact, wrong):
    """The worst of them, in words."""
    error = np.where(wrong, abs(ours - exact) / (abs(exact) + 1e-300), -1.0)
    worst = int(np.where(np.isnan(ours), np.inf, error).argmax())
    return (f"{wrong.sum()} of {wrong.size} numbers are wrong, between x = {x[wrong].min():g} and {x[wrong].max():g}; "
            f"the worst: at x = {x[worst]:g}, {name} is {ours[worst]:g} and should be {exact[worst]:g}. Look for a "
            "difference of nearly equal numbers, an exponential of a large one, a term that shows where the others "
            "have died away")
