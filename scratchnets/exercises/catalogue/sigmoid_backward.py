"""The sigmoid, backwards."""
from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import sigmoid, sigmoid_backward


def draw(rng):
    shape = sizes(rng, 2)
    x = 1.5 * rng.standard_normal(shape)
    return {"dy": rng.standard_normal(shape), "y": sigmoid(x), "x": x}


exercise = Exercise(
    name="sigmoid_backward", lecture=0, place=4, derivation="docs/derivations/activations.md",
    title="The sigmoid, backwards",
    task="""
    The forward pass is

        y = σ(x) = 1 / (1 + e⁻ˣ)

    for each number by itself. Return dx from dy and the *output* y: the layer does not keep x.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "y": "(N, D)  the output of the forward pass, in "
                                                              "(0, 1)"},
    returns={"dx": "(N, D)  ∂L/∂x"},
    draw=draw, reference=sigmoid_backward, objective=lambda dy, x: (dy * sigmoid(x)).sum(),
    hints=(
        "Differentiate 1/(1 + e⁻ˣ), and look for y in what you get.",
        "σ′(x) = e⁻ˣ/(1 + e⁻ˣ)². One factor is 1/(1 + e⁻ˣ) = y. What is the other one, e⁻ˣ/(1 + e⁻ˣ), in "
        "terms of y?",
        "e⁻ˣ/(1 + e⁻ˣ) = 1 − y, so the slope is y (1 − y). Multiply with dy.",
    ))


@exercise.mutant
def y_taken_for_x(dy, y):
    """You apply the sigmoid to y once more: y is already σ(x), and the slope at x is y (1 − y). The
    formula with e⁻ˣ would need x, which is not kept."""
    s = sigmoid(y)
    return {"dx": dy * s * (1 - s)}


@exercise.mutant
def dy_missing(y):
    """This is the slope y (1 − y) alone. The chain rule multiplies it with dy."""
    return {"dx": y * (1 - y)}


@exercise.mutant
def only_y(dy, y):
    """The factor 1 − y is missing: with y alone the slope would be largest where the sigmoid is
    saturated at 1, and there it is flat."""
    return {"dx": dy * y}


@exercise.mutant
def only_one_minus_y(dy, y):
    """The factor y is missing: with 1 − y alone the slope would be largest where the sigmoid is
    saturated at 0, and there it is flat."""
    return {"dx": dy * (1 - y)}


@exercise.mutant
def slope_of_tanh(dy, y):
    """1 − y² is the slope of tanh. The sigmoid's is y (1 − y)."""
    return {"dx": dy * (1 - y * y)}


@exercise.mutant
def precedence(dy, y):
    """This is dy·y·1 − y: a product binds more tightly than a difference, so 1 − y needs parentheses."""
    return {"dx": dy * y * 1 - y}


@exercise.mutant
def sign(dy, y):
    """The sign is the wrong way round: the sigmoid rises everywhere, so its slope y (1 − y) is positive."""
    return {"dx": dy * y * (y - 1)}


@exercise.mutant
def one_plus_y(dy, y):
    """There is y (1 + y) where y (1 − y) is the slope. A slope that grows with y cannot be that of a
    curve which flattens out at 1."""
    return {"dx": dy * y * (1 + y)}


@exercise.mutant
def y_squared(dy, y):
    """y² where y (1 − y) is the slope: e⁻ˣ/(1 + e⁻ˣ)² has the numerator e⁻ˣ, and it makes one of the two
    factors 1 − y."""
    return {"dx": dy * y * y}


@exercise.mutant
def passed_on(dy):
    """dy comes through unchanged, as if the sigmoid had the slope 1. Its slope is y (1 − y), ¼ at most:
    a stack of sigmoids fades gradients out."""
    return {"dx": dy}


@exercise.mutant
def times_sigmoid_of_dy(dy, y):
    """You take the slope at dy, σ(dy)(1 − σ(dy)). The slope is that at the point where the forward pass
    was, and y knows it."""
    s = sigmoid(dy)
    return {"dx": y * s * (1 - s)}
