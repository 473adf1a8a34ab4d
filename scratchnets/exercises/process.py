"""A learner's file, checked in processes of its own: whatever it does is a verdict, which it cannot write itself.

The first process holds the judge and the file together, which is what a good diagnosis takes. Nothing there keeps the
file from the judge's numbers; so a success is only believed when a second process, which holds the file and nothing
that knows the answer, gives right values for numbers that were drawn for it (`confirm`).
"""
import json
import re
import signal
import sys
import tempfile
from pathlib import Path

import scratchnets
from scratchnets.exercises.bounds import DISK, MEMORY, read_file, run
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.confirmation import confirm
from scratchnets.exercises.internal import DIAGNOSIS
from scratchnets.exercises.verdict import RAISED, STATUSES, UNJUDGED, Verdict

LIMIT = 10.0            # seconds for the learner's code
LONGEST = 86_400.0      # seconds that a limit may be
BORNE = None, "afterwards"      # ways to end in which the verdict that was left counts
SAID = 20_000           # characters of one text in a verdict

# The package's folder comes last in the path, so that nothing beside it hides a module of Python's.
BESIDE_THE_JUDGE = ["-c", "import sys; sys.path.append(sys.argv.pop()); "
                          "from scratchnets.exercises.child import main; main(*sys.argv[1:])"]
ALONE = [Path(__file__).with_name("alone.py")]


def check_file(path, name, limit=LIMIT):
    """The verdict on the function `name` in the file `path`.

    Parameters
    ----------
    path : path-like
    name : str
        Of the exercise.
    limit : float
        Seconds that the learner's code may take.

    Returns
    -------
    Verdict
    """
    path, exercise = Path(path).resolve(), get(name)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}")
    with tempfile.TemporaryDirectory(prefix="scratchnets-", ignore_cleanup_errors=True) as folder:
        outcome = started(BESIDE_THE_JUDGE, path, folder, limit, name)
        verdict = _verdict(read_file(Path(folder, "result.json")), exercise) if outcome.exceeded in BORNE else None
        if verdict is None:
            verdict = _ended(exercise, path, outcome, folder, limit)
    if verdict.passed or verdict.diagnosis == DIAGNOSIS:
        with tempfile.TemporaryDirectory(prefix="scratchnets-", ignore_cleanup_errors=True) as folder:
            verdict = confirm(exercise, verdict, Path(folder), lambda *words: _alone(path, folder, limit, *words))
    verdict.printed = outcome.printed
    return verdict


def started(program, path, folder, limit, *words):
    """Run a program, as Python takes it, on the learner's file, within bounds; its `Outcome`."""
    package = Path(scratchnets.__file__).parents[1]
    command = [sys.executable, "-P", "-u", *program, path, folder, limit, *words, package]
    return run([str(word) for word in command], path.parent, limit, Path(folder))


def _alone(path, folder, limit, *words):
    """The outcome of the file alone, and a verdict where it did not end as it should."""
    outcome = started(ALONE, path, folder, limit, *words)
    exercise = get(words[0])
    if outcome.exceeded is not None or outcome.status != 0:
        return _ended(exercise, path, outcome, folder, limit)
    return None


def _verdict(told, exercise):
    """The verdict that the child left; None where it left none, or something else."""
    try:
        verdict = Verdict.from_json(json.loads(told))
        assert verdict.exercise == exercise.name and verdict.status in STATUSES
        assert all(isinstance(text, str) for text in (verdict.diagnosis, verdict.message))
        assert list(verdict.gradients) == list(exercise.returns)
        assert all(state in (True, False, None) for state in verdict.gradients.values())
        verdict.read = list(exercise.read)
        verdict.message, verdict.diagnosis = verdict.message[:SAID], verdict.diagnosis[:100]
        str(verdict)                                # what cannot be shown is no verdict
        return verdict
    except Exception:                               # of bytes that anybody may have written
        return None


def _ended(exercise, path, outcome, folder, limit):
    """The verdict where the child left none."""
    if outcome.exceeded is None and not outcome.begun:
        return _never_began(exercise, outcome.status)
    stack = (read_file(Path(folder, "trace.txt")) or b"").decode("utf-8", errors="replace")
    diagnosis, status = "crashed", outcome.status
    if outcome.exceeded in ("seconds", "afterwards") or stack.startswith("Timeout"):
        diagnosis = "time-limit"
        text = (f"Your code was not done after {limit:g} seconds and was stopped. The arrays are small, so "
                "look for a loop that does not end.")
    elif outcome.exceeded == "memory":
        diagnosis = "memory-limit"
        text = (f"Your code and what it started filled more than {MEMORY / 2 ** 30:g} GB of memory and was stopped. "
                "The arrays are small, so look for something that grows with each turn of a loop.")
    elif outcome.exceeded == "disk":
        diagnosis = "disk-limit"
        text = (f"Your code wrote more than {DISK / 2 ** 20:g} MB, to files or as output, and was stopped. Look for a "
                "print or a save in a loop that does not end.")
    elif outcome.exceeded is not None:
        text = "Your code ended the process that watches over it, so there is no verdict."
    elif status < 0:
        text = f"Your code made Python crash ({_signal_name(-status)})."
    else:
        text = (f"Your code ended Python with exit status {status} before there was a verdict (os._exit?). A function "
                "is to return.")
    where = _last_line(stack, path)
    if where:
        text += f" It was in\n\n    {where}"
    return Verdict(exercise.name, RAISED, diagnosis, text, dict.fromkeys(exercise.returns),
                   read=list(exercise.read))


def _never_began(exercise, status):
    """The verdict where the child ended before it came to the learner's code."""
    text = (f"This is a fault in scratchnets or in your Python, not in your code: the process that was to check it "
            f"ended with exit status {status} before it read your file. What it said stands above. Does "
            "`python -c \"import scratchnets.exercises\"` work? If it does, please report this.")
    return Verdict(exercise.name, UNJUDGED, DIAGNOSIS, text, dict.fromkeys(exercise.returns),
                   read=list(exercise.read))


def _last_line(stack, path):
    """Where in the learner's file the stack of faulthandler stood: its newest frame comes first."""
    found = re.search(rf'File "{re.escape(str(path))}", line (\d+) in (\S+)', stack)
    if not found:
        return ""
    number, function = int(found[1]), found[2]
    lines = (read_file(path) or b"").decode("utf-8", errors="replace").splitlines()
    return f"line {number}, in {function}:  {lines[number - 1].strip()[:200] if number <= len(lines) else ''}"


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
