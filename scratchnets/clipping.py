"""Clipping: the step that a rare, huge gradient would cause is cut down to a usual one.

To be called between ``backward`` and ``step``. Both functions return the norm that the gradient had,
which is worth a look in the history of a run. They stop at a gradient that is not finite, where
clipping could only spread the damage: NaN times anything is NaN.
"""
import math

from scratchnets.arguments import positive
from scratchnets.backend import xp


def global_norm(parameters):
    """‖g‖ = √(Σ g²) over all numbers of all parameters, as a float.

    Parameters
    ----------
    parameters : iterable of Parameter
    """
    gradients = [parameter.grad.ravel() for parameter in parameters]
    if not gradients:
        raise ValueError("got no parameters; pass network.parameters()")
    largest = float(xp.stack([abs(g).max() for g in gradients]).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    # In units of the largest number's power of two, no square that counts over- or underflows float32.
    unit = 2.0 ** (math.frexp(largest)[1] - 1)
    scaled = [g / unit for g in gradients]
    return unit * math.sqrt(sum(g.dot(g) for g in scaled))


def clip_by_norm(parameters, max_norm):
    """g ← g · min(1, c / ‖g‖): the same direction, and for `SGD` a shorter step.

    `Adam` and `RMSProp` divide by the size that gradients have had, and a factor common to all of them
    cancels: with these, clipping tames a gradient that stands out from those before, and no others.

    Parameters
    ----------
    parameters : iterable of Parameter
        Their ``grad`` is scaled in place, all by one factor.
    max_norm : float
        c, the largest norm that is let through.

    Returns
    -------
    float
        ‖g‖ as it was.

    References
    ----------
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    parameters, max_norm = list(parameters), positive("max_norm", max_norm)
    norm = _finite_norm(parameters)
    if norm > max_norm:
        for parameter in parameters:
            parameter.grad *= max_norm / norm
    return norm


def clip_by_value(parameters, limit):
    """g ← min(max(g, −c), c), each number by itself: the direction changes.

    Parameters
    ----------
    parameters : iterable of Parameter
        Their ``grad`` is changed in place.
    limit : float
        c, the largest magnitude that is let through.

    Returns
    -------
    float
        ‖g‖ as it was.
    """
    parameters, limit = list(parameters), positive("limit", limit)
    norm = _finite_norm(parameters)
    for parameter in parameters:
        xp.clip(parameter.grad, -limit, limit, out=parameter.grad)
    return norm


def _finite_norm(parameters):
    norm = global_norm(parameters)
    if not math.isfinite(norm):
        culprits = [f"{parameter.name or 'unnamed'} {parameter.shape}" for parameter in parameters
                    if not xp.isfinite(parameter.grad).all()]
        raise FloatingPointError("the gradient is not finite (NaN or infinity) in " + ", ".join(culprits)
                                 + "; look at the loss and the data of this step, or lower the learning rate")
    return norm
