"""From Gaussian classes to softmax regression: the weights in closed form."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.models.classical.gaussian_classes import linear_weights


def draw(rng):
    d, k = sizes(rng, 2)
    root = rng.standard_normal((d, d + 2))
    covariance = root @ root.T / d + 0.3 * np.eye(d)
    weights, means = rng.dirichlet(np.full(k, 3.0)), rng.standard_normal((k, d))
    W = np.linalg.solve(covariance, means.T)
    return {"weights": weights, "means": means, "covariance": covariance, "W": W,
            "half": 0.5 * (means.T * W).sum(axis=0)}


exercise = Exercise(
    name="lda_weights", lecture=2, place=1, derivation="docs/derivations/lda.md",
    title="The weights of two Gaussians, and of K",
    task="""
    K classes are Gaussians with one covariance: p(x, y) = π_y N(x | μ_y, Σ). By Bayes' rule

        p(y | x) = softmax(x W + b)[y]

    Find W and b: write log p(x, y), and keep the terms that depend on y. What is the same for all y
    cancels in the softmax; leave it out. (`weights` are the shares π of the classes, as in a mixture; W is
    what is to be found.)
    """,
    takes={"weights": "(K,)  π, the share of each class", "means": "(K, D)  μ, one row a class",
           "covariance": "(D, D)  Σ, symmetric"},
    returns={"W": "(D, K)  one column a class", "b": "(K,)  the bias of each class"},
    draw=draw, reference=linear_weights,
    hints=(
        "log p(x, y) = log π_y − ½ (x − μ_y)ᵀ Σ⁻¹ (x − μ_y) + what does not depend on y. Multiply out "
        "the square.",
        "Three terms: −½ xᵀΣ⁻¹x is the same for all y and cancels; μ_yᵀΣ⁻¹x is linear in x; "
        "−½ μ_yᵀΣ⁻¹μ_y is constant.",
        "w_y = Σ⁻¹ μ_y, so W = np.linalg.solve(covariance, means.T); b_y = log π_y − ½ μ_yᵀ w_y.",
    ),
    lesson="""
    The generative model and softmax regression are one function of x. They differ in how W is found: here
    by counting, averaging and one linear system; there by descending on log p(y | x) alone.
    """)


@exercise.mutant
def covariance_not_inverted(means, covariance):
    """W is Σ μ. The exponent of a Gaussian holds Σ⁻¹: directions of large variance count *less*. Solve
    Σ w = μ instead of multiplying."""
    W = covariance @ means.T
    return {"W": W}


@exercise.mutant
def covariance_missing(means):
    """W holds the means themselves, as if Σ were the identity. Then the nearest mean would win, however
    the cloud is stretched: w_y = Σ⁻¹ μ_y."""
    return {"W": means.T}


@exercise.mutant
def variances_only(means, covariance):
    """Each feature is divided by its own variance: the diagonal of Σ alone (naive Bayes). Features that
    move together are counted twice so; solve with the whole Σ."""
    return {"W": means.T / np.diag(covariance)[:, None]}


@exercise.mutant
def half_in_weights(W):
    """W has a ½. In −½ (x − μ)ᵀΣ⁻¹(x − μ) the mixed term occurs twice, −½ · (−2 μᵀΣ⁻¹x) = μᵀΣ⁻¹x."""
    return {"W": W / 2}


@exercise.mutant
def sign(W):
    """W has the wrong sign: −½ times −2 μᵀΣ⁻¹x is positive. A class scores high where x points to
    its mean."""
    return {"W": -W}


@exercise.mutant
def half_missing(weights, half):
    """b lacks the ½ of the quadratic term: −½ μᵀΣ⁻¹μ."""
    return {"b": np.log(weights) - 2 * half}


@exercise.mutant
def bias_sign(weights, half):
    """The quadratic term of b has the wrong sign. Classes far from the origin get high scores from W
    already; −½ μᵀΣ⁻¹μ takes that back."""
    return {"b": np.log(weights) + half}


@exercise.mutant
def prior_missing(half):
    """b lacks log π. A frequent class is more probable before x is seen."""
    return {"b": -half}


@exercise.mutant
def prior_not_in_logarithm(weights, half):
    """π is added as it is. The logits are logarithms: log π."""
    return {"b": weights - half}


@exercise.mutant
def prior_only(weights):
    """b is log π alone: the term −½ μᵀΣ⁻¹μ is missing. It depends on y and does not cancel."""
    return {"b": np.log(weights)}


@exercise.mutant
def relative_to_first_class(W):
    """The first column is subtracted from all. The softmax is indeed the same for it, but asked for are
    the terms of log p(x, y) as they stand: w_y = Σ⁻¹ μ_y."""
    return {"W": W - W[:, :1]}


@exercise.mutant
def squared_norm_of_mean(weights, means):
    """The quadratic term of b is −½ ‖μ‖², without Σ⁻¹ between the two μ."""
    return {"b": np.log(weights) - 0.5 * (means ** 2).sum(axis=1)}


@exercise.mutant
def not_summed_over_features(weights, means, W):
    """b has D numbers a class: μ and w were multiplied, not summed. μᵀΣ⁻¹μ is one number for each class."""
    return {"b": np.log(weights) - 0.5 * means.T * W}


@exercise.mutant
def normaliser_kept(weights, half, covariance):
    """b still has the normalising constant of the Gaussian, −½ log|2πΣ|. It is the same for all classes, and
    cancels: leave it out."""
    _, log_determinant = np.linalg.slogdet(2 * np.pi * covariance)
    return {"b": np.log(weights) - half - 0.5 * log_determinant}


@exercise.follows_from("b")
def bias_from(W, weights, means):
    return np.log(weights) - 0.5 * (means.T * W).sum(axis=0)
