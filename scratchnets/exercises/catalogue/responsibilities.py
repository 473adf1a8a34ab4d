"""The expectation step of EM: whose is a point?"""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.models.classical.mixture import responsibilities


def draw(rng):
    n, d, k = sizes(rng, 3)
    weights = rng.dirichlet(np.full(k, 3.0))
    x, means = 1.5 * rng.standard_normal((n, d)), rng.standard_normal((k, d))
    variances = rng.uniform(0.5, 3, (k, d))
    return {"x": x, "weights": weights, "means": means, "variances": variances,
            "log_n": log_normal(x, means, variances), "d": d}


def log_normal(x, means, variances):
    """log N(xₙ | μⱼ, diag vⱼ), (N, K)."""
    squares = (x[:, None] - means) ** 2 / variances                            # (N, K, D)
    return -0.5 * (squares + np.log(2 * np.pi * variances)).sum(axis=-1)


def normalised(joint):
    """(N, K) logarithms → what the exercise returns."""
    total = np.exp(joint).sum(axis=1)
    return {"r": np.exp(joint) / total[:, None], "log_p": np.log(total)}


def reference(x, weights, means, variances):
    return responsibilities(x, weights, means, variances)


exercise = Exercise(
    name="responsibilities", lecture=1, place=2, derivation="docs/derivations/em.md",
    title="The responsibilities of a Gaussian mixture",
    task="""
    A mixture of K Gaussians with independent features,

        p(x) = Σⱼ πⱼ N(x | μⱼ, diag vⱼ)

    Return how much of each point is due to each Gaussian, rₙⱼ = p(j | xₙ), by Bayes' rule, and
    log p(xₙ) in nats. A point may lie so far out that every density is 0 in floating point: compute
    with logarithms.
    """,
    takes={"x": "(N, D)  the points", "weights": "(K,)  π, sums to 1", "means": "(K, D)  μ",
           "variances": "(K, D)  v, of each feature"},
    returns={"r": "(N, K)  the responsibilities; each row sums to 1", "log_p": "(N,)  log p(xₙ)"},
    draw=draw, reference=reference,
    hints=(
        "Bayes' rule: p(j | x) = p(x, j) / p(x), with p(x, j) = πⱼ N(x | μⱼ, diag vⱼ) and p(x) the sum of "
        "these over j.",
        "log p(x, j) = log πⱼ − ½ Σ_d [log 2π v_jd + (x_d − μ_jd)² / v_jd]. x[:, None] − means has the shape "
        "(N, K, D).",
        "With a (N, K) these logarithms and m their largest in each row: log p = m + log Σⱼ e^(aⱼ − m), and "
        "r = e^(a − log p).",
    ),
    lesson="""
    With responsibilities of only 0 and 1 this is k-means' assignment; EM lets a point count for several
    clusters in part. The mean of log p is what EM raises, round by round.
    """)


@exercise.mutant
def weights_ignored(log_n):
    """The weights π are missing. A Gaussian that is ten times as frequent claims ten times as much of a
    point that both explain equally well."""
    return normalised(log_n)


@exercise.mutant
def weights_not_in_logarithm(log_n, weights):
    """π is added to the logarithm of the density as it is. log(π N) = log π + log N."""
    return normalised(log_n + weights)


@exercise.mutant
def normalised_over_points(log_n, weights):
    """The columns of r sum to 1, not the rows: normalised over the points. The question is which *Gaussian*
    a given point comes from: sum over j, axis 1."""
    joint = np.exp(log_n + np.log(weights))
    return {"r": joint / joint.sum(axis=0)}


@exercise.mutant
def not_normalised(log_n, weights):
    """r is the joint density π N(x). Bayes' rule divides it by p(x), its sum over j."""
    return {"r": np.exp(log_n + np.log(weights))}


@exercise.mutant
def hard(log_n, weights):
    """r is 1 for the nearest Gaussian and 0 for the others. That is k-means; here each has its share."""
    joint = log_n + np.log(weights)
    return {"r": np.eye(len(weights))[joint.argmax(axis=1)]}


@exercise.mutant
def log_determinant_missing(log_n, weights, variances):
    """The variances are missing from the normalising constant: −½ Σ log v. Without it a wide Gaussian is
    as high as a narrow one at its centre, and would claim everything."""
    return normalised(log_n + np.log(weights) + 0.5 * np.log(variances).sum(axis=1))


@exercise.mutant
def two_pi_missing(log_n, weights, d):
    """log p lacks −½ D log 2π. It is the same for all Gaussians, so r does not feel it; log p does."""
    return {"log_p": normalised(log_n + np.log(weights))["log_p"] + 0.5 * d * np.log(2 * np.pi)}


@exercise.mutant
def two_pi_once(log_n, weights, d):
    """log p holds ½ log 2π once. Each of the D features has its own: ½ D log 2π."""
    return {"log_p": normalised(log_n + np.log(weights))["log_p"] + 0.5 * (d - 1) * np.log(2 * np.pi)}


@exercise.mutant
def half_missing(x, means, variances, weights):
    """The exponent is −(x − μ)²/v. A Gaussian has −½ (x − μ)²/v."""
    squares = (x[:, None] - means) ** 2 / variances
    return normalised(-(squares + 0.5 * np.log(2 * np.pi * variances)).sum(axis=-1) + np.log(weights))


@exercise.mutant
def variance_as_deviation(x, means, variances, weights):
    """The variances are used as if they were standard deviations: (x − μ)²/v², and log v in place of
    ½ log v. The variance is already a square."""
    return normalised(log_normal(x, means, variances ** 2) + np.log(weights))


@exercise.mutant
def variance_multiplied(x, means, variances, weights):
    """(x − μ)² is multiplied by v. The wider a Gaussian, the *less* a distance counts: divide."""
    exponent = ((x[:, None] - means) ** 2 * variances + np.log(2 * np.pi * variances)).sum(axis=-1)
    return normalised(-0.5 * exponent + np.log(weights))


@exercise.mutant
def sum_of_logarithms(log_n, weights):
    """log p is the sum of the logarithms of the joint densities. The mixture *adds* densities: log Σ, and
    not Σ log."""
    return {"log_p": (log_n + np.log(weights)).sum(axis=1)}


@exercise.mutant
def mean_over_gaussians(log_n, weights):
    """log p is the logarithm of the mean over the Gaussians: divided by K. The weights already sum to 1."""
    return {"log_p": np.log(np.exp(log_n + np.log(weights)).mean(axis=1))}


@exercise.mutant
def largest_only(log_n, weights):
    """log p is the largest of the joint log-densities. The others belong to the sum: log Σⱼ e^aⱼ."""
    return {"log_p": (log_n + np.log(weights)).max(axis=1)}


@exercise.mutant
def maximum_not_added_back(log_n, weights):
    """log p lacks the largest joint log-density m of each row: you subtract it before the exponential, and
    that is right; but log Σⱼ e^aⱼ = m + log Σⱼ e^(aⱼ − m). r, a quotient, does not feel it."""
    joint = log_n + np.log(weights)
    return {"log_p": np.log(np.exp(joint - joint.max(axis=1, keepdims=True)).sum(axis=1))}


@exercise.mutant
def maximum_subtracted_back(log_n, weights):
    """log p has the largest joint log-density m of each row subtracted where it is to be added:
    log Σⱼ e^aⱼ = m + log Σⱼ e^(aⱼ − m)."""
    joint = log_n + np.log(weights)
    largest = joint.max(axis=1)
    return {"log_p": np.log(np.exp(joint - largest[:, None]).sum(axis=1)) - largest}


@exercise.mutant
def weights_times_logarithm(log_n, weights):
    """The logarithm of the density is multiplied with π. The density is: log(π N) = log π + log N."""
    return normalised(weights * log_n)


@exercise.case
def underflows(rng):
    """Right near the Gaussians, and not far from them: e^−10000 is 0 in floating point, so r becomes 0/0 and
    log p −∞. Only differences of logarithms count for r: subtract the largest of each row before the
    exponential, and add it to the logarithm afterwards."""
    return {"x": 100 * rng.standard_normal((4, 5)) + 200, "weights": np.array([0.2, 0.3, 0.5]),
            "means": rng.standard_normal((3, 5)), "variances": rng.uniform(0.5, 1.5, (3, 5))}


@exercise.follows_from("r")
def shares_from(log_p, log_n, weights):
    return np.exp(log_n + np.log(weights) - log_p[:, None])
