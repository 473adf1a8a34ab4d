"""The gradient check: which differences are taken, and what their verdict is."""
import math
import warnings

import numpy as np

from scratchnets import arguments, backend
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.gradcheck.differences import (
    EPSILON,
    Line,
    along,
    central,
    complex_step,
    numerical_gradient,
    richardson,
    rounding,
    smooth_step,
)
from scratchnets.gradcheck.functions import LossSubject, PairSubject
from scratchnets.gradcheck.networks import LayerSubject, ModelSubject
from scratchnets.gradcheck.report import Report, Row
from scratchnets.gradcheck.verdict import rate, unusable
from scratchnets.layers import Layer

METHODS = ("richardson", "central", "complex", "directional")
SLOPES = {"richardson": richardson, "central": central}
STEPS = {"richardson": tuple(10.0 ** -k for k in range(3, 13)), "central": tuple(10.0 ** -k for k in range(5, 13))}

LARGE = 2000              # numbers in all, from which on random directions stand for coordinates
DIRECTIONS = 8


class NotAnalytic(ValueError):
    """A complex step was asked for where forward does not compute with complex numbers as it should."""


def gradcheck(subject, *inputs, method="richardson", seeds=(0, 1), tolerance=1e-8,
              constants=("target", "labels", "noise", "mask"), name=None):
    """Compare every gradient of `subject` with differences of its values.

    The check runs in float64 on a copy, with a random upstream gradient, and again with another seed.
    For each array the relative error ‖a − n‖ / (‖a‖ + ‖n‖) must be at most `tolerance`. Of a layer,
    dx and every parameter's gradient are checked, penalties counted in.

    Parameters
    ----------
    subject : Layer, (forward, backward), loss function, or model
        A pair of pure functions; a loss that returns (value, *gradients); a model that has
        ``loss_and_gradients(batch)``, which adds into its parameters' grads and returns the value.
        A backward function gets by name what it asks for: dy, y, and forward's own arguments. Where the
        output has a name of its own, its first argument bears it: ``dnormalized`` for dy.
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
        True when all is correct. A value L is rounded to about 1e-16 of itself, and differences of it
        to 1e-12: of a gradient far smaller than L only as many digits can be compared as stick out. Where
        these are fewer than four, the verdict is "undecided": take inputs that make the value smaller.

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
    if not len(seeds):
        raise ValueError("gradcheck needs at least one seed, got none")
    rounds = []
    with backend.use(backend.name(), dtype="float64"):
        for seed in seeds:
            seeded = np.random.default_rng(seed)
            prepared = _prepare(subject, inputs, constants, seeded)
            prepared.name = name or prepared.name
            rounds.append(_check(prepared, method, tolerance, seeded))
    report = rounds[0]
    for other in rounds[1:]:
        report = report.merged(other)
    return report


def _prepare(subject, inputs, constants, seeded):
    """The `Subject` that stands for what the caller handed over."""
    if hasattr(subject, "loss_and_gradients"):
        return ModelSubject(subject, inputs, seeded)
    if len(inputs) == 1 and isinstance(inputs[0], (tuple, list, dict)):
        inputs = inputs[0]
    if isinstance(subject, Layer):
        return LayerSubject(subject, inputs, constants, seeded)
    if isinstance(subject, (tuple, list)) and len(subject) == 2 and all(map(callable, subject)):
        return PairSubject(*subject, inputs, constants, seeded)
    if callable(subject) and not isinstance(subject, type):
        return LossSubject(subject, inputs, constants)
    raise TypeError("gradcheck takes a Layer, a pair (forward, backward), a loss function that returns "
                    "(value, *gradients), or a model with loss_and_gradients(batch); "
                    f"got {'the class ' + subject.__name__ if isinstance(subject, type) else repr(subject)}")


def _check(subject, method, tolerance, seeded):
    """One round: a row for each array, and one for each fault beside the numbers."""
    _refuse_pointless(subject)
    L = float(subject.value(subject.point))
    if not math.isfinite(L):
        raise ValueError(f"{subject.name} has the value {L} for these inputs: there is no gradient to check")
    claimed, large = subject.gradients(), sum(x.size for x in subject.point.values()) > LARGE
    rows, comparable = [], True
    for label, x in subject.point.items():
        used = "directional" if large and x.size > DIRECTIONS else method
        fault = unusable(claimed.get(label), x)
        if fault:
            rows.append(Row(subject.name, label, used, math.nan, *fault))
            comparable = False
            continue
        compared = _compared(subject, label, claimed[label], used, seeded, max(1, abs(L)))
        rows.append(rate(subject.name, label, used, *compared, tolerance))
    if comparable:
        rows += [Row(subject.name, label, "contract", math.nan, *fault) for label, *fault in subject.faults()]
    return Report(rows, subject.notes)


def _compared(subject, label, claimed, method, seeded, size):
    """The analytic and the numeric gradient, or their slopes along random directions, and how far the numeric
    one is uncertain, as NumPy arrays; `size` is that of the values that are subtracted."""
    x = subject.point[label]

    def f(array):
        moved = subject.point | {label: array}
        if array.dtype.kind == "c":               # in-place operations need all of one kind
            moved = {name: value + 0j for name, value in moved.items()}
        return subject.value(moved)

    if method == "directional":
        directions = _directions(x, claimed, seeded)
        lines = [Line(f, x, v, claimed) for v in directions]
        return np.array([float((claimed * v).sum()) for v in directions]), *_slopes(lines, "richardson", size)
    if method == "complex":
        return to_numpy(claimed), to_numpy(_by_complex_step(subject, f, x, size)), np.full(x.shape, EPSILON)
    lines = [along(f, x, _coordinate(x, index)) for index in np.ndindex(x.shape)]
    return to_numpy(claimed), *(array.reshape(x.shape) for array in _slopes(lines, method, size))


def _slopes(lines, method, size):
    """The slope along each line, NaN at a kink, and how far it is uncertain: by rounding, and by the formula."""
    slope, rows = SLOPES[method], []
    for line in lines:
        h = smooth_step(line, STEPS[method])
        if math.isfinite(h):
            # With half the step the formula's error is a quarter and less: the two differ by most of the whole's.
            rows.append((slope(line, h), 4 / 3 * abs(slope(line, h) - slope(line, h / 2)) + rounding(method, size, h)))
        else:
            rows.append((math.nan, math.nan))
    return tuple(np.array(rows).T)


def _coordinate(x, index):
    direction = xp.zeros_like(x)
    direction[index] = 1
    return direction


def _refuse_pointless(subject):
    if not subject.point:
        raise ValueError(f"{subject.name} has no floating-point array to differentiate by; whole numbers and "
                         "what constants names are passed through")
    if subject.batch_size() == 1:
        raise ValueError("gradcheck needs a batch of at least 2 examples, better 3: with a single one an "
                         "extra 1/N, a mean for a sum, and the last example alone all look correct")


def _by_complex_step(subject, f, x, size):
    try:
        with subject.complex_numbers(), warnings.catch_warnings():
            warnings.simplefilter("ignore", np.exceptions.ComplexWarning)     # the comparison below says more
            gradient = numerical_gradient(f, x, complex_step)
    except (TypeError, ValueError, AttributeError) as error:
        raise NotAnalytic(f"the complex step needs a forward that computes with complex numbers; "
                          f"{subject.name} does not: {error}") from error
    coarse = to_numpy(numerical_gradient(f, x, lambda g: central(g, 1e-5 * g.scale)))
    if not np.allclose(to_numpy(gradient), coarse, rtol=1e-4, atol=1e-6 * size):
        raise NotAnalytic(f"the complex step needs an analytic function; {subject.name} is not (it compares, "
                          "takes abs or max, or drops the imaginary part): use method='richardson'")
    return gradient


def _directions(x, claimed, seeded):
    """Random directions.

    In many dimensions a random direction is nearly orthogonal to the gradient, and the slope along it
    drowns in rounding; so the claimed gradient is one half of each.
    """
    return [asarray(_unit(seeded.standard_normal(x.shape)) + _unit(to_numpy(claimed))) for _ in range(DIRECTIONS)]


def _unit(direction):
    return direction / max(np.linalg.norm(direction), np.finfo(float).tiny)
