"""Codes worth decoding: along one unit, between two images, over the whole plane."""
from statistics import NormalDist

import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import asarray, to_numpy


def traverse(z, units=None, values=np.linspace(-2.5, 2.5, 9)):
    """A row of codes for each unit: z, with that unit set to one value after the other.

    Parameters
    ----------
    z : array (k,)
        Where the rows cross, such as the code of an image, or zeros.
    units : sequence of int, optional
        Which units; all when not given.
    values : sequence of float

    Returns
    -------
    array (units · values, k)
    """
    z, values = to_numpy(z), np.asarray(values, dtype="float64")
    units = range(len(z)) if units is None else units
    if not all(0 <= unit < len(z) for unit in units):
        raise ValueError(f"the units of a code of {len(z)} numbers are 0 … {len(z) - 1}, got {list(units)}")
    rows = np.repeat(z[None], len(units) * len(values), axis=0)
    for row, unit in enumerate(units):
        rows[row * len(values):(row + 1) * len(values), unit] = values
    return asarray(rows)


def interpolate(z0, z1, steps=9):
    """The codes on the straight line from z0 to z1, both (k,), ends included:  (steps, k)."""
    steps = positive_integer("steps", steps)
    z0, z1 = to_numpy(z0), to_numpy(z1)
    if z0.shape != z1.shape:
        raise ValueError(f"the two ends are codes of shape {z0.shape} and {z1.shape}; they must be equal")
    share = np.linspace(0, 1, steps)[:, None]
    return asarray((1 - share) * z0 + share * z1)


def grid(side=15):
    """Codes all over the plane, as dense as N(0, 1) has them, (side², 2); the first row of images at the top.

    The q-th of them has the share (q + ½)/side of the prior to its left: equal steps in probability.
    """
    normal = NormalDist()
    quantiles = [normal.inv_cdf((q + 0.5) / side) for q in range(positive_integer("side", side))]
    return asarray([[x, y] for y in reversed(quantiles) for x in quantiles])
