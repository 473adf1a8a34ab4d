"""What an exercise is: a task, problems to try an answer on, the right answer, and known wrong ones.

`Exercise` holds data and small functions and judges nothing; `judge` does. A file of the catalogue
makes one of them. How to write such a file stands in README.md.
"""
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from scratchnets.exercises.lectures import notebook


@dataclass(eq=False)
class Exercise:
    """One function for the learner to write.

    Parameters
    ----------
    name : str
        Of the function, of this file, and of the learner's.
    lecture : int
        The number of the notebook that it belongs to.
    title, task : str
        One line, and what to do: the formula, the meaning of its letters, what is expected.
    takes, returns : dict of str
        ``{"dy": "(N, M)  ∂L/∂y", …}``: for each argument and each value that is returned, the shape
        in letters, then what it is. One letter is one extent; N is the batch. A text without
        parentheses in front stands for a number.
    draw : callable
        ``draw(rng)`` → {name: value} with all of `takes`, and whatever else `objective` and the
        mutants ask for. All arrays are float64, all extents different, N ≥ 3, no value trivial.
    reference : callable
        The library's own function. It is called by the names of its arguments.
    hints : sequence of str
        Three, rising: where to look, how to begin, nearly the answer.
    derivation : str
        The page of docs/derivations that leads from the forward formula to the backward one.
    objective : callable, optional
        The scalar whose gradient ``"d" + name`` is: asked for by the names of what was drawn, it
        gives the numeric derivatives that a verdict shows, and proves the reference in the tests.
    follows : dict of tuple
        ``{"dh": ("dW_m", "dW_s")}``: dh is made from gradients that these are made from, too. While one of
        them is wrong, and its mistake is known, no reason is looked for in dh itself.
    lesson : str
        What is worth saying once it is right.
    place : int
        Its position among the exercises of its lecture.
    library : bool
        Whether the task hands out parts of the library to be used.
    solution : sequence of callables
        What `solution` shows; the reference, where it is the library's own.
    """

    name: str
    lecture: int
    title: str
    task: str
    takes: dict
    returns: dict
    draw: Callable
    reference: Callable
    hints: tuple
    derivation: str
    objective: Callable = None
    follows: dict = field(default_factory=dict)
    lesson: str = ""
    place: int = 50
    solution: tuple = ()
    mutants: dict = field(default_factory=dict)
    cases: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    given: Callable = None
    library: bool = False
    as_a_whole: set = field(default_factory=set)
    consequences: dict = field(default_factory=dict)

    def mutant(self, function):
        """Add a known wrong answer: its name is the diagnosis, its docstring the message that teaches.

        It returns only what it gets wrong, ``{"db": …}``; the rest is the reference's. It takes
        whichever of the drawn values it needs, by name.
        """
        self.mutants[identifier(function)] = function
        return function

    def mutant_as_a_whole(self, function):
        """The same for a mistake that says something only where it is seen in all its values."""
        self.as_a_whole.add(identifier(function))
        return self.mutant(function)

    def follows_from(self, name):
        """Add how a returned value is made of the others: the function takes these, and what was drawn, by name.

        Where a wrong value is what follows from other wrong ones, it is told so and not looked into.
        """
        def add(function):
            self.consequences[name] = function
            return function
        return add

    def case(self, function):
        """Add a special case to try once everything else is right: ``function(rng)`` draws it.

        Its name is the diagnosis, its docstring the message for an answer that fails only here.
        """
        self.cases[identifier(function)] = function
        return function

    def parts_of(self, name):
        """Add how a returned value is a sum: the function gives {words: array}, taking drawn values by name.

        A wrong value that is the same sum with other weights is then told which part is missing, has
        the wrong sign, or comes with a factor.
        """
        def add(function):
            self.parts.setdefault(name, []).append(function)
            return function
        return add

    def share_mutants(self, other, without=()):
        """Take over the known mistakes, and the parts, of another exercise that returns the same and less."""
        self.parts |= other.parts
        self.mutants |= {diagnosis: mutant for diagnosis, mutant in other.mutants.items()
                         if diagnosis not in without}

    def as_given(self, function):
        """Put this broken function into the learner's file, to be mended, in place of an empty one."""
        self.given = function
        return function

    @property
    def read(self):
        """Where to read on: the lecture and the derivation."""
        return notebook(self.lecture), self.derivation

    def __repr__(self):
        return f"<exercise {self.name}, lecture {self.lecture:02d}>"


def identifier(function):
    """The diagnosis that a function stands for: ``db_not_summed`` → ``db-not-summed``."""
    return function.__name__.strip("_").replace("_", "-")


def message(function):
    """A docstring as running text, its lines joined into paragraphs."""
    return paragraphs(function.__doc__ or "")


def paragraphs(text):
    """`text` without indentation, one line a paragraph; lines that stand indented stay as they are."""
    blocks = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(block if block.startswith("    ") else " ".join(block.split()) for block in blocks)


def axes(description):
    """The letters of a shape, ``"(N, D)  …"`` → ``("N", "D")``; None where it describes a number."""
    found = re.match(r"\(([^)]*)\)", description)
    if found is None:
        return None
    return tuple(letter.strip() for letter in found[1].split(",") if letter.strip())


def meaning(description):
    """What stands behind the shape: ``"(N, D)  the input"`` → ``"the input"``."""
    return re.sub(r"^\([^)]*\)\s*", "", description)


def call_by_name(function, values):
    """Call `function` with those of `values` that it has arguments for."""
    wanted = inspect.signature(function).parameters
    return function(**{name: values[name] for name in wanted if name in values})
