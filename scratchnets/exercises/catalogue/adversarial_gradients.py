"""The gradients at the logit of five games."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import sigmoid
from scratchnets.losses import hinge, least_squares, minimax, non_saturating, wasserstein


def draw(rng):
    n, m = sizes(rng, 2)
    a, b = 1.5 * rng.standard_normal(n), 1.5 * rng.standard_normal(m)
    a[:3] = [-0.7, 0.4, 1.8]                       # the hinge is on, on and off
    return {"a": a, "b": b, "n": n, "m": m, "real_D": sigmoid(a), "fake_D": sigmoid(b)}


def gradients(a, b):
    """What the library's losses hand to the discriminator."""
    return (minimax.real(a)[1], minimax.fake(b)[1], minimax.generator(b)[1], non_saturating.generator(b)[1],
            least_squares.generator(b)[1], wasserstein.generator(b)[1], hinge.real(a)[1])


exercise = Exercise(
    name="adversarial_gradients", lecture=15, place=1, derivation="docs/derivations/adversarial-losses.md",
    title="Five games, at the logit",
    task="""
    A discriminator gives a logit, D = σ(logit): a for each of N examples of the data, b for each of M
    samples. What does each part of a loss send back? All costs are averaged over their own batch.

        real             −1/N Σ log D(aₙ)              fake             −1/M Σ log(1 − D(bₘ))
        minimax           1/M Σ log(1 − D(bₘ))         non_saturating   −1/M Σ log D(bₘ)
        least_squares     1/M Σ ½ (bₘ − 1)²            wasserstein      −1/M Σ bₘ
        hinge             1/N Σ max(0, 1 − aₙ)

    real, fake and hinge are the discriminator's, the other four the generator's. Return the gradient of
    each with respect to its own logits. Logits may be large: nothing may overflow.
    """,
    takes={"a": "(N,)  logits of the data", "b": "(M,)  logits of the samples"},
    returns={"real": "(N,)  of −log D, at the data", "fake": "(M,)  of −log(1 − D), at the samples",
             "minimax": "(M,)  of log(1 − D)", "non_saturating": "(M,)  of −log D",
             "least_squares": "(M,)  of ½ (b − 1)²", "wasserstein": "(M,)  of −b",
             "hinge": "(N,)  of max(0, 1 − a), at the data"},
    draw=draw, reference=gradients,
    hints=(
        "Write each cost in terms of the logit before you differentiate: −log σ(a) = log(1 + e⁻ᵃ), and "
        "−log(1 − σ(b)) = log(1 + eᵇ).",
        "The derivative of log(1 + eᵇ) is σ(b). So −log D has the slope −(1 − D), and −log(1 − D) "
        "has the slope D.",
        "With D = σ(logit): real −(1 − D)/N, fake D/M, minimax −D/M, non_saturating −(1 − D)/M, "
        "least_squares (b − 1)/M, wasserstein −1/M, hinge −1/N where a < 1, else 0.",
    ),
    lesson="""
    Compare minimax and non_saturating where b is very negative, a sample that D is sure of: −D/M is
    nearly nothing, −(1 − D)/M nearly all there is. Their ratio is (1 − D)/D.
    """)


@exercise.mutant
def not_averaged(real_D, fake_D):
    """The gradients of the discriminator lack the 1/N and the 1/M: each cost is the mean of its own batch."""
    return {"real": real_D - 1, "fake": fake_D}


@exercise.mutant
def averaged_twice(real_D, fake_D, n, m):
    """The discriminator's gradients are divided by the size of the batch twice. The mean brings one 1/N and
    one 1/M, and the layers below add up."""
    return {"real": (real_D - 1) / n ** 2, "fake": fake_D / m ** 2}


@exercise.mutant
def real_and_fake_swapped(real_D, fake_D, n, m):
    """Real and fake are swapped: at the data you have the slope D of −log(1 − D), at the samples −(1 − D).
    This discriminator learns to call samples real."""
    return {"real": real_D / n, "fake": (fake_D - 1) / m}


@exercise.mutant
def sigmoid_twice(real_D, fake_D, n, m):
    """The sigmoid is applied twice in the discriminator's gradients: a and b are logits, D = σ(a) is
    squashed once and for all."""
    return {"real": (sigmoid(real_D) - 1) / n, "fake": sigmoid(fake_D) / m}


@exercise.mutant
def at_the_probability(real_D, fake_D, n, m):
    """These are gradients with respect to D, −1/D and 1/(1 − D). Behind them comes the slope of the sigmoid,
    D (1 − D), which cancels the denominators."""
    return {"real": -1 / real_D / n, "fake": 1 / (1 - fake_D) / m}


@exercise.mutant
def saturating_for_non_saturating(fake_D, m):
    """This is the notes' generator, −D/M, where the non-saturating one was asked for: −log D has the slope
    −(1 − D), large where the sample is found out."""
    return {"non_saturating": -fake_D / m}


@exercise.mutant
def non_saturating_for_minimax(fake_D, m):
    """This is the non-saturating generator, −(1 − D)/M, in place of the notes': log(1 − D) has the slope −D,
    small where the sample is found out."""
    return {"minimax": (fake_D - 1) / m}


@exercise.mutant
def generator_helps_the_discriminator(fake_D, m):
    """minimax has the wrong sign: D/M is what the discriminator descends. The generator minimises log(1 −
    D), the negative of that."""
    return {"minimax": fake_D / m}


@exercise.mutant
def least_squares_aims_at_zero(b, m):
    """This least-squares generator aims at 0, the target of samples. It wants to be taken for data, whose
    target is 1: b − 1."""
    return {"least_squares": b / m}


@exercise.mutant
def least_squares_of_the_probability(fake_D, m):
    """least_squares compares D with 1. In this game the logit itself is compared, without a sigmoid: b −
    1."""
    return {"least_squares": (fake_D - 1) / m}


@exercise.mutant
def hinge_without_its_corner(a, n):
    """The hinge pulls everywhere. Where a is above 1 the cost max(0, 1 − a) is 0 and flat: the gradient is 0
    there."""
    return {"hinge": np.full(n, -1 / n)}


@exercise.mutant
def hinge_on_the_wrong_side(a, n):
    """The hinge pulls where a is above 1, and leaves alone what is on the wrong side. It is the other way
    round: −1 where a is below 1."""
    return {"hinge": -1.0 * (a > 1) / n}


@exercise.case
def overflows(rng):
    """Right for ordinary logits, and not for large ones: e^1000 overflows. Use 1/(1 + e⁻ᵃ) with the sign of
    the exponent chosen so that it is not above 0, or ½ + ½ tanh(a/2)."""
    return {"a": np.array([1000.0, -1000.0, 3.0, -2.0]), "b": np.array([800.0, -900.0, 1.0, 0.5, -0.25])}
