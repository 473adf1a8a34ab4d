"""How improbable the right class was. Derived in docs/derivations/softmax-cross-entropy.md."""
from scratchnets.backend import xp
from scratchnets.layers.activations import below_largest
from scratchnets.losses.average import batch_mean
from scratchnets.losses.checks import expect_array, expect_ours, expect_pair, expect_unit_interval


def softmax_cross_entropy(logits, labels):
    """L = −1/N Σₙ Σₖ xₖ log πₖ, with πₖ = e^aₖ / Σⱼ e^aⱼ: nats an example.

    The softmax and the cross-entropy in one, in terms of the logits a: the logarithm undoes the
    exponential, log πₖ = aₖ − log Σⱼ e^aⱼ, and as only differences of logits count, the largest is
    subtracted first. So no exponential overflows, and the gradient is simply π − x.

    Where the largest logit is the right one by far, π is 1 but for a tiny rest, and the loss is that rest.
    To keep it, the largest term stays out of the sum: with r = Σ e^(aⱼ − a_max) over the others,
    −log πₖ = (a_max − aₖ) + log(1 + r), two terms ≥ 0, and 1 − π_max = r / (1 + r).

    Parameters
    ----------
    logits : array (N, K)
        a, any real numbers. Two that are farther apart than the largest number of the dtype count as so far.
    labels : integer array (N,), or array (N, K)
        The right class, 0 … K − 1; or the probabilities x of all classes, which sum to 1 (to 1e-3).

    Returns
    -------
    value : array ()
    dlogits : array (N, K)
        (π − x) / N, or (π Σⱼ xⱼ − x) / N where the probabilities sum to 1 only nearly: the gradient of
        the value to the last digit. Each row sums to 0.
    """
    expect_array("softmax_cross_entropy", "logits", logits)
    if logits.ndim != 2:
        raise ValueError("softmax_cross_entropy: logits must have shape (batch, classes), "
                         f"got {logits.shape}")
    x = _probabilities(labels, logits)                                    # (N, K)
    largest = xp.arange(len(x)), logits.argmax(axis=1)                    # the place of each row's
    shifted = below_largest(logits)                                       # ≤ 0
    e = xp.exp(shifted)
    e[largest] = 0
    rest = e.sum(axis=1, keepdims=True)                                   # (N, 1), r
    value = batch_mean(x * (xp.log1p(rest) - shifted))
    total = x.sum(axis=1, keepdims=True)
    dlogits = e / (1 + rest) * total - x                                  # π Σ x − x, but for the largest: there
    there, rest, total = x[largest], rest[:, 0], total[:, 0]              # π (Σ x − x) − (1 − π) x
    dlogits[largest] = (total - there - rest * there) / (1 + rest)
    return value, dlogits / len(x)


def _probabilities(labels, logits):
    """x (N, K): the labels as they are if they are probabilities, one-hot if they are classes."""
    expect_ours("softmax_cross_entropy", "labels", labels)
    if labels.dtype.kind == "f" and labels.ndim == 2:
        expect_pair("softmax_cross_entropy", logits, labels, names=("logits", "labels"))
        expect_unit_interval("softmax_cross_entropy", "labels", labels)
        worst = float(abs(labels.sum(axis=1) - 1).max())
        if worst > 1e-3:
            raise ValueError("softmax_cross_entropy: the labels are probabilities, but a row's sum "
                             f"is {worst:.2g} away from 1")
        return labels
    n, classes = logits.shape
    if labels.dtype.kind not in "iu" or labels.shape != (n,):
        raise ValueError(f"softmax_cross_entropy: labels must be classes, whole numbers of shape ({n},), "
                         f"or probabilities of shape ({n}, {classes}); "
                         f"got {labels.dtype} of shape {labels.shape}")
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= classes:
        raise ValueError(f"softmax_cross_entropy: labels must lie in 0 … {classes - 1}, one for each "
                         f"column of the logits; got values from {lowest} to {highest}")
    return (labels[:, None] == xp.arange(classes)).astype(logits.dtype)
