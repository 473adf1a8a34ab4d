"""The L1 penalty on activations."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.layers.penalty import l1_activity


def draw(rng):
    n, d = sizes(rng, 2)
    return {"x": away_from_zero(rng, (n, d)), "weight": float(rng.uniform(0.2, 0.45)), "n": n}


exercise = Exercise(
    name="l1_activity", lecture=9, place=1, derivation="docs/derivations/activity-penalties.md",
    title="The L1 penalty on activations",
    task="""
    A sparse autoencoder asks a price for activations x:

        Ω = λ/N Σₙ Σ_d |xₙd|

    Return the penalty and its gradient with respect to x, together. Like a loss it is averaged over
    the batch. (No x is 0 here; there the library chooses the slope 0.)
    """,
    takes={"x": "(N, D)  activations, of both signs", "weight": "λ, a number in (0, 1)"},
    returns={"penalty": "Ω", "dx": "(N, D)  ∂Ω/∂x"},
    draw=draw, reference=l1_activity, objective=lambda x, weight: l1_activity(x, weight)[0],
    hints=(
        "What is the slope of |x| for x > 0? And for x < 0?",
        "It is the sign of x, 1 or −1, whatever the size. Which numbers stand in front of Σ |x|?",
        "penalty = λ/N · Σ |x|, dx = λ/N · sign(x).",
    ))


@exercise.mutant
def sign_forgotten(x, weight, n):
    """dx is λ/N everywhere. For x < 0 the price falls as x rises towards 0, so there the slope is −λ/N:
    multiply with the sign of x."""
    return {"dx": np.full_like(x, weight / n)}


@exercise.mutant
def gradient_of_the_square(x, weight, n):
    """dx is proportional to x: that is the gradient of a squared penalty (L2). |x| has the slope ±1, however
    small x is, and that is why L1 drives activations to exactly 0 and L2 only near."""
    return {"dx": weight * x / n}


@exercise.mutant
def gradient_of_the_square_twice(x, weight, n):
    """dx is 2 λ x/N, the gradient of λ/N Σ x². |x| has the slope ±1, however small x is."""
    return {"dx": 2 * weight * x / n}


@exercise.mutant
def absolute_value_as_gradient(x, weight, n):
    """dx holds |x| itself. The derivative of |x| is its sign, 1 or −1."""
    return {"dx": weight * np.abs(x) / n}


@exercise.mutant
def gradient_not_averaged(x, weight):
    """dx lacks the 1/N. The penalty is averaged over the batch, so each example moves it by 1/N."""
    return {"dx": weight * np.sign(x)}


@exercise.mutant
def penalty_not_averaged(x, weight):
    """The penalty is the sum over the batch. It is averaged over the N examples, like the loss that it is
    added to."""
    return {"penalty": weight * np.abs(x).sum()}


@exercise.mutant
def penalty_averaged_over_units(x, weight):
    """The penalty is the mean over all N·D activations. It is summed over the units of an example and
    averaged over the examples alone."""
    return {"penalty": weight * np.abs(x).mean()}


@exercise.mutant
def gradient_averaged_over_units(x, weight):
    """dx is divided by N·D. The penalty is summed over the units: divide by N alone."""
    return {"dx": weight * np.sign(x) / x.size}


@exercise.mutant
def weight_missing(x, n):
    """dx lacks λ. It stands in front of the penalty, and so in front of its gradient."""
    return {"dx": np.sign(x) / n}


@exercise.mutant
def penalty_without_weight(x, n):
    """The penalty lacks λ, its weight in the sum with the reconstruction loss."""
    return {"penalty": np.abs(x).sum() / n}


@exercise.mutant
def penalty_without_absolute_value(x, weight, n):
    """The penalty adds up x and not |x|: positive and negative activations cancel, and large negative ones
    would be a reward."""
    return {"penalty": weight * x.sum() / n}


@exercise.mutant
def penalty_of_squares(x, weight, n):
    """The penalty adds up squares. That is L2; L1 adds up absolute values."""
    return {"penalty": weight * (x * x).sum() / n}


@exercise.mutant
def counts_activations(x, weight, n):
    """The penalty counts the activations that are not 0. L1 adds up their sizes: a count has the slope 0
    nearly everywhere, and nothing could learn from it."""
    return {"penalty": weight * np.count_nonzero(x) / n}


@exercise.mutant
def positive_only(x, weight, n):
    """dx is 0 where x < 0, as if there were a ReLU before it. |x| has the slope −1 there."""
    return {"dx": weight * (x > 0) / n}


@exercise.mutant
def wrong_sign(x, weight, n):
    """dx has the sign the wrong way round: the price rises with the size of x, so dx has the sign of x."""
    return {"dx": -weight * np.sign(x) / n}
