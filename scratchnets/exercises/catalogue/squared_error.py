"""The squared error: the notes' loss, averaged over the batch."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.losses.reconstruction import squared_error


def draw(rng):
    shape = sizes(rng, 2)
    prediction, target = rng.standard_normal(shape), rng.standard_normal(shape)
    return {"prediction": prediction, "target": target, "e": prediction - target, "n": shape[0]}


exercise = Exercise(
    name="squared_error", lecture=5, place=1, derivation="docs/derivations/reconstruction.md",
    title="The squared error",
    task="""
    For predictions x̂ and targets x,

        L = 1/N Σₙ ½ ‖x̂ₙ − xₙ‖²

    Return the value and its gradient with respect to the prediction, together. It is summed over
    the features and averaged over the batch.
    """,
    takes={"prediction": "(N, D)  x̂", "target": "(N, D)  x"},
    returns={"value": "the loss", "dprediction": "(N, D)  ∂L/∂x̂"},
    draw=draw, reference=squared_error,
    objective=lambda prediction, target: squared_error(prediction, target)[0],
    hints=(
        "‖x̂ₙ − xₙ‖² is a sum of squares over the features. How often does one number of x̂ stand in L?",
        "The derivative of ½ e² is e: the 2 that comes down and the ½ cancel. What remains of 1/N?",
        "value = ½ Σ (x̂ − x)² / N over all entries, dprediction = (x̂ − x) / N.",
    ))


@exercise.parts_of("dprediction")
def difference(prediction, target, n):
    return {"x̂/N": prediction / n, "−x/N": -target / n}


@exercise.mutant
def value_without_half(e, n):
    """The ½ of the value is missing. It is there so that no 2 appears in the gradient; yours and the
    value would not belong together."""
    return {"value": (e * e).sum() / n}


@exercise.mutant
def gradient_twice(e, n):
    """dprediction has a 2 too much: the 2 that comes down from the square cancels with the ½."""
    return {"dprediction": 2 * e / n}


@exercise.mutant
def gradient_half(e, n):
    """dprediction still has the ½: the 2 that comes down from the square cancels it."""
    return {"dprediction": e / (2 * n)}


@exercise.mutant
def value_not_averaged(e):
    """The value is summed over the batch. The notes write it so; here the loss is the average over the N
    examples, so that the step length does not depend on the batch."""
    return {"value": 0.5 * (e * e).sum()}


@exercise.mutant
def gradient_not_averaged(e):
    """dprediction lacks the 1/N: in an average each example counts 1/N, in the gradient as in the value."""
    return {"dprediction": e}


@exercise.mutant
def value_averaged_over_features(e):
    """The value is averaged over all N·D entries. It is summed over the features and averaged over the
    examples: a squared distance in space, halved."""
    return {"value": 0.5 * (e * e).mean()}


@exercise.mutant
def gradient_averaged_over_features(e):
    """dprediction is divided by N·D. The loss sums over the features: divide by N alone."""
    return {"dprediction": e / e.size}


@exercise.mutant
def mean_squared_error(e):
    """This is the mean of (x̂ − x)² over all entries, as libraries often define it. Here it is half the
    squared distance of an example, averaged over the examples."""
    return {"value": (e * e).mean()}


@exercise.mutant
def gradient_of_mean_squared_error(e):
    """dprediction belongs to the mean of (x̂ − x)² over all N·D entries. Here the loss is ½ the sum over
    the features, averaged over N: (x̂ − x)/N."""
    return {"dprediction": 2 * e / e.size}


@exercise.mutant
def sign(e, n):
    """dprediction points from the prediction to the target, where the loss falls. A gradient points
    where it grows: x̂ − x."""
    return {"dprediction": -e / n}


@exercise.mutant
def distance_not_squared(e, n):
    """The value averages the distances ‖x̂ − x‖ and not their squares: leave the root out."""
    return {"value": 0.5 * np.sqrt((e * e).sum(axis=1)).sum() / n}


@exercise.mutant
def absolute_error(e, n):
    """The value adds up absolute differences. The loss asked for adds up their squares, halved."""
    return {"value": np.abs(e).sum() / n}


@exercise.mutant
def gradient_of_absolute_error(e, n):
    """dprediction holds only signs: that is the gradient of the absolute error. The slope of ½ e² is e, so
    a large difference pulls harder than a small one."""
    return {"dprediction": np.sign(e) / n}


@exercise.mutant
def square_of_the_sum(e, n):
    """The differences of an example are added first and squared then: positive and negative ones cancel.
    Square each, then add."""
    return {"value": 0.5 * (e.sum(axis=1) ** 2).sum() / n}
