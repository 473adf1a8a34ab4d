"""The moving average of a generator's weights, and what it remembers."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    t, d = sizes(rng, 2)
    return {"first": 2 + rng.standard_normal(d), "weights": rng.standard_normal((t, d)),
            "decay": float(rng.uniform(0.55, 0.75)), "t": t}


def averaged_weights(first, weights, decay):
    """The recursion, and the shares that it comes to."""
    average = first
    for now in weights:
        average = decay * average + (1 - decay) * now
    return average, (1 - decay) * decay ** np.arange(len(weights) - 1, -1, -1)


exercise = Exercise(
    name="averaged_weights", lecture=18, place=2, derivation="docs/derivations/moving-average.md",
    title="The generator that one samples from",
    task="""
    A generator's weights start as θ₀ and are θ₁, θ₂, … after each of T steps. Beside them goes an average,
    which starts as θ₀, too:

        θ̄ ← d θ̄ + (1 − d) θₜ        for t = 1 … T

    Return the average after all T steps, and the share that each θₜ has in it: the numbers wₜ with
    θ̄ = w₀ θ₀ + Σₜ wₜ θₜ, without w₀.
    """,
    takes={"first": "(D,)  θ₀", "weights": "(T, D)  θ₁ … θ_T, the oldest first", "decay": "d, in (0, 1)"},
    returns={"average": "(D,)  θ̄ after T steps", "share": "(T,)  w₁ … w_T"},
    draw=draw, reference=averaged_weights, solution=(averaged_weights,),
    hints=(
        "Write the recursion for T = 2 and multiply out: how often has θ₁ been multiplied by d, and θ₂?",
        "Each later step multiplies what is there by d. θₜ enters with 1 − d and lives through T − t more "
        "steps.",
        "wₜ = (1 − d) dᵀ⁻ᵗ for t = 1 … T: share = (1 − decay) * decay ** np.arange(T − 1, −1, −1). "
        "The average is the loop as it stands, from θ₀ on.",
    ),
    lesson="""
    The shares and dᵀ, that of θ₀, add up to 1. About 1/(1 − d) steps have most of it: that many weights are
    averaged, and by d/(1 − d) steps does the average lag behind weights that travel.
    """)


@exercise.mutant
def decay_and_rest_swapped(first, weights, decay):
    """d and 1 − d have changed places. d is what stays of the average; with a d near 1 little of each new θ
    is taken in."""
    average, share = averaged_weights(first, weights, 1 - decay)
    return {"average": average, "share": share}


@exercise.mutant
def starts_at_zero(first, weights, decay):
    """The average starts at 0, not at θ₀: it lacks dᵀ θ₀, and is too small at first. (Adam's moments start
    at 0, and are divided by 1 − dᵗ for it.)"""
    return {"average": averaged_weights(0 * first, weights, decay)[0]}


@exercise.mutant
def bias_corrected(first, weights, decay, t):
    """The average starts at 0 and is divided by 1 − dᵀ, as Adam does it. That is a mean, but another one:
    here θ₀ takes part, and nothing has to be corrected."""
    average, share = averaged_weights(0 * first, weights, decay)
    return {"average": average / (1 - decay ** t), "share": share / (1 - decay ** t)}


@exercise.mutant
def starts_at_the_first_step(weights, decay):
    """The average starts at θ₁. It starts at θ₀, the weights before any step, which keep the share dᵀ."""
    return {"average": averaged_weights(weights[0], weights[1:], decay)[0]}


@exercise.mutant
def one_step_late(first, weights, decay):
    """The last step is missing: each θₜ is taken in a step late, and θ_T not at all. Follow the weights after
    they have moved."""
    return {"average": averaged_weights(first, weights[:-1], decay)[0]}


@exercise.mutant
def plain_mean(first, weights, t):
    """All weights count the same. That is the mean of the whole way, where old and poor weights weigh as much
    as the last; here what is k steps old counts dᵏ times as much."""
    return {"average": (first + weights.sum(axis=0)) / (t + 1), "share": np.full(t, 1 / (t + 1))}


@exercise.mutant
def not_a_mean(first, weights, decay):
    """θ̄ ← d θ̄ + θ: the factor 1 − d is missing. The shares then add up to more than 1, to about 1/(1 − d),
    and weights that stand still do not have themselves as their average."""
    average = first
    for now in weights:
        average = decay * average + now
    return {"average": average, "share": averaged_weights(first, weights, decay)[1] / (1 - decay)}


@exercise.mutant
def the_wrong_way_round(first, weights, decay):
    """The shares, or the steps, are taken in the wrong order: the oldest counts most. The newest weights were
    multiplied by d least often."""
    return {"average": averaged_weights(first, weights[::-1], decay)[0],
            "share": averaged_weights(first, weights, decay)[1][::-1]}


@exercise.mutant
def one_power_too_many(first, weights, decay):
    """Each share has a factor d too many. θ_T has just entered, with 1 − d and no more: the powers go from
    T − 1 down to 0."""
    return {"share": decay * averaged_weights(first, weights, decay)[1]}


@exercise.mutant
def scaled_to_one(first, weights, decay, t):
    """The shares are scaled to add up to 1. All shares do, but the first, dᵀ, belongs to θ₀ and is not among
    these."""
    return {"share": averaged_weights(first, weights, decay)[1] / (1 - decay ** t)}


@exercise.mutant
def only_the_last_step(first, weights, decay):
    """One step only, from θ₀ straight to θ_T. The recursion runs over all T steps, each on what the one
    before has left."""
    return {"average": decay * first + (1 - decay) * weights[-1]}
