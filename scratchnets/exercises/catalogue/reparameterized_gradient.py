"""The reparameterised gradient: backwards through a random draw."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.layers.sampling import gaussian_sample, gaussian_sample_backward


def draw(rng):
    n, k = sizes(rng, 2)
    mean, noise = rng.standard_normal((n, k)), rng.standard_normal((n, k))
    log_var = away_from_zero(rng, (n, k), 0.2)
    return {"dy": rng.standard_normal((n, k)), "mean": mean, "log_var": log_var, "noise": noise,
            "fresh": rng.standard_normal((n, k)), "z": gaussian_sample(mean, log_var, noise),
            "sigma": np.exp(0.5 * log_var), "n": n}


exercise = Exercise(
    name="reparameterized_gradient", lecture=13, place=1, derivation="docs/derivations/reparameterization.md",
    title="The reparameterised gradient",
    task="""
    A code is drawn from N(μ, σ²) by way of noise that depends on nothing:

        z = μ + σ ε,    σ = exp(½ log σ²),    ε ~ N(0, 1)

    Given ∂L/∂z, return the gradients with respect to μ and to log σ². You also get noise that has
    been drawn for the *next* batch; decide whether you need it.
    """,
    takes={"dy": "(N, k)  ∂L/∂z, what comes from above", "mean": "(N, k)  μ", "log_var": "(N, k)  log σ²",
           "noise": "(N, k)  ε, as the forward pass used it", "fresh": "(N, k)  ε for the next forward pass"},
    returns={"dmean": "(N, k)  ∂L/∂μ", "dlog_var": "(N, k)  ∂L/∂(log σ²)"},
    draw=draw, reference=gaussian_sample_backward,
    objective=lambda dy, mean, log_var, noise: (dy * gaussian_sample(mean, log_var, noise)).sum(),
    lesson="With ε held still a draw is an ordinary function, and one draw estimates the gradient of the "
           "mean over all of them. That it is this ε and no other is why the layer keeps it.",
    hints=(
        "Nothing here is summed: each z is made of one μ, one log σ² and one ε. How does z move with "
        "each of the two?",
        "∂z/∂μ = 1. With a = log σ², z = μ + exp(a/2) ε; differentiate the exponential.",
        "dmean = dy;  dlog_var = ½ · dy · exp(½ log_var) · noise.",
    ))


@exercise.mutant
def half_forgotten(dy, sigma, noise):
    """dlog_var lacks the ½. σ = exp(½ log σ²): differentiating the exponential brings the ½ down."""
    return {"dlog_var": dy * sigma * noise}


@exercise.mutant
def variance_for_deviation(dy, log_var, noise):
    """dlog_var has σ², exp(log_var), where σ belongs. log_var is the logarithm of the *variance*; the
    noise is multiplied with the deviation, exp(½ log_var). Written so forward too, a gradient check would
    not object."""
    return {"dlog_var": 0.5 * dy * np.exp(log_var) * noise}


@exercise.mutant
def variance_and_no_half(dy, log_var, noise):
    """dlog_var is dy σ² ε: right for z = μ + exp(log σ²) ε, where the variance is used as the deviation.
    The forward pass has exp(½ log σ²), and its derivative has a ½ in front."""
    return {"dlog_var": dy * np.exp(log_var) * noise}


@exercise.mutant
def noise_drawn_anew(dy, sigma, fresh):
    """dlog_var uses another ε than the forward pass. dy came about with the first one and knows nothing
    of this one: the product of the two is 0 on average, whatever the true gradient is. Keep ε from
    forward."""
    return {"dlog_var": 0.5 * dy * sigma * fresh}


@exercise.mutant
def noise_missing(dy, sigma):
    """dlog_var lacks ε. A larger σ moves z up where ε is positive, and down where it is negative."""
    return {"dlog_var": 0.5 * dy * sigma}


@exercise.mutant
def sigma_missing(dy, noise):
    """dlog_var lacks σ: the derivative of exp(½ log σ²) is ½ times the exponential itself."""
    return {"dlog_var": 0.5 * dy * noise}


@exercise.mutant
def gradient_of_sigma(dy, noise):
    """dlog_var is dy ε: the gradient with respect to σ. What the network gives is log σ², and σ moves by
    ½ σ for each unit of it."""
    return {"dlog_var": dy * noise}


@exercise.mutant
def gradient_of_the_variance(dy, sigma, noise):
    """dlog_var is ½ dy ε/σ: the gradient with respect to σ². One step further, to its logarithm: σ² moves
    by σ² for each unit of log σ², which makes ½ dy ε σ."""
    return {"dlog_var": 0.5 * dy * noise / sigma}


@exercise.mutant
def z_for_noise(dy, sigma, z):
    """dlog_var has z in the place of ε. What σ is multiplied with is the noise alone; z has μ on top, and
    its own σ inside."""
    return {"dlog_var": 0.5 * dy * sigma * z}


@exercise.mutant
def mean_not_taken_off(dy, z):
    """dlog_var is ½ dy z. σ ε is z − μ: take the mean off first, or use the noise itself."""
    return {"dlog_var": 0.5 * dy * z}


@exercise.mutant
def exponent_negated(dy, log_var, noise):
    """dlog_var has 1/σ², exp(−log σ²). Nothing is divided here: a wider Gaussian spreads z further."""
    return {"dlog_var": 0.5 * dy * np.exp(-log_var) * noise}


@exercise.mutant
def mean_scaled(dy, sigma):
    """dmean has a factor σ. μ is added as it is, with the slope 1: dmean = dy."""
    return {"dmean": dy * sigma}


@exercise.mutant
def mean_times_noise(dy, noise):
    """dmean has a factor ε. The noise multiplies σ; μ is added as it is, with the slope 1: dmean = dy."""
    return {"dmean": dy * noise}


@exercise.mutant
def averaged(dy, sigma, noise, n):
    """The gradients are divided by N. Every example has a μ and a σ of its own, so nothing is summed or
    averaged here; the 1/N belongs to the loss and is already in dy."""
    return {"dmean": dy / n, "dlog_var": 0.5 * dy * sigma * noise / n}
