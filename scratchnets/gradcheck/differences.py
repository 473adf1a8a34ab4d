"""Derivatives from values alone: what every gradient derived by hand is held against.

The slope of f at x in the direction v is the slope at t = 0 of g(t) = f(x + t v), a function of one
number. Three ways to get it, with ε = 2.2e-16, the spacing of float64 at 1:

================  ==============================  ==================  =====================
slope             formula                         error of formula    error of rounding
================  ==============================  ==================  =====================
central           (g(h) − g(−h)) / 2h             h² g‴/6             ε g/h
Richardson        (4 central(h/2) − central(h))/3 h⁴ g⁽⁵⁾/480         3 ε g/h
complex step      Im g(ih) / h                    h² g‴/6             none: h may be 1e-20
================  ==============================  ==================  =====================

A smaller h makes the formula better and the rounding worse; in float64 the best of central is near
1e-5, of Richardson near 1e-3. (Richardson's 3: 4/3 of a difference over h/2, and 1/3 of one over h, are
rounded by 4/3 · 2 ε g/h and 1/3 · ε g/h.) The complex step subtracts nothing and therefore rounds nothing,
but g must be analytic (no abs, no comparison) and written so that it takes complex numbers.
Lyness and Moler, 1967; Squire and Trapp, 1998.

The step is rounded, too: at x = 10⁵ the numbers lie 1.5e-11 apart, and x + 0.001 is 1.5e-8 of a step beside
where it should be. A `Line` knows how far it has come, and differences along it are divided by that.
"""
import math

import numpy as np

from scratchnets.backend import xp

EPSILON = float(np.finfo(float).eps)
ROUNDING = {"central": 1, "richardson": 3}       # of a slope, in units of ε g/h
SURE = 1e-6                                      # below this step a slope must stand out of rounding
LONG = 2.0 ** -20                                # of x: a step is at least 1e-3, 1e-4, … of this


def central(g, h=1e-5):
    """g'(0) ≈ (g(h) − g(−h)) / 2h."""
    return between(g, -h, h)


def between(g, a, b):
    """(g(b) − g(a)) / (b − a), where b − a is the step that was taken, if g knows it: see `Line`."""
    taken = g.taken if isinstance(g, Line) else float
    return (g(b) - g(a)) / (taken(b) - taken(a))


def numerical_gradient(f, x, slope=central):
    """∂f/∂x, one coordinate after the other.

    Parameters
    ----------
    f : callable
        array → number.
    x : array
    slope : callable
        g → g'(0): `central`, `richardson`, `complex_step`, or one of your own.
    """
    gradient = xp.zeros_like(x)
    for index in np.ndindex(x.shape):
        direction = xp.zeros_like(x)
        direction[index] = 1
        gradient[index] = slope(along(f, x, direction))
    return gradient


def along(f, x, direction):
    """g(t) = f(x + t · direction) as a plain Python number, a `Line`."""
    return Line(f, x, direction)


class Line:
    """g(t) = f(x + t v) as a plain Python number; computed once for each t, as is the step taken.

    Parameters
    ----------
    f : callable
    x, direction : array
        v = direction.
    gradient : array, optional
        What ∂f/∂x is claimed to be. Several coordinates are rounded each in its own way; with it, the step
        taken is measured by how much f should have changed by it. Not needed where v is one coordinate.

    Attributes
    ----------
    scale : float
        By how much longer than usual a step must be for x + t v to be another number than x; mostly 1.
    """

    def __init__(self, f, x, direction, gradient=None):
        self._f, self._x, self._direction, self._values, self._taken = f, x, direction, {}, {}
        self._weight = direction if gradient is None else gradient
        self._whole = float((direction * self._weight).sum())
        self.scale = max(1.0, LONG * float((abs(x) * (direction != 0)).max()))

    def __call__(self, t):
        if t not in self._values:
            value = self._f(self._x + t * self._direction)
            self._values[t] = value.item() if hasattr(value, "item") else value
        return self._values[t]

    def taken(self, t):
        """t, as it has come out of x + t v."""
        if t not in self._taken:
            moved = (self._x + t * self._direction) - self._x
            self._taken[t] = float((moved * self._weight).sum()) / self._whole if self._whole else t
        return self._taken[t]


def richardson(g, h=1e-3):
    """g'(0) ≈ (4 central(h/2) − central(h)) / 3, in which the terms in h² cancel."""
    return (4 * central(g, h / 2) - central(g, h)) / 3


def complex_step(g, h=1e-20):
    """g'(0) ≈ Im g(ih) / h."""
    return complex(g(1j * h)).imag / h


def rounding(method, size, h):
    """By how much rounding may put a slope wrong that is taken with the step h from values of this size.

    Half as much again as the table says, for a value is a sum and rounded more than once.
    """
    return 1.5 * ROUNDING[method] * EPSILON * size / h


# ---- kinks ---------------------------------------------------------------------------------------

def is_smooth(g, h):
    """Whether g looks like a smooth function within h of 0, to nine digits of its slope.

    The slope ahead less the slope behind, (g(h) − 2 g(0) + g(−h)) / h, is h g″ for a smooth g and
    halves with h. At a kink it is the jump of the slope, and stays. Where the kink lies beside 0,
    the extrapolations from h and from h/2 disagree.
    """
    def bend(h):
        return between(g, 0, h) - between(g, -h, 0)

    values = [abs(g(t)) for t in (0, h, -h, h / 2, -h / 2, h / 4, -h / 4)]
    if not all(map(math.isfinite, values)):
        return False
    slope = (abs(g(h) - g(0)) + abs(g(0) - g(-h))) / h
    lost = EPSILON * max(1, *values) / h
    deviation = abs(bend(h) - 2 * bend(h / 2)) + abs(richardson(g, h) - richardson(g, h / 2))
    return deviation <= 1e-9 * slope + 50 * lost and (h >= SURE or lost <= 1e-6 * slope)


def smooth_step(g, steps):
    """The first of these steps within which g is smooth; NaN where none is.

    A step that leaves what g is defined for (a probability that falls below 0) is no such step: the next
    smaller one is tried. NaN is a kink, or the very edge. Steps below `SURE` are for edges alone: who is
    bent at all the larger ones is bent, and rounding would only hide it.
    """
    near_the_edge = False
    for h in steps:
        h *= g.scale if isinstance(g, Line) else 1
        if h < SURE and not near_the_edge:
            break
        try:
            with np.errstate(all="ignore"):
                if is_smooth(g, h):
                    return h
                near_the_edge |= not (math.isfinite(g(h)) and math.isfinite(g(-h)))
        except (ValueError, ArithmeticError):
            near_the_edge = True
    return math.nan


def wary(slope, steps):
    """`slope` with the first of these steps within which g is smooth; NaN where none is: a kink."""
    def wary_slope(g):
        h = smooth_step(g, steps)
        return slope(g, h) if math.isfinite(h) else math.nan
    return wary_slope
