"""The KL sparsity penalty: backwards through the mean over the batch."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.penalty import kl_sparsity


def draw(rng):
    n, d = sizes(rng, 2)
    x = rng.uniform(0.15, 0.8, (n, d))
    x[:, 0] *= 0.25                                         # one unit is less active than ρ, the others are more
    rho = float(x[:, 0].mean() * rng.uniform(1.3, 1.6))
    return {"x": x, "rho": rho, "weight": float(rng.uniform(0.2, 0.45)), "n": n, "rho_hat": x.mean(axis=0)}


def slope(rho, rho_hat):
    return (1 - rho) / (1 - rho_hat) - rho / rho_hat


def divergence(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


def spread(row, x):
    """One row for all examples."""
    return np.broadcast_to(row, x.shape)


exercise = Exercise(
    name="kl_sparsity", lecture=9, place=2, derivation="docs/derivations/activity-penalties.md",
    title="KL sparsity, through the mean over the batch",
    task="""
    Each unit j is to be active with the mean ρ. Its mean activity over the batch is

        ρ̂_j = 1/N Σₙ xₙj

    and the penalty is

        Ω = λ Σ_j KL(ρ ‖ ρ̂_j),    KL(ρ ‖ ρ̂) = ρ log(ρ/ρ̂) + (1 − ρ) log((1 − ρ)/(1 − ρ̂))

    Return the penalty and its gradient with respect to x, together.
    """,
    takes={"x": "(N, D)  activations in (0, 1), one column a "
                "unit", "rho": "ρ, the activity that is asked for",
           "weight": "λ, a number in (0, 1)"},
    returns={"penalty": "Ω, in nats", "dx": "(N, D)  ∂Ω/∂x"},
    draw=draw, reference=kl_sparsity, objective=lambda x, rho, weight: kl_sparsity(x, rho, weight)[0],
    hints=(
        "Two steps: from Ω to ρ̂_j, then from ρ̂_j to each xₙj. How far does ρ̂_j move when one xₙj moves?",
        "∂KL/∂ρ̂ = −ρ/ρ̂ + (1 − ρ)/(1 − ρ̂), and ∂ρ̂_j/∂xₙj = 1/N, for every example n.",
        "dx[n, j] = λ/N (−ρ/ρ̂_j + (1 − ρ)/(1 − ρ̂_j)): every row of dx is the same.",
    ))


@exercise.parts_of("dx")
def slopes(x, rho, weight, rho_hat, n):
    return {"−ρ/ρ̂ · λ/N": spread(-weight * rho / rho_hat / n, x),
            "(1 − ρ)/(1 − ρ̂) · λ/N": spread(weight * (1 - rho) / (1 - rho_hat) / n, x)}


@exercise.parts_of("penalty")
def halves(rho, weight, rho_hat):
    return {"λ Σ ρ log(ρ/ρ̂)": weight * (rho * np.log(rho / rho_hat)).sum(),
            "λ Σ (1 − ρ) log((1 − ρ)/(1 − ρ̂))":
                weight * ((1 - rho) * np.log((1 - rho) / (1 - rho_hat))).sum()}


@exercise.mutant
def mean_not_differentiated(x, rho, weight, rho_hat):
    """dx lacks the 1/N. One xₙj moves the mean ρ̂_j by 1/N only; the path from Ω to x goes through it."""
    return {"dx": spread(weight * slope(rho, rho_hat), x)}


@exercise.mutant
def gradient_of_the_mean(rho, weight, rho_hat):
    """This is the gradient with respect to ρ̂, one number a unit. Go one step further, to each xₙj of the
    batch: ∂ρ̂_j/∂xₙj = 1/N, which gives N equal rows."""
    return {"dx": weight * slope(rho, rho_hat)}


@exercise.mutant
def one_row_over_n(rho, weight, rho_hat, n):
    """This is one row, of the shape (D,). Each of the N examples has a gradient of its own; they are all
    this row."""
    return {"dx": weight * slope(rho, rho_hat) / n}


@exercise.mutant
def each_example_by_itself(x, rho, weight, n):
    """You put each xₙj into the KL as if it were ρ̂. It is the *mean* over the batch that is asked to be ρ; a
    single example may well be active."""
    return {"penalty": weight * divergence(rho, x).sum() / n, "dx": weight * slope(rho, x) / n}


@exercise.mutant
def one_mean_for_all_units(x, rho, weight, n):
    """ρ̂ is the mean over all of x, one number. Each unit j has a mean of its own, over the batch: axis 0."""
    rho_hat = x.mean()
    return {"penalty": weight * x.shape[1] * divergence(rho, rho_hat),
            "dx": np.full(x.shape, weight * slope(rho, rho_hat) / n)}


@exercise.mutant
def second_half_missing(x, rho, weight, rho_hat, n):
    """dx has −ρ/ρ̂ alone. The term with 1 − ρ contributes (1 − ρ)/(1 − ρ̂), and at ρ̂ = ρ the two cancel."""
    return {"dx": spread(-weight * rho / rho_hat / n, x)}


@exercise.mutant
def halves_added(x, rho, weight, rho_hat, n):
    """dx adds ρ/ρ̂ and (1 − ρ)/(1 − ρ̂). The first has a minus, from the derivative of −ρ log ρ̂: at ρ̂ = ρ,
    the optimum, the gradient has to be 0."""
    return {"dx": spread(weight * ((1 - rho) / (1 - rho_hat) + rho / rho_hat) / n, x)}


@exercise.mutant
def sign(x, rho, weight, rho_hat, n):
    """dx has the sign the wrong way round: where a unit is more active than ρ, raising x makes the penalty
    grow, so the gradient is positive."""
    return {"dx": spread(-weight * slope(rho, rho_hat) / n, x)}


@exercise.mutant
def divergence_reversed(x, rho, weight, rho_hat, n):
    """The two arguments of the KL are swapped, KL(ρ̂ ‖ ρ). The divergence is not symmetric; asked for is
    KL(ρ ‖ ρ̂), with ρ in front of the logarithms."""
    log_odds = np.log(rho_hat / rho) - np.log((1 - rho_hat) / (1 - rho))
    return {"penalty": weight * divergence(rho_hat, rho).sum(), "dx": spread(weight * log_odds / n, x)}


@exercise.mutant
def mean_over_units(x, rho, weight):
    """ρ̂ is taken over the units of an example (axis 1). It is each unit's mean over the batch, axis 0."""
    rho_hat = x.mean(axis=1, keepdims=True)
    return {"penalty": weight * divergence(rho, rho_hat).sum(),
            "dx": spread(weight * slope(rho, rho_hat) / x.shape[1], x)}


@exercise.mutant
def penalty_averaged_over_units(rho, weight, rho_hat):
    """The penalty is the mean over the units. It is their sum: each unit pays for itself."""
    return {"penalty": weight * divergence(rho, rho_hat).mean()}


@exercise.mutant
def gradient_averaged_over_units(x, rho, weight, rho_hat):
    """dx is divided by the number of units as well. The penalty is a sum over the units; only the mean over
    the batch brings a 1/N."""
    return {"dx": spread(weight * slope(rho, rho_hat) / x.size, x)}


@exercise.mutant
def penalty_averaged_over_batch(rho, weight, rho_hat, n):
    """The penalty is divided by N. The average over the batch is already in ρ̂; on top there is none."""
    return {"penalty": weight * divergence(rho, rho_hat).sum() / n}


@exercise.mutant
def penalty_second_half_missing(rho, weight, rho_hat):
    """The penalty has ρ log(ρ/ρ̂) alone. The other half, (1 − ρ) log((1 − ρ)/(1 − ρ̂)), speaks for the times
    when the unit is off."""
    return {"penalty": weight * (rho * np.log(rho / rho_hat)).sum()}


@exercise.mutant
def weight_missing(x, rho, rho_hat, n):
    """dx lacks λ. It stands in front of the penalty, and so in front of its gradient."""
    return {"dx": spread(slope(rho, rho_hat) / n, x)}


@exercise.mutant
def penalty_without_weight(rho, rho_hat):
    """The penalty lacks λ, its weight in the sum with the reconstruction loss."""
    return {"penalty": divergence(rho, rho_hat).sum()}
