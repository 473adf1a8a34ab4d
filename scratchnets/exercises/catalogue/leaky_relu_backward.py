"""The leaky ReLU, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.layers.activations import leaky_relu, leaky_relu_backward


def draw(rng):
    shape = sizes(rng, 2)
    x, slope = away_from_zero(rng, shape), float(rng.uniform(0.1, 0.45))
    return {"dy": away_from_zero(rng, shape), "y": leaky_relu(x, slope), "slope": slope, "x": x}


exercise = Exercise(
    name="leaky_relu_backward", lecture=0, place=3, derivation="docs/derivations/activations.md",
    title="The leaky ReLU, backwards",
    task="""
    The forward pass is

        y = x where x > 0, else α x

    with a slope α in (0, 1). Return dx from dy, the output y and α.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "y": "(N, D)  the output of the forward pass",
           "slope": "α, a number in (0, 1)"},
    returns={"dx": "(N, D)  ∂L/∂x"},
    draw=draw, reference=leaky_relu_backward,
    objective=lambda dy, x, slope: (dy * leaky_relu(x, slope)).sum(),
    hints=(
        "There are two straight pieces. What is the slope of each?",
        "The slope is 1 where x > 0 and α where x < 0; as α > 0, y has the sign of x. Multiply with dy.",
        "np.where(condition, a, b) takes a where the condition holds and b elsewhere: the condition is y > "
        "0.",
    ))


@exercise.mutant
def plain_relu(dy, y):
    """Where the unit is off nothing comes through: that is the plain ReLU. The leaky one has the slope
    α there, so α·dy passes; that keeps a unit alive that is off for all examples."""
    return {"dx": dy * (y > 0)}


@exercise.mutant
def dy_missing_below(dy, y, slope):
    """Where the unit is off you return α alone. The chain rule multiplies the slope with dy on both
    pieces: α·dy there."""
    return {"dx": np.where(y > 0, dy, slope)}


@exercise.mutant
def dy_missing(y, slope):
    """These are the slopes themselves, 1 and α. The chain rule multiplies them with dy."""
    return {"dx": np.where(y > 0, 1.0, slope)}


@exercise.mutant
def pieces_swapped(dy, y, slope):
    """The two pieces are swapped: the slope is 1 where y > 0 and α where y < 0."""
    return {"dx": np.where(y > 0, slope * dy, dy)}


@exercise.mutant
def slope_everywhere(dy, slope):
    """α multiplies all of dy. It is the slope of the left piece alone; where y > 0 the slope is 1."""
    return {"dx": slope * dy}


@exercise.mutant
def mask_missing(dy):
    """All of dy comes through with the slope 1. Where y < 0 the slope is α."""
    return {"dx": dy}


@exercise.mutant
def decided_by_dy(dy, slope):
    """The sign of dy decides which slope is taken. It is y (or x) that says on which piece the forward
    pass was; a gradient may have either sign on both."""
    return {"dx": np.where(dy > 0, dy, slope * dy)}


@exercise.mutant
def divided_by_slope(dy, y, slope):
    """Where the unit is off you divide by α. Forward multiplies with α, and so does backward: the slope
    of α x is α. Dividing would undo the forward pass, which is another thing."""
    return {"dx": np.where(y > 0, dy, dy / slope)}


@exercise.mutant
def slope_hard_coded(dy, y):
    """The slope is 0.01 whatever α is asked for. Take it from the argument."""
    return {"dx": np.where(y > 0, dy, 0.01 * dy)}


@exercise.mutant
def negative_below(dy, y, slope):
    """Where the unit is off you have −α: but α x rises with x, only less steeply. The slope is +α."""
    return {"dx": np.where(y > 0, dy, -slope * dy)}


@exercise.mutant
def one_minus_slope(dy, y, slope):
    """Where the unit is off you have 1 − α in place of α."""
    return {"dx": np.where(y > 0, dy, (1 - slope) * dy)}


@exercise.mutant
def forward_on_dy(dy, y, slope):
    """Where the unit is off you send y on instead of dy: y is what went forward, dy is what comes back."""
    return {"dx": np.where(y > 0, dy, slope * y)}
