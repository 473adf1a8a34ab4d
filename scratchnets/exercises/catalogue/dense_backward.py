"""The dense layer, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.dense import dense, dense_backward


def draw(rng):
    n, d, m = sizes(rng, 3)
    return {"dy": rng.standard_normal((n, m)), "x": rng.standard_normal((n, d)),
            "W": rng.standard_normal((d, m)), "b": rng.standard_normal(m)}


exercise = Exercise(
    name="dense_backward", lecture=0, place=1, derivation="docs/derivations/dense.md",
    title="The dense layer, backwards",
    task="""
    The forward pass is

        y = x W + b

    for N examples at once, one to a row; b is added to every row. Given dy = ∂L/∂y, return the
    gradients of the loss L with respect to x, W and b.
    """,
    takes={"dy": "(N, M)  ∂L/∂y, what comes from above", "x": "(N, D)  the "
                                                              "input", "W": "(D, M)  the weights"},
    returns={"dx": "(N, D)  ∂L/∂x", "dW": "(D, M)  ∂L/∂W", "db": "(M,)  ∂L/∂b"},
    draw=draw, reference=dense_backward,
    objective=lambda dy, x, W, b: (dy * dense(x, W, b)).sum(),
    hints=(
        "Write one entry of the output: y[n, m] = Σ_d x[n, d] W[d, m] + b[m]. Which outputs does W[d, m] "
        "reach? Which does b[m] reach?",
        "By the chain rule dW[d, m] = Σ_n dy[n, m] x[n, d], for W[d, m] reaches y[n, m] of every example "
        "n. A sum over the shared index n is a matrix product; which factor has to be transposed for the "
        "shape (D, M)?",
        "dx = dy Wᵀ and dW = xᵀ dy. The bias reaches every row with slope 1: db[m] = Σ_n dy[n, m].",
    ))


@exercise.mutant
def db_not_summed(dy):
    """b is a single vector that was broadcast to all N rows, so every row of dy sends a gradient back
    to it, and they add up: db is the sum of dy over the batch, of shape (M,). Yours keeps one row
    for each example."""
    return {"db": dy}


@exercise.mutant
def db_averaged(dy):
    """db is the mean over the batch where the chain rule asks for the sum: each of the N rows was
    moved by b, and their effects on L add up. The 1/N of the average lives in the loss alone and is
    already inside dy; with the mean, b would learn N times too slowly."""
    return {"db": dy.mean(axis=0)}


@exercise.mutant
def db_over_features(dy):
    """You sum dy over the outputs (axis 1), which gives one number for each example. b has one number
    for each output and is shared by the examples: sum over the batch, axis 0."""
    return {"db": dy.sum(axis=1)}


@exercise.mutant
def db_one_number(dy):
    """Without an axis the sum runs over the whole of dy. b has M entries, and each gets the sum of its
    own column: sum over axis 0 alone."""
    return {"db": dy.sum()}


@exercise.mutant
def db_ones(dy):
    """∂y/∂b is 1, but that is the slope of y, not of L. The chain rule multiplies it with dy, and each
    example contributes: db = Σₙ dyₙ, and not a row of ones."""
    return {"db": np.ones(dy.shape[1])}


@exercise.mutant
def dx_without_transpose(dy, W):
    """dx uses W as a table of the shape (M, D) without swapping its axes: reshape keeps the order of
    reading, and mixes up which weight belongs to which output. x[n, d] reached y[n, m] through
    W[d, m], so the same weight brings dy[n, m] back: dx = dy Wᵀ, with W.T."""
    return {"dx": dy @ W.reshape(W.shape[::-1])}


@exercise.mutant
def dw_transposed(dy, x):
    """dW has its axes swapped: dyᵀ x has the shape (M, D). A gradient has the shape of what it belongs
    to, here (D, M): dW = xᵀ dy is its transpose."""
    return {"dW": dy.T @ x}


@exercise.mutant
def dw_averaged(dy, x):
    """dW is divided by N. The layer sums over the batch; averaging is the business of the loss, whose
    1/N is already inside dy. Twice averaged is too small by the factor N."""
    return {"dW": x.T @ dy / len(dy)}


@exercise.mutant
def dw_not_summed(dy, x):
    """dW has one (D, M) matrix for each example. W is shared by all examples, so their matrices add up
    over the batch; the product xᵀ dy does the sum by itself."""
    return {"dW": x[:, :, None] * dy[:, None, :]}


@exercise.mutant
def dw_last_example(dy, x):
    """dW is the outer product of the last example alone. In a loop over the batch, each example has to
    be added to dW (+=); an assignment (=) throws the earlier ones away."""
    return {"dW": np.outer(x[-1], dy[-1])}


@exercise.mutant
def dw_without_dy(dy, x):
    """dW holds the slopes of y, as if all of dy were ones. ∂y/∂W says how the output moves; how much
    that matters for L is said by dy, and the chain rule multiplies the two: dW = xᵀ dy."""
    return {"dW": x.T @ np.ones_like(dy)}


@exercise.mutant
def dx_without_dy(dy, W):
    """dx holds the slopes of y, as if all of dy were ones: each row is Σ_m W[d, m], the same for all
    examples. The chain rule weights them with dy: dx = dy Wᵀ."""
    return {"dx": np.ones_like(dy) @ W.T}


@exercise.mutant
def sign(dy, x, W):
    """The sign is the wrong way round. A gradient points in the direction in which L grows; the minus of
    gradient descent is the optimiser's."""
    return {"dx": -dy @ W.T, "dW": -x.T @ dy, "db": -dy.sum(axis=0)}


@exercise.mutant
def dx_through_dw(dy, x):
    """dx goes back through dW in place of W. x came to y through the weights themselves: dx = dy Wᵀ."""
    return {"dx": dy @ (x.T @ dy).T}
