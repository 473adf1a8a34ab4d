"""Find the bug, 1 of 5: the dense layer."""
from scratchnets.exercises.catalogue.dense_backward import draw, exercise as dense_exercise
from scratchnets.exercises.exercise import Exercise
from scratchnets.layers.dense import dense, dense_backward


def pair(x, W, b, dy):
    """Forward and backward."""
    return dense(x, W, b), *dense_backward(dy, x, W)


exercise = Exercise(
    name="mend_dense", lecture=0, place=21, derivation="docs/derivations/dense.md",
    title="Find the bug, 1 of 5: a dense layer",
    task="""
    One line of this forward and backward pass is wrong. Find it and mend it:

        y = x W + b,    and the gradients with respect to x, W and b
    """,
    takes={"x": "(N, D)  the input", "W": "(D, M)  the weights", "b": "(M,)  the biases",
           "dy": "(N, M)  ∂L/∂y, what comes from above"},
    returns={"y": "(N, M)  the output", "dx": "(N, D)  ∂L/∂x", "dW": "(D, M)  ∂L/∂W", "db": "(M,)  ∂L/∂b"},
    draw=draw, reference=pair, solution=(dense, dense_backward),
    objective=lambda dy, x, W, b: (dy * dense(x, W, b)).sum(),
    hints=(
        "A gradient check with one example, N = 1, would not find it.",
        "With N = 1 a sum and a mean over the batch are the same.",
        "b is added to all N rows, and their gradients add up: db is a sum over the batch.",
    ))


@exercise.as_given
def mend_dense(x, W, b, dy):
    y = x @ W + b
    dx = dy @ W.T
    dW = x.T @ dy
    db = dy.mean(axis=0)
    return y, dx, dW, db


exercise.share_mutants(dense_exercise, without=("db-averaged",))


@exercise.mutant
def bias_not_added(x, W):
    """The output lacks b. The forward pass was right: y = x W + b."""
    return {"y": x @ W}
