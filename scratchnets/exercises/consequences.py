"""A wrong value that needs no reason of its own: it is made of another one, which is wrong.

`consequence` is certain: the learner's value is what rightly follows from their others. `waits` is not: the value
shares inner steps with others whose mistake is known, and may have one of its own.
"""
import contextlib
import inspect

import numpy as np

from scratchnets.exercises.agreement import all_agree
from scratchnets.exercises.exercise import call_by_name
from scratchnets.exercises.suspect import Finding

CONSEQUENCE = (
    "{name} is rightly made of the {others} that you return, and {wrong}: with {those} mended, {name} is right.")

FOLLOWS = (
    "{name} is made of the same inner gradients as {others}. Mend {wrong} first: if {name} is still wrong "
    "then, the mistake is one of its own.")


def consequence(suspect):
    """That a value is rightly made of others that are wrong; None where that is not so."""
    made = suspect.exercise.consequences.get(suspect.name)
    others = [name for name in inspect.signature(made).parameters if name in suspect.answers] if made else []
    if not others or not all(_has_shape(suspect, name) for name in others):
        return None
    with contextlib.suppress(ArithmeticError, np.linalg.LinAlgError):           # of numbers that make no sense
        follows = [call_by_name(made, problem.drawn | {name: suspect.answers[name][n] for name in others})
                   for n, problem in enumerate(suspect.problems)]
        wrong = [name for name in others if not _is_right(suspect, name)]
        if wrong and suspect.matches(follows):
            return Finding("consequence", _text(suspect.name, others, wrong), rank=2)
    return None


def waits(suspect, known):
    """That there is nothing to find here before another value is mended; None where that is not so."""
    others = suspect.exercise.follows.get(suspect.name, ())
    wrong = " and ".join(other for other in others if other in known)
    text = FOLLOWS.format(name=suspect.name, others=" and ".join(others), wrong=wrong)
    return Finding("follows", text, rank=2) if wrong else None


def _text(name, others, wrong):
    are = f"{' and '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong"
    return CONSEQUENCE.format(name=name, others=" and ".join(others), wrong=are,
                              those="it" if len(wrong) == 1 else "them")


def _has_shape(suspect, name):
    """Whether a value has come in its shape, and finite, for every problem."""
    return all(yours is not None and yours.shape == problem.right[name].shape and np.isfinite(yours).all()
               for yours, problem in zip(suspect.answers[name], suspect.problems))


def _is_right(suspect, name):
    return all_agree(((yours, problem.right[name]) for yours, problem in zip(suspect.answers[name], suspect.problems)),
                     suspect.tolerance)
