"""What a check says: status, diagnosis, a message that teaches, which value is right, what to do next."""
from dataclasses import asdict, dataclass, field

from scratchnets.exercises import rendering

PASSED, WRONG, RAISED, NOT_ATTEMPTED, UNJUDGED = STATUSES = (
    "passed", "wrong", "raised", "not attempted", "not judged")


@dataclass(frozen=True)
class Corner:
    """A small window of a wrong value: rows of (yours, expected, ratio), each up to three numbers.

    ``where`` says which window, ``method`` where the second column comes from: ``"finite diff."``, how
    the loss changes when one number is moved a little either way, or ``"right"``, the reference's value.
    """

    name: str
    where: str
    method: str
    yours: list
    expected: list
    ratio: list


@dataclass(frozen=True)
class Change:
    """The one change of the learner's own code that makes wrong values right.

    The verdict tells the place, ``lines`` and ``before``. What to write there, ``after``, or what to do,
    ``how``, is told by the next hint. ``everywhere`` says whether the special cases are right then, too, and
    ``alike`` whether it is the same slip in all of its places.
    """

    names: list
    lines: list
    before: list
    after: list
    how: str = ""
    everywhere: bool = True
    alike: bool = True


@dataclass(repr=False)
class Verdict:
    """The verdict on one answer; shows as text and, in a notebook, as HTML.

    Attributes
    ----------
    exercise : str
    status : {"passed", "wrong", "raised", "not attempted", "not judged"}
        The last one where the engine itself has failed, and says so.
    diagnosis : str
        A short stable identifier: of the recognised mistake, of the probe that spoke, or ``""``.
    message : str
        What is wrong, and why; of a right answer, what was tried.
    gradients : dict
        {name: True, False, or None where it was not judged}.
    diagnoses : dict
        {name: diagnosis} of the wrong ones.
    corners : list of Corner
    read : list of str
        Where to read on.
    next : str
        What to do now.
    changes : list of Change
        Of the learner's own code, each of which makes some of the values right.
    printed : str
        What the learner's file printed, where it ran in a process of its own.
    borrowed : list of str
        What the answer calls of this library, by its full name: what the exercise asks to be written.
    """

    exercise: str
    status: str
    diagnosis: str = ""
    message: str = ""
    gradients: dict = field(default_factory=dict)
    diagnoses: dict = field(default_factory=dict)
    corners: list = field(default_factory=list)
    read: list = field(default_factory=list)
    next: str = ""
    printed: str = ""
    changes: list = field(default_factory=list)
    borrowed: list = field(default_factory=list)

    @property
    def passed(self):
        return self.status == PASSED

    def text(self, colour=False):
        """The verdict for a terminal."""
        return rendering.as_text(self, colour)

    def to_json(self):
        """As plain dicts, lists and strings."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored):
        """The verdict that `to_json` stored."""
        return cls(**{**stored, "corners": [Corner(**corner) for corner in stored["corners"]],
                      "changes": [Change(**change) for change in stored["changes"]]})

    def __str__(self):
        return self.text()

    __repr__ = __str__

    def _repr_html_(self):
        return rendering.as_html(self)
