"""Find the bug, 4 of 5: batch normalisation."""
import numpy as np

from scratchnets.exercises.catalogue.batch_norm_backward import draw, exercise as norm_exercise
from scratchnets.exercises.exercise import Exercise
from scratchnets.layers.normalization import batch_norm, batch_norm_backward, standardize


def pair(x, gamma, beta, epsilon, dy):
    """Forward and backward."""
    return batch_norm(x, gamma, beta, epsilon), *batch_norm_backward(dy, x, gamma, epsilon)


exercise = Exercise(
    name="mend_batch_norm", lecture=0, place=24, derivation="docs/derivations/batch-normalization.md",
    title="Find the bug, 4 of 5: batch normalisation",
    task="""
    One line of this forward and backward pass is wrong. Find it and mend it:

        u = (x − μ) r with r = 1 / √(σ² + ε), μ and σ² the mean and variance over the batch
        y = γ u + β,    and the gradients with respect to x, γ and β
    """,
    takes={"x": "(N, D)  the input", "gamma": "(D,)  γ", "beta": "(D,)  β", "epsilon": "ε, a positive number",
           "dy": "(N, D)  ∂L/∂y, what comes from above"},
    returns={"y": "(N, D)  the output", "dx": "(N, D)  ∂L/∂x", "dgamma": "(D,)  "
                                                                         "∂L/∂γ", "dbeta": "(D,)  ∂L/∂β"},
    draw=draw, reference=pair, solution=(batch_norm, batch_norm_backward, standardize),
    objective=lambda dy, x, gamma, beta, epsilon: (dy * batch_norm(x, gamma, beta, epsilon)).sum(),
    hints=(
        "A gradient check whose dy is all ones would not find it.",
        "x moves y directly, through μ and through σ². Which of the three paths is missing in dx?",
        "dx = r (du − mean(du) − u · mean(du · u)), the means over the batch.",
    ))


@exercise.as_given
def mend_batch_norm(x, gamma, beta, epsilon, dy):
    r = 1 / np.sqrt(x.var(axis=0) + epsilon)
    u = (x - x.mean(axis=0)) * r
    y = gamma * u + beta
    dgamma = (dy * u).sum(axis=0)
    dbeta = dy.sum(axis=0)
    du = dy * gamma
    dx = r * (du - du.mean(axis=0))
    return y, dx, dgamma, dbeta


exercise.share_mutants(norm_exercise, without=("variance-path-missing",))


@exercise.mutant
def forward_changed(x, u):
    """The output is u, without γ and β. The forward pass was right; the mistake is in the backward pass."""
    return {"y": u}
