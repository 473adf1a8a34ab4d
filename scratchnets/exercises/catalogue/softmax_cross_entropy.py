"""Softmax and cross-entropy in one: the loss of a classifier, at the logits."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import softmax
from scratchnets.losses.classification import softmax_cross_entropy


def draw(rng):
    n, k = sizes(rng, 2)
    logits, labels = 2 * rng.standard_normal((n, k)), rng.integers(0, k, n)
    labels[0], labels[-1] = 1, k - 1                        # never all alike, never all 0
    return {"logits": logits, "labels": labels, "pi": softmax(logits), "x": np.eye(k)[labels]}


exercise = Exercise(
    name="softmax_cross_entropy", lecture=3, place=2, derivation="docs/derivations/softmax-cross-entropy.md",
    title="Softmax and cross-entropy in one",
    task="""
    For logits a and the right classes,

        L = −1/N Σₙ log πₙ[labelₙ],    π = softmax of the row aₙ

    Return the value and its gradient with respect to the logits, together. Logits may be large:
    nothing may overflow.
    """,
    takes={"logits": "(N, K)  a, any real numbers", "labels": "(N,)  the right class of each example, 0 … K "
                                                              "− 1"},
    returns={"value": "the loss, in nats an example", "dlogits": "(N, K)  ∂L/∂a"},
    draw=draw, reference=softmax_cross_entropy,
    objective=lambda logits, labels: softmax_cross_entropy(logits, labels)[0],
    hints=(
        "log π_k = a_k − log Σ_j e^(a_j). Differentiate that with respect to a_j, once for j = k and once "
        "for the others.",
        "∂(−log π_k)/∂a_j = π_j − [j = k]. For large logits: only differences of logits count, so subtract "
        "the largest of each row before the exponential.",
        "pi is the softmax; pi[np.arange(N), labels] picks the right class of each row. value = −mean of "
        "its log; dlogits is pi, less 1 at these places, over N.",
    ))


@exercise.parts_of("dlogits")
def terms(pi, x):
    return {"π/N": pi / len(pi), "minus the one-hot target, −x/N": -x / len(x)}


@exercise.mutant
def gradient_not_averaged(pi, x):
    """dlogits lacks the 1/N. The loss is the average over the batch, so each example moves it by 1/N."""
    return {"dlogits": pi - x}


@exercise.mutant
def value_not_averaged(pi, x):
    """The value is the sum over the batch; the loss is the average, so that it does not grow with N."""
    return {"value": -np.log((pi * x).sum(axis=1)).sum()}


@exercise.mutant
def averaged_over_classes(pi, x):
    """The mean runs over all N·K entries. Only the right class of each example counts, and the average
    is over the N examples."""
    return {"value": -(x * np.log(pi)).mean()}


@exercise.mutant
def gradient_averaged_over_classes(pi, x):
    """dlogits is divided by N·K. The average is over the N examples alone."""
    return {"dlogits": (pi - x) / pi.size}


@exercise.mutant
def sign(pi, x):
    """dlogits has the sign the wrong way round: raising the logit of the right class *lowers* the loss,
    so there the gradient is negative, π − 1."""
    return {"dlogits": (x - pi) / len(pi)}


@exercise.mutant
def value_sign(pi, x):
    """The minus of the value is missing: log π is below 0, and a loss falls as π of the right class rises."""
    return {"value": np.log((pi * x).sum(axis=1)).mean()}


@exercise.mutant
def target_not_subtracted(pi):
    """dlogits is π/N. That would push all logits down, the right one, too; subtract the one-hot target."""
    return {"dlogits": pi / len(pi)}


@exercise.mutant
def right_class_only(pi, x):
    """dlogits has an entry only at the right class. The other logits stand in the denominator of the
    softmax: raising them lowers π of the right class, and so they have the gradient π_j."""
    return {"dlogits": (pi - x) * x / len(pi)}


@exercise.mutant
def wrong_classes_only(pi, x):
    """dlogits is zero at the right class, where it should be (π − 1)/N: raising the right logit helps."""
    return {"dlogits": pi * (1 - x) / len(pi)}


@exercise.mutant
def whole_columns(pi, labels):
    """The 1 is subtracted from whole columns: dlogits[:, labels] takes every row. One place of each row is
    meant, its own label: dlogits[np.arange(N), labels]. Each row of dlogits has to sum to 0."""
    dlogits = pi.copy()
    dlogits[:, labels] -= 1
    return {"dlogits": dlogits / len(pi)}


@exercise.mutant
def slope_at_the_probabilities(pi, x):
    """−x/π is the gradient with respect to the probabilities π. It still has to go back through the
    softmax; the two together become π − x."""
    return {"dlogits": -x / pi / len(pi)}


@exercise.mutant
def sigmoid_slope_on_top(pi, x):
    """There is a factor π (1 − π) on top of π − x. In π − x the softmax's own slope is already
    contained: the logarithm has undone the exponential."""
    return {"dlogits": (pi - x) * pi * (1 - pi) / len(pi)}


@exercise.mutant
def softmax_over_batch(logits, x):
    """The softmax runs down the columns, over the examples. Each row, an example, has its own
    probabilities: axis=1, keepdims=True."""
    pi = np.exp(logits) / np.exp(logits).sum(axis=0)
    return {"value": -(x * np.log(pi)).sum() / len(x), "dlogits": (pi - x) / len(x)}


@exercise.mutant
def softmax_over_everything(logits, x):
    """The probabilities are normalised over the whole batch at once. Each row has to sum to 1 by
    itself: axis=1, keepdims=True."""
    pi = np.exp(logits) / np.exp(logits).sum()
    return {"value": -(x * np.log(pi)).sum() / len(x), "dlogits": (pi - x) / len(x)}


@exercise.mutant
def binary_cross_entropy(pi, x):
    """The value also counts (1 − x) log(1 − π), as if the K classes were independent yes-or-no
    questions. They exclude each other: the value is −log π of the right class alone."""
    return {"value": -(x * np.log(pi) + (1 - x) * np.log(1 - pi)).sum() / len(x)}


@exercise.case
def logarithm_held_up(rng):
    """Right for ordinary logits; where the right class is very improbable, π = e^−50 and less, it is not. A
    small ε inside the logarithm, log(π + ε), or a π that is clipped at ε, does not let the value go above
    −log ε, and the worst mistakes count too little. Take log πₖ = aₖ − log Σ eᵃ instead: it needs no ε."""
    logits = np.array([[0.0, -50.0, 1.0, 3.0], [-60.0, -80.0, -130.0, -59.0], [60.0, 1.0, 2.0, 0.0]])
    return {"logits": logits[rng.permutation(3)], "labels": np.array([1, 2, 3])}


@exercise.case
def overflows(rng):
    """Right for ordinary logits, and not for large ones: e^1000 is infinite in floating point, and e^−1000
    is 0. Only differences of logits count, so subtract the largest of each row first, and take the
    logarithm of the softmax as aₖ − log Σ eᵃ, not as the log of a quotient."""
    logits = np.array([[1000.0, -500.0, 990.0, 3.0], [-1000.0, -1001.0, -2000.0, -999.0],
                       [0.0, 1.0, 2.0, 800.0]])
    return {"logits": logits[rng.permutation(3)], "labels": np.array([1, 2, 3])}
