"""The datasets by name. Each loads from a file of its own, imported when it is asked for."""
import difflib
import importlib
import inspect
import os
from dataclasses import dataclass

from scratchnets.arguments import brief


@dataclass(frozen=True)
class Entry:
    """One line of the list of datasets: what a reader sees before anything is loaded."""

    loader: str             # module:function in this folder
    shape: str              # of one example
    size: str               # training + test examples
    licence: str
    summary: str


MNIST_LICENCE = "CC BY-SA 3.0"
OWN = "none: drawn here"

ENTRIES = {
    "mnist5k": Entry("digits:load", "28×28×1", "4,000 + 1,000", MNIST_LICENCE,
                     "handwritten digits, part of the package"),
    "mnist": Entry("mnist:load_mnist", "28×28×1", "60,000 + 10,000", MNIST_LICENCE,
                   "all handwritten digits; from a folder, or downloaded (12 MB)"),
    "fashion": Entry("mnist:load_fashion", "28×28×1", "60,000 + 10,000", "MIT",
                     "clothes; from a folder, or downloaded (31 MB)"),
    "glyphs": Entry("glyphs:load", "28×28×1", "8,000 + 2,000", OWN,
                    "printed digits with known face, slant, scale, stroke and shift"),
    "ring": Entry("toy:load_ring", "2", "8,000 + 2,000", OWN, "8 Gaussians on a circle"),
    "grid": Entry("toy:load_grid", "2", "8,000 + 2,000", OWN, "5×5 Gaussians on a square grid"),
    "moons": Entry("toy:load_moons", "2", "8,000 + 2,000", OWN, "two half circles that interlock"),
    "spiral": Entry("toy:load_spiral", "2", "8,000 + 2,000", OWN, "two arms"),
    "swiss-roll": Entry("toy:load_swiss_roll", "2", "8,000 + 2,000", OWN, "one rolled-up line"),
    "grammar": Entry("grammar:load", "tokens", "80,000 + 20,000", OWN,
                     "English sentences from a finite-state source of known entropy"),
    "text": Entry("text:load", "tokens", "by Python version", "PSF-2.0",
                  "Python's own help topics, or a text file of yours"),
}


def names():
    """The names that `load` knows."""
    return tuple(ENTRIES)


def load(name, **options):
    """Load a dataset by name, or images from a file of your own.

    Parameters
    ----------
    name : str or Path
        One of `names()`, the path of an ``.npz`` file (see `scratchnets.data.npz.load`), or a folder with the four IDX
        files of MNIST or one of its relatives.
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
        loader = _loader(entry)
        _check_options(name, loader, options)
        return loader(**options)
    if os.path.isdir(name) and not options:
        return importlib.import_module("scratchnets.data.mnist").load_folder(name)
    if _is_path(name):
        loader = importlib.import_module("scratchnets.data.npz").load
        _check_options(name, loader, options, taken=("path",))
        return loader(name, **options)
    if os.path.exists(name):
        return _refuse_file(name)
    near = difflib.get_close_matches(name[:80], ENTRIES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"unknown dataset {brief(repr(name))}{hint} The datasets are {', '.join(ENTRIES)}; "
                     "a path to FILE.npz with images of your own works too")


def options(name):
    """The names of the options that `load` takes for a dataset."""
    return tuple(inspect.signature(_loader(ENTRIES[name])).parameters) if name in ENTRIES else ()


def _loader(entry):
    module, function = entry.loader.split(":")
    return getattr(importlib.import_module(f"scratchnets.data.{module}"), function)


def _is_path(name):
    """A name ends in .npz or has a folder in front where it means a file."""
    return isinstance(name, os.PathLike) or name.lower().endswith(".npz") or os.path.basename(name) != name


def _refuse_file(name):
    """A file lies here under this name, but it is no .npz file."""
    raise ValueError(f"{name} is a file, and no dataset; images of your own come in an .npz file: "
                     "numpy.savez_compressed('mine.npz', images=images, labels=labels)")


def _check_options(name, loader, options, taken=()):
    allowed = [key for key in inspect.signature(loader).parameters if key not in taken]
    for key in options:
        if key not in allowed:
            takes = f"it takes {', '.join(allowed)}" if allowed else "it takes none"
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ";"
            raise TypeError(f"dataset {str(name)!r} has no option {key!r}{hint} {takes}")
