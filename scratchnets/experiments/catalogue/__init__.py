"""The experiments, one file each: a docstring, the number of its LECTURE, and ``trials()``."""
import importlib
import pkgutil

from scratchnets.arguments import choice
from scratchnets.experiments.trial import Experiment


def names():
    """The names of all experiments, in alphabetical order."""
    return [found.name for found in pkgutil.iter_modules(__path__)]


def get(name):
    """The experiment of this name."""
    module = importlib.import_module(f"{__name__}.{choice('experiment', name, names())}")
    return Experiment(name, module.LECTURE, module.__doc__, list(module.trials()))


def all_experiments():
    """All experiments, in the order of the lectures."""
    return sorted(map(get, names()), key=lambda experiment: (experiment.lecture, experiment.name))
