"""What a run came from: its data, recognised wherever they lie, and the circumstances behind its last digits."""
import hashlib
import os
import sys

import numpy as np

from scratchnets import backend
from scratchnets.benchmarks import machine


def fingerprint(arrays):
    """SHA-256 of the arrays to train on."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def fingerprints(recipe, data):
    """{"data_sha256", "test_sha256"} of what a model by this recipe learns from, and is tested on."""
    return {"data_sha256": fingerprint(recipe.arrays(data, "train")),
            "test_sha256": fingerprint(recipe.arrays(data, "test"))}


def place(folder, config):
    """Where a run's data lie: the name of a dataset, or the path of a file, from whatever folder one asks."""
    given, absolute = config["data"], config.get("data_at")
    if absolute is None or os.path.exists(absolute):
        return absolute or given
    if os.path.exists(given):
        return given
    raise FileNotFoundError(f"the data of {folder} are no longer at {absolute}; say where they lie now: --data FILE")


def here():
    """The circumstances on which the last digits depend beside the seed."""
    return {"threads": machine.threads(), "processor": machine.processor(), "BLAS": machine.blas(),
            "NumPy": np.__version__, "backend": backend.name()}


def note_change(config):
    """Add where a run goes on to its configuration; where that has changed, say that it is not the same to the bit."""
    machines, now = config.get("machines", []), here()
    if now not in machines:
        config["machines"] = machines = [*machines, now]
    if len(machines) > 1:
        seen = {name: list(dict.fromkeys(str(each.get(name)) for each in machines)) for name in now}
        words = "; ".join(f"{name}: {' and '.join(values)}" for name, values in seen.items() if len(values) > 1)
        print(f"note: this run is computed in changed circumstances ({words}): its last digits will differ from those "
              "of a run that was never stopped. To the bit takes the same NumPy, BLAS, processor and number of threads "
              "(OPENBLAS_NUM_THREADS)", file=sys.stderr)
