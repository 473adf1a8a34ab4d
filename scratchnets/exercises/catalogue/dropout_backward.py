"""Dropout, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.layers.noise import dropout, dropout_backward


def draw(rng):
    shape = sizes(rng, 2)
    rate = float(rng.uniform(0.15, 0.42))
    mask = (rng.random(shape) >= rate).astype(float)
    mask[0, 0], mask[-1, -1] = 0, 1                         # some of both
    return {"dy": away_from_zero(rng, shape), "mask": mask, "rate": rate, "x": away_from_zero(rng, shape)}


exercise = Exercise(
    name="dropout_backward", lecture=8, place=1, derivation="docs/derivations/dropout-and-noise.md",
    title="Dropout, backwards",
    task="""
    The forward pass in training is

        y = x · mask / (1 − rate)

    The mask holds 0 with the probability `rate` and 1 otherwise; dividing by 1 − rate keeps the
    mean of y at x. Return dx from dy, the mask that the forward pass has drawn, and the rate.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "mask": "(N, D)  zeros and ones, as drawn in the "
                                                                 "forward pass",
           "rate": "the probability of a 0, in (0, 1)"},
    returns={"dx": "(N, D)  ∂L/∂x"},
    draw=draw, reference=dropout_backward,
    objective=lambda dy, x, mask, rate: (dy * dropout(x, mask, rate)).sum(),
    hints=(
        "The mask is fixed by now: it is an array of numbers, like any other. How does y depend on one x?",
        "y is x times a number, mask/(1 − rate). The slope of a multiple is the multiple.",
        "dx = dy · mask / (1 − rate): the forward formula once more, with dy in the place of x.",
    ))


@exercise.mutant
def scale_missing(dy, mask):
    """The division by 1 − rate is missing. It belongs to the forward formula, so the slope has it, too:
    without it the gradient is too small by the share of the units that were kept."""
    return {"dx": dy * mask}


@exercise.mutant
def mask_missing(dy, rate):
    """The mask is missing: where it was 0, y is 0 whatever x does, and no gradient may pass."""
    return {"dx": dy / (1 - rate)}


@exercise.mutant
def passed_on(dy):
    """dy comes through unchanged. That is dropout in evaluation mode; in training the mask and the
    factor 1/(1 − rate) act on the gradient as they act on x."""
    return {"dx": dy}


@exercise.mutant
def multiplied_by_keep(dy, mask, rate):
    """You multiply by 1 − rate where the forward pass divides by it. Backward undoes nothing: it
    multiplies with the same slope, mask/(1 − rate)."""
    return {"dx": dy * mask * (1 - rate)}


@exercise.mutant
def divided_by_rate(dy, mask, rate):
    """You divide by rate. What is kept is the share 1 − rate, and the rest is scaled up by that."""
    return {"dx": dy * mask / rate}


@exercise.mutant
def mask_inverted(dy, mask, rate):
    """The mask is the wrong way round: dy passes where the unit was dropped. 1 in the mask means kept."""
    return {"dx": dy * (1 - mask) / (1 - rate)}


@exercise.mutant
def mask_inverted_without_scale(dy, mask):
    """The mask is the wrong way round (1 in it means kept), and the division by 1 − rate is missing."""
    return {"dx": dy * (1 - mask)}


@exercise.mutant
def scaled_twice(dy, mask, rate):
    """The division by 1 − rate comes twice. It stands once in the forward formula, and so once here."""
    return {"dx": dy * mask / (1 - rate) ** 2}


@exercise.mutant
def kept_share_measured(dy, mask):
    """You divide by the share of ones in this mask. The forward pass divides by 1 − rate, whatever share
    the mask happens to have; the slope is that of the forward pass."""
    return {"dx": dy * mask / mask.mean()}


@exercise.mutant
def dy_missing(mask, rate):
    """This is the slope, mask/(1 − rate), alone. The chain rule multiplies it with dy."""
    return {"dx": mask / (1 - rate)}


@exercise.mutant
def scale_only_rate(dy, mask, rate):
    """You multiply by rate. The forward factor is 1/(1 − rate), and it is the slope as well."""
    return {"dx": dy * mask * rate}


@exercise.mutant
def sign(dy, mask, rate):
    """The sign is the wrong way round; 1/(rate − 1) in place of 1/(1 − rate)?"""
    return {"dx": dy * mask / (rate - 1)}


@exercise.mutant
def averaged(dy, mask, rate):
    """dx is divided by N. Each dx belongs to one example alone, and the 1/N of the loss's average is
    already in dy."""
    return {"dx": dy * mask / (1 - rate) / len(dy)}


@exercise.mutant
def decided_by_dy(dy, rate):
    """The sign of dy decides what passes, as in a ReLU taken the wrong way. The mask decides."""
    return {"dx": np.maximum(dy, 0) / (1 - rate)}
