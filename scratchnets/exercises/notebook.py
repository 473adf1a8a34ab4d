"""What a notebook uses: check an answer, show a task, give a hint."""
import html

from scratchnets.exercises.catalogue import get, names
from scratchnets.exercises.judge import judge
from scratchnets.exercises.rendering import wrapped
from scratchnets.exercises.repair.telling import SHOWS_IT, remedy
from scratchnets.exercises.stubs import describe

_given = {}             # {exercise name: hints given so far}
_changes = {}           # {exercise name: what the last check has found to be changed}


class Text(str):
    """Text that shows as it is, with its lines, and not as a quoted string."""

    __repr__ = str.__str__

    def _repr_html_(self):
        return f"<pre>{html.escape(self)}</pre>"


def check(name, function, seed=0):
    """The verdict on `function` as an answer to the exercise `name`.

    It runs in place: interrupt the kernel if it does not end.

    Parameters
    ----------
    name : str
        One of `names`.
    function : callable
        It gets NumPy arrays in float64 and returns an array, or several as a tuple, list or dict.
    seed : int
        Of the random inputs.

    Returns
    -------
    Verdict
    """
    verdict = judge(get(name), function, seed)
    _changes[name] = verdict.changes
    if verdict.passed:
        onward = names()[names().index(name) + 1:]
        verdict.next = f'task("{onward[0]}")' if onward else "that was the last exercise."
    elif verdict.status == "not attempted":
        verdict.next = f'task("{name}") shows what is to be written.'
    elif verdict.status == "not judged":
        verdict.next = "report it; your answer may well be right."
    else:
        verdict.next = f'mend it and check again, or hint("{name}")' + (f", {SHOWS_IT}" if verdict.changes else "")
    return verdict


def task(name):
    """What is to be written: signature, formula, all shapes, where to read."""
    exercise = get(name)
    signature = f"{exercise.name}({', '.join(exercise.takes)})  →  {', '.join(exercise.returns)}"
    read = f"Read: {', '.join(exercise.read)}"
    return Text("\n\n".join([exercise.title, signature, describe(exercise), read]))


def hint(name):
    """The next of three rising hints, with what to change where the last check has said in which line.

    The last one comes again when all have been given.
    """
    exercise = get(name)
    number = min(_given.get(name, 0) + 1, len(exercise.hints))
    _given[name] = number
    parts = [exercise.hints[number - 1], *map(remedy, _changes.pop(name, []))]
    return Text(f"Hint {number} of {len(exercise.hints)}\n\n" + wrapped("\n\n".join(parts)))
