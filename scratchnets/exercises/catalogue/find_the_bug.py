"""Find the bug: which of five broken passes does a gradient check not see?"""
from functools import lru_cache

from scratchnets.exercises.agreement import agree
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.corner import derivatives
from scratchnets.exercises.exercise import Exercise, call_by_name
from scratchnets.exercises.problems import problems

PAIRS = ("dense", "tanh", "softmax_cross_entropy", "batch_norm", "sampler")


@lru_cache
def gradient_checks():
    """A gradient check of each of the five as it was given: 1 where it finds the bug, 0 where all agrees."""
    return tuple(float(not consistent(get(f"mend_{name}"))) for name in PAIRS)


def consistent(exercise):
    """Whether the backward pass of the given code is the derivative of its own forward pass."""
    drawn = problems(exercise)[0].drawn
    answer = dict(zip(exercise.returns, call_by_name(exercise.given, drawn)))
    upstream = next((name for name, text in exercise.takes.items() if "from above" in text), None)

    def objective(values):
        forward = call_by_name(exercise.given, values)[0]
        return forward if upstream is None else (values[upstream] * forward).sum()
    return all(agree(value, derivatives(objective, drawn, name[1:]))
               for name, value in answer.items() if name.startswith("d"))


exercise = Exercise(
    name="find_the_bug", lecture=0, place=20, derivation="docs/derivations/README.md",
    title="Find the bug: what does a gradient check not see?",
    task="""
    The five files mend_dense.py, mend_tanh.py, mend_softmax_cross_entropy.py, mend_batch_norm.py and
    mend_sampler.py hold a forward and a backward pass each, and each holds one mistake. Before you mend
    them: would a gradient check find it? It compares the backward pass with numeric derivatives of
    the forward pass of the same file, in float64, with N ≥ 3 and a random dy.

    Return five truth values: True for a file whose check fails, and so finds the mistake; False for one
    whose check passes although the code is wrong. Read, or write the check and run it:
    (L(x + h) − L(x − h)) / 2h with L = Σ dy·y.
    """,
    takes={},
    returns={name: f"True if a gradient check of mend_{name} fails, and so finds the mistake" for name in PAIRS},
    draw=lambda rng: {}, reference=gradient_checks, solution=(gradient_checks, consistent),
    lesson="""
    The sampler passes every gradient check: what forward and backward have wrong in common, no comparison
    of the two can show. It takes a check of what forward *is to be*: the mean and the variance of many
    samples, an exact identity, a value computed by hand. Now mend all five.
    """,
    hints=(
        "A gradient check asks one thing: is backward the derivative of forward? It does not know what "
        "forward is to be.",
        "So look for the file in which the two belong together, and the *forward* pass is not what its "
        "text promises.",
        "exp(log σ²) is a variance. In mend_sampler.py it is used as a standard deviation, forward and "
        "backward alike.",
    ))


@exercise.mutant
def sampler_believed_found():
    """The check passes for the sampler: dlog_var is the exact derivative of its forward pass. But that
    takes exp(log σ²), a variance, for a standard deviation. What backward and forward have in common
    no gradient check can question; here the moments of many samples do."""
    return {"sampler": 1}


@exercise.mutant
def dense_believed_hidden():
    """The check fails for the dense layer: its db is the mean over the batch, 1/N of the derivative. (With
    N = 1 the two would be the same: this is why a check needs N ≥ 3.)"""
    return {"dense": 0}


@exercise.mutant
def tanh_believed_hidden():
    """The check fails for tanh: 1 − x² is not the slope, 1 − y² is. (Near x = 0 they nearly agree: this is
    why a check needs inputs of ordinary size and a tight tolerance.)"""
    return {"tanh": 0}


@exercise.mutant
def cross_entropy_believed_hidden():
    """The check fails for the cross-entropy: dlogits[:, labels] takes 1 from whole columns, and not from
    one place in each row. Its rows do not even sum to 0."""
    return {"softmax_cross_entropy": 0}


@exercise.mutant
def batch_norm_believed_hidden():
    """The check fails for batch normalisation: the path through the variance is missing. (With a dy of ones
    that path is 0: this is why a check needs a random dy.)"""
    return {"batch_norm": 0}


@exercise.mutant_as_a_whole
def question_reversed():
    """You have answered the opposite question, with False where a gradient check fails and True where it passes.
    True is to say that it fails, and so finds the mistake."""
    return {name: 1 - found for name, found in zip(PAIRS, gradient_checks())}


@exercise.mutant_as_a_whole
def all_believed_hidden():
    """The check fails for most of them: it compares backward with the numeric derivative of forward, and a
    wrong line in backward alone always shows. Look for the one where both are wrong together."""
    return dict.fromkeys(PAIRS[:4], 0)
