"""Checkpoints: one .npz file with arrays and a JSON text. No pickle: loading never runs code.

Each file carries a checksum of all its contents. The zip format has its own for every array, which
finds a flipped bit; ours also finds an array that was exchanged, added or taken out.
"""
import hashlib
import json
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from scratchnets.files import atomic_write

FORMAT = "scratchnets checkpoint 1"


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
        raise FileNotFoundError(f"there is no checkpoint {path}")
    entries = _read(path)
    checksum = entries.pop("checksum", None)
    if checksum is None or "facts" not in entries:
        raise CheckpointError(f"{path} is an .npz file, but no scratchnets checkpoint")
    if not np.array_equal(checksum, _checksum(entries)):
        raise CheckpointError(f"{path} was changed after it was written: its checksum does not fit")
    facts = json.loads(entries.pop("facts").tobytes())
    if facts.pop("format", None) != FORMAT:
        raise CheckpointError(f"{path} was written by another version of scratchnets; "
                              f"this one reads {FORMAT!r}")
    groups = {}
    for name, array in entries.items():
        group, _, key = name.partition("/")
        groups.setdefault(group, {})[key] = array
    return groups, facts


def _read(path):
    """All arrays of an .npz file, so that damage shows here and not later."""
    if not zipfile.is_zipfile(path):
        raise CheckpointError(f"{path} is no checkpoint, or was cut short: it is no complete .npz file")
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    # What zipfile, zlib and NumPy's header parser raise on damaged bytes.
    except (ValueError, OSError, EOFError, KeyError, NotImplementedError, RuntimeError, MemoryError,
            SyntaxError, zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise CheckpointError(f"{path} is damaged ({error})") from error


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
