"""One check in a process of its own: run the learner's file, judge its function, leave the verdict as JSON.

Started by `process`. What the file does to the process (endless loop, exit, abort) ends this one
alone; the parent sees that no verdict was left, and reads in the trace file where it happened.
"""
import faulthandler
import json
import linecache
import os
import traceback

from scratchnets.exercises.answers import describe_error, kind_of, load, said_by, shortened
from scratchnets.exercises.bounds import mark
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.internal import DIAGNOSIS, told
from scratchnets.exercises.judge import judge
from scratchnets.exercises.verdict import NOT_ATTEMPTED, RAISED, UNJUDGED, Verdict

SEARCH = 10.0           # seconds that the search for a place to mend may take at the very most


def main(path, folder, limit, name):
    """Judge the function `name` of the file `path`, within `limit` seconds; leaves ``result.json`` in `folder`."""
    exercise = get(name)
    trace = open(os.path.join(folder, "trace.txt"), "w")
    write, leave, descriptor = os.write, os._exit, os.open(
        os.path.join(folder, "result.json"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    faulthandler.enable(trace)
    faulthandler.dump_traceback_later(max(float(limit), 0.01), exit=True, file=trace)

    def tell(verdict):
        text = json.dumps(verdict.to_json()).encode()
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
        while text:
            text = text[write(descriptor, text):]

    def preliminary(verdict):
        """Leave the verdict so far: what may go wrong in the search that follows is none of the learner's."""
        tell(verdict)
        faulthandler.dump_traceback_later(SEARCH, exit=True, file=trace)
        mark()                               # and a clock of its own for the search

    mark()                                   # from here on the clock runs
    try:
        try:
            verdict = check_file(exercise, path, preliminary)
            str(verdict)
        except Exception as error:           # what the learner's code raises is a verdict: this is ours
            verdict = _verdict(exercise, UNJUDGED, DIAGNOSIS, told(error, "while it judged your file", name))
        tell(verdict)
        leave(0)                             # threads that the learner left behind do not keep us
    finally:
        leave(1)                             # the file is closed, or gone, or full


def check_file(exercise, path, preliminary=lambda verdict: None):
    """The verdict on the function of the exercise's name in the file `path`, in this process."""
    try:
        found = load(path)
    except SyntaxError as error:
        return _raised(exercise, kind_of(error), _syntax(error))
    except SystemExit:
        return _raised(exercise, "exit", "The file ends the program while it is being read (exit, quit or "
                       "sys.exit). Put what is only for running it under if __name__ == \"__main__\":")
    except BaseException as error:
        return _raised(exercise, kind_of(error), _where(error, path))
    function = found.get(exercise.name)
    if function is None:
        others = [key for key, value in found.items()
                  if callable(value) and getattr(value, "__module__", None) == "exercise"]
        return _verdict(exercise, NOT_ATTEMPTED, "no-function", f"The file has no function {exercise.name}"
                        + (f"; it has {shortened(', '.join(others))}." if others else "; it is empty so far."))
    try:
        return judge(exercise, function, preliminary=preliminary)
    except BaseException as error:          # the judge looks after all but interrupts, and nobody interrupts it here
        return _raised(exercise, kind_of(error), describe_error(error, path, {}))


def _raised(exercise, diagnosis, text):
    return _verdict(exercise, RAISED, diagnosis, text)


def _verdict(exercise, status, diagnosis, text):
    return Verdict(exercise.name, status, diagnosis, text, dict.fromkeys(exercise.returns),
                   read=list(exercise.read))


def _syntax(error):
    text = f"Python cannot read the file: {kind_of(error)}: {shortened(error.msg)}"
    line = shortened((error.text or "").rstrip("\n"), 200)
    if not line.strip():
        return f"{text} (line {error.lineno})"
    caret = " " * min(max((error.offset or 1) - 1, 0), len(line)) + "^"
    return f"{text}\n\n    line {error.lineno}:\n    {line}\n    {caret}"


def _where(error, path):
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    text = f"The file raises before any check: {kind_of(error)}: {said_by(error)}"
    if frames:
        line = linecache.getline(path, frames[-1].lineno).strip()
        text += f"\n\n    line {frames[-1].lineno}:  {shortened(line, 200)}"
    return text

