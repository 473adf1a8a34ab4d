"""Probes that ask again: does the answer hear an argument at all, and is it proportional to dy?"""
import contextlib
from unittest import mock

import numpy as np

from scratchnets.exercises.agreement import FLOAT64, NEAR, agree, relative_error

STEP = 1e-5             # of a difference along a direction
SEED = 20_260_101       # not the one that a learner has chosen
TRIALS = 3              # other values of an argument: one might change nothing by chance


def few_digits(suspect):
    """Near, and not near enough."""
    error = max(relative_error(yours, right) for _, yours, right in suspect.each())
    if not error <= NEAR:
        return None
    return suspect.found(
        "few-digits",
        f"{suspect.name} agrees with the right one to about {int(-np.log10(error))} digits (relative error "
        f"{error:.0e}) and not further. A small constant added somewhere, a rounded number, a numeric "
        "derivative with too large a step, or float16 does that.")


def some_problems_only(suspect):
    """Right for some inputs, wrong for others."""
    right = [agree(yours, target, suspect.tolerance) for _, yours, target in suspect.each()]
    if not any(right):
        return None
    good, bad = ([_inputs(problem) for problem, ok in zip(suspect.problems, right) if ok == wanted]
                 for wanted in (True, False))
    text = (f"{suspect.name} is right for some inputs ({'; '.join(good)}) and wrong for others "
            f"({'; '.join(bad)}).")
    if all(target.size == 1 and float(target).is_integer() for target in suspect.right):
        text += " It is a whole number: where it fits, it may fit by chance."
    return suspect.found("some-inputs-only", text + " Follow one of those by hand for which it is wrong.")


def ignores_an_argument(suspect):
    """The right value changes with an argument, yours does not."""
    gradients = any("∂" in text for text in suspect.exercise.returns.values())
    where = "in the forward formula, and in the chain rule" if gradients else "in the formula"
    for name in suspect.problems[0].arguments:
        if ignored(suspect, name):
            return suspect.found(
                f"ignores-{name}",
                f"Yours does not depend on {name}, and it should: with other values of {name} it stays the "
                f"same. Look for {name} {where}.")
    return None


def own_random_numbers(suspect):
    """Another answer as soon as NumPy's random numbers start from another seed."""
    with _other_seeds():
        answer = suspect.again(suspect.problems[0].arguments)
    yours = None if answer is None else answer.get(suspect.name)
    if yours is None or agree(yours, suspect.yours[0]):
        return None
    return suspect.found(
        "own-random-numbers",
        "Yours depends on random numbers that your function draws itself: with another seed it gives another "
        "answer. Nothing is to be drawn here; what is random has come in as an argument, or is averaged "
        "over exactly.")


def derivative_of_a_wrong_value(suspect):
    """The gradient is that of the value that comes with it, and that one is wrong."""
    value = next((name for name in ("value", "penalty") if name in suspect.exercise.returns), None)
    wrt = suspect.name[1:]
    if (value is None or not suspect.is_gradient or wrt not in suspect.problems[0].arguments
            or suspect.tolerance != FLOAT64):
        return None
    rng, wrong = np.random.default_rng(0), False
    for problem, yours, _ in suspect.each():
        def valued(shift, problem=problem):
            answer = suspect.again(problem.arguments | {wrt: problem.arguments[wrt] + shift})
            given = None if answer is None else answer.get(value)
            return np.nan if given is None or given.size != 1 else given.item()
        wrong |= not agree(np.asarray(valued(0)), problem.right[value])
        for direction in rng.standard_normal((TRIALS, *yours.shape)):
            slope = (valued(STEP * direction) - valued(-STEP * direction)) / (2 * STEP)
            size = np.linalg.norm(yours) * np.linalg.norm(direction)
            if not abs(slope - (yours * direction).sum()) <= FLOAT64 * size:
                return None
    return suspect.found(
        "derivative-of-yours",
        f"{suspect.name} is the derivative of the {value} that you return, and that {value} is wrong. Mend "
        "it, and then its derivative.") if wrong else None


def not_proportional(suspect):
    """A backward pass doubles when what comes from above doubles."""
    problem = suspect.problems[0]
    upstream = [name for name, text in suspect.exercise.takes.items() if "from above" in text]
    if len(upstream) != 1 or not suspect.name.startswith("d"):
        return None
    name = upstream[0]
    answer = suspect.again(problem.arguments | {name: 2 * problem.arguments[name]})
    yours = None if answer is None else answer.get(suspect.name)
    if yours is None or agree(yours, 2 * suspect.yours[0]):
        return None
    text = f"{suspect.name} is not proportional to {name}: with 2·{name} it is not twice as large. "
    if agree(yours, 4 * suspect.yours[0]):
        text += f"It grows fourfold, so {name} comes in twice."
    else:
        text += f"Every backward pass is linear in what comes from above: each term has {name} in it, once."
    return suspect.found("not-proportional", text)


def ignored(suspect, name):
    """Whether the right value changes with an argument and the learner's does not."""
    return all(_ignored(suspect, number, name, seed)
               for number in range(len(suspect.problems)) for seed in range(TRIALS))


def _ignored(suspect, number, name, seed):
    """The same for one problem and one other value of the argument."""
    problem = suspect.problems[number]
    other = _changed(problem.arguments[name], np.random.default_rng(seed))
    if other is None:
        return False
    arguments = problem.arguments | {name: other}
    try:
        with np.errstate(all="ignore"):
            right = problem.reference(arguments)[suspect.name]
    except (ValueError, TypeError, IndexError):
        return False
    answer = suspect.again(arguments)
    yours = None if answer is None else answer.get(suspect.name)
    return (yours is not None and not agree(right, problem.right[suspect.name])
            and agree(yours, suspect.yours[number]))


def _changed(value, rng):
    """Another value of the same kind: an array's entries drawn anew from its own, a number inside (0, 1)."""
    if isinstance(value, np.ndarray):
        return rng.choice(value.ravel(), value.shape)       # with replacement: no sum or mean survives
    if isinstance(value, float):
        return rng.uniform(0.3, 0.7) * value + 0.1
    return None


@contextlib.contextmanager
def _other_seeds():
    """NumPy's generators, all from a seed that is not the one asked for."""
    class OtherState(np.random.RandomState):
        def __init__(self, *_):
            super().__init__(SEED)

    def other_generator(*_, **__):
        return np.random.Generator(np.random.PCG64(SEED))

    before = np.random.get_state()
    with (mock.patch.object(np.random, "default_rng", other_generator),
          mock.patch.object(np.random, "RandomState", OtherState),
          mock.patch.object(np.random, "seed", lambda *_, **__: None)):
        yield
    np.random.set_state(before)


def _inputs(problem):
    numbers = [f"{name} = {value:.3g}" for name, value in problem.arguments.items() if np.ndim(value) == 0]
    return ", ".join([*(f"{letter} = {size}" for letter, size in problem.extents.items()), *numbers])
