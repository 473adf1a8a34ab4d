"""Checkpoints: one .npz file with arrays and a JSON text. No pickle: loading never runs code."""
import json
import zipfile
from pathlib import Path

import numpy as np

from scratchnets.files import atomic_write

FORMAT = "scratchnets checkpoint 1"


class CheckpointError(ValueError):
    """A file that is not a checkpoint, or a checkpoint that is damaged."""


def save(path, groups, facts):
    """Write a checkpoint.

    Parameters
    ----------
    path : str or Path
    groups : dict of dict
        {group: state_dict}, such as ``{"model": …, "optimizer": …}``: arrays and plain numbers.
    facts : dict
        Whatever else JSON can hold: the configuration, the epoch, the states of generators.
    """
    arrays = {f"{group}/{name}": np.asarray(value)
              for group, state in groups.items() for name, value in state.items()}
    with atomic_write(path) as file:
        np.savez(file, **arrays, **{"facts": json.dumps({"format": FORMAT} | facts)})


def load(path):
    """Read a checkpoint: (groups, facts), as they were given to `save`."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {path}")
    try:
        with np.load(path, allow_pickle=False) as file:
            facts = json.loads(str(file["facts"]))
            arrays = {name: file[name] for name in file.files if name != "facts"}
    except KeyError:
        raise CheckpointError(f"{path} is an .npz file, but not a scratchnets checkpoint") from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, json.JSONDecodeError) as error:
        raise CheckpointError(f"{path} is damaged or not a checkpoint ({error})") from error
    if facts.pop("format", None) != FORMAT:
        raise CheckpointError(f"{path} has another format than {FORMAT!r}")
    groups = {}
    for name, array in arrays.items():
        group, _, key = name.partition("/")
        groups.setdefault(group, {})[key] = array
    return groups, facts
