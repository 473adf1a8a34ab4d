"""Timing on a machine that also does other things: in turns, in one process, by medians."""
import os
import statistics
import time

import numpy as np

from scratchnets import backend
from scratchnets.backend import asarray, xp

WARM_UP = 0.06          # seconds at the start of a turn that do not count
TURN = 0.02             # seconds that count, about


def measure(steps, rounds=15, tick=lambda: None):
    """Seconds that one call of each step takes.

    The steps take turns within each round, so that whatever slows the machine down for a while slows
    all of them; the medians over the rounds then compare. The start of each turn does not count: the
    threads of one library wait for more work in a busy loop, for tens of milliseconds after their
    last, and meanwhile keep the other's from the processor.

    Parameters
    ----------
    steps : list of callable
    rounds : int
    tick : callable
        Called after each round, to show progress.

    Returns
    -------
    list of list of float
        For each step the seconds of a call in each round.
    """
    repeats = [max(1, round(TURN / _turn(step, 1))) for step in steps]
    seconds = [[] for _ in steps]
    for _ in range(rounds):
        for step, repeat, times in zip(steps, repeats, seconds):
            times.append(_turn(step, repeat))
        tick()
    return seconds


def spread(times):
    """The middle half of the times, (Q₃ − Q₁) / median: above about 0.3 something else was at work."""
    if len(times) < 2:
        return 0.0
    first, middle, third = statistics.quantiles(times, n=4, method="inclusive")
    return (third - first) / middle


def _turn(step, repeat):
    """Seconds of one call, the mean over `repeat` calls."""
    warm = time.perf_counter() + WARM_UP
    while time.perf_counter() < warm:
        step()
    _wait()
    began = time.perf_counter()
    for _ in range(repeat):
        step()
    _wait()
    return (time.perf_counter() - began) / repeat


def _wait():
    """Until a GPU has done what it was told; the processor has, when a call returns."""
    if backend.name() == "cupy":
        xp.cuda.Device().synchronize()


def peak(rounds=15, n=1024):
    """The most floating-point operations a second that a product of two n × n matrices reaches here."""
    draw = np.random.default_rng(0).standard_normal
    a, b = asarray(draw((n, n))), asarray(draw((n, n)))
    product = xp.empty_like(a)
    times, = measure([lambda: xp.matmul(a, b, out=product)], rounds)
    return 2 * n ** 3 / min(times)


def threads():
    """How many threads NumPy's matrix products use, so that PyTorch can be given as many."""
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(name, "").isdigit():
            return int(os.environ[name])
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
