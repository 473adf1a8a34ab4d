"""A verdict on a wrong answer, with the places in its code where one change would do."""
from time import process_time

from scratchnets.exercises.repair.search import search

WHOLE = 1.6             # seconds of processor time for a verdict: the search has what the questions leave


def placed(judgement, state, verdict, in_a_case=False):
    """``verdict(changes)`` with the changes of the learner's code that the search finds.

    Parameters
    ----------
    judgement : object
        With the `exercise`, the `function`, the `seed` and the `tolerance`; `began` is the processor time at its
        beginning, and ``preliminary(verdict)`` gets the verdict without any change, before the search begins.
    state : dict
        {name of a returned value: True, False or None}.
    verdict : callable
    in_a_case : bool
        Whether the answer is right on all problems, and fails in a special case.
    """
    first, left = verdict([]), WHOLE - (process_time() - judgement.began)
    judgement.preliminary(first)
    wrong, right = ([name for name, good in state.items() if good is wanted] for wanted in (False, True))
    try:
        changes = search(judgement.exercise, judgement.function, wrong, right, judgement.seed, judgement.tolerance,
                         left, in_a_case)
    except Exception:                       # a fault of the search costs the place, and not the verdict
        return first
    return verdict(changes) if changes else first
