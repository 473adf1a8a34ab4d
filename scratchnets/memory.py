"""How much memory a program may ask for: what is too much is refused beforehand, with the figure.

A typing mistake (``--latent 100000000``) or a file of 3 MB that unpacks to 3 GB must not take a machine down.
The limit is 2 GB, or half of what the machine has free where that is less; SCRATCHNETS_MEMORY, in GB, sets it.
"""
import math
import os
from contextlib import suppress

import numpy as np

VARIABLE = "SCRATCHNETS_MEMORY"
GIGABYTE = 10 ** 9
LIMIT = 2 * GIGABYTE
# Bytes that a weight takes while it learns, in float32: value and gradient, Adam's two moments, and twice a copy of
# value and moments, one to go back to if the next steps diverge and one that is being saved.
BYTES_A_WEIGHT = 8 + 8 + 2 * 12


def limit():
    """Bytes."""
    set_by_hand = os.environ.get(VARIABLE)
    if set_by_hand:
        try:
            gigabytes = float(set_by_hand)
        except ValueError:
            gigabytes = math.nan
        if not 0 < gigabytes < math.inf:
            raise ValueError(f"{VARIABLE} must be a number of GB above 0, such as 8, got {set_by_hand!r}")
        return gigabytes * GIGABYTE
    return min(LIMIT, *(free / 2 for free in _free()))


def expect(needed, what, remedy):
    """Refuse what needs more than the limit.

    Parameters
    ----------
    needed : float
        Bytes.
    what : str
        What needs them: the beginning of the message.
    remedy : str
        What would make it less.

    Raises
    ------
    ValueError
    """
    allowed = limit()
    if needed > allowed:
        raise ValueError(f"{what} would take about {gigabytes(needed)} GB of memory, and {gigabytes(allowed)} GB are "
                         f"allowed here; {remedy}, or set {VARIABLE} to more GB where the machine has them")


def gigabytes(count):
    """``1.2e9`` → ``1.2``"""
    count = float(min(count, 10 ** 300)) / GIGABYTE
    return f"{count:,.0f}" if 10 <= count < 1e6 else f"{count:.2g}"


class Counted(np.random.Generator):
    """A generator that weights are drawn from, and that refuses a model whose weights would take too much memory.

    It draws what the generator that it was made of draws.

    Parameters
    ----------
    generator : numpy.random.Generator
    what, remedy : str
        As of `expect`.
    """

    def __init__(self, generator, what, remedy):
        super().__init__(generator.bit_generator)
        self.what, self.remedy, self.drawn = what, remedy, 0

    def uniform(self, low=0.0, high=1.0, size=None):
        self._count(size)
        return super().uniform(low, high, size)

    def standard_normal(self, size=None):
        self._count(size)
        return super().standard_normal(size)

    def spawn(self, n_children):
        """Streams of noise, which is drawn for a batch at a time, are not counted."""
        return np.random.Generator(self.bit_generator).spawn(n_children)

    def _count(self, size):
        self.drawn += math.prod(size) if isinstance(size, tuple) else int(size or 1)
        expect(BYTES_A_WEIGHT * self.drawn, f"{self.what}: {self.drawn:,} weights and more", self.remedy)


def _free():
    """Bytes that the machine, or a limit set for this process, leaves; nothing where that cannot be known."""
    with suppress(OSError, ValueError):                         # Linux
        for line in open("/proc/meminfo", encoding="ascii"):
            if line.startswith("MemAvailable:"):
                yield 1024 * float(line.split()[1])
    with suppress(AttributeError, OSError, ValueError):         # not Windows
        yield float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    with suppress(ImportError):                                 # nor here
        import resource
        bound = resource.getrlimit(resource.RLIMIT_AS)[0]
        if bound != resource.RLIM_INFINITY:
            yield float(bound)
