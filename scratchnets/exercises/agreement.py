"""When two arrays count as equal."""
import numpy as np

FLOAT64 = 2e-6      # far above rounding in float64, and above what one step in float32 leaves behind
FLOAT32 = 1e-4      # of answers computed in float32 throughout
NEAR = 1e-3         # "right to so many digits"


def relative_error(a, b):
    """‖a − b‖ / (‖a‖ + ‖b‖): 0 where they are equal, 1 where they have nothing in common."""
    if a.shape != b.shape:
        return np.inf
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return 0.0 if np.array_equal(a, b, equal_nan=True) else np.inf
    total = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / max(total, 1e-8))


def agree(a, b, tolerance=FLOAT64):
    """Whether two arrays are of one shape and equal but for rounding."""
    return relative_error(a, b) <= tolerance


def all_agree(pairs, tolerance=FLOAT64):
    """Whether every pair agrees; False for no pairs."""
    pairs = list(pairs)
    return bool(pairs) and all(agree(a, b, tolerance) for a, b in pairs)


def wrong_places(yours, right, tolerance=FLOAT64):
    """Mask of the elements of `yours` that differ from `right`."""
    scale = max(float(np.abs(right).max(initial=0.0)), 1e-8)
    with np.errstate(invalid="ignore"):
        return ~(np.abs(yours - right) <= tolerance * (scale + np.abs(right)))
