"""One check in a process of its own: run the learner's file, judge its function, leave the verdict as JSON.

Started by `process`. What the file does to the process (endless loop, exit, abort) ends this one
alone; the parent sees that no verdict was left, and reads in the trace file where it happened.
"""
import faulthandler
import importlib
import json
import linecache
import os
import sys
import traceback

from scratchnets.exercises.catalogue import get
from scratchnets.exercises.internal import DIAGNOSIS, told
from scratchnets.exercises.judge import judge
from scratchnets.exercises.verdict import NOT_ATTEMPTED, RAISED, UNJUDGED, Verdict
from scratchnets.files import write_text

SEARCH = 10.0           # seconds that the search for a place to mend may take at the very most
MEMORY = 2 * 2 ** 30    # bytes: a list that grows for ever is a MemoryError, not a machine that swaps


def main(path, name, result, trace, limit):
    """Judge the function `name` of the file `path`, within `limit` seconds.

    Parameters
    ----------
    result, trace : str
        Files to write: the verdict, and where the code stood if there is none.
    """
    exercise = get(name)
    _limit_memory()
    with open(trace, "w") as stack:
        faulthandler.enable(stack)
        faulthandler.dump_traceback_later(float(limit), exit=True, file=stack)

        def preliminary(verdict):
            """Leave the verdict so far: what may go wrong in the search that follows is none of the learner's."""
            write_text(result, json.dumps(verdict.to_json()))
            faulthandler.dump_traceback_later(SEARCH, exit=True, file=stack)
        try:
            stored = json.dumps(check_file(exercise, path, preliminary).to_json())
        except Exception as error:           # what the learner's code raises is a verdict: this is ours
            text = told(error, "while it judged your file", name)
            stored = json.dumps(_verdict(exercise, UNJUDGED, DIAGNOSIS, text).to_json())
        faulthandler.cancel_dump_traceback_later()
        write_text(result, stored)
        sys.stdout.flush()
        os._exit(0)                          # threads that the learner left behind do not keep us


def check_file(exercise, path, preliminary=lambda verdict: None):
    """The verdict on the function of the exercise's name in the file `path`, in this process."""
    sys.path.insert(0, os.path.dirname(path))       # the learner may import a neighbour file
    module = type(sys)("exercise")
    module.__file__ = path
    try:
        with open(path, "rb") as file:
            exec(compile(file.read(), path, "exec"), vars(module))
    except SyntaxError as error:
        return _raised(exercise, error, _syntax(error))
    except SystemExit:
        return _raised(exercise, "exit", "The file ends the program while it is being read (exit, quit or "
                       "sys.exit). Put what is only for running it under if __name__ == \"__main__\":")
    except Exception as error:
        return _raised(exercise, error, _where(error, path))
    function = vars(module).get(exercise.name)
    if function is None:
        found = [key for key, value in vars(module).items()
                 if callable(value) and getattr(value, "__module__", None) == "exercise"]
        return _verdict(exercise, NOT_ATTEMPTED, "no-function", f"The file has no function {exercise.name}"
                        + (f"; it has {', '.join(found)}." if found else "; it is empty so far."))
    return judge(exercise, function, preliminary=preliminary)


def _raised(exercise, error, text):
    diagnosis = error if isinstance(error, str) else type(error).__name__
    return _verdict(exercise, RAISED, diagnosis, text)


def _verdict(exercise, status, diagnosis, text):
    return Verdict(exercise.name, status, diagnosis, text, dict.fromkeys(exercise.returns),
                   read=list(exercise.read))


def _syntax(error):
    text = f"Python cannot read the file: {type(error).__name__}: {error.msg}"
    line = (error.text or "").rstrip("\n")
    if not line.strip():
        return f"{text} (line {error.lineno})"
    caret = " " * max((error.offset or 1) - 1, 0) + "^"
    return f"{text}\n\n    line {error.lineno}:\n    {line}\n    {caret}"


def _where(error, path):
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    text = f"The file raises before any check: {type(error).__name__}: {error}"
    if frames:
        text += f"\n\n    line {frames[-1].lineno}:  {linecache.getline(path, frames[-1].lineno).strip()}"
    return text


def _limit_memory():
    try:
        resource = importlib.import_module("resource")       # not on Windows
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass
