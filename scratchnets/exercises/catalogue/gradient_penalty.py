"""The two-sided gradient penalty, and how it changes with the slopes."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    n, d = sizes(rng, 2)
    while True:
        g = rng.standard_normal((n, d)) * rng.uniform(0.2, 1.2, (n, 1))
        norm = np.linalg.norm(g, axis=1)
        if norm.min() > 0.2 and norm.min() < 0.8 and norm.max() > 1.3 and np.abs(norm - 1).min() > 0.05:
            return {"g": g, "weight": float(rng.uniform(0.5, 10))}


def gradient_penalty(g, weight):
    """One price a slope, and the direction in which it falls; a slope of 0 has none."""
    norm = np.sqrt((g * g).sum(axis=1, keepdims=True))
    direction = g / np.where(norm > 0, norm, 1)
    return weight * ((norm - 1) ** 2).sum() / len(g), 2 * weight / len(g) * (norm - 1) * direction


exercise = Exercise(
    name="gradient_penalty", lecture=17, place=2, derivation="docs/derivations/gradient-penalty.md",
    title="The gradient penalty and its direction",
    task="""
    A critic has the slope gₙ = ∇D(xₙ) at example n. WGAN-GP asks of all of them to have length 1:

        Ω = λ · 1/N Σₙ (‖gₙ‖ − 1)²

    Return Ω and dg = ∂Ω/∂g, the directions that are then pushed forward through the critic. Where gₙ is
    0, it has no direction: let dg be 0 there.
    """,
    takes={"g": "(N, D)  slopes, one an example", "weight": "λ, the weight of the penalty"},
    returns={"penalty": "Ω", "dg": "(N, D)  ∂Ω/∂g"},
    draw=draw, reference=gradient_penalty, objective=lambda g, weight: gradient_penalty(g, weight)[0],
    hints=(
        "Each example has its own norm, √(Σ_d g²), taken along the axis of the features.",
        "∂‖gₙ‖/∂gₙ = gₙ/‖gₙ‖, a vector of length 1. What stands in front of it comes from the square and "
        "the mean.",
        "dgₙ = 2λ/N (‖gₙ‖ − 1) gₙ/‖gₙ‖; divide by np.where(norm > 0, norm, 1).",
    ),
    lesson="""
    A slope of 0 is not rare: a ReLU critic whose units are all off for one example has it. 0/0 there
    would turn every weight into NaN.
    """)


def norms(g):
    return np.linalg.norm(g, axis=1, keepdims=True)


@exercise.mutant
def one_sided(g, weight):
    """Slopes shorter than 1 cost nothing here: max(0, ‖g‖ − 1). The penalty is two-sided, it draws short
    slopes up to 1 as well."""
    over = np.maximum(norms(g) - 1, 0)
    return {"penalty": weight * (over ** 2).mean(), "dg": 2 * weight / len(g) * over * g / norms(g)}


@exercise.mutant
def penalty_not_averaged(g, weight):
    """Ω is the sum over the batch. A penalty is a loss, and losses are means: divide by N."""
    return {"penalty": weight * ((norms(g) - 1) ** 2).sum()}


@exercise.mutant
def squared_norm(g, weight):
    """You compare ‖g‖² with 1. Asked for is the norm itself, with the root: (‖g‖ − 1)²."""
    square = (g * g).sum(axis=1, keepdims=True)
    return {"penalty": weight * ((square - 1) ** 2).mean(), "dg": 4 * weight / len(g) * (square - 1) * g}


@exercise.mutant
def drawn_to_zero(g, weight):
    """The 1 is missing: you draw the slopes to 0, as R1 does. Here their length is drawn to 1."""
    return {"penalty": weight * (g * g).sum() / len(g), "dg": 2 * weight / len(g) * g}


@exercise.mutant
def norm_over_the_batch(g, weight):
    """The norm is taken along the batch, one for each feature. Each example has its own slope: sum over the
    features, axis 1."""
    norm = np.linalg.norm(g, axis=0)
    return {"penalty": weight * ((norm - 1) ** 2).mean(), "dg": 2 * weight / g.shape[1] * (norm - 1) * g / norm}


@exercise.mutant
def one_norm_for_all(g, weight):
    """There is one norm for the whole array. Each example has its own: sum over the features only, axis 1."""
    norm = np.linalg.norm(g)
    return {"penalty": weight * (norm - 1) ** 2, "dg": 2 * weight * (norm - 1) * g / norm}


@exercise.mutant
def mean_norm(g, weight):
    """You compare the *mean* norm with 1. Long and short slopes would cancel: square first, then take the
    mean."""
    mean = norms(g).mean()
    return {"penalty": weight * (mean - 1) ** 2, "dg": 2 * weight / len(g) * (mean - 1) * g / norms(g)}


@exercise.mutant
def factor_two_forgotten(g, weight):
    """The 2 of the square is missing in dg. There is no ½ in this penalty to meet it."""
    return {"dg": weight / len(g) * (norms(g) - 1) * g / norms(g)}


@exercise.mutant
def gradient_not_averaged(g, weight):
    """dg lacks the 1/N of the mean."""
    return {"dg": 2 * weight * (norms(g) - 1) * g / norms(g)}


@exercise.mutant
def direction_not_of_length_one(g, weight):
    """In dg the direction is g itself. The slope of a norm is g/‖g‖, a vector of length 1: long slopes would
    get too much, short ones too little."""
    return {"dg": 2 * weight / len(g) * (norms(g) - 1) * g}


@exercise.mutant
def square_not_differentiated(g, weight):
    """dg is that of λ · mean ‖g‖: the outer function has been forgotten. The chain rule puts 2 (‖g‖ − 1) in
    front of g/‖g‖."""
    return {"dg": weight / len(g) * g / norms(g)}


@exercise.mutant
def direction_missing(g, weight):
    """dg has no direction: every component of an example gets the same 2λ/N (‖g‖ − 1). The slope of a norm is
    the vector g/‖g‖."""
    return {"dg": 2 * weight / len(g) * (norms(g) - 1) * np.ones_like(g)}


@exercise.mutant
def sign(g, weight):
    """dg has the sign the wrong way round: where the slope is too long, Ω *grows* along g."""
    return {"dg": 2 * weight / len(g) * (1 - norms(g)) * g / norms(g)}


@exercise.case
def a_slope_of_zero(rng):
    """For an example whose slope is 0 your answer is not right. It has no direction: let dg be 0 there, and
    count the example with (0 − 1)² = 1 in Ω. (g/‖g‖ is 0/0 there; a constant added under the root or to the
    norm avoids that, and makes the norm of 0 something else than 0.)"""
    drawn = draw(rng)
    drawn["g"][1] = 0
    return drawn
