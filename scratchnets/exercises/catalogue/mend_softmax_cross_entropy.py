"""Find the bug, 3 of 5: softmax with cross-entropy."""
import numpy as np

from scratchnets.exercises.catalogue.softmax_cross_entropy import draw, exercise as loss_exercise
from scratchnets.exercises.exercise import Exercise
from scratchnets.losses.classification import softmax_cross_entropy

exercise = Exercise(
    name="mend_softmax_cross_entropy", lecture=0, place=23,
    derivation="docs/derivations/softmax-cross-entropy.md",
    title="Find the bug, 3 of 5: softmax with cross-entropy",
    task="""
    One line of this loss is wrong. Find it and mend it:

        L = −1/N Σₙ log πₙ[labelₙ],  π = softmax of the row aₙ,    and the gradient with respect to a

    (Logits are small here; large ones are the subject of softmax_cross_entropy.)
    """,
    takes={"logits": "(N, K)  a", "labels": "(N,)  the right class of each example, 0 … K − 1"},
    returns={"value": "the loss, in nats an example", "dlogits": "(N, K)  ∂L/∂a"},
    draw=draw, reference=softmax_cross_entropy,
    objective=lambda logits, labels: softmax_cross_entropy(logits, labels)[0],
    hints=(
        "Each row of dlogits has to sum to 0. Print the sums.",
        "From each row one 1 has to be subtracted, at its own label. How many are subtracted here?",
        "dlogits[:, labels] are whole columns. dlogits[rows, labels] is one place in each row.",
    ))


@exercise.as_given
def mend_softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    pi = e / e.sum(axis=1, keepdims=True)
    value = -np.log(pi[rows, labels]).mean()
    dlogits = pi.copy()
    dlogits[:, labels] -= 1
    dlogits /= len(labels)
    return value, dlogits


exercise.share_mutants(loss_exercise, without=("whole-columns",))
