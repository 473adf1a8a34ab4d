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
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.judge import judge
from scratchnets.exercises.verdict import NOT_ATTEMPTED, RAISED, WRONG, Verdict


def main(path, folder, limit, name):
    """Judge the function `name` of the file `path`, within `limit` seconds; leaves ``result.json`` in `folder`."""
    exercise = get(name)
    trace = open(os.path.join(folder, "trace.txt"), "w")
    write, leave, descriptor = os.write, os._exit, os.open(
        os.path.join(folder, "result.json"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    faulthandler.enable(trace)
    faulthandler.dump_traceback_later(max(float(limit), 0.01), exit=True, file=trace)

    def tell(verdict):
        told = json.dumps(verdict.to_json()).encode()
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
        while told:
            told = told[write(descriptor, told):]

    mark(folder, "begun")                    # from here on the clock runs
    try:
        tell(check_file(exercise, path))
        leave(0)                             # threads that the learner left behind do not keep us
    finally:
        leave(1)                             # the file is closed, or gone, or full


def mark(folder, name):
    """Tell the supervisor how far the check is."""
    with open(os.path.join(folder, name), "w"):
        pass


def check_file(exercise, path):
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
        return judge(exercise, function)
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        if any(frame.filename == path for frame in frames):      # raised by the learner: an interrupt of its own
            return _raised(exercise, kind_of(error), describe_error(error, path, {}))
        return _verdict(exercise, WRONG, "judge-failed", _failure(error, frames[-1]))


def _failure(error, frame):
    return (f"the judge itself ended with {kind_of(error)}: {said_by(error)} (line {frame.lineno} of "
            f"{os.path.basename(frame.filename)}).")


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

