"""How far a reconstruction is from its target. Derived in docs/derivations/reconstruction.md.

A loss returns its value and one gradient for each differentiable input: the predictions, not the
target. It is summed over the features and averaged over the batch: the 1/N of the average lives in
losses (and in penalties, which are losses too: of activities, of a critic's slope), never in a layer.
Each one is a negative log-likelihood, so its unit is nats an example.
"""
import math

from scratchnets.backend import xp
from scratchnets.losses.average import batch_mean
from scratchnets.losses.checks import expect_array, expect_pair, expect_possible, expect_unit_interval


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
    value = (0.5 * difference * dprediction).sum()
    return value, dprediction


def cross_entropy(prediction, target):
    """L = −1/N Σₙ Σ_d x log x̂, as the notes write it.

    This is the negative log-likelihood where the x̂ of one example are the probabilities of exclusive
    categories, so that they sum to 1: a softmax. To raise one x̂ is then to lower the others. Nothing
    ties independent sigmoids together like that; each x̂ can rise alone, and as no term of this loss
    ever grows with x̂, the optimum is x̂ = 1 everywhere, whatever x is. What is missing for sigmoids is
    (1 − x) log(1 − x̂), and `binary_cross_entropy` has it.

    Parameters
    ----------
    prediction, target : array (N, …)
        x̂ and x in [0, 1]. Where x = 0 the term is 0 for any x̂ (0 log 0 = 0).

    Returns
    -------
    value : array ()
    dprediction : array (N, …)
        −x / x̂ / N.

    Raises
    ------
    ValueError
        x̂ = 0 where x > 0: the loss is infinite. `softmax_cross_entropy` takes logits and never is.
    """
    expect_pair("cross_entropy", prediction, target)
    for name, array in (("prediction", prediction), ("target", target)):
        expect_unit_interval("cross_entropy", name, array)
    likelihood = xp.where(target > 0, prediction, 1)
    expect_possible("cross_entropy", likelihood, stable="softmax_cross_entropy")
    value = batch_mean(target * abs(xp.log(likelihood)))              # −log x̂ ≥ 0, and 0.0, not −0.0, at x̂ = 1
    dprediction = -(target / likelihood) / len(prediction)
    return value, dprediction


def binary_cross_entropy(prediction, target):
    """L = −1/N Σₙ Σ_d [x log x̂ + (1 − x) log(1 − x̂)]: nats an example.

    The negative log-likelihood of independent Bernoulli pixels that are 1 with probability x̂. With
    grey targets its minimum, at x̂ = x, is their entropy, not 0. To train a network, prefer
    `binary_cross_entropy_with_logits`: the same loss, but it cannot overflow.

    Parameters
    ----------
    prediction, target : array (N, …)
        x̂ and x in [0, 1]. A term whose factor x or 1 − x is 0 is 0 for any x̂ (0 log 0 = 0).

    Returns
    -------
    value : array ()
    dprediction : array (N, …)
        [(1 − x) / (1 − x̂) − x / x̂] / N, computed as (x̂ − x) / (x̂ (1 − x̂)) / N, which loses nothing
        near x̂ = x: exact, whatever x̂. Clipping x̂ away from 0 and 1, as is often done, would make the
        gradient zero where the prediction is most wrong.

    Raises
    ------
    ValueError
        x̂ = 0 where x > 0, or x̂ = 1 where x < 1: the loss is infinite.
    """
    expect_pair("binary_cross_entropy", prediction, target)
    for name, array in (("prediction", prediction), ("target", target)):
        expect_unit_interval("binary_cross_entropy", name, array)
    one, zero = xp.where(target > 0, prediction, 1), xp.where(target < 1, 1 - prediction, 1)
    for likelihood in (one, zero):
        expect_possible("binary_cross_entropy", likelihood, stable="binary_cross_entropy_with_logits")
    log_zero = xp.log1p(xp.where(target < 1, -prediction, 0))       # 1 − x̂ would lose a small x̂'s digits
    value = batch_mean(target * abs(xp.log(one)) + (1 - target) * abs(log_zero))          # two terms ≥ 0
    grey = (target > 0) & (target < 1)
    slope = xp.where(grey, prediction - target, 1 - 2 * target) / (one * zero)   # one of them is 1 where x is 0 or 1
    return value, slope / len(prediction)


def binary_cross_entropy_with_logits(logits, target):
    """L = 1/N Σₙ Σ_d [softplus(a) − x a], with x̂ = σ(a): nats an example.

    The same as −Σ [x log x̂ + (1 − x) log(1 − x̂)], the negative log-likelihood of independent
    Bernoulli pixels, but in terms of the logit a it overflows for no a: see `bernoulli_cost`. With grey
    targets its minimum is their entropy, not 0.

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
        (σ(a) − x) / N. Where x is 0 or 1, to the last digit however sure the logit is; between them, near
        σ(a) = x, to the rounding of x.
    """
    expect_pair("binary_cross_entropy_with_logits", logits, target, names=("logits", "target"))
    expect_unit_interval("binary_cross_entropy_with_logits", "target", target)
    terms, slopes = bernoulli_cost(logits, target)
    return batch_mean(terms), slopes / len(logits)


def bernoulli_cost(logits, target):
    """−x log σ(a) − (1 − x) log σ(−a) = softplus(a) − x a, and its slope σ(a) − x, number by number.

    The logit bets on the outcome b, 1 where a ≥ 0 and else 0, and gives the other the probability
    q = e^−|a| / (1 + e^−|a|). In these the cost is a (b − x) + log(1 + e^−|a|), two terms ≥ 0, and its slope
    b − x ∓ q. Where the bet is right, b = x, what is left is tiny, and all its digits are there.
    """
    missed = ~xp.signbit(logits) - target                           # b − x, of a's sign
    e = xp.exp(-abs(logits))
    cost = logits * missed
    cost += xp.log1p(e)
    e /= 1 + e                                                      # q
    missed -= xp.copysign(e, logits)
    return cost, missed


def gaussian_nll(mean, log_var, target):
    """L = 1/N Σₙ Σ_d ½ [log 2π + log σ² + (x − μ)² / σ²]: nats an example.

    The negative log-density of x under independent Gaussians whose means *and* variances are
    predicted. It is a density: where σ is small the loss can be below 0.
    Derived in docs/derivations/gaussian-likelihood.md.

    Parameters
    ----------
    mean, log_var : array (N, …)
        μ and log σ², any real numbers; with the logarithm the variance is positive by itself.
    target : array (N, …)
        x.

    Returns
    -------
    value : array ()
    dmean : array (N, …)
        (μ − x) / σ² / N.
    dlog_var : array (N, …)
        ½ [1 − (x − μ)² / σ²] / N.

    Raises
    ------
    ValueError
        log σ² is so low that 1/σ² overflows.
    """
    expect_pair("gaussian_nll", mean, target, names=("mean", "target"))
    expect_array("gaussian_nll", "log_var", log_var)
    expect_pair("gaussian_nll", mean, log_var, names=("mean", "log_var"))
    expect_invertible_variance(log_var)
    n = len(mean)
    terms, scaled, square = gaussian_cost(mean, log_var, target)
    return batch_mean(terms), scaled / n, 0.5 * (1 - square) / n


def gaussian_cost(mean, log_var, target):
    """½ [log 2π + log σ² + (x − μ)² / σ²], and beside it (μ − x) / σ² and (μ − x)² / σ², number by number.

    Divided by σ twice: 1/σ² underflows, and (μ − x)² overflows, where their product is an ordinary number.
    """
    shrink = xp.exp(-0.5 * log_var)                     # 1/σ
    z = (mean - target) * shrink                        # (μ − x) / σ
    square = z * z
    return 0.5 * (math.log(2 * math.pi) + log_var) + 0.5 * square, z * shrink, square


def expect_invertible_variance(log_var):
    """Refuse a variance whose reciprocal the dtype cannot hold."""
    lowest, bound = float(log_var.min()), -math.log(xp.finfo(log_var.dtype).max)
    if lowest < bound:
        raise ValueError(f"gaussian_nll: log_var goes down to {lowest:g}, but 1/σ² overflows in "
                         f"{log_var.dtype} below {bound:.1f}. A variance that is learned shrinks without "
                         "end where the mean fits exactly: bound it from below")
