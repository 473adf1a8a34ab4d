"""What the learner's function says of itself: which names its arguments have, and what it borrows from the book."""
import dis
import inspect
import types

import scratchnets

MISREAD = """Your function calls its arguments {yours}. They are handed over by place, as {theirs}: what you call
{one} is {other}. Take them in that order."""


def misread(function, takes):
    """A message where the arguments have the names of the task in another order; else ""."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ""
    yours = [parameter.name for parameter in parameters
             if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)]
    moved = [(name, takes[place]) for place, name in enumerate(yours[:len(takes)])
             if name in takes and name != takes[place]]
    if len(moved) < 2:                      # one alone may be a name that the learner uses for something else
        return ""
    one, other = moved[0]
    return " ".join(MISREAD.split()).format(yours=", ".join(yours), theirs=", ".join(takes), one=one, other=other)


def borrowed(function):
    """Names of what the function calls of this library, through its own helpers as well."""
    found, seen, waiting = [], set(), [function]
    while waiting:
        current = inspect.unwrap(waiting.pop())
        if _of_the_library(current):
            found.append(f"{current.__module__}.{current.__qualname__}")
            continue
        code = getattr(current, "__code__", None)
        if code is None or code in seen:
            continue
        seen.add(code)
        names = _names(code)
        held = getattr(current, "__globals__", {})
        cells = [cell.cell_contents for cell in current.__closure__ or () if _filled(cell)]
        waiting += [value for value in (*map(held.get, names), *cells)
                    if isinstance(value, (types.FunctionType, type)) or _of_the_library(value)]
        found += [name for name in names if name.split(".")[0] == scratchnets.__name__]
        found += [value.__name__ for value in map(held.get, names)
                  if isinstance(value, types.ModuleType) and value.__name__.split(".")[0] == scratchnets.__name__]
    return sorted(set(found))


def same_code(one, other):
    """Whether two functions do the same step by step, whatever their names, docstrings and comments."""
    try:
        return _steps(one) == _steps(other)
    except TypeError:                       # not written in Python
        return one is other


def _steps(function):
    return [(step.opname, repr(step.argval)) for step in dis.get_instructions(function)]


def _of_the_library(value):
    return (callable(value) and str(getattr(value, "__module__", "")).split(".")[0] == scratchnets.__name__
            and hasattr(value, "__qualname__"))


def _names(code):
    """The names that a function's code reads, those of functions and comprehensions within it as well."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return list(dict.fromkeys([*code.co_names, *(name for each in inner for name in _names(each))]))


def _filled(cell):
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
