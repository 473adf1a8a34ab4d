"""A learner's file, checked in a child process with a time limit: whatever it does is a verdict."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import scratchnets
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.internal import DIAGNOSIS
from scratchnets.exercises.verdict import RAISED, UNJUDGED, Verdict

LIMIT = 10.0            # seconds for the learner's code
START = 60.0            # seconds more for a slow machine to start Python and import NumPy
PRINTED = 10_000        # characters of output that are kept

# The package's folder comes last in the path, so that nothing beside it hides a module of Python's.
PROGRAM = ("import sys; sys.path.append(sys.argv.pop()); "
           "from scratchnets.exercises.child import main; main(*sys.argv[1:])")


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
    with tempfile.TemporaryDirectory(prefix="scratchnets-") as folder:
        result, trace = Path(folder, "verdict.json"), Path(folder, "trace.txt")
        package = Path(scratchnets.__file__).parents[1]
        command = [sys.executable, "-P", "-u", "-c", PROGRAM, path, name, result, trace, limit, package]
        status, printed = _run([str(word) for word in command], path.parent, limit + START)
        try:
            verdict = Verdict.from_json(json.loads(result.read_text()))
        except FileNotFoundError:
            if status is None or trace.exists():
                stack = trace.read_text(errors="replace") if trace.exists() else ""
                verdict = _ended(exercise, path, status, stack, limit)
            else:
                verdict = _never_began(exercise, status)
        verdict.printed = printed
        return verdict


def _run(command, folder, limit):
    """Exit status (None where the time was up) and output of a command; ends it and its children."""
    child = subprocess.Popen(command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    output = _Output(child.stdout)
    try:
        status = child.wait(limit)
    except subprocess.TimeoutExpired:
        status = None
    finally:
        _end(child)
    return status, output.text()


class _Output:
    """Reads a pipe to its end, so that the child never blocks, and keeps only the beginning."""

    def __init__(self, pipe):
        self.pipe, self.kept, self.cut = pipe, bytearray(), False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while block := self.pipe.read1(65536):
            self.kept += block[:max(0, PRINTED - len(self.kept))]
            self.cut = self.cut or len(self.kept) >= PRINTED

    def text(self):
        self.thread.join(1.0)               # the pipe ends with the last process that holds it
        text = self.kept.decode("utf-8", errors="replace")
        return text + ("\n… (and so on; only the beginning is kept)" if self.cut else "")


def _end(child):
    try:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)    # the session that it leads: also what it has started
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def _environment():
    environment = {key: value for key, value in os.environ.items() if key != "SCRATCHNETS_BACKEND"}
    # The arrays are tiny: threads would only cost start-up time.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # The child runs in the learner's folder: what is relative to ours has to be made absolute.
    paths = [os.path.abspath(path) for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    return environment | threads | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8",
                                    "PYTHONDONTWRITEBYTECODE": "1"}


def _ended(exercise, path, status, stack, limit):
    """The verdict where the child left none."""
    diagnosis = "crashed"
    if status is None or stack.startswith("Timeout"):
        diagnosis = "time-limit"
        text = (f"Your code was not done after {limit:g} seconds and was stopped. The arrays are small, so "
                "look for a loop that does not end.")
    elif status < 0:
        text = f"Your code made Python crash ({_signal_name(-status)})."
    else:
        text = f"Your code ended Python with exit status {status} (os._exit?). A function is to return."
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
    lines = path.read_text(errors="replace").splitlines()
    return f"line {number}, in {function}:  {lines[number - 1].strip() if number <= len(lines) else ''}"


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
