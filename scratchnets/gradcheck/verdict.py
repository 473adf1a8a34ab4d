"""The verdict on one gradient, from the analytic one and the numeric one."""
import math

import numpy as np

from scratchnets.backend import to_numpy, xp
from scratchnets.gradcheck.report import CORRECT, Row

MANY_KINKS = 0.25         # the share of values at a kink from which on a check says nothing
NEARLY_ZERO = 1e-8        # root mean square below which a gradient counts as zero
DIGITS = 4                # that must be seen: a wrong sign, a missing 1/N or a forgotten term then shows


def rate(name, label, method, analytic, numeric, uncertain, tolerance):
    """The `Row` of two NumPy arrays, and how far each number of the second is uncertain, r. NaN marks a kink.

    The error is ‖a − n‖ / (‖a‖ + ‖n‖). Differences with the step h are rounded by about ε L/h, 1e-12 L:
    what lies below that is no error. Of a gradient g the first log₁₀ g/r digits can be seen. If these agree
    but are fewer than the `DIGITS` that tell right from wrong, nothing is decided.
    """
    smooth = np.isfinite(numeric)
    kinks = f"{numeric.size - smooth.sum()} of {numeric.size} values lie at a kink"
    if smooth.mean() < 1 - MANY_KINKS:
        return Row(name, label, method, math.nan, "kinked",
                   f"{kinks} or at the edge of the domain, where no derivative is defined: move the inputs")
    a, n = analytic[smooth], numeric[smooth]
    size, lost = np.linalg.norm(a) + np.linalg.norm(n), np.linalg.norm(uncertain[smooth])
    rms = math.sqrt(a.size)
    if max(np.linalg.norm(a), np.linalg.norm(n)) <= NEARLY_ZERO * rms:
        return Row(name, label, method, math.nan, "vacuous",
                   "the true gradient is nearly zero here, where any small answer passes: move the inputs")
    error = float(np.linalg.norm(a - n) / max(size, lost / tolerance))
    verdict = CORRECT if error <= tolerance else "wrong"
    digits = max(0, math.floor(math.log10(size / lost)))
    if verdict == CORRECT and digits < DIGITS:
        return Row(name, label, method, math.nan, "undecided",
                   f"{digits} digit{'s' * (digits != 1)} can be seen: differences of so large a value are rounded "
                   f"by {lost / rms:.1g}, and the gradient is about {np.linalg.norm(a) / rms:.1g}. Take inputs that "
                   "make the value smaller, or, where forward is analytic, method='complex'")
    said = [] if verdict == CORRECT else [_worst(analytic, numeric, method), *_factor(a, n)]
    said += [] if smooth.all() else [f"{kinks} and are left out"]
    return Row(name, label, method, error, verdict, "; ".join(said))


def unusable(claimed, x):
    """(verdict, detail) of a gradient that cannot be compared at all, else None."""
    if claimed is None:
        return "missing", "backward returned None in its place"
    if not isinstance(claimed, xp.ndarray) or claimed.shape != x.shape:
        got = getattr(claimed, "shape", type(claimed).__name__)
        turned = "; it looks transposed" if got == x.shape[::-1] else ""
        return "wrong shape", f"expected an array of the variable's shape {x.shape}, got {got}{turned}"
    if not np.isfinite(to_numpy(claimed)).all():
        return "not finite", "the gradient holds NaN or infinity"
    return None


def _worst(analytic, numeric, method):
    distance = np.where(np.isfinite(numeric), abs(analytic - numeric), -1)
    index = tuple(map(int, np.unravel_index(distance.argmax(), distance.shape)))
    a, n = float(analytic[index]), float(numeric[index])
    place = f"direction {index[0]}" if method == "directional" else f"index {list(index)}"
    return f"worst at {place}: analytic {a:.6g}, numeric {n:.6g}" + (f", ratio {a / n:.4g}" if n else "")


def _factor(a, n):
    """Says so when a = c n everywhere: −1 is a sign, 1/N or N an average, 2 or ½ a square."""
    factor = (a * n).sum() / max((n * n).sum(), np.finfo(float).tiny)
    if abs(factor) > 1e-6 and np.linalg.norm(a - factor * n) <= 1e-6 * np.linalg.norm(a):
        return [f"everywhere {factor:.4g} times the numeric gradient"]
    return []
