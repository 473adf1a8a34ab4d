"""The exercises, one file each. A file's name is its exercise's name, and what it defines is ``exercise``."""
import importlib
import pkgutil

from scratchnets.arguments import choice


def get(name):
    """The exercise of this name."""
    choice("exercise", name, sorted(_files()))
    return importlib.import_module(f"{__name__}.{name}").exercise


def names():
    """The names of all exercises, in the order of the lectures."""
    return [exercise.name for exercise in all_exercises()]


def all_exercises():
    """All exercises, in the order of the lectures."""
    return sorted(map(get, _files()), key=lambda exercise: (exercise.lecture, exercise.place, exercise.name))


def _files():
    return [found.name for found in pkgutil.iter_modules(__path__)]
