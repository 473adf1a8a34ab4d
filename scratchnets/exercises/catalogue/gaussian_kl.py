"""The divergence of a code from the prior, with its gradients."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.losses.divergence import gaussian_kl


def draw(rng):
    n, k = sizes(rng, 2)
    log_var = away_from_zero(rng, (n, k), 0.2)
    return {"mean": away_from_zero(rng, (n, k)), "log_var": log_var, "variance": np.exp(log_var),
            "sigma": np.exp(0.5 * log_var), "n": n, "k": k}


def terms(mean, variance, log_var):
    return 0.5 * (mean ** 2 + variance - 1 - log_var)


exercise = Exercise(
    name="gaussian_kl", lecture=13, place=2, derivation="docs/derivations/gaussian-kl.md",
    title="What a code costs: the KL of a Gaussian to N(0, 1)",
    task="""
    The encoder gives q = N(μ, σ²) for each of k numbers of the code, and pays

        KL(q ‖ N(0, 1)) = E_q [log q(z) − log p(z)]

    in nats, summed over the k numbers and averaged over the N examples. Find its closed form (two
    moments of q are all it takes) and return its value and its gradients, all in one. Like every loss
    it carries the 1/N in value and gradients.
    """,
    takes={"mean": "(N, k)  μ", "log_var": "(N, k)  log σ², the logarithm of the variance"},
    returns={"value": "the KL in nats an example", "dmean": "(N, k)  ∂L/∂μ",
             "dlog_var": "(N, k)  ∂L/∂(log σ²)"},
    draw=draw, reference=gaussian_kl, objective=lambda mean, log_var: gaussian_kl(mean, log_var)[0],
    lesson="It is 0 for μ = 0 and σ = 1, and only there. Each unit of the code pays by itself, so a unit "
           "that says too little for its price goes back to the prior: it is switched off.",
    hints=(
        "Write out log q(z) − log p(z): both are parabolas in z, and log 2π cancels. Which means under q "
        "do you need?",
        "E (z − μ)² = σ², E z² = μ² + σ². So KL = ½ (μ² + σ² − 1 − log σ²) for each number. With σ² = "
        "exp(log_var), its derivative by log_var is σ² itself.",
        "value = ½ Σ (μ² + exp(log_var) − 1 − log_var) / N;  dmean = μ / N;  dlog_var = ½ (exp(log_var) "
        "− 1) / N.",
    ))


@exercise.parts_of("value")
def four_terms(mean, variance, log_var, n):
    return {"½ μ²": 0.5 * (mean ** 2).sum() / n, "½ σ²": 0.5 * variance.sum() / n,
            "−½": -0.5 * mean.size / n, "−½ log σ²": -0.5 * log_var.sum() / n}


@exercise.parts_of("dlog_var")
def two_terms(mean, variance, n):
    return {"½ σ²": 0.5 * variance / n, "−½": np.full_like(mean, -0.5) / n}


@exercise.mutant
def deviation_for_variance(mean, sigma, log_var, n):
    """Where σ² belongs there is σ, exp(½ log_var). log_var is the logarithm of the variance, so
    exp(log_var) is the variance itself."""
    return {"value": terms(mean, sigma, log_var).sum() / n, "dlog_var": 0.5 * (sigma - 1) / n}


@exercise.mutant
def variance_squared(mean, variance, log_var, n):
    """exp(log_var) has been squared once more, as if it were the deviation. It is the variance, σ²: take
    it as it is."""
    return {"value": terms(mean, variance ** 2, log_var).sum() / n, "dlog_var": 0.5 * (variance ** 2 - 1) / n}


@exercise.mutant
def half_forgotten(mean, variance, log_var, n):
    """The ½ that stands in front of the whole KL is missing, or has been undone. It comes from the exponent
    of the Gaussian, −½ (z − μ)²/σ², and from log σ = ½ log σ²."""
    return {"value": 2 * terms(mean, variance, log_var).sum() / n, "dmean": 2 * mean / n,
            "dlog_var": (variance - 1) / n}


@exercise.mutant
def square_left_in_dmean(mean, n):
    """dmean is 2 μ/N. The derivative of μ² is 2 μ, and of the ½ μ² that stands in the KL it is μ: ½ and 2
    cancel."""
    return {"dmean": 2 * mean / n}


@exercise.mutant
def half_left_out_of_dlog_var(variance, n):
    """dlog_var is (σ² − 1)/N: the ½ in front of σ² − log σ² has been lost on the way. Here no square brings
    a 2 down that would cancel it."""
    return {"dlog_var": (variance - 1) / n}


@exercise.mutant
def half_left_in_dmean(mean, n):
    """dmean is ½ μ/N. The derivative of ½ μ² is μ: the 2 of the square cancels the ½."""
    return {"dmean": 0.5 * mean / n}


@exercise.mutant
def mean_over_units(mean, variance, log_var, n, k):
    """It is averaged over the k units as well. Independent numbers have divergences that add up: sum over
    the units, average over the examples. A mean over k units makes the code k times too cheap."""
    return {"value": terms(mean, variance, log_var).mean(), "dmean": mean / (n * k),
            "dlog_var": 0.5 * (variance - 1) / (n * k)}


@exercise.mutant
def not_averaged(mean, variance, log_var):
    """The factor 1/N is missing. A loss is averaged over the N examples, and its gradients carry the same
    1/N."""
    return {"value": terms(mean, variance, log_var).sum(), "dmean": mean, "dlog_var": 0.5 * (variance - 1)}


@exercise.mutant
def negated(mean, variance, log_var, n):
    """It has the sign of the bound, −KL, as papers write it into the ELBO. A loss goes down: the KL is
    what is paid, and it is never negative."""
    return {"value": -terms(mean, variance, log_var).sum() / n, "dmean": -mean / n,
            "dlog_var": 0.5 * (1 - variance) / n}


@exercise.mutant
def reversed_divergence(mean, variance, log_var, n):
    """This is KL(p ‖ q), from the prior to q. Asked for is KL(q ‖ p): the mean is taken over codes that
    the *encoder* draws."""
    return {"value": 0.5 * (log_var + (1 + mean ** 2) / variance - 1).sum() / n, "dmean": mean / variance / n,
            "dlog_var": 0.5 * (1 - (1 + mean ** 2) / variance) / n}


@exercise.mutant
def logarithm_for_variance(mean, log_var, n):
    """log_var stands where the variance belongs. It is the logarithm of the variance, and may be negative:
    σ² = exp(log_var), and log σ² is log_var itself."""
    return {"value": terms(mean, log_var, np.log(np.abs(log_var))).sum() / n,
            "dlog_var": 0.5 * (1 - 1 / log_var) / n}


@exercise.mutant
def gradient_of_the_variance(variance, n):
    """dlog_var is ½ (1 − 1/σ²)/N: the gradient with respect to σ². One step further, to its logarithm,
    multiply with σ²."""
    return {"dlog_var": 0.5 * (1 - 1 / variance) / n}


@exercise.mutant
def gradient_of_sigma(sigma, n):
    """dlog_var is (σ − 1/σ)/N: the gradient with respect to σ. σ moves by ½ σ for each unit of log σ²."""
    return {"dlog_var": (sigma - 1 / sigma) / n}


@exercise.mutant
def logarithm_of_sigma(mean, variance, log_var, n):
    """The logarithm is halved twice: it is log σ in the place of log σ². With the ½ in front, log σ²
    belongs inside, and that is what log_var holds."""
    return {"value": (0.5 * (mean ** 2 + variance - 1) - 0.25 * log_var).sum() / n,
            "dlog_var": (0.5 * variance - 0.25) / n}


@exercise.mutant
def mean_not_squared(mean, variance, log_var, n):
    """The mean stands in the value as |μ|. The prior's parabola makes it μ²: twice as far costs four
    times as much, and the slope is μ, not its sign."""
    return {"value": 0.5 * (np.abs(mean) + variance - 1 - log_var).sum() / n,
            "dmean": 0.5 * np.sign(mean) / n}


@exercise.mutant
def mean_over_the_variance(mean, variance, log_var, n):
    """μ² is divided by σ². In KL(q ‖ p) distances are measured with the prior's deviation, which is 1,
    and not with that of q."""
    return {"value": terms(mean / np.sqrt(variance), variance, log_var).sum() / n,
            "dmean": mean / variance / n}
