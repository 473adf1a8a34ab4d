"""Checkpoints: one .npz file with arrays and a JSON text. No pickle: loading never runs code.

Each file carries a checksum of all its contents. The zip format has its own for every array, which
finds a flipped bit; ours also finds an array that was exchanged, added or taken out.
"""
import hashlib
import json
from pathlib import Path

import numpy as np

from scratchnets import archive
from scratchnets.arguments import brief
from scratchnets.files import atomic_write

FORMAT = "scratchnets checkpoint 1"
MEND = "put it back as it was, or take it away"


class CheckpointError(ValueError):
    """A file that is no checkpoint, a damaged one, or the checkpoint of something else."""


def save(path, groups, facts, within=None):
    """Write a checkpoint, whole or not at all.

    Parameters
    ----------
    path : str or Path
    groups : dict of dict
        {group: state_dict}, such as ``{"model": …, "optimizer": …}``: arrays and plain numbers.
    facts : dict
        Whatever else JSON can hold: the configuration, the epoch, the states of generators.
    within : path-like, optional
        The folder out of which no link is followed.
    """
    entries = {f"{group}/{name}": np.asarray(value)
               for group, state in groups.items() for name, value in state.items()}
    text = json.dumps({"format": FORMAT} | facts, default=_plain)
    entries["facts"] = np.frombuffer(text.encode(), dtype="uint8")
    with atomic_write(path, within) as file:
        np.savez(file, **entries, checksum=_checksum(entries))


def load(path):
    """Read a checkpoint: (groups, facts), as they were given to `save`.

    Raises
    ------
    FileNotFoundError
    CheckpointError
        Names the file and the cause.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {path}; put it back, or start the run anew")
    try:
        entries = archive.load(path, "the arrays of this checkpoint")
    except ValueError as error:
        raise CheckpointError(f"{error}. It is no checkpoint, or damaged: {MEND}") from None
    checksum = entries.pop("checksum", None)
    if checksum is None or "facts" not in entries:
        raise CheckpointError(f"{path} is an .npz file, but no scratchnets checkpoint; {MEND}")
    if not np.array_equal(checksum, _checksum(entries)):
        raise CheckpointError(f"{path} was changed after it was written: its checksum does not fit; {MEND}")
    facts = _facts(path, entries.pop("facts"))
    if facts.pop("format", None) != FORMAT:
        raise CheckpointError(f"{path} was written by another version of scratchnets; "
                              f"this one reads {FORMAT!r}")
    groups = {}
    for name, array in entries.items():
        if array.dtype.kind not in "fiub":
            raise CheckpointError(f"{path} is damaged: its array {brief(name)} holds no numbers, but {array.dtype}; "
                                  f"{MEND}")
        group, _, key = name.partition("/")
        groups.setdefault(group, {})[key] = array
    return groups, facts


def _facts(path, array):
    try:
        facts = json.loads(array.tobytes())
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged: its facts are no JSON ({brief(error)}); {MEND}") from None
    if not isinstance(facts, dict):
        raise CheckpointError(f"{path} is damaged: its facts are no JSON object, but {brief(facts)}; {MEND}")
    return facts


def _checksum(entries):
    """SHA-256 of the names, types, shapes and bytes of all arrays, as 32 numbers."""
    digest = hashlib.sha256()
    for name in sorted(entries):
        array = np.ascontiguousarray(entries[name])
        digest.update(f"{name} {array.dtype.str} {entries[name].shape}\n".encode())
        digest.update(array.reshape(-1).view("uint8"))
    return np.frombuffer(digest.digest(), dtype="uint8")


def _plain(value):
    """The arrays within a generator's state, as lists."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    raise TypeError(f"a checkpoint cannot hold a {type(value).__name__} among its facts")
