"""Find the bug, 5 of 5: a sampler whose gradients agree with it, and which is wrong all the same."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.layers.sampling import gaussian_sample, gaussian_sample_backward


def draw(rng):
    shape = sizes(rng, 2)
    return {"mean": rng.standard_normal(shape), "log_var": away_from_zero(rng, shape),
            "noise": rng.standard_normal(shape), "dz": rng.standard_normal(shape)}


def pair(mean, log_var, noise, dz):
    """Forward and backward."""
    return gaussian_sample(mean, log_var, noise), *gaussian_sample_backward(dz, log_var, noise)


exercise = Exercise(
    name="mend_sampler", lecture=0, place=25, derivation="docs/derivations/reparameterization.md",
    title="Find the bug, 5 of 5: a sampler",
    task="""
    A network predicts a mean μ and the logarithm of a variance, log σ², and a sample is drawn with
    noise ε from N(0, 1), so that z has the mean μ and the variance σ². Two lines of this forward and
    backward pass are wrong, both for one reason. Find it and mend them.
    """,
    takes={"mean": "(N, k)  μ", "log_var": "(N, k)  log σ²", "noise": "(N, k)  ε, drawn from N(0, 1)",
           "dz": "(N, k)  ∂L/∂z, what comes from above"},
    returns={"z": "(N, k)  the sample", "dmean": "(N, k)  ∂L/∂μ", "dlog_var": "(N, k)  ∂L/∂(log σ²)"},
    draw=draw, reference=pair, solution=(gaussian_sample, gaussian_sample_backward),
    objective=lambda dz, mean, log_var, noise: (dz * gaussian_sample(mean, log_var, noise)).sum(),
    hints=(
        "A gradient check compares backward with forward. Are they right together? Draw 10,000 samples "
        "with log σ² = 1 and look at their variance; it should be e.",
        "exp(log σ²) is the variance. What is ε multiplied with to get that variance?",
        "The standard deviation is exp(½ log σ²). Mend the forward pass, and then its derivative: a ½ "
        "comes down.",
    ))


@exercise.as_given
def mend_sampler(mean, log_var, noise, dz):
    z = mean + np.exp(log_var) * noise
    dmean = dz
    dlog_var = dz * noise * np.exp(log_var)
    return z, dmean, dlog_var


@exercise.mutant
def backward_not_mended(dz, log_var, noise):
    """z is right now, and dlog_var still belongs to the old forward pass. With σ = exp(½ log σ²) the
    derivative is ½ σ: dlog_var = ½ dz ε σ."""
    return {"dlog_var": dz * noise * np.exp(log_var)}


@exercise.mutant
def forward_not_mended(mean, log_var, noise):
    """dlog_var is right now, and z is still drawn with exp(log σ²), the variance, in the place of the
    standard deviation exp(½ log σ²)."""
    return {"z": mean + np.exp(log_var) * noise}


@exercise.mutant
def half_missing(dz, log_var, noise):
    """dlog_var lacks the ½ that comes down from exp(½ log σ²)."""
    return {"dlog_var": dz * noise * np.exp(0.5 * log_var)}


@exercise.mutant
def half_on_the_old_derivative(dz, log_var, noise):
    """dlog_var has the ½, and still exp(log σ²), the variance, in the place of σ."""
    return {"dlog_var": 0.5 * dz * noise * np.exp(log_var)}


@exercise.mutant
def half_outside(dz, mean, log_var, noise):
    """The ½ stands in front of the exponential: ½ exp(log σ²) is half the variance. It belongs into the
    exponent, where it takes the root: exp(½ log σ²) = σ."""
    return {"z": mean + 0.5 * np.exp(log_var) * noise, "dlog_var": 0.5 * dz * noise * np.exp(log_var)}


@exercise.mutant
def exponent_doubled(dz, mean, log_var, noise):
    """The exponent is 2 log σ²; the variance is squared once more instead of rooted. σ = exp(½ log σ²)."""
    return {"z": mean + np.exp(2 * log_var) * noise, "dlog_var": 2 * dz * noise * np.exp(2 * log_var)}


@exercise.mutant
def log_var_taken_for_sigma(dz, mean, log_var, noise):
    """ε is multiplied with log σ² itself, which may be negative: take its half and then the exponential."""
    return {"z": mean + log_var * noise, "dlog_var": dz * noise}


@exercise.mutant
def noise_missing_backward(dz, log_var):
    """dlog_var lacks ε. z = μ + σ ε, so a larger σ moves z by ε, up or down."""
    return {"dlog_var": 0.5 * dz * np.exp(0.5 * log_var)}


@exercise.mutant
def sigma_missing_backward(dz, noise):
    """dlog_var lacks σ: the derivative of exp(½ log σ²) is ½ times the exponential itself."""
    return {"dlog_var": 0.5 * dz * noise}


@exercise.mutant
def mean_scaled(dz, log_var):
    """dmean has a factor σ. μ is simply added, with the slope 1: dmean = dz, as it was."""
    return {"dmean": dz * np.exp(0.5 * log_var)}


@exercise.mutant
def exponent_negated(dz, mean, log_var, noise):
    """The exponent has a minus: exp(−½ log σ²) is 1/σ, which normalises. A sample is spread out by σ."""
    inverse = np.exp(-0.5 * log_var)
    return {"z": mean + inverse * noise, "dlog_var": -0.5 * dz * noise * inverse}


@exercise.mutant
def gradient_with_respect_to_sigma(dz, noise):
    """dlog_var is the gradient with respect to σ itself, dz ε. Asked for is the one with respect to log σ²: the
    chain rule multiplies with dσ/d(log σ²) = ½ σ."""
    return {"dlog_var": dz * noise}


@exercise.mutant
def root_of_the_logarithm(dz, mean, log_var, noise):
    """σ is taken as the root of log σ². The root belongs to the variance: σ = √exp(log σ²) = exp(½ log σ²)."""
    root = np.sqrt(np.abs(log_var))
    return {"z": mean + root * noise, "dlog_var": dz * noise * 0.5 / root}


@exercise.follows_from("dlog_var")
def gradient_from_the_sample(z, dz, mean):
    return 0.5 * dz * (z - mean)
