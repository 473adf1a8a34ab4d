"""Schedules: the learning rate as a function of the step.

A schedule is a plain function from the number of steps done to the learning rate, and remembers
nothing. The optimiser counts its steps and saves the count, so training that goes on from a
checkpoint goes on with the right rate::

    schedule = warm_up(cosine(1e-3, steps=10_000), steps=500)
    for batch in batches:
        optimizer.lr = schedule(optimizer.steps)
        ...
        optimizer.step()
"""
import math

from scratchnets.arguments import integer, number, positive, positive_integer


def constant(lr):
    """η(t) = η₀."""
    lr = positive("lr", lr)
    return lambda t: lr


def step_decay(lr, every, factor=0.1):
    """η(t) = η₀ · factor^⌊t / every⌋: a stair that goes down.

    Parameters
    ----------
    lr : float
        η₀.
    every : int
        Steps on one stair.
    factor : float
        In (0, 1].
    """
    lr, every = positive("lr", lr), positive_integer("every", every)
    factor = number("factor", factor, above=0, at_most=1)
    return lambda t: lr * factor ** (_step(t) // every)


def exponential(lr, half_life):
    """η(t) = η₀ · 2^(−t / half_life).

    Parameters
    ----------
    lr : float
        η₀.
    half_life : float
        Steps in which the rate halves.
    """
    lr, half_life = positive("lr", lr), positive("half_life", half_life)
    return lambda t: lr * 0.5 ** (_step(t) / half_life)


def cosine(lr, steps, final=0.0):
    """η(t) = η₁ + ½ (η₀ − η₁)(1 + cos(π t / steps)), and η₁ from then on.

    Starts flat, falls, ends flat. Loshchilov and Hutter, 2017.

    Parameters
    ----------
    lr, final : float
        η₀ and η₁.
    steps : int
        Of the whole training.
    """
    lr, steps = positive("lr", lr), positive_integer("steps", steps)
    final = number("final", final, at_least=0)
    return lambda t: final + 0.5 * (lr - final) * (1 + math.cos(math.pi * min(_step(t), steps) / steps))


def warm_up(schedule, steps):
    """η(t) = schedule(t) · min(1, (t + 1) / steps): a ramp in front of any schedule.

    The schedule runs on underneath, so that both count the same steps. Adam profits: its moments are
    averages of few gradients at first.

    Parameters
    ----------
    schedule : callable
        From a step to a learning rate; for a ramp alone, ``constant(lr)``.
    steps : int
        Length of the ramp. Its factor is never 0, so that the first step counts, too.
    """
    if not callable(schedule):
        raise TypeError(f"warm_up takes a schedule, such as constant(1e-3), got {schedule!r}")
    steps = positive_integer("steps", steps)
    return lambda t: schedule(t) * min(1.0, (_step(t) + 1) / steps)


def _step(t):
    return integer("the step of a schedule", t)
