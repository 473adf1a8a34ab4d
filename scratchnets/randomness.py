"""Where random numbers come from: NumPy generators on the host, one of them shared.

Whatever draws takes an argument ``generator``: a `numpy.random.Generator`, a seed, or None for the
shared generator, which starts from seed 0. A script without any seed thus gives the same result
twice, and ``seed(1)`` as its first line another one.
"""
import numpy as np

from scratchnets.arguments import integer

_shared = np.random.default_rng(0)


def seed(value):
    """Start the shared generator anew from this seed."""
    global _shared
    _shared = np.random.default_rng(integer("a seed", value))


def generator(source=None):
    """The generator that `source` stands for: itself, a seed, or None for the shared one."""
    if source is None:
        return _shared
    if isinstance(source, np.random.Generator):
        return source
    return np.random.default_rng(integer("a seed", source))


def own_generator(source=None):
    """As `generator`, but for one that is kept: None gives a new stream, split off the shared one."""
    return _shared.spawn(1)[0] if source is None else generator(source)
