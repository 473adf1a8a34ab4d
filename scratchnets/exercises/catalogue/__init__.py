"""The exercises, one file each. A file's name is its exercise's name, and what it defines is ``exercise``."""
import difflib
import importlib
import pkgutil


def get(name):
    """The exercise of this name."""
    known(name)
    return importlib.import_module(f"{__name__}.{name}").exercise


def known(name):
    """`name`, when it is an exercise; else an error with the nearest, and how to see them all."""
    if name in _files():
        return name
    near = [repr(match) for match in difflib.get_close_matches(str(name), _files())]
    raise ValueError(f"unknown exercise {name!r}" + (f" (did you mean {' or '.join(near)}?)" if near else "")
                     + "; all of them: scratchnets exercises list")


def names():
    """The names of all exercises, in the order of the lectures."""
    return [exercise.name for exercise in all_exercises()]


def all_exercises():
    """All exercises, in the order of the lectures."""
    return sorted(map(get, _files()), key=lambda exercise: (exercise.lecture, exercise.place, exercise.name))


def _files():
    return [found.name for found in pkgutil.iter_modules(__path__)]
