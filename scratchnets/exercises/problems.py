"""The inputs that an answer is tried on, with what the reference and the mutants make of them."""
from functools import cached_property, lru_cache

import numpy as np

from scratchnets import backend
from scratchnets.exercises.exercise import axes, call_by_name, identifier

PROBLEMS = 4            # of different shapes; two would do, four make a coincidence hopeless
ATTEMPTS = 200


class Problem:
    """One set of inputs.

    Attributes
    ----------
    drawn : dict
        All that was drawn, by name.
    arguments : dict
        What the learner's function gets of it, in order.
    extents : dict
        {letter: size}: ``{"N": 4, "D": 6, "M": 3}``.
    right : dict
        {name of a returned value: float64 array}.
    """

    def __init__(self, exercise, drawn):
        self.exercise, self.drawn = exercise, drawn
        self.arguments = {name: drawn[name] for name in exercise.takes}
        self.extents = {}
        for name, description in exercise.takes.items():
            letters = axes(description)
            if letters is not None:
                self.extents |= dict(zip(letters, drawn[name].shape, strict=True))
        self.right = self.reference(self.arguments)

    def fresh(self):
        """The learner's arguments, copied: whatever is done to them is done to nobody else."""
        return copied(self.arguments)

    def reference(self, arguments):
        """The right answer to other arguments of this kind."""
        return named(call_by_name(self.exercise.reference, copied(arguments)), self.exercise.returns)

    @cached_property
    def wrong(self):
        """{diagnosis: {name: array}}: of each mutant the values that it gets wrong."""
        with on_numpy(), np.errstate(all="ignore"):
            return {diagnosis: self.of_mutant(mutant) for diagnosis, mutant in self.exercise.mutants.items()}

    def of_mutant(self, mutant):
        answer = call_by_name(mutant, copied(self.drawn))
        unknown = set(answer) - set(self.exercise.returns)
        if unknown:
            raise KeyError(f"{self.exercise.name}: the mutant {identifier(mutant)} returns "
                           f"{', '.join(sorted(unknown))}, which the exercise does not")
        return {name: np.asarray(value, dtype="float64") for name, value in answer.items()}


@lru_cache(maxsize=256)
def problems(exercise, seed=0):
    """The problems of `exercise`: each has another N, D, … than the one before."""
    rng = np.random.default_rng([seed, 2026])
    chosen = [_drawn(exercise, exercise.draw, rng)]
    for _ in range(ATTEMPTS):
        if len(chosen) == PROBLEMS:
            return tuple(chosen)
        problem = _drawn(exercise, exercise.draw, rng)
        if all(size != chosen[-1].extents[letter] for letter, size in problem.extents.items()):
            chosen.append(problem)
    raise RuntimeError(f"{exercise.name}: draw(rng) gives hardly any different shapes")


@lru_cache(maxsize=256)
def case_problem(exercise, diagnosis, seed=0):
    """The problem of one special case."""
    return _drawn(exercise, exercise.cases[diagnosis], np.random.default_rng([seed, 2027]))


def on_numpy():
    """The library's functions on NumPy arrays in float64, whatever the backend: as the learner's."""
    return backend.use("numpy", dtype="float64")


def _drawn(exercise, draw, rng):
    with on_numpy():
        return Problem(exercise, draw(rng))


def named(answer, names):
    """What a reference returned, as {name: float64 array}."""
    values = answer if isinstance(answer, tuple) else (answer,)
    return {name: np.asarray(value, dtype="float64") for name, value in zip(names, values, strict=True)}


def copied(values):
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in values.items()}


def sizes(rng, count):
    """`count` different extents, none below 3: what differs cannot be mixed up unseen."""
    return [int(size) for size in rng.permutation(np.arange(3, 7 + count))[:count]]


def away_from_zero(rng, shape, gap=0.1):
    """Numbers of both signs whose size is at least `gap`: none sits on a kink at 0."""
    sign = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
    return sign * (gap + rng.exponential(size=shape))
