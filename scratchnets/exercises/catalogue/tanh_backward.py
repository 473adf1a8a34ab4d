"""tanh, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import tanh, tanh_backward


def draw(rng):
    shape = sizes(rng, 2)
    x = rng.standard_normal(shape)
    return {"dy": rng.standard_normal(shape), "y": tanh(x), "x": x}


exercise = Exercise(
    name="tanh_backward", lecture=0, place=5, derivation="docs/derivations/activations.md",
    title="tanh, backwards",
    task="""
    The forward pass is

        y = tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)

    for each number by itself. Return dx from dy and the *output* y: the layer does not keep x.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "y": "(N, D)  the output of the forward pass, in "
                                                              "(−1, 1)"},
    returns={"dx": "(N, D)  ∂L/∂x"},
    draw=draw, reference=tanh_backward, objective=lambda dy, x: (dy * tanh(x)).sum(),
    hints=(
        "Differentiate the quotient, and look for y in what you get.",
        "With s = eˣ − e⁻ˣ and c = eˣ + e⁻ˣ: s′ = c and c′ = s, so (s/c)′ = (c² − s²)/c². And s/c = y.",
        "The slope is 1 − y². Multiply with dy.",
    ))


@exercise.mutant
def y_taken_for_x(dy, y):
    """You apply tanh (or cosh) to y once more: y is already tanh(x), and the slope at x is 1 − y²."""
    return {"dx": dy * (1 - np.tanh(y) ** 2)}


@exercise.mutant
def dy_missing(y):
    """This is the slope 1 − y² alone. The chain rule multiplies it with dy."""
    return {"dx": 1 - y * y}


@exercise.mutant
def slope_of_sigmoid(dy, y):
    """y (1 − y) is the slope of the sigmoid. That of tanh is 1 − y²: it is steepest where y = 0."""
    return {"dx": dy * y * (1 - y)}


@exercise.mutant
def not_squared(dy, y):
    """1 − y where the slope is 1 − y². tanh is as steep at −x as at x, so the sign of y cannot matter."""
    return {"dx": dy * (1 - y)}


@exercise.mutant
def square_outside(dy, y):
    """(1 − y)² where the slope is 1 − y²: square y, then subtract."""
    return {"dx": dy * (1 - y) ** 2}


@exercise.mutant
def plus(dy, y):
    """1 + y² where the slope is 1 − y²: yours is steepest where tanh flattens out."""
    return {"dx": dy * (1 + y * y)}


@exercise.mutant
def only_the_square(dy, y):
    """y² where the slope is 1 − y²: yours is 0 at x = 0, where tanh is steepest."""
    return {"dx": dy * y * y}


@exercise.mutant
def precedence(dy, y):
    """This is dy·1 − y²: a product binds more tightly than a difference, so 1 − y² needs parentheses."""
    return {"dx": dy * 1 - y * y}


@exercise.mutant
def sign(dy, y):
    """The sign is the wrong way round: tanh rises everywhere, so its slope 1 − y² is positive."""
    return {"dx": dy * (y * y - 1)}


@exercise.mutant
def root(dy, y):
    """√(1 − y²) where the slope is 1 − y². That would be 1/cosh x; the derivative of tanh is its square."""
    return {"dx": dy * np.sqrt(1 - y * y)}


@exercise.mutant
def passed_on(dy):
    """dy comes through unchanged, as if tanh had the slope 1. It has it at x = 0 alone; elsewhere 1 − y²."""
    return {"dx": dy}


@exercise.mutant
def one_over_cosh_of_y(dy, y):
    """1/cosh(y): the slope is 1/cosh² of the *input* x, with the square. In terms of the output y, which you have,
    it is 1 − y²."""
    return {"dx": dy / np.cosh(y)}


@exercise.mutant
def twice_y(dy, y):
    """1 − 2y where the slope is 1 − y²: in Python the square of y is y**2, and y*2 is twice y."""
    return {"dx": dy * (1 - 2 * y)}
