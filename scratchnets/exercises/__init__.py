"""Exercises that say what is wrong with a gradient.

In a notebook::

    from scratchnets.exercises import check, hint, names, task
    names()                                 # what there is
    task("dense_backward")                  # what to write
    check("dense_backward", my_function)    # what is wrong with it
    hint("dense_backward")                  # the next of three

In the terminal: ``scratchnets exercises --help``. Learners write plain NumPy in float64, whatever
the backend.
"""
from scratchnets.exercises.catalogue import names
from scratchnets.exercises.notebook import check, hint, task
from scratchnets.exercises.verdict import Verdict

__all__ = ["check", "hint", "names", "task", "Verdict"]
