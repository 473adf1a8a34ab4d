"""Probes of what went in: the right formula, with something else in an argument's place."""
import itertools

import numpy as np

ORDERS = 4              # arguments of which every order is tried

CHANGES = (
    ("{0} cut to whole numbers", np.trunc), ("{0} rounded to whole numbers", np.round), ("−{0}", np.negative),
    ("{0}²", np.square), ("√{0}", np.sqrt), ("2·{0}", lambda a: 2 * a), ("½·{0}", lambda a: a / 2),
    ("1 − {0}", lambda a: 1 - a), ("|{0}|", np.abs), ("exp({0})", np.exp), ("log({0})", np.log),
    ("log({0}²)", lambda a: np.log(a * a)), ("1/{0}", lambda a: 1 / a), ("[{0} > 0]", lambda a: a > 0))

OF_ARRAYS = (
    ("{0} with its rows in reverse order", lambda a: a[::-1]), ("{0} moved on by one row", lambda a: np.roll(a, 1, 0)),
    ("{0} moved back by one row", lambda a: np.roll(a, -1, 0)),
    ("the transpose of {0}", lambda a: a.T if a.ndim == 2 and len(a) == len(a.T) else None))

OF_WHOLE_NUMBERS = (("{0} − 1", lambda a: a - 1), ("{0} + 1", lambda a: a + 1), ("−{0}", lambda a: -a),
                    ("1", lambda a: 0 * a + 1), ("0", lambda a: 0 * a))


def other_input(suspect):
    """What the right formula makes of one other input."""
    for name, value in suspect.problems[0].arguments.items():
        for words, change in (*_changes_of(value), *_wrapped(suspect, value)):
            if _comes_out(suspect, lambda problem, name=name, change=change: {
                    name: change(problem.arguments[name], problem)}):
                return suspect.found("other-input", f"{suspect.name} is what comes out with {words.format(name)} in "
                                                    f"the place of {name}; all else in it is right.")
    return None


def other_argument(suspect):
    """Two arguments that have changed places, or one that stands for another, too."""
    for one, other in itertools.permutations(suspect.problems[0].arguments, 2):
        if _comes_out(suspect, lambda problem, one=one, other=other: {one: problem.arguments[other]}):
            return suspect.found("other-argument", f"{suspect.name} is what comes out with {other} in the place of "
                                                   f"{one}; all else in it is right.")
        if one < other and _comes_out(suspect, lambda problem, one=one, other=other: {
                one: problem.arguments[other], other: problem.arguments[one]}):
            return suspect.found("other-argument", f"{suspect.name} is what comes out when {one} and {other} change "
                                                   "places; all else in it is right.")
    return None


def other_order(suspect):
    """Right as soon as the arguments come in another order."""
    names = list(suspect.problems[0].arguments)
    if not 2 <= len(names) <= ORDERS:
        return None
    for order in itertools.permutations(names):
        if list(order) != names and all(_right_in(suspect, problem, order) for problem in suspect.problems):
            return suspect.found("argument-order", f"Your {suspect.name} is right for arguments in the order "
                                 f"{', '.join(order)}. They come as {', '.join(names)}: by place, whatever they are "
                                 "called in your function.")
    return None


def _changes_of(value):
    """(words, function of value and problem) for the kind of argument that this is."""
    if np.asarray(value).dtype.kind in "iu":
        changes = OF_WHOLE_NUMBERS + (OF_ARRAYS[:3] if np.ndim(value) else ())
    else:
        changes = CHANGES + (OF_ARRAYS if np.ndim(value) else ())
    return [(words, lambda a, problem, change=change: change(a)) for words, change in changes]


def _wrapped(suspect, value):
    """An index that is one too small or too large: −1 is the last one of K, as Python counts."""
    if np.ndim(value) and np.asarray(value).dtype.kind in "iu":
        for letter in suspect.problems[0].extents:
            for words, by in (("{0} − 1", -1), ("{0} + 1", 1)):
                yield words, lambda a, problem, letter=letter, by=by: (a + by) % problem.extents[letter]


def _comes_out(suspect, change):
    """Whether the reference, with these other inputs, gives the learner's value in every problem."""
    known, moved = set(), False
    for problem, yours, right in suspect.each():
        other = change(problem)
        if any(value is None or np.shape(value) != np.shape(problem.arguments[name]) or not np.isfinite(value).all()
               for name, value in other.items()):
            return False
        other = {name: np.asarray(value, np.asarray(problem.arguments[name]).dtype)
                 if np.ndim(value) else type(problem.arguments[name])(value) for name, value in other.items()}
        guess = _reference(problem, problem.arguments | other).get(suspect.name)
        if guess is None or not suspect.close(yours, guess):
            return False
        known.add(guess.tobytes())
        moved = moved or not suspect.close(guess, right)
    return moved and len(known) > 1         # that a constant comes out whatever goes in proves nothing


def _reference(problem, arguments):
    try:
        return problem.reference(arguments)
    except Exception:                       # inputs that it refuses
        return {}


def _right_in(suspect, problem, order):
    """Whether the learner's function is right when it gets the arguments in this order."""
    answer = suspect.again(dict(zip(order, (problem.arguments[name] for name in order))))
    yours = None if answer is None else answer.get(suspect.name)
    return yours is not None and suspect.close(yours, problem.right[suspect.name])
