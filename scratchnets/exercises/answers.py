"""Asking a learner's function once, and reading what comes back."""
import contextlib
import difflib
import dis
import inspect
import linecache
import os
import sys
import traceback
import warnings
from dataclasses import dataclass, field

import numpy as np

from scratchnets.exercises.internal import EngineError


class Unreadable(Exception):
    """The answer is no set of arrays: `diagnosis` and the message say what it is instead."""

    def __init__(self, diagnosis, message):
        super().__init__(message)
        self.diagnosis = diagnosis


@dataclass
class Answer:
    """What one call gave.

    Attributes
    ----------
    values : dict
        {name: float64 array}, None where nothing stands yet (``...`` or None).
    low_precision : bool
        Whether some array came in float32 or less.
    changed : list of str
        Arguments that the function wrote into.
    warned : list of str
        What NumPy warned of, with the line.
    nothing : bool
        Whether None alone came back: the function has no return, or an empty one.
    whole : list of str
        Values that came as arrays of integers.
    """

    values: dict
    low_precision: bool = False
    changed: list = field(default_factory=list)
    warned: list = field(default_factory=list)
    nothing: bool = False
    whole: list = field(default_factory=list)


def ask(function, arguments, names, quiet=True):
    """Call the learner's function with copies of `arguments` and read its answer.

    Parameters
    ----------
    arguments : dict
        By name, in order; they are passed by position, so the learner's names are free.
    names : sequence of str
        Of the values that are to come back.
    quiet : bool
        Swallow what it prints: of many calls, only the first one's prints are worth reading.

    Raises
    ------
    Unreadable
        Where no arrays came back. Whatever the function itself raises comes through.
    EngineError
        Where reading the answer has failed, which is no fault of the function's.
    """
    passed = [value.copy() if isinstance(value, np.ndarray) else value for value in arguments.values()]
    silence = _swallow() if quiet else contextlib.nullcontext()
    ordinary = np.errstate(divide="warn", over="warn", invalid="warn", under="ignore")
    with warnings.catch_warnings(record=True) as caught, silence, ordinary:
        warnings.simplefilter("always")
        returned = function(*passed)
    try:
        values, types = read(returned, list(names))
        changed = [name for name, now in zip(arguments, passed) if _differs(arguments[name], now)]
        warned = [_warning(entry) for entry in caught]
    except Unreadable:
        raise
    except Exception as error:
        raise EngineError("reading what came back") from error
    low = any(kind in (np.float32, np.float16) for kind in types.values())
    whole = [name for name, kind in types.items() if kind.kind in "iu" and values[name].ndim]
    return Answer(values, low, changed, warned, returned is None, whole)


def read(returned, names):
    """What was returned: {name: float64 array or None} and {name: the type that its numbers came in}.

    Tuples, lists and dicts are welcome, and one array whose first axis runs through the values; of a
    single value, the value itself.
    """
    if returned is None or returned is ...:
        return dict.fromkeys(names), {}
    if isinstance(returned, dict):
        values = _from_dict(returned, names)
    elif len(names) == 1:
        alone = isinstance(returned, (tuple, list)) and len(returned) == 1
        values = {names[0]: returned[0] if alone else returned}
    elif isinstance(returned, (tuple, list)):
        if len(returned) != len(names):
            raise Unreadable("count", f"It returns {_count(len(returned))}; expected {len(names)}: "
                                      f"{', '.join(names)}, in this order.")
        values = dict(zip(names, returned))
    elif isinstance(returned, np.ndarray) and returned.ndim and len(returned) == len(names):
        values = dict(zip(names, returned))
    else:
        raise Unreadable("count", f"It returns {_kind(returned)} alone; expected {len(names)} values: "
                                  f"return {', '.join(names)}")
    types = {name: np.asarray(value).dtype for name, value in values.items()
             if isinstance(value, (np.ndarray, np.generic))}
    return {name: _array(name, value) for name, value in values.items()}, types


def _from_dict(returned, names):
    strangers = [key for key in returned if key not in names]
    if strangers:
        key = shortened(strangers[0] if isinstance(strangers[0], str) else repr(strangers[0]), 50)
        near = [name for name in names if name.lower() == key.lower()] or difflib.get_close_matches(key, names, n=1)
        raise Unreadable("count", f"The dict that it returns has the key {key!r}"
                         + (f" (did you mean {near[0]!r}?)" if near else "")
                         + f"; expected {', '.join(map(repr, names))}.")
    return {name: returned.get(name) for name in names}


def _array(name, value):
    if value is None or value is ...:
        return None
    try:
        array = np.asarray(value)
    except ValueError:                             # rows of different lengths
        raise Unreadable("not-numbers", f"{name} is a list whose rows have different lengths.") from None
    except Exception as error:                     # what a foreign object says when it is asked for an array
        raise Unreadable("not-numbers", f"{name} is {_kind(value)}, which NumPy cannot read as an array: "
                                        f"{type(error).__name__}.") from None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    if array.dtype.kind not in "fiub":
        raise Unreadable("not-numbers", f"{name} holds no real numbers: it is {_kind(value)}"
                         + (f" of dtype {array.dtype}." if isinstance(value, np.ndarray) else "."))
    return np.array(array, dtype="float64")        # a copy: the function may reuse its arrays


def is_empty(function):
    """Whether the body does nothing at all: pass, a docstring, return None."""
    try:
        steps = {step.opname for step in dis.get_instructions(function)}
    except TypeError:                              # not written in Python
        return False
    return steps <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def argument_count_fits(function, arguments):
    """A message where `function` cannot be called with these arguments, else None."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*arguments)
    except TypeError:
        yours = ", ".join(signature.parameters)     # by name: a default may be anything, and long
        return (f"It is to take {', '.join(arguments)}, in this order; yours is "
                f"{shortened(getattr(function, '__name__', 'function'), 100)}({shortened(yours)}).")
    return None


def load(path):
    """What the learner's file defines: it runs here. It may import its neighbours."""
    sys.path.insert(0, os.path.dirname(path))
    module = type(sys)("exercise")
    module.__file__ = str(path)
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), vars(module))
    return vars(module)


def kind_of(error):
    """The name of an error's type."""
    return shortened(type.__getattribute__(type(error), "__name__"), 100)


def said_by(error):
    """The message of an error, of bounded length, also where it cannot be had."""
    try:
        return shortened(str(error).strip())
    except BaseException as another:        # an error may define its text, and raise there
        return f"(it has no message to show: its __str__ raises {kind_of(another)})"


def shortened(text, longest=2000):
    text = str(text)
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text):,} characters)"


def describe_error(error, function, arguments):
    """What was raised, on which line of the learner's, and the shapes that it met there.

    `function` is the learner's, or the path of the file.
    """
    file = function if isinstance(function, str) else getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == file]
    said = said_by(error)
    text = f"{kind_of(error)}{': ' + said if said else ''}"
    empty = _empty_places(error.__traceback__, file)
    if empty:
        text += f" ({' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} still ..., to be filled in.)"
    if own:
        line = shortened(linecache.getline(own[-1].filename, own[-1].lineno).strip(), 200)
        text += f"\n\n    line {own[-1].lineno}, in {own[-1].name}:  {line}"
    shapes = [f"{name} {value.shape}" for name, value in arguments.items()
              if isinstance(value, np.ndarray) and value.ndim]
    return text + (f"\n\nThe arrays came with the shapes {', '.join(shapes)}." if shapes else "")


def _empty_places(step, file):
    """Names that are still ``...`` where the learner's code raised."""
    empty = []
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            empty = [name for name, value in step.tb_frame.f_locals.items() if value is ...]
        step = step.tb_next
    return empty


@contextlib.contextmanager
def _swallow():
    with contextlib.redirect_stdout(_Nothing()), contextlib.redirect_stderr(_Nothing()):
        yield


class _Nothing:
    """Takes all text and keeps none: endless printing must not fill the memory."""

    encoding = "utf-8"

    def write(self, text):
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False


def _differs(before, after):
    return isinstance(before, np.ndarray) and not (
        before.shape == after.shape and np.array_equal(before, after, equal_nan=before.dtype.kind == "f"))


def _warning(entry):
    line = shortened(linecache.getline(entry.filename, entry.lineno).strip(), 200)
    said = said_by(entry.message)
    return f"{said} (line {entry.lineno}: {line})" if line else said


def _count(number):
    return "1 value" if number == 1 else f"{number} values"


def _kind(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return f"a {type(value).__name__}"
