"""Layer normalisation, backwards."""

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.normalization import layer_norm, layer_norm_backward, standardize


def draw(rng):
    n, d = sizes(rng, 2)
    x = 1 + rng.uniform(0.5, 2, (n, 1)) * rng.standard_normal((n, d))
    epsilon = float(rng.uniform(0.1, 0.4))                  # large, so that leaving it out is seen
    u, r, _, _ = standardize(x, -1, epsilon)
    return {"dy": rng.standard_normal((n, d)), "x": x, "gamma": rng.uniform(0.5, 2, d), "epsilon": epsilon,
            "beta": rng.standard_normal(d), "u": u, "r": r}


def with_statistics(dy, gamma, u, r):
    """The right answer for other u and r: what a mistake in the statistics does to all that follows."""
    dx, dgamma, _ = layer_norm_backward(dy, None, gamma, standardized=(u, r))
    return {"dx": dx, "dgamma": dgamma}


def mean(a):
    return a.mean(axis=1, keepdims=True)


exercise = Exercise(
    name="layer_norm_backward", lecture=8, place=4, derivation="docs/derivations/layer-normalization.md",
    title="Layer normalisation, backwards",
    task="""
    The forward pass normalises each example over its own features, then scales and shifts:

        μ = mean of x over the features         σ² = mean of (x − μ)² over the features
        u = (x − μ) r                           r = 1 / √(σ² + ε)
        y = γ u + β

    Return the gradients with respect to x, γ and β. γ and β have one number for each feature and
    are shared by all examples.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "x": "(N, D)  the input", "gamma": "(D,)  γ",
           "epsilon": "ε, a positive number"},
    returns={"dx": "(N, D)  ∂L/∂x", "dgamma": "(D,)  ∂L/∂γ", "dbeta": "(D,)  ∂L/∂β"},
    draw=draw, reference=layer_norm_backward, solution=(layer_norm_backward, standardize),
    objective=lambda dy, x, gamma, beta, epsilon: (dy * layer_norm(x, gamma, beta, epsilon)).sum(),
    hints=(
        "Which numbers are averaged over what? μ and σ² run along the features of one example; γ and β are "
        "shared along the batch. So two different axes come up.",
        "du = γ dy. From u back to x there are three paths, as in batch normalisation, but along the "
        "features: directly, through μ and through σ².",
        "dx = r (du − mean(du) − u · mean(du · u)), the means over axis 1 with keepdims=True; dγ = Σₙ dy u "
        "and dβ = Σₙ dy over axis 0.",
    ))


@exercise.parts_of("dx")
def paths(dy, gamma, u, r):
    du = dy * gamma
    return {"the direct path r·du": r * du, "the path through μ, −r·mean(du)": -r * mean(du),
            "the path through σ², −r·u·mean(du·u)": -r * u * mean(du * u)}


@exercise.mutant
def statistics_held_constant(dy, gamma, r):
    """μ and σ² are taken as constants. Each x moves the mean and the variance of its example, and through
    them all outputs of the row: two more paths, −mean(du) and −u·mean(du·u)."""
    return {"dx": dy * gamma * r}


@exercise.mutant
def variance_path_missing(dy, gamma, r):
    """The path through the variance is missing, −u·mean(du·u)."""
    return {"dx": r * (dy * gamma - mean(dy * gamma))}


@exercise.mutant
def mean_path_missing(dy, gamma, u, r):
    """The path through the mean is missing, −mean(du). Adding a constant to all features of an example
    changes no output, so each row of dx has to sum to 0; yours does not."""
    return {"dx": r * (dy * gamma - u * mean(dy * gamma * u))}


@exercise.mutant
def variance_path_added(dy, gamma, u, r):
    """The path through the variance has the wrong sign. A larger σ² makes r smaller: dr/dσ² = −½ r³."""
    return {"dx": r * (dy * gamma - mean(dy * gamma) + u * mean(dy * gamma * u))}


@exercise.mutant
def gamma_in_front(dy, gamma, u, r):
    """γ is drawn in front of the means, as in batch normalisation, where it is constant along the axis of
    the mean. Here γ varies along the features, the very axis of the mean: take du = γ dy first."""
    return {"dx": gamma * r * (dy - mean(dy) - u * mean(dy * u))}


@exercise.mutant
def gamma_missing(dy, u, r):
    """dx lacks γ: y = γ u + β, so what reaches u is du = γ dy."""
    return {"dx": r * (dy - mean(dy) - u * mean(dy * u))}


@exercise.mutant
def batch_norm_means(dy, gamma, u, r):
    """The two means in dx run over the batch. Layer normalisation works on each example by itself: take
    them over the features, axis 1, with keepdims=True."""
    du = dy * gamma
    return {"dx": r * (du - du.mean(axis=0) - u * (du * u).mean(axis=0))}


@exercise.mutant
def sums_for_means(dy, gamma, u, r):
    """The two corrections are sums where means are due: μ and σ² are means over the D features, so each
    one moves them by 1/D only."""
    du = dy * gamma
    return {"dx": r * (du - du.sum(axis=1, keepdims=True) - u * (du * u).sum(axis=1, keepdims=True))}


@exercise.mutant
def r_missing(dy, gamma, u):
    """dx lacks the factor r = 1/√(σ² + ε): a step of x is a step of u that is r times as long."""
    return {"dx": dy * gamma - mean(dy * gamma) - u * mean(dy * gamma * u)}


@exercise.mutant
def normalised_over_batch(dy, x, gamma, epsilon):
    """u is normalised over the batch, as in batch normalisation. Layer normalisation takes mean and
    variance of each example over its features: axis 1, with keepdims=True."""
    u, r, _, _ = standardize(x, 0, epsilon)
    du = dy * gamma
    return {"dx": r * (du - du.mean(axis=0) - u * (du * u).mean(axis=0)), "dgamma": (dy * u).sum(axis=0)}


@exercise.mutant
def epsilon_forgotten(dy, x, gamma):
    """ε is left out of r = 1/√(σ² + ε). It is small in practice and large here, so that this shows."""
    u, r, _, _ = standardize(x, -1, 0)
    return with_statistics(dy, gamma, u, r)


@exercise.mutant
def epsilon_outside_root(dy, x, gamma, epsilon):
    """ε is added to the standard deviation; it belongs under the root, r = 1/√(σ² + ε)."""
    r = 1 / (x.std(axis=1, keepdims=True) + epsilon)
    return with_statistics(dy, gamma, (x - mean(x)) * r, r)


@exercise.mutant
def dgamma_over_features(dy, u):
    """dγ is summed over the features. γ is shared by the examples and has one number a feature: sum over
    the batch, axis 0. Only μ and σ² live along axis 1."""
    return {"dgamma": (dy * u).sum(axis=1)}


@exercise.mutant
def dgamma_without_u(dy):
    """dγ lacks u: ∂y/∂γ = u, so dγ = Σₙ dy·u. The plain sum of dy is dβ."""
    return {"dgamma": dy.sum(axis=0)}


@exercise.mutant
def dbeta_over_features(dy):
    """dβ is summed over the features. β has one number a feature and is shared by the examples: axis 0."""
    return {"dbeta": dy.sum(axis=1)}


@exercise.mutant
def gamma_missing_in_the_means(dy, gamma, u, r):
    """γ stands in the direct path alone; the two means are taken of dy and dy·u. Everything that comes back
    from u goes through du = γ dy: mean(du) and mean(du·u)."""
    return {"dx": r * (dy * gamma - mean(dy) - u * mean(dy * u))}


@exercise.mutant
def power_of_r_in_the_variance_path(dy, gamma, u, r):
    """The path through σ² has r where it has to have r³: ∂r/∂σ² = −½ (σ² + ε)^(−3/2), the power of r lowered
    by one. Simplified, the path is −r·u·mean(du·u)."""
    du = dy * gamma
    return {"dx": r * (du - mean(du)) - u / r * mean(du * u)}
