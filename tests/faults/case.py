"""A case: what is typed, among which files, and what a good answer to it must name."""
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

REFUSED, EITHER, DONE = "refused", "either", "done"
# A message that mends something says what is wanted, what there is, or what to do.
REMEDY = re.compile("|".join((
    r"must|expect|need|takes?\b|did you mean|valid|one of|store|delete|put .* back|give|choose|begin|start|go on|leave",
    r"save it|write|set SCRATCHNETS|instead|at least|name |number|holds|belong|to mend|divide|no such|get the file",
    r"reshape|see |look |come in|datasets|backends|options|exercises|required|invalid \w+ value|unrecognized",
    r"too long|Permission denied|[Nn]ot a directory|[Tt]oo many levels|is a file|is a folder|not allowed with")))


@dataclass(frozen=True)
class Case:
    """One command among files that `prepare` makes in the current folder.

    Attributes
    ----------
    family : str
        For the table.
    what : str
        In words, unlike all others of the family.
    argv : list of str
    names : tuple of str
        The message must hold one of them: a file, a member of it, an option.
    prepare : callable, optional
        ``prepare(folder)``, before.
    ends : {"refused", "either", "done"}
        "either": damage that may mean nothing, such as a flipped bit in a time stamp.
    environment : dict
    fresh : bool
        In a new process of Python's, not a fork: for what happens at import.
    """

    family: str
    what: str
    argv: list
    names: tuple
    prepare: Callable | None = None
    ends: str = REFUSED
    environment: dict = field(default_factory=dict)
    fresh: bool = False

    def __str__(self):
        return f"{self.family}: {self.what}: scratchnets {' '.join(word[:60] for word in self.argv)}"


SEVERAL = ("data", "train")            # commands that read a file of images


def copied(folder, *names):
    """A `prepare` that copies some of the files in `folder` to here."""
    def prepare(here):
        for name in names:
            source = Path(folder) / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, Path(here) / name)
    return prepare


def after(*steps):
    """One `prepare` after the other."""
    def prepare(here):
        for step in steps:
            step(here)
    return prepare


def changed_json(path, change):
    """A `prepare` that changes what a JSON file holds."""
    def prepare(here):
        file = Path(here) / path
        file.write_text(json.dumps(change(json.loads(file.read_text()))))
    return prepare


def written(path, content):
    """A `prepare` that writes bytes or text, or what a function then makes."""
    def prepare(here):
        given = content() if callable(content) else content
        file = Path(here) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(given if isinstance(given, bytes) else given.encode())
    return prepare


def archive(path, **arrays):
    """A `prepare` that writes an .npz file."""
    return lambda here: np.savez(Path(here) / path, **arrays)
