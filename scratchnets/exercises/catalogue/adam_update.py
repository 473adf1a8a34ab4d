"""One step of Adam."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.optimizers import adam_update


def draw(rng):
    shape = sizes(rng, 2)
    return {"theta": 0.5 * rng.standard_normal(shape), "grad": rng.standard_normal(shape),
            "m": 0.5 * rng.standard_normal(shape), "v": rng.uniform(0.2, 1, shape),
            "t": int(rng.integers(2, 6)),
            "lr": float(rng.uniform(0.6, 0.9)), "beta1": float(rng.uniform(0.2, 0.4)),
            "beta2": float(rng.uniform(0.9, 0.97)), "epsilon": float(rng.uniform(0.05, 0.15))}


def step(theta, m, v, lr, epsilon, correction1=1, correction2=1):
    """θ moved by the given moments and corrections."""
    return theta - lr * (m / correction1) / (np.sqrt(v / correction2) + epsilon)


def corrections(t, beta1, beta2):
    return 1 - beta1 ** t, 1 - beta2 ** t


def moments(grad, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad * grad


exercise = Exercise(
    name="adam_update", lecture=0, place=12, derivation="docs/derivations/optimizers.md",
    title="A step of Adam",
    task="""
    The t-th step of Adam, t = 1, 2, …, is

        m ← β₁ m + (1 − β₁) g               m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²              v̂ = v / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√v̂ + ε)

    Return the new θ, m and v. What is returned as m and v are the moments themselves, without the
    correction.
    """,
    takes={"theta": "(D, M)  θ, the parameters", "grad": "(D, M)  g, their gradient",
           "m": "(D, M)  from the step before", "v": "(D, M)  from the step before",
           "t": "the number of this step, 1 for the first", "lr": "η, the learning "
                                                                  "rate", "beta1": "β₁", "beta2": "β₂",
           "epsilon": "ε, a positive number"},
    returns={"new_theta": "(D, M)  θ after the step", "new_m": "(D, M)  m after the step",
             "new_v": "(D, M)  v after the step"},
    draw=draw, reference=adam_update,
    hints=(
        "Go line by line; give m̂ and v̂ names of their own, so that they do not replace m and v.",
        "g² is taken element by element, and so is the root. beta1 ** t is the power. The corrections use "
        "the new m and v.",
        "new_m = beta1*m + (1-beta1)*grad; new_v = beta2*v + (1-beta2)*grad**2; then m_hat = "
        "new_m/(1-beta1**t), v_hat likewise, and new_theta = theta - lr*m_hat/(np.sqrt(v_hat)+epsilon).",
    ))


@exercise.parts_of("new_m")
def of_m(grad, m, beta1):
    return {"β₁ m": beta1 * m, "(1 − β₁) g": (1 - beta1) * grad}


@exercise.parts_of("new_v")
def of_v(grad, v, beta2):
    return {"β₂ v": beta2 * v, "(1 − β₂) g²": (1 - beta2) * grad * grad}


@exercise.parts_of("new_theta")
def of_theta(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    moved = step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon, *corrections(t, beta1, beta2))
    return {"θ": theta, "the step −η m̂/(√v̂ + ε)": moved - theta}


@exercise.mutant
def no_correction(theta, grad, m, v, lr, beta1, beta2, epsilon):
    """θ moves by m and √v without the correction. m and v start at 0 and are too small at first, v more than
    m, so the first steps would be far too long: divide by 1 − β₁ᵗ and 1 − β₂ᵗ."""
    return {"new_theta": step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon)}


@exercise.mutant
def correction_of_m_only(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """v is not corrected: divide it by 1 − β₂ᵗ before the root."""
    return {"new_theta": step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon, 1 - beta1 ** t)}


@exercise.mutant
def correction_of_v_only(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """m is not corrected: divide it by 1 − β₁ᵗ."""
    return {"new_theta": step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon, 1, 1 - beta2 ** t)}


@exercise.mutant
def correction_without_power(theta, grad, m, v, lr, beta1, beta2, epsilon):
    """The corrections are 1 − β and not 1 − βᵗ: that is right at the first step alone. As t grows, βᵗ goes to
    0 and the correction fades away."""
    return {"new_theta": step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon, 1 - beta1, 1 - beta2)}


@exercise.mutant
def correction_times_t(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """The corrections have β·t where βᵗ, the power, is meant: beta1 ** t."""
    with np.errstate(invalid="ignore"):
        return {"new_theta": step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon, 1 - beta1 * t,
                                  1 - beta2 * t)}


@exercise.mutant
def counts_from_zero(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """The correction uses t − 1. Steps count from 1: at the first one 1 − β⁰ would be 0."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": step(theta, m, v, lr, epsilon, *corrections(t - 1, beta1, beta2))}


@exercise.mutant
def counts_one_too_far(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """The correction uses t + 1. t is the number of this very step, 1 for the first."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": step(theta, m, v, lr, epsilon, *corrections(t + 1, beta1, beta2))}


@exercise.mutant
def root_missing(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """You divide by v̂ and not by its root. v̂ has the unit of g², m̂ that of g: only m̂/√v̂ has none, which
    makes η the length of a step."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": theta - lr * m / (1 - beta1 ** t) / (v / (1 - beta2 ** t) + epsilon)}


@exercise.mutant
def epsilon_under_root(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """ε stands under the root; it is added to √v̂."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": theta - lr * m / (1 - beta1 ** t) / np.sqrt(v / (1 - beta2 ** t) + epsilon)}


@exercise.mutant
def epsilon_missing(theta, grad, m, v, t, lr, beta1, beta2):
    """ε is missing: where a gradient has always been 0, this divides 0 by 0."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": step(theta, m, v, lr, 0, *corrections(t, beta1, beta2))}


@exercise.mutant
def corrected_moments_kept(grad, m, v, t, beta1, beta2):
    """You hand on the corrected m̂ and v̂ as the new moments. They are for this step alone; corrected again
    at the next step they would grow too large. Keep m and v themselves."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_m": m / (1 - beta1 ** t), "new_v": v / (1 - beta2 ** t)}


@exercise.mutant
def gradient_not_squared(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """v takes up |g| and not g². It is the mean of the squares, whose root is then taken."""
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.abs(grad)
    return {"new_theta": step(theta, m, v, lr, epsilon, *corrections(t, beta1, beta2)), "new_v": v}


@exercise.mutant
def gradients_in_full(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """The gradient enters without the factors 1 − β. m and v are moving *averages*: the weights of old and
    new sum to 1."""
    m, v = beta1 * m + grad, beta2 * v + grad * grad
    theta = step(theta, m, v, lr, epsilon, *corrections(t, beta1, beta2))
    return {"new_theta": theta, "new_m": m, "new_v": v}


@exercise.mutant
def betas_swapped(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """β₁ and β₂ are swapped: β₁ is the memory of the mean m, β₂ the (longer) one of the mean square v."""
    m, v = moments(grad, m, v, beta2, beta1)
    theta = step(theta, m, v, lr, epsilon, *corrections(t, beta2, beta1))
    return {"new_theta": theta, "new_m": m, "new_v": v}


@exercise.mutant
def uphill(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """θ goes uphill: the step is subtracted, for m points to where the loss grows."""
    moved = step(theta, *moments(grad, m, v, beta1, beta2), lr, epsilon, *corrections(t, beta1, beta2))
    return {"new_theta": 2 * theta - moved}


@exercise.mutant
def correction_times_t_made_positive(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """The corrections have β·t where βᵗ, the power, is meant: beta1 ** t. That makes v̂ negative, and you
    take the root of its absolute value; with the power it is never negative."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": step(theta, m, v, lr, epsilon, 1 - beta1 * t, abs(1 - beta2 * t))}


@exercise.mutant
def short_form_with_full_epsilon(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """With both corrections in the step size, η √(1 − β₂ᵗ)/(1 − β₁ᵗ) · m/(√v + ε), the ε counts more than it
    should while t is small: √v̂ + ε is (√v + ε √(1 − β₂ᵗ))/√(1 − β₂ᵗ). The short form needs that smaller
    ε."""
    m, v = moments(grad, m, v, beta1, beta2)
    short = lr * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
    return {"new_theta": theta - short * m / (np.sqrt(v) + epsilon)}


@exercise.mutant
def weights_of_m_swapped(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """In m, β₁ and 1 − β₁ are swapped. β₁ is the memory: it stands with the old m, and the new gradient gets
    the rest, 1 − β₁."""
    m, v = moments(grad, m, v, 1 - beta1, beta2)
    return {"new_theta": step(theta, m, v, lr, epsilon, *corrections(t, beta1, beta2)), "new_m": m}


@exercise.mutant
def weights_of_v_swapped(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """In v, β₂ and 1 − β₂ are swapped. β₂ is the memory: it stands with the old v, and the new g² gets the
    rest, 1 − β₂."""
    m, v = moments(grad, m, v, beta1, 1 - beta2)
    return {"new_theta": step(theta, m, v, lr, epsilon, *corrections(t, beta1, beta2)), "new_v": v}


@exercise.mutant
def weights_of_both_swapped(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """In m and in v, β and 1 − β are swapped. β is the memory: it stands with the old value, and what is new
    gets the rest, 1 − β."""
    m, v = moments(grad, m, v, 1 - beta1, 1 - beta2)
    theta = step(theta, m, v, lr, epsilon, *corrections(t, beta1, beta2))
    return {"new_theta": theta, "new_m": m, "new_v": v}


@exercise.mutant
def old_moments(theta, m, v, t, lr, beta1, beta2, epsilon):
    """θ moves by the old m and v. First both take up the gradient; then θ moves by the new ones."""
    return {"new_theta": step(theta, m, v, lr, epsilon, *corrections(t, beta1, beta2))}


@exercise.mutant
def v_uncorrected_with_epsilon_under_root(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """Two mistakes: v is not corrected (divide it by 1 − β₂ᵗ), and ε stands under the root; it is added to
    √v̂."""
    m, v = moments(grad, m, v, beta1, beta2)
    return {"new_theta": theta - lr * m / (1 - beta1 ** t) / np.sqrt(v + epsilon)}


@exercise.follows_from("new_theta")
def theta_from(new_m, new_v, theta, t, lr, beta1, beta2, epsilon):
    return step(theta, new_m, new_v, lr, epsilon, *corrections(t, beta1, beta2))
