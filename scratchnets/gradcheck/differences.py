"""Derivatives from values alone: what every gradient derived by hand is held against.

The slope of f at x in the direction v is the slope at t = 0 of g(t) = f(x + t v), a function of one
number. Three ways to get it, with ε = 2.2e-16, the spacing of float64 at 1:

================  ==============================  ==================  =====================
slope             formula                         error of formula    error of rounding
================  ==============================  ==================  =====================
central           (g(h) − g(−h)) / 2h             h² g‴/6             ε g/h
Richardson        (4 central(h/2) − central(h))/3 h⁴ g⁽⁵⁾/480         2 ε g/h
complex step      Im g(ih) / h                    h² g‴/6             none: h may be 1e-20
================  ==============================  ==================  =====================

A smaller h makes the formula better and the rounding worse; in float64 the best of central is near
1e-5, of Richardson near 1e-3. The complex step subtracts nothing and therefore rounds nothing, but g
must be analytic (no abs, no comparison) and written so that it takes complex numbers.
Lyness and Moler, 1967; Squire and Trapp, 1998.
"""
import math
from functools import cache

import numpy as np

from scratchnets.backend import xp


def central(g, h=1e-5):
    """g'(0) ≈ (g(h) − g(−h)) / 2h."""
    return (g(h) - g(-h)) / (2 * h)


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
    """g(t) = f(x + t · direction) as a plain Python number."""
    def g(t):
        value = f(x + t * direction)
        return value.item() if hasattr(value, "item") else value
    return g


def richardson(g, h=1e-3):
    """g'(0) ≈ (4 central(h/2) − central(h)) / 3, in which the terms in h² cancel."""
    return (4 * central(g, h / 2) - central(g, h)) / 3


def complex_step(g, h=1e-20):
    """g'(0) ≈ Im g(ih) / h."""
    return complex(g(1j * h)).imag / h


# ---- kinks ---------------------------------------------------------------------------------------

def is_smooth(g, h):
    """Whether g looks like a smooth function within h of 0, to nine digits of its slope.

    The slope ahead less the slope behind, (g(h) − 2 g(0) + g(−h)) / h, is h g″ for a smooth g and
    halves with h. At a kink it is the jump of the slope, and stays. Where the kink lies beside 0,
    the extrapolations from h and from h/2 disagree.
    """
    def bend(h):
        return (g(h) - 2 * g(0) + g(-h)) / h

    values = [abs(g(t)) for t in (0, h, -h, h / 2, -h / 2, h / 4, -h / 4)]
    if not all(map(math.isfinite, values)):
        return False
    slope = (abs(g(h) - g(0)) + abs(g(0) - g(-h))) / h
    rounding = np.finfo(float).eps * max(1, *values) / h
    deviation = abs(bend(h) - 2 * bend(h / 2)) + abs(richardson(g, h) - richardson(g, h / 2))
    return deviation <= 1e-9 * slope + 50 * rounding


def wary(slope, steps):
    """`slope` with the first of these steps within which g is smooth; NaN where none is: a kink."""
    def wary_slope(g):
        g = cache(g)                           # the questions above ask for the same values again
        for h in steps:
            if is_smooth(g, h):
                return slope(g, h)
        return math.nan
    return wary_slope
