"""Exercises that say what is wrong with a gradient.

In a notebook::

    from scratchnets.exercises import check, names, task
    names()                                 # what there is
    task("dense_backward")                  # what to write
    check("dense_backward", my_function)    # what is wrong with it

In the terminal: ``scratchnets exercises --help``. Learners write plain NumPy in float64, whatever
the backend.
"""
from scratchnets.exercises.catalogue import get, names
from scratchnets.exercises.judge import judge
from scratchnets.exercises.verdict import Verdict

__all__ = ["check", "names", "Verdict"]


def check(name, function, seed=0):
    """The verdict on `function` as an answer to the exercise `name`.

    It runs in place: interrupt the kernel if it does not end.

    Parameters
    ----------
    name : str
        One of `names`.
    function : callable
    seed : int
        Of the random inputs.

    Returns
    -------
    Verdict
    """
    return judge(get(name), function, seed)
