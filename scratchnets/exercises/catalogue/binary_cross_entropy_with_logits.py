"""Binary cross-entropy at the logits."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import sigmoid
from scratchnets.losses.reconstruction import binary_cross_entropy_with_logits


def draw(rng):
    shape = sizes(rng, 2)
    logits = 2 * rng.standard_normal(shape)
    return {"logits": logits, "target": rng.uniform(0.05, 0.95, shape), "p": sigmoid(logits)}


exercise = Exercise(
    name="binary_cross_entropy_with_logits", lecture=5, place=2,
    derivation="docs/derivations/reconstruction.md",
    title="Binary cross-entropy at the logits",
    task="""
    With x̂ = σ(a) for logits a, and a target x in [0, 1],

        L = −1/N Σₙ Σ_d [ x log x̂ + (1 − x) log(1 − x̂) ]

    Return the value and its gradient with respect to the logits, together. It is summed over the
    features and averaged over the batch. Logits may be large: nothing may overflow.
    """,
    takes={"logits": "(N, D)  a, any real numbers", "target": "(N, D)  x, in [0, 1]"},
    returns={"value": "the loss, in nats an example", "dlogits": "(N, D)  ∂L/∂a"},
    draw=draw, reference=binary_cross_entropy_with_logits,
    objective=lambda logits, target: binary_cross_entropy_with_logits(logits, target)[0],
    hints=(
        "Put x̂ = 1/(1 + e⁻ᵃ) into the loss before you differentiate: log x̂ = −log(1 + e⁻ᵃ) and "
        "log(1 − x̂) = −a − log(1 + e⁻ᵃ).",
        "Each term becomes softplus(a) − x a, with softplus(a) = log(1 + eᵃ), whose slope is σ(a). For "
        "large a: log(1 + eᵃ) = max(a, 0) + log(1 + e^−|a|).",
        "value = Σ [max(a, 0) − x a + log1p(exp(−|a|))] / N, and dlogits = (σ(a) − x) / N.",
    ))


@exercise.parts_of("dlogits")
def difference(p, target):
    return {"x̂/N": p / len(p), "−x/N": -target / len(p)}


@exercise.parts_of("value")
def halves(p, target):
    return {"−Σ x log x̂ / N": -(target * np.log(p)).sum() / len(p),
            "−Σ (1 − x) log(1 − x̂) / N": -((1 - target) * np.log(1 - p)).sum() / len(p)}


@exercise.parts_of("value")
def stable_terms(logits, target):
    n = len(logits)
    return {"Σ max(a, 0) / N": np.maximum(logits, 0).sum() / n, "−Σ x a / N": -(target * logits).sum() / n,
            "Σ log(1 + e^−|a|) / N": np.log1p(np.exp(-np.abs(logits))).sum() / n}


@exercise.mutant
def gradient_not_averaged(p, target):
    """dlogits lacks the 1/N. The loss is the average over the batch, so each example moves it by 1/N."""
    return {"dlogits": p - target}


@exercise.mutant
def value_not_averaged(p, target):
    """The value is the sum over the batch; the loss is the average, so that it does not grow with N."""
    return {"value": -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum()}


@exercise.mutant
def value_averaged_over_features(p, target):
    """The value is the mean over features as well. It is summed over the D features and averaged over
    the N examples, so that it adds up with other terms in nats an example."""
    return {"value": -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean()}


@exercise.mutant
def gradient_averaged_over_features(p, target):
    """dlogits is divided by N·D. The loss is summed over the features: the average is over N alone."""
    return {"dlogits": (p - target) / p.size}


@exercise.mutant
def sign(p, target):
    """dlogits has the sign the wrong way round: where x̂ is above x, raising the logit makes the loss
    worse, so the gradient is x̂ − x."""
    return {"dlogits": (target - p) / len(p)}


@exercise.mutant
def value_sign(p, target):
    """The minus in front of the value is missing: logarithms of probabilities are below 0."""
    return {"value": (target * np.log(p) + (1 - target) * np.log(1 - p)).sum() / len(p)}


@exercise.mutant
def second_term_missing(p, target):
    """The value has the term x log x̂ alone. For independent pixels the other half, (1 − x) log(1 − x̂),
    is needed: without it x̂ = 1 everywhere would be best."""
    return {"value": -(target * np.log(p)).sum() / len(p)}


@exercise.mutant
def gradient_without_second_term(p, target):
    """dlogits is that of −x log x̂ alone, −x (1 − x̂). The half (1 − x) log(1 − x̂) adds (1 − x) x̂, and
    together they are x̂ − x."""
    return {"dlogits": -target * (1 - p) / len(p)}


@exercise.mutant
def gradient_at_the_probability(p, target):
    """This is the gradient with respect to x̂, (x̂ − x) / (x̂ (1 − x̂)). You are asked for the logit: the
    slope x̂ (1 − x̂) of the sigmoid comes in, and cancels the denominator."""
    return {"dlogits": (p - target) / (p * (1 - p)) / len(p)}


@exercise.mutant
def slope_of_sigmoid_twice(p, target):
    """There is a factor x̂ (1 − x̂) on top of x̂ − x: the sigmoid's slope is already in it, where it has
    cancelled. With the factor on top the gradient is that of a squared error, and saturates."""
    return {"dlogits": (p - target) * p * (1 - p) / len(p)}


@exercise.mutant
def sigmoid_forgotten(logits, target):
    """dlogits is a − x: you compare the logit with the target. The logit first becomes a probability,
    x̂ = σ(a), and the gradient is x̂ − x."""
    return {"dlogits": (logits - target) / len(logits)}


@exercise.mutant
def softmax_for_sigmoid(logits, target):
    """The probabilities are a softmax over the features. Here each feature is a yes-or-no question of
    its own: a sigmoid for each."""
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return {"value": -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum() / len(p),
            "dlogits": (p - target) / len(p)}


@exercise.case
def logarithm_held_up(rng):
    """Right for ordinary logits; where a pixel that should be bright is foretold to be almost surely dark,
    σ(a) = e^−50, it is not. A small ε inside the logarithm, log(p + ε), or a p that is clipped at ε, does
    not let the value go above −log ε. Write the loss in terms of a: max(a, 0) − x a + log(1 + e^−|a|)."""
    return {"logits": rng.uniform(-80, -50, (4, 5)), "target": rng.uniform(0.5, 1, (4, 5))}


@exercise.case
def overflows(rng):
    """Right for ordinary logits, and not for large ones: e^1000 is infinite in floating point, and the
    logarithm of a σ(a) that was rounded to 0 or 1 is infinite as well. Write the loss in terms of a:
    max(a, 0) − x a + log(1 + e^−|a|), where no exponent is above 0."""
    logits = np.array([[1000.0, -1000.0, 40.0, -3.0], [-800.0, 750.0, 0.5, -40.0],
                       [9000.0, 2.0, -9000.0, 1.0]])
    return {"logits": logits, "target": rng.uniform(0, 1, logits.shape)}


@exercise.case
def black_and_white(rng):
    """Right for grey targets, and not for x = 0 and x = 1: look at what 0 · log 0 becomes."""
    logits = 3 * rng.standard_normal((4, 5))
    return {"logits": logits, "target": (rng.random((4, 5)) < 0.5).astype(float)}
