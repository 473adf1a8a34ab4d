"""Which layers take any shape, found by trying: nobody has to write them down.

The example of the gradient check says how the layer is made and which numbers suit it (away from its kinks, within
what it takes), and `numbers_for` draws arrays of any shape from these.
"""
import copy
import functools

import numpy as np

from scratchnets import layers
from scratchnets.backend import asarray
from scratchnets.gradcheck.registry import EXAMPLES, Draw, base

SHAPES = (4,), (3, 2), (2, 3, 4), (2, 2, 3, 2)


def make(case, seed=0):
    """The layer of an example, and the host's array that goes with it."""
    layer, *inputs = EXAMPLES[case](Draw(seed))
    return layer, *inputs


def numbers_for(case, rng, shape):
    """Numbers of the example, drawn with replacement."""
    _, x = make(case, int(rng.integers(100)))
    return rng.choice(np.ravel(x), shape)


@functools.cache
def takes_any_shape(case):
    """Whether a layer takes one array of numbers, whatever its axes are."""
    layer, *inputs = make(case)
    if len(inputs) != 1 or np.asarray(inputs[0]).dtype.kind != "f":
        return False
    rng = np.random.default_rng(0)
    try:
        for shape in SHAPES:
            copy.deepcopy(layer).forward(asarray(numbers_for(case, rng, shape)))
    except (ValueError, TypeError):
        return False
    return True


def of_any_shape():
    """The examples of public layers that take any shape, variants included."""
    return [case for case in EXAMPLES if base(case) in layers.__all__ and takes_any_shape(case)]
