"""Find the bug, 2 of 5: tanh."""
import numpy as np

from scratchnets.exercises.catalogue.tanh_backward import draw, exercise as tanh_exercise
from scratchnets.exercises.exercise import Exercise
from scratchnets.layers.activations import tanh, tanh_backward


def pair(x, dy):
    """Forward and backward."""
    y = tanh(x)
    return y, tanh_backward(dy, y)


exercise = Exercise(
    name="mend_tanh", lecture=0, place=22, derivation="docs/derivations/activations.md",
    title="Find the bug, 2 of 5: tanh",
    task="""
    One line of this forward and backward pass is wrong. Find it and mend it:

        y = tanh(x),    and the gradient with respect to x
    """,
    takes={"x": "(N, D)  the input", "dy": "(N, D)  ∂L/∂y, what comes from above"},
    returns={"y": "(N, D)  the output", "dx": "(N, D)  ∂L/∂x"},
    draw=draw, reference=pair, solution=(tanh, tanh_backward),
    objective=lambda dy, x: (dy * tanh(x)).sum(),
    hints=(
        "Near x = 0 the two sides of a gradient check nearly agree; with inputs of ordinary size they do "
        "not.",
        "Near 0, tanh(x) is nearly x. Where does the code use one for the other?",
        "The slope of tanh is 1 − tanh(x)² = 1 − y².",
    ))


@exercise.as_given
def mend_tanh(x, dy):
    y = np.tanh(x)
    dx = dy * (1 - x ** 2)
    return y, dx


exercise.share_mutants(tanh_exercise)


@exercise.mutant
def forward_replaced(x):
    """The output is no longer tanh(x): it was right, and the mistake is in the backward pass."""
    return {"y": x}


@exercise.mutant
def differentiated_twice(x, dy):
    """The slope is −2y, the derivative of 1 − y². 1 − y² already is the slope: nothing is left to
    differentiate."""
    return {"dx": -2 * tanh(x) * dy}


@exercise.follows_from("dx")
def gradient_from_the_output(y, dy):
    return dy * (1 - y * y)
