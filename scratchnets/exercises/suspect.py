"""One returned value that is wrong, with all that can be known about it, and what was found."""
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scratchnets.exercises.agreement import FLOAT64, agree, all_agree
from scratchnets.exercises.exercise import axes


@dataclass(frozen=True)
class Finding:
    """What is wrong: a stable name, a text that teaches, the returned values that it explains."""

    diagnosis: str
    message: str
    names: tuple = ()
    rank: int = 1               # 0 for a mutant, 1 for a probe, 2 for "I do not know"


@dataclass
class Suspect:
    """A wrong value over all problems.

    Attributes
    ----------
    name : str
    problems : sequence of Problem
    yours, right : list of array
        One for each problem.
    again : callable
        ``again(arguments)`` asks the learner's function once more: {name: array}, or None if it fails.
    answers : dict of list
        All values that the learner returned, {name: one array for each problem}; None where nothing stands.
    whole : bool
        Whether this value came as an array of integers.
    """

    exercise: object
    name: str
    problems: tuple
    yours: list
    right: list
    again: Callable
    tolerance: float = FLOAT64
    answers: dict = field(default_factory=dict)
    whole: bool = False

    def equals(self, candidate):
        """Whether in every problem ``candidate(problem, right)`` is what the learner has; None is nothing."""
        return self.matches([candidate(problem, right) for problem, right in zip(self.problems, self.right)])

    def matches(self, guesses):
        """Whether the learner has these values, one for each problem."""
        return (all(guess is not None for guess in guesses)
                and all_agree(zip(self.yours, map(np.asarray, guesses)), self.tolerance))

    def close(self, one, other):
        """Whether two arrays are equal as far as the learner's precision goes."""
        return agree(one, other, self.tolerance)

    def mended_by(self, repair):
        """Whether in every problem ``repair(yours, right)`` is right."""
        return all_agree(zip(map(repair, self.yours, self.right), self.right), self.tolerance)

    def each(self):
        """(problem, yours, right), problem after problem."""
        return list(zip(self.problems, self.yours, self.right))

    def found(self, diagnosis, message):
        return Finding(diagnosis, message, (self.name,))

    @property
    def missing(self):
        """Names of the values that are not written yet."""
        return [name for name, arrays in self.answers.items() if any(array is None for array in arrays)]

    @property
    def letters(self):
        """The axes of the right value: ``("N", "D")``."""
        return axes(self.exercise.returns[self.name]) or ()

    @property
    def is_loss(self):
        """Whether the exercise is a loss, which averages over the batch; layers sum."""
        return bool({"value", "penalty"} & set(self.exercise.returns))

    @property
    def is_gradient(self):
        """Whether the value is a gradient; others are losses, outputs, new parameters."""
        return "∂" in self.exercise.returns[self.name]

    def array_arguments(self):
        """Names of the arguments that are arrays of real numbers or masks."""
        return [name for name, value in self.problems[0].arguments.items()
                if isinstance(value, np.ndarray) and value.ndim]

    def known_arrays(self):
        """The same, and what else was drawn and has a name in the task, such as a normalised input u."""
        words = set(re.findall(r"\w+", self.exercise.task))
        known = words | set(self.exercise.takes)
        return [name for name, value in self.problems[0].drawn.items()
                if name in known and isinstance(value, np.ndarray) and value.ndim]

    def number_arguments(self):
        """Names of the arguments that are single numbers."""
        return [name for name, value in self.problems[0].arguments.items() if np.ndim(value) == 0]
