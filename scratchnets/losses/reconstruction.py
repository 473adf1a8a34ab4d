"""How far a reconstruction is from its target. Derived in docs/derivations/reconstruction.md.

A loss returns its value and one gradient for each differentiable input. It is summed over the
features and averaged over the batch: the 1/N of the average lives here and nowhere else.
"""
from scratchnets.backend import xp
from scratchnets.layers.activations import sigmoid
from scratchnets.losses.checks import expect_pair, expect_unit_interval


def squared_error(prediction, target):
    """L = 1/N Σₙ ½ ‖x̂ₙ − xₙ‖²: the notes' J(W), averaged over the batch.

    It is the negative log-likelihood of a Gaussian around x̂ with variance 1, less a constant.

    Parameters
    ----------
    prediction, target : array (N, …)
        x̂ and x.

    Returns
    -------
    value : array ()
    dprediction : array (N, …)
        (x̂ − x) / N.
    """
    expect_pair("squared_error", prediction, target)
    n = len(prediction)
    difference = prediction - target
    dprediction = difference / n
    value = 0.5 * (difference * dprediction).sum()
    return value, dprediction


def binary_cross_entropy_with_logits(logits, target):
    """L = 1/N Σₙ Σ_d [softplus(a) − x a], with x̂ = σ(a): nats an example.

    The same as −Σ [x log x̂ + (1 − x) log(1 − x̂)], the negative log-likelihood of independent
    Bernoulli pixels, but in terms of the logit a it overflows for no a: softplus(a) =
    log(1 + eᵃ) = max(a, 0) + log(1 + e^−|a|). With grey targets its minimum is their entropy, not 0.

    Parameters
    ----------
    logits : array (N, …)
        a, any real number.
    target : array (N, …)
        x in [0, 1].

    Returns
    -------
    value : array ()
    dlogits : array (N, …)
        (σ(a) − x) / N.
    """
    expect_pair("binary_cross_entropy_with_logits", logits, target, names=("logits", "target"))
    expect_unit_interval("binary_cross_entropy_with_logits", "target", target)
    n = len(logits)
    softplus = xp.maximum(logits, 0) + xp.log1p(xp.exp(-abs(logits)))
    value = (softplus - target * logits).sum() / n
    dlogits = (sigmoid(logits) - target) / n
    return value, dlogits
