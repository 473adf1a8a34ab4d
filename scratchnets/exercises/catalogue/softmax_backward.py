"""The softmax by itself, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import softmax, softmax_backward


def draw(rng):
    shape = sizes(rng, 2)
    x = rng.standard_normal(shape)
    return {"dy": rng.standard_normal(shape), "y": softmax(x), "x": x}


exercise = Exercise(
    name="softmax_backward", lecture=3, place=1, derivation="docs/derivations/softmax.md",
    title="The softmax, backwards",
    task="""
    The forward pass is, for each row by itself,

        y_j = e^(x_j) / Σ_i e^(x_i)

    Return dx from dy and the *output* y. Every y_j depends on every x_i of its row.
    """,
    takes={"dy": "(N, K)  ∂L/∂y, what comes from above", "y": "(N, K)  the probabilities; each row sums to "
                                                              "1"},
    returns={"dx": "(N, K)  ∂L/∂x"},
    draw=draw, reference=softmax_backward, objective=lambda dy, x: (dy * softmax(x)).sum(),
    hints=(
        "Raising one x_j raises y_j and lowers all the others of its row. So dx_j is a sum over all "
        "outputs i: Σ_i dy_i ∂y_i/∂x_j.",
        "∂y_i/∂x_j = y_i ([i = j] − y_j). Put it into the sum and see which factor does not depend on i.",
        "dx_j = y_j (dy_j − Σ_i dy_i y_i). The sum runs along the row: axis 1, with keepdims=True so that it "
        "broadcasts.",
    ))


@exercise.parts_of("dx")
def terms(dy, y):
    return {"dy_j y_j from the numerator": dy * y,
            "−y_j Σ_i dy_i y_i from the denominator": -y * (dy * y).sum(axis=1, keepdims=True)}


@exercise.mutant
def diagonal_only(dy, y):
    """Only the diagonal of the Jacobian, ∂y_j/∂x_j = y_j (1 − y_j): that is a sigmoid's slope. Raising x_j
    also lowers the other outputs of its row, ∂y_i/∂x_j = −y_i y_j, and they count, too."""
    return {"dx": dy * y * (1 - y)}


@exercise.mutant
def denominator_forgotten(dy, y):
    """dy·y is what the numerator e^(x_j) contributes. x_j also stands in the sum below, which all
    outputs of the row share: that gives − y_j Σ_i dy_i y_i."""
    return {"dx": dy * y}


@exercise.mutant
def summed_over_batch(dy, y):
    """The sum runs over the batch (axis 0). A softmax normalises each row by itself, and no example
    knows of another one: sum along the row, axis 1."""
    return {"dx": y * (dy - (dy * y).sum(axis=0))}


@exercise.mutant
def summed_over_everything(dy, y):
    """The sum runs over the whole batch at once. Each row has a sum of its own: axis=1, keepdims=True."""
    return {"dx": y * (dy - (dy * y).sum())}


@exercise.mutant
def unweighted_sum(dy, y):
    """The sum is that of dy; it has to weight each dy_i with its y_i: the mean of dy under the
    probabilities, Σ_i dy_i y_i."""
    return {"dx": y * (dy - dy.sum(axis=1, keepdims=True))}


@exercise.mutant
def mean_of_dy(dy, y):
    """You subtract the plain mean of dy in the row. It has to be the mean under the probabilities y,
    Σ_i dy_i y_i."""
    return {"dx": y * (dy - dy.mean(axis=1, keepdims=True))}


@exercise.mutant
def mean_for_sum(dy, y):
    """Σ_i dy_i y_i is divided by K, for it was taken with mean. The weights y already sum to 1."""
    return {"dx": y * (dy - (dy * y).mean(axis=1, keepdims=True))}


@exercise.mutant
def outer_factor_missing(dy, y):
    """The factor y_j in front is missing: dx_j = y_j (dy_j − Σ_i dy_i y_i). An output that is nearly 0
    hardly moves, whatever its logit does."""
    return {"dx": dy - (dy * y).sum(axis=1, keepdims=True)}


@exercise.mutant
def factor_on_the_second_term_only(dy, y):
    """Only the sum is multiplied with y_j; dy_j stands without it. Both come from ∂y_i/∂x_j =
    y_i ([i = j] − y_j), and for i = j the first term is dy_j y_j."""
    return {"dx": dy - y * (dy * y).sum(axis=1, keepdims=True)}


@exercise.mutant
def plus(dy, y):
    """The two terms are added. Raising x_j raises the denominator, which *lowers* all outputs: subtract
    Σ_i dy_i y_i."""
    return {"dx": y * (dy + (dy * y).sum(axis=1, keepdims=True))}


@exercise.mutant
def sign(dy, y):
    """The sign is the wrong way round: dy_j − Σ_i dy_i y_i, and not the other way about."""
    return {"dx": y * ((dy * y).sum(axis=1, keepdims=True) - dy)}


@exercise.mutant
def dy_missing(y):
    """This is y (1 − y), without dy: slopes, not gradients. With dy = ∂L/∂y each output's slope is
    weighted by how much L cares about it."""
    return {"dx": y * (1 - y)}


@exercise.mutant
def fused_with_cross_entropy(dy, y):
    """y − dy is the gradient of softmax and cross-entropy *together*, with a target in the place of dy.
    Here dy is any gradient, and the softmax stands alone."""
    return {"dx": y - dy}


@exercise.mutant
def softmax_of_y(dy, y):
    """You take the softmax of y once more: y already is the output."""
    s = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
    return {"dx": s * (dy - (dy * s).sum(axis=1, keepdims=True))}


@exercise.mutant
def log_softmax(dy, y):
    """This is the backward pass of the *logarithm* of the softmax, dy_j − y_j Σ_i dy_i. Here the output is y
    itself: dx_j = y_j (dy_j − Σ_i dy_i y_i)."""
    return {"dx": dy - y * dy.sum(axis=1, keepdims=True)}


@exercise.mutant
def off_diagonal_with_plus(dy, y):
    """Off the diagonal the Jacobian has the wrong sign: raising x_j *lowers* the other outputs, ∂y_i/∂x_j =
    −y_i y_j for i ≠ j. On the diagonal it is right."""
    return {"dx": dy * y * (1 - y) + y * ((dy * y).sum(axis=1, keepdims=True) - dy * y)}
