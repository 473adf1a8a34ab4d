"""The table of what is timed.

A case builds a step, a function without arguments, and knows the matrix products that the step needs.
Where PyTorch is installed, the same step is built there too: its twin.
"""
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One line of the table.

    Attributes
    ----------
    name, summary : str
    build : callable
        → (step, products, twin): a function without arguments; the list of its matrix products, empty
        where it has none; and ``twin(torch)`` → the same step in PyTorch.
    """

    name: str
    summary: str
    build: Callable


CASES = {}


def case(name, summary):
    """Enter the decorated function, which builds a case, in the table."""
    def enter(build):
        CASES[name] = Case(name, summary, build)
        return build
    return enter
