"""Break it and repair it: the notes' cross-entropy under independent sigmoids."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.losses.reconstruction import binary_cross_entropy


def draw(rng):
    shape = sizes(rng, 2)
    return {"prediction": rng.uniform(0.1, 0.9, shape), "target": rng.uniform(0.1, 0.9, shape), "n": shape[0]}


exercise = Exercise(
    name="mend_cross_entropy", lecture=5, place=3, derivation="docs/derivations/reconstruction.md",
    title="Break it and repair it: the notes' cross-entropy",
    task="""
    The notes write the cross-entropy of a target x and a copy x̂ as

        J = −Σ x log x̂

    Behind one sigmoid a pixel it is least for a copy that is white everywhere, whatever x is: it pays for
    white pixels that are missed, and for nothing else. A pixel is white with probability x̂ *or black
    with probability 1 − x̂*. Write the negative log-likelihood that counts both,

        L = −1/N Σₙ Σ_d log p(x | x̂),    log p linear in x, as in the notes

    and its gradient with respect to x̂ (not to a logit). What you are given is the notes' form, averaged
    over the batch.
    """,
    takes={"prediction": "(N, D)  x̂, in (0, 1)", "target": "(N, D)  x, in [0, 1]"},
    returns={"value": "the loss, in nats an example", "dprediction": "(N, D)  ∂L/∂x̂"},
    draw=draw, reference=binary_cross_entropy,
    objective=lambda prediction, target: binary_cross_entropy(prediction, target)[0],
    hints=(
        "What does the given loss say about a black pixel, x = 0? Nothing, whatever x̂ is. What should it say?",
        "p(x | x̂) = x̂ˣ (1 − x̂)¹⁻ˣ for a pixel that is 0 or 1. Take the logarithm: the notes' term, and "
        "another that is its mirror image, with 1 − x for x and 1 − x̂ for x̂.",
        "value = −Σ [x log x̂ + (1 − x) log(1 − x̂)] / N, and dprediction = [(1 − x)/(1 − x̂) − x/x̂] / N: the "
        "inner derivative of 1 − x̂ is −1.",
    ),
    lesson="""
    The gradient is (x̂ − x) / (x̂ (1 − x̂)) / N: zero where the copy is right, for grey pixels as for
    white ones. The value there is not zero but the entropy of the target.
    """)


@exercise.as_given
def mend_cross_entropy(prediction, target):
    n = len(target)
    value = -(target * np.log(prediction)).sum() / n
    dprediction = -target / prediction / n
    return value, dprediction


@exercise.parts_of("value")
def halves(prediction, target, n):
    return {"−Σ x log x̂ / N": -(target * np.log(prediction)).sum() / n,
            "−Σ (1 − x) log(1 − x̂) / N": -((1 - target) * np.log(1 - prediction)).sum() / n}


@exercise.parts_of("dprediction")
def slopes(prediction, target, n):
    return {"−x/x̂ / N": -target / prediction / n,
            "(1 − x)/(1 − x̂) / N": (1 - target) / (1 - prediction) / n}


@exercise.mutant
def value_of_the_notes(prediction, target, n):
    """The value is still the notes': it never pays for a white copy of a black pixel. Its mirror image is
    missing, −(1 − x) log(1 − x̂)."""
    return {"value": -(target * np.log(prediction)).sum() / n}


@exercise.mutant
def gradient_of_the_notes(prediction, target, n):
    """dprediction is that of −x log x̂ alone. It is below 0 everywhere, so every step makes every pixel
    whiter. The term for black adds (1 − x)/(1 − x̂)."""
    return {"dprediction": -target / prediction / n}


@exercise.mutant
def inner_derivative_forgotten(prediction, target, n):
    """In dprediction the term for black has the wrong sign. log(1 − x̂) falls as x̂ grows: its derivative
    is −1/(1 − x̂), and with the minus in front of the loss the term is +(1 − x)/(1 − x̂)."""
    return {"dprediction": (-target / prediction - (1 - target) / (1 - prediction)) / n}


@exercise.mutant
def term_for_black_rewarded(prediction, target, n):
    """In the value the term for black has the wrong sign: it rewards what it ought to charge for. Both
    terms are minus a logarithm, and so above 0."""
    return {"value": -(target * np.log(prediction) - (1 - target) * np.log(1 - prediction)).sum() / n}


@exercise.mutant
def colours_swapped(prediction, target, n):
    """The colours are swapped in the value: x belongs to log x̂, and 1 − x to log(1 − x̂). As it is, the
    best copy of x is its negative."""
    return {"value": -((1 - target) * np.log(prediction) + target * np.log(1 - prediction)).sum() / n}


@exercise.mutant
def gradient_of_the_negative(prediction, target, n):
    """In dprediction x and 1 − x are swapped: it vanishes where the copy is the negative of the image.
    White gives −x/x̂, black (1 − x)/(1 − x̂)."""
    return {"dprediction": (target / (1 - prediction) - (1 - target) / prediction) / n}


@exercise.mutant
def black_for_every_pixel(prediction, target, n):
    """The new term of the value lacks its factor 1 − x: it charges white pixels, too, for being copied
    white. Only the black share of a pixel asks for log(1 − x̂)."""
    return {"value": -(target * np.log(prediction) + np.log(1 - prediction)).sum() / n}


@exercise.mutant
def gradient_black_for_every_pixel(prediction, target, n):
    """In dprediction the term for black lacks its factor 1 − x. As it is, white pixels are pulled towards
    black, too."""
    return {"dprediction": (-target / prediction + 1 / (1 - prediction)) / n}


@exercise.mutant
def gradient_at_the_logit(prediction, target, n):
    """dprediction is x̂ − x, which is the gradient at the *logit*, behind the sigmoid's slope. With respect
    to x̂ itself it still has the denominator x̂ (1 − x̂)."""
    return {"dprediction": (prediction - target) / n}


@exercise.mutant
def value_not_averaged(prediction, target):
    """The value is summed over the batch, as in the notes. It is to be the mean over the N examples; the
    given lines have the division."""
    return {"value": -(target * np.log(prediction) + (1 - target) * np.log(1 - prediction)).sum()}


@exercise.mutant
def gradient_not_averaged(prediction, target):
    """dprediction lacks the 1/N, which belongs to each of its two terms."""
    return {"dprediction": (1 - target) / (1 - prediction) - target / prediction}


@exercise.mutant
def value_averaged_over_pixels(prediction, target):
    """The value is the mean over the pixels as well. Probabilities of independent pixels multiply, so their
    logarithms add up: sum over D, mean over N."""
    return {"value": -(target * np.log(prediction) + (1 - target) * np.log(1 - prediction)).mean()}


@exercise.mutant
def squared_error_for_black(prediction, target, n):
    """The value charges black pixels by a square, and white ones by a logarithm. The probability of black
    is 1 − x̂, so its price is −log(1 − x̂)."""
    return {"value": (-target * np.log(prediction) + (1 - target) * prediction ** 2).sum() / n}


@exercise.mutant
def logarithm_of_a_mixture(prediction, target, n):
    """The logarithm is taken of x x̂ + (1 − x)(1 − x̂). For black and white that is the same; for grey it is
    another loss, which is least at x̂ = 0 or 1 and never at x̂ = x. Average the *logarithms* instead:
    x log x̂ + (1 − x) log(1 − x̂) is linear in x."""
    guessed = target * prediction + (1 - target) * (1 - prediction)
    return {"value": -np.log(guessed).sum() / n, "dprediction": (1 - 2 * target) / guessed / n}


@exercise.mutant
def target_rounded(prediction, target, n):
    """The target is rounded to black or white before it is compared. A grey pixel is a target of its own:
    x weighs the term for white and 1 − x the term for black, so that x̂ = x is best."""
    rounded = target > 0.5
    return {"value": -np.log(np.where(rounded, prediction, 1 - prediction)).sum() / n,
            "dprediction": np.where(rounded, -1 / prediction, 1 / (1 - prediction)) / n}


@exercise.mutant
def divided_by_one_factor_only(prediction, target, n):
    """dprediction is divided by x̂ and *multiplied* by 1 − x̂: a / b * c is (a / b) · c. Put the denominator
    x̂ (1 − x̂) in parentheses."""
    return {"dprediction": (prediction - target) / prediction * (1 - prediction) / n}
