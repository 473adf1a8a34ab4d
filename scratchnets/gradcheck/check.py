"""The gradient check: which differences are taken, and what their verdict is."""
import math

import numpy as np

from scratchnets import arguments, backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck.differences import along, central, complex_step, numerical_gradient, richardson, wary
from scratchnets.gradcheck.report import CORRECT, Report, Row
from scratchnets.gradcheck.subjects import prepare

METHODS = ("richardson", "central", "complex", "directional")
STEPS = {"richardson": (1e-3, 1e-4, 1e-5, 1e-6), "central": (1e-5, 1e-6)}

LARGE = 2000              # numbers in all, from which on random directions stand for coordinates
DIRECTIONS = 8
MANY_KINKS = 0.25         # the share of coordinates at a kink from which on a check says nothing
NEARLY_ZERO = 1e-8        # root mean square below which a gradient counts as zero


class NotAnalytic(ValueError):
    """A complex step was asked for where forward does not compute with complex numbers as it should."""


def gradcheck(subject, *inputs, method="richardson", seeds=(0, 1), tolerance=1e-8,
              constants=("target", "noise", "mask"), name=None):
    """Compare every gradient of `subject` with differences of its values.

    The check runs in float64 on a copy, with a random upstream gradient, and again with another seed.
    For each array the relative error ‖a − n‖ / (‖a‖ + ‖n‖) must be at most `tolerance`. Of a layer,
    dx and every parameter's gradient are checked, penalties counted in.

    Parameters
    ----------
    subject : Layer, (forward, backward), loss function, or model
        A pair of pure functions; a loss that returns (value, *gradients); a model that has
        ``loss_and_gradients(batch)``, which adds into its parameters' grads and returns the value.
        A backward function gets by name what it asks for: dy, y, and forward's own arguments.
    *inputs : array and others
        Forward's arguments (also as one tuple or dictionary). Floating-point arrays are
        differentiated; whole numbers (labels, tokens), single floats and None are passed through.
        Take at least 3 examples, all dimensions different, and values away from kinks.
    method : {"richardson", "central", "complex", "directional"}
        See `scratchnets.gradcheck.differences`. With more than 2,000 numbers in all, arrays are checked
        along random directions instead, which the report says.
    seeds : sequence of int
        One round each: another upstream gradient, other noise, other values for parameters that are
        constant at the start.
    tolerance : float
    constants : sequence of str
        Names of floating-point arguments that are no variables.
    name : str, optional
        For the report.

    Returns
    -------
    Report
        True when all is correct.

    Raises
    ------
    TypeError, ValueError
        When the check cannot be made: what is handed over is no subject, the inputs do not fit, the
        batch is a single example, a complex step is asked for where forward is not analytic.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchnets.gradcheck import gradcheck
    >>> from scratchnets.layers import Dense
    >>> gradcheck(Dense(4, 2), np.random.default_rng(0).normal(size=(3, 4))).passed
    True
    """
    arguments.choice("method", method, METHODS)
    rounds = []
    with backend.use(backend.name(), dtype="float64"):
        for seed in seeds:
            seeded = np.random.default_rng(seed)
            prepared = prepare(subject, inputs, constants, seeded)
            prepared.name = name or prepared.name
            rounds.append(_check(prepared, method, tolerance, seeded))
    report = rounds[0]
    for other in rounds[1:]:
        report = report.merged(other)
    return report


def _check(subject, method, tolerance, seeded):
    _refuse_single_example(subject)
    analytic = subject.gradients()
    rows, large = [], sum(x.size for x in subject.point.values()) > LARGE
    for label, x in subject.point.items():
        def f(array, label=label):
            moved = subject.point | {label: array}
            if array.dtype.kind == "c":           # in-place operations need all of one kind
                moved = {name: value + 0j for name, value in moved.items()}
            return subject.value(moved)

        used = "directional" if large and x.size > DIRECTIONS else method
        claimed = analytic.get(label)
        fault = _unusable(claimed, x)
        if fault:
            rows.append(Row(subject.name, label, used, math.nan, *fault))
        elif used == "directional":
            directions, numeric = _along_directions(f, x, claimed, seeded)
            along_them = np.array([float((claimed * v).sum()) for v in directions])
            rows.append(_compare(subject, label, used, along_them, numeric, tolerance))
        else:
            numeric = to_numpy(_along_coordinates(subject, f, x, used))
            rows.append(_compare(subject, label, used, to_numpy(claimed), numeric, tolerance))
    rows += [Row(subject.name, label, "contract", math.nan, verdict, detail)
             for label, verdict, detail in subject.faults()]
    return Report(rows, subject.notes)


def _along_coordinates(subject, f, x, method):
    if method != "complex":
        slope = {"richardson": richardson, "central": central}[method]
        return numerical_gradient(f, x, wary(slope, STEPS[method]))
    try:
        with subject.complex_numbers():
            gradient = numerical_gradient(f, x, complex_step)
    except (TypeError, ValueError, AttributeError) as error:
        raise NotAnalytic(f"the complex step needs a forward that computes with complex numbers; "
                          f"{subject.name} does not: {error}") from error
    coarse = to_numpy(numerical_gradient(f, x, central))
    if not np.allclose(to_numpy(gradient), coarse, rtol=1e-4, atol=1e-6):
        raise NotAnalytic(f"the complex step needs an analytic function; {subject.name} is not (it compares, "
                          "takes abs or max, or drops the imaginary part): use method='richardson'")
    return gradient


def _along_directions(f, x, claimed, seeded):
    """Random directions and the slopes along them.

    In many dimensions a random direction is nearly orthogonal to the gradient, and the slope along it
    drowns in rounding; so the claimed gradient is one half of each.
    """
    directions, slopes = [], []
    slope = wary(richardson, STEPS["richardson"])
    for _ in range(DIRECTIONS):
        direction = _unit(seeded.standard_normal(x.shape)) + _unit(to_numpy(claimed))
        directions.append(asarray(direction))
        slopes.append(slope(along(f, x, directions[-1])))
    return directions, np.array(slopes)


def _unit(direction):
    return direction / max(np.linalg.norm(direction), np.finfo(float).tiny)


# ---- the verdict ------------------------------------------------------------------------------------

def _compare(subject, label, method, analytic, numeric, tolerance):
    smooth = np.isfinite(numeric)
    kinks = numeric.size - int(smooth.sum())
    said = f"{kinks} of {numeric.size} values lie at a kink and are left out" if kinks else ""
    if kinks > MANY_KINKS * numeric.size:
        return Row(subject.name, label, method, math.nan, "kinked",
                   f"{kinks} of {numeric.size} values lie at a kink, where no derivative is defined: move the inputs")
    a, n = analytic[smooth], numeric[smooth]
    scale = math.sqrt(a.size)
    if max(np.linalg.norm(a), np.linalg.norm(n)) <= NEARLY_ZERO * scale:
        return Row(subject.name, label, method, math.nan, "vacuous",
                   "the true gradient is nearly zero here, so that every answer would pass: choose other inputs")
    # The floor stands for gradients so small that the differences' rounding is all there is to see.
    error = float(np.linalg.norm(a - n) / max(np.linalg.norm(a) + np.linalg.norm(n), 1e-5 * scale))
    if error <= tolerance:
        return Row(subject.name, label, method, error, CORRECT, said)
    return Row(subject.name, label, method, error, "wrong", _worst(analytic, numeric, method) + (said and f"; {said}"))


def _worst(analytic, numeric, method):
    distance = np.where(np.isfinite(numeric), abs(analytic - numeric), -1)
    index = tuple(map(int, np.unravel_index(distance.argmax(), distance.shape)))
    a, n = float(analytic[index]), float(numeric[index])
    ratio = f"{a / n:.6g}" if n else "–"
    place = f"direction {index[0]}" if method == "directional" else f"index {list(index)}"
    return f"worst at {place}: analytic {a:.6g}, numeric {n:.6g}, ratio {ratio}"


def _unusable(claimed, x):
    if claimed is None:
        return "missing", "backward returned None in its place"
    if getattr(claimed, "shape", None) != x.shape:
        got = getattr(claimed, "shape", type(claimed).__name__)
        turned = "; it looks transposed" if got == x.shape[::-1] else ""
        return "wrong shape", f"expected {x.shape}, the shape of the array itself, got {got}{turned}"
    if not np.isfinite(to_numpy(claimed)).all():
        return "not finite", "the gradient holds NaN or infinity"
    return None


def _refuse_single_example(subject):
    batch = next((x for x in subject.inputs.values() if getattr(x, "shape", ())), None) \
        if isinstance(subject.inputs, dict) else None
    if batch is not None and len(batch) == 1:
        raise ValueError("gradcheck needs a batch of at least 2 examples, better 3: with a single one an extra 1/N, "
                         "a mean instead of a sum, and the last sample alone all look correct")
