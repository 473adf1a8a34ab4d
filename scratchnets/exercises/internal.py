"""A fault of the engine itself: said to be one, and never told as the learner's."""
import traceback
from pathlib import Path

DIAGNOSIS = "internal-error"

FAULT = (
    "This is a fault in scratchnets, not in your code: {doing}, it ended with {error}. {left} Please report it to "
    "whoever gave you this copy of scratchnets, with your code and these lines:")


class EngineError(Exception):
    """Something went wrong while the engine, and not the learner's function, was at work."""


def told(error, doing, exercise, left="Nothing is known of your answer beyond what stands here."):
    """What a learner reads, and what they can report.

    Parameters
    ----------
    error : Exception
    doing : str
        What the engine was at: ``"while it looked for the reason"``.
    exercise : str
        The name of the exercise.
    left : str
        What holds nevertheless.
    """
    cause = error.__cause__ if isinstance(error, EngineError) and error.__cause__ else error
    text = FAULT.format(doing=doing, error=type(cause).__name__, left=left)
    return f"{text}\n\n    exercise {exercise}\n    {report(cause)}"


def report(error):
    """The error and the places it went through, on lines of four spaces."""
    places = [f"{Path(frame.filename).name}, line {frame.lineno}, in {frame.name}"
              for frame in traceback.extract_tb(error.__traceback__)][-3:]
    said = " ".join(str(error).split())[:200]
    return "\n    ".join([f"{type(error).__name__}: {said}" if said else type(error).__name__, *places])
