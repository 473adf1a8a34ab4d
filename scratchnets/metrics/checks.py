"""What metrics ask of their arguments."""
import numpy as np

from scratchnets.backend import to_numpy


def rows_of(name, values):
    """`values` as a float64 array (N, D) on the host; a row of numbers becomes (N, 1)."""
    values = np.asarray(to_numpy(values), dtype="float64")
    values = values[:, np.newaxis] if values.ndim == 1 else values
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise ValueError(f"{name}: expected finite numbers (N, D), at least one row; "
                         f"got shape {values.shape}")
    return values
