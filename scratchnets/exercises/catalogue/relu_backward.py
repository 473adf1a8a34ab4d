"""ReLU, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.layers.activations import relu, relu_backward


def draw(rng):
    shape = sizes(rng, 2)
    x = away_from_zero(rng, shape)
    return {"dy": away_from_zero(rng, shape), "y": relu(x), "x": x}


exercise = Exercise(
    name="relu_backward", lecture=0, place=2, derivation="docs/derivations/activations.md",
    title="ReLU, backwards",
    task="""
    The forward pass is

        y = max(x, 0)

    for each number by itself. Return dx from dy and the *output* y, which is what the layer keeps.
    (No x is 0 here; at the kink the library chooses the slope 0.)
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "y": "(N, D)  the output of the forward pass"},
    returns={"dx": "(N, D)  ∂L/∂x"},
    draw=draw, reference=relu_backward, objective=lambda dy, x: (dy * relu(x)).sum(),
    hints=(
        "What is the slope of max(x, 0) for x > 0? And for x < 0?",
        "The slope is 1 or 0, and y tells which: y > 0 exactly where x > 0. The chain rule multiplies it "
        "with dy.",
        "dx is dy where y > 0, and 0 elsewhere. A comparison gives an array of True and False, which "
        "multiply as 1 and 0.",
    ))


@exercise.mutant
def mask_missing(dy):
    """All of dy comes through, also where the unit was off. There y stays 0 when x moves a little, so
    the slope is 0 and nothing may pass. (If you wrote y >= 0: y is never negative, so that is true
    everywhere.)"""
    return {"dx": dy}


@exercise.mutant
def dy_missing(y):
    """This is the slope of the ReLU itself, 1 or 0. The chain rule multiplies it with dy: how much L
    cares about y decides how much it cares about x."""
    return {"dx": (y > 0).astype(float)}


@exercise.mutant
def relu_of_dy(dy):
    """You apply a ReLU to dy: it drops the negative *gradients*. What counts is where the forward pass
    was off, and that is said by y; a gradient may well be negative."""
    return {"dx": np.maximum(dy, 0)}


@exercise.mutant
def times_y(dy, y):
    """You multiply dy with y. The slope where the unit is on is 1, not y: y = x there, and dy/dx of x
    is 1. Use the mask y > 0."""
    return {"dx": dy * y}


@exercise.mutant
def mask_inverted(dy, y):
    """The mask is the wrong way round: dy passes where the unit was off, and stops where it was on."""
    return {"dx": dy * (y <= 0)}


@exercise.mutant
def guided(dy, y):
    """Besides the units that were off you also drop negative gradients. That is "guided
    backpropagation", made for pictures; the gradient of L keeps both signs of dy."""
    return {"dx": dy * (y > 0) * (dy > 0)}


@exercise.mutant
def y_where_dy_positive(dy, y):
    """The roles of y and dy are swapped: dy is what passes, y > 0 decides where."""
    return {"dx": y * (dy > 0)}


@exercise.mutant
def forward_again(dy, y):
    """This is y, the forward pass once more. Backward sends dy on, where the unit was on."""
    return {"dx": y}


@exercise.mutant
def leaky(dy, y):
    """Where the unit is off, a hundredth of dy leaks through: that is the leaky ReLU. The plain one has
    the slope 0 there."""
    return {"dx": np.where(y > 0, dy, 0.01 * dy)}


@exercise.mutant
def sign(dy, y):
    """The sign is the wrong way round: the slope of the ReLU is 1 where it is on, not −1."""
    return {"dx": -dy * (y > 0)}
