"""A 3×3 window of a wrong value: yours, the derivative by finite differences, and their ratio."""
from functools import partial

import numpy as np

from scratchnets.exercises.agreement import agree, wrong_places
from scratchnets.exercises.exercise import call_by_name
from scratchnets.exercises.problems import copied
from scratchnets.exercises.verdict import Corner

STEP = 1e-5             # of the central difference: error about 1e-10 in float64
BY_DIFFERENCES, REFERENCE = "finite diff.", "right"         # heads of the column that yours is held against


def corner(suspect):
    """The window of the first problem in which the value is wrong, around its first wrong place.

    None where the shapes differ: then there is nothing to set side by side.
    """
    problem, yours, right = next((problem, yours, right) for problem, yours, right in suspect.each()
                                 if not agree(yours, right, suspect.tolerance))
    if yours.shape != right.shape:
        return None
    wrong = wrong_places(yours, right, suspect.tolerance)
    window, where = _window(wrong)
    wrt = suspect.name[1:]
    numeric = problem.exercise.objective is not None and suspect.name.startswith("d") and wrt in problem.drawn
    expected = right[window]
    if numeric:
        objective = partial(call_by_name, problem.exercise.objective)
        expected = derivatives(objective, problem.drawn, wrt, window)
    columns = np.atleast_2d(yours[window]), np.atleast_2d(expected)
    return Corner(suspect.name, where, BY_DIFFERENCES if numeric else REFERENCE,
                  *(_finite(rows) for rows in (*columns, _ratio(*columns))))


def derivatives(objective, drawn, name, window=...):
    """∂L/∂name by central differences, in the window alone.

    Parameters
    ----------
    objective : callable
        The scalar L as a function of the dict of all that was drawn.
    drawn : dict
    name : str
        Of the array to differentiate with respect to.
    """
    positions = np.arange(drawn[name].size).reshape(drawn[name].shape)[window]
    slopes = np.empty(np.shape(positions))
    for place in np.ndindex(slopes.shape):
        values = []
        for step in (STEP, -STEP):
            moved = copied(drawn)
            moved[name].flat[np.asarray(positions)[place]] += step
            values.append(float(objective(moved)))
        slopes[place] = (values[0] - values[1]) / (2 * STEP)
    return slopes


def _window(wrong):
    """Slices of up to 3×3 places that hold the first wrong one, and words for them."""
    if wrong.ndim == 0:
        return (), ""
    first = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    window, words = list(map(int, first[:-2])), [str(int(index)) for index in first[:-2]]
    for index, extent in list(zip(first, wrong.shape))[-2:]:
        start = 0 if index < 3 else min(int(index), max(extent - 3, 0))
        window.append(slice(start, min(start + 3, extent)))
        words.append(f"{start}:{min(start + 3, extent)}")
    return tuple(window), f"[{', '.join(words)}]"


def _ratio(yours, expected):
    with np.errstate(all="ignore"):
        return np.where(np.abs(expected) > 1e-9, yours / expected, np.nan)


def _finite(rows):
    """Lists of floats; NaN of a ratio 0/0 becomes None."""
    return [[None if np.isnan(value) else float(value) for value in row] for row in rows]
