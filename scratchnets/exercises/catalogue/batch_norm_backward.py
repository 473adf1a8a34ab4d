"""Batch normalisation, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.normalization import batch_norm, batch_norm_backward, layer_norm_backward, standardize


def draw(rng):
    n, d = sizes(rng, 2)
    x = 1 + rng.uniform(0.5, 2, d) * rng.standard_normal((n, d))
    epsilon = float(rng.uniform(0.1, 0.4))                  # large, so that leaving it out is seen
    u, r, _, _ = standardize(x, 0, epsilon)
    return {"dy": rng.standard_normal((n, d)), "x": x, "gamma": rng.uniform(0.5, 2, d), "epsilon": epsilon,
            "beta": rng.standard_normal(d), "u": u, "r": r}


def with_statistics(dy, gamma, u, r):
    """The right answer for other u and r: what a mistake in the statistics does to all that follows."""
    dx, dgamma, dbeta = batch_norm_backward(dy, None, gamma, standardized=(u, r))
    return {"dx": dx, "dgamma": dgamma}


exercise = Exercise(
    name="batch_norm_backward", lecture=8, place=3, derivation="docs/derivations/batch-normalization.md",
    title="Batch normalisation, backwards",
    task="""
    The forward pass normalises each feature over the batch, then scales and shifts it:

        μ = mean of x over the batch            σ² = mean of (x − μ)² over the batch
        u = (x − μ) r                           r = 1 / √(σ² + ε)
        y = γ u + β

    Return the gradients with respect to x, γ and β. μ and σ² depend on every x of the batch.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "x": "(N, D)  the input", "gamma": "(D,)  γ",
           "epsilon": "ε, a positive number"},
    returns={"dx": "(N, D)  ∂L/∂x", "dgamma": "(D,)  ∂L/∂γ", "dbeta": "(D,)  ∂L/∂β"},
    draw=draw, reference=batch_norm_backward, solution=(batch_norm_backward, standardize),
    objective=lambda dy, x, gamma, beta, epsilon: (dy * batch_norm(x, gamma, beta, epsilon)).sum(),
    hints=(
        "Do it in steps: du = γ dy, then from u back to x. An x moves its own u, and through μ and σ² also "
        "the u of every other example: three paths.",
        "Through μ: dμ = −r Σₙ du. Through σ²: dσ² = −½ r³ Σₙ du (x − μ). Then dx = du r + dσ² · 2 (x − "
        "μ)/N + dμ/N. (Why may the path from σ² to μ be left out?)",
        "Put together: dx = r (du − mean(du) − u · mean(du · u)), the means over the batch. dγ = Σₙ dy u, "
        "dβ = Σₙ dy.",
    ))


@exercise.parts_of("dx")
def paths(dy, gamma, u, r):
    du = dy * gamma
    return {"the direct path r·du": r * du, "the path through μ, −r·mean(du)": -r * du.mean(axis=0),
            "the path through σ², −r·u·mean(du·u)": -r * u * (du * u).mean(axis=0)}


@exercise.mutant
def statistics_held_constant(dy, gamma, r):
    """μ and σ² are taken as constants. Each x moves the mean and the variance of the whole batch, and
    through them all outputs: two more paths, −mean(du) and −u·mean(du·u). (Right for evaluation
    mode, where the running averages are constants.)"""
    return {"dx": dy * gamma * r}


@exercise.mutant
def variance_path_missing(dy, gamma, r):
    """The path through the variance is missing, −u·mean(du·u). With a dy of ones it is zero, so a check
    that uses ones would not notice."""
    du = dy * gamma
    return {"dx": r * (du - du.mean(axis=0))}


@exercise.mutant
def mean_path_missing(dy, gamma, u, r):
    """The path through the mean is missing, −mean(du). Adding a constant to all x changes no output, so
    dx has to sum to 0 over the batch; yours does not."""
    du = dy * gamma
    return {"dx": r * (du - u * (du * u).mean(axis=0))}


@exercise.mutant
def variance_path_added(dy, gamma, u, r):
    """The path through the variance has the wrong sign. A larger σ² makes r smaller: dr/dσ² = −½ r³."""
    du = dy * gamma
    return {"dx": r * (du - du.mean(axis=0) + u * (du * u).mean(axis=0))}


@exercise.mutant
def sums_for_means(dy, gamma, u, r):
    """The two corrections are sums over the batch where means are due: μ and σ² are means, so each
    example moves them by 1/N only."""
    du = dy * gamma
    return {"dx": r * (du - du.sum(axis=0) - u * (du * u).sum(axis=0))}


@exercise.mutant
def gamma_missing(dy, u, r):
    """dx lacks γ: y = γ u + β, so what reaches u is du = γ dy."""
    return {"dx": r * (dy - dy.mean(axis=0) - u * (dy * u).mean(axis=0))}


@exercise.mutant
def r_missing(dy, gamma, u):
    """dx lacks the factor r = 1/√(σ² + ε): u = (x − μ) r, so a step of x is a step of u that is r times as
    long."""
    du = dy * gamma
    return {"dx": du - du.mean(axis=0) - u * (du * u).mean(axis=0)}


@exercise.mutant
def epsilon_forgotten(dy, x, gamma):
    """ε is left out of r = 1/√(σ² + ε). It is small in practice and large here, so that this shows; without
    it a feature that is constant over the batch divides by zero."""
    u, r, _, _ = standardize(x, 0, 0)
    return with_statistics(dy, gamma, u, r)


@exercise.mutant
def epsilon_outside_root(dy, x, gamma, epsilon):
    """ε is added to the standard deviation; it belongs under the root, r = 1/√(σ² + ε)."""
    r = 1 / (x.std(axis=0) + epsilon)
    return with_statistics(dy, gamma, (x - x.mean(axis=0)) * r, r)


@exercise.mutant
def unbiased_variance(dy, x, gamma, epsilon):
    """σ² divides by N − 1. A batch is normalised by its own variance, divided by N; N − 1 is for estimating
    the variance of the data, as the running average does."""
    r = 1 / np.sqrt(x.var(axis=0, ddof=1) + epsilon)
    return with_statistics(dy, gamma, (x - x.mean(axis=0)) * r, r)


@exercise.mutant
def root_forgotten(dy, x, gamma, epsilon):
    """You divide by the variance instead of by its root: r = 1/√(σ² + ε)."""
    r = 1 / (x.var(axis=0) + epsilon)
    return with_statistics(dy, gamma, (x - x.mean(axis=0)) * r, r)


@exercise.mutant
def dgamma_without_u(dy):
    """dγ lacks u: ∂y/∂γ = u, so dγ = Σₙ dy·u. The plain sum of dy is dβ."""
    return {"dgamma": dy.sum(axis=0)}


@exercise.mutant
def dgamma_with_x(dy, x):
    """dγ multiplies dy with x. What γ scales is the normalised u, not x itself."""
    return {"dgamma": (dy * x).sum(axis=0)}


@exercise.mutant
def dgamma_averaged(dy, u):
    """dγ is averaged over the batch. γ acts on all N examples, and their gradients add up; the 1/N of the
    loss is already in dy."""
    return {"dgamma": (dy * u).mean(axis=0)}


@exercise.mutant
def normalised_over_features(dy, x, gamma, epsilon):
    """Mean and variance are taken over the features of each example (axis 1): that is layer normalisation.
    Batch normalisation takes those of each feature over the batch, axis 0."""
    dx, dgamma, _ = layer_norm_backward(dy, x, gamma, epsilon)
    return {"dx": dx, "dgamma": dgamma}


@exercise.mutant
def gamma_missing_in_the_means(dy, gamma, u, r):
    """γ stands in the direct path alone; the two means are taken of dy and dy·u. Everything that comes back
    from u goes through du = γ dy: mean(du) and mean(du·u)."""
    return {"dx": r * (dy * gamma - dy.mean(axis=0) - u * (dy * u).mean(axis=0))}


@exercise.mutant
def power_of_r_in_the_variance_path(dy, gamma, u, r):
    """The path through σ² has r where it has to have r³: ∂r/∂σ² = −½ (σ² + ε)^(−3/2), the power of r lowered
    by one. Simplified, the path is −r·u·mean(du·u)."""
    du = dy * gamma
    return {"dx": r * (du - (du).mean(axis=0)) - u / r * (du * u).mean(axis=0)}
