"""The datasets by name. Each loads from a file of its own, imported when it is asked for."""
import difflib
import importlib
import inspect
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One line of the list of datasets: where its loader is and what a reader sees before loading."""

    module: str             # scratchnets.data.<module> has a function load(**options)
    options: dict           # what this name fixes of them
    shape: str
    size: str
    licence: str
    summary: str


ENTRIES = {
    "mnist5k": Entry("digits", {}, "28×28×1", "4,000 + 1,000", "CC BY-SA 3.0",
                     "handwritten digits, part of the package"),
}


def names():
    """The names that `load` knows."""
    return tuple(ENTRIES)


def load(name, **options):
    """Load a dataset by name, or images from a file of your own.

    Parameters
    ----------
    name : str or Path
        One of `names()`, or the path of an ``.npz`` file (see `scratchnets.data.npz.load`).
    **options
        Whatever the dataset's loader takes, such as ``seed`` and ``count`` where the data are drawn.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        For an unknown name, with the valid ones and the nearest.
    TypeError
        For an option that the dataset does not take.

    Examples
    --------
    >>> from scratchnets.data import load
    >>> load("mnist5k").x_train.shape
    (4000, 28, 28, 1)
    """
    if not isinstance(name, (str, os.PathLike)):
        raise TypeError(f"expected a dataset's name or a path to FILE.npz, got {type(name).__name__}")
    entry = ENTRIES.get(str(name))
    if entry is not None:
        loader = importlib.import_module(f"scratchnets.data.{entry.module}").load
        _check_options(name, loader, entry.options, options)
        return loader(**entry.options, **options)
    if _is_path(name):
        loader = importlib.import_module("scratchnets.data.npz").load
        _check_options(name, loader, {"path": name}, options)
        return loader(name, **options)
    near = difflib.get_close_matches(name, ENTRIES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"unknown dataset {name!r}{hint} The datasets are {', '.join(ENTRIES)}; "
                     "a path to FILE.npz with images of your own works too")


def _is_path(name):
    """A name ends in .npz or has a folder in front where it means a file."""
    return isinstance(name, os.PathLike) or name.endswith(".npz") or os.path.basename(name) != name


def _check_options(name, loader, fixed, options):
    allowed = [key for key in inspect.signature(loader).parameters if key not in fixed]
    for key in options:
        if key not in allowed:
            takes = f"it takes {', '.join(allowed)}" if allowed else "it takes none"
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ";"
            raise TypeError(f"dataset {str(name)!r} has no option {key!r}{hint} {takes}")
