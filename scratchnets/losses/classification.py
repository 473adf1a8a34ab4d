"""How improbable the right class was. Derived in docs/derivations/softmax-cross-entropy.md."""
from scratchnets.backend import xp
from scratchnets.losses.checks import expect_array, expect_ours, expect_pair, expect_unit_interval


def softmax_cross_entropy(logits, labels):
    """L = −1/N Σₙ Σₖ xₖ log πₖ, with πₖ = e^aₖ / Σⱼ e^aⱼ: nats an example.

    The softmax and the cross-entropy in one, in terms of the logits a: the logarithm undoes the
    exponential, log πₖ = aₖ − log Σⱼ e^aⱼ, and as only differences of logits count, the largest is
    subtracted first. So nothing overflows, and the gradient is simply π − x.

    Parameters
    ----------
    logits : array (N, K)
        a, any real numbers.
    labels : integer array (N,), or array (N, K)
        The right class, 0 … K − 1; or the probabilities x of all classes, which sum to 1.

    Returns
    -------
    value : array ()
    dlogits : array (N, K)
        (π − x) / N. Each row sums to 0.
    """
    expect_array("softmax_cross_entropy", "logits", logits)
    if logits.ndim != 2:
        raise ValueError("softmax_cross_entropy: logits must have shape (batch, classes), "
                         f"got {logits.shape}")
    n = len(logits)
    x = _probabilities(labels, logits)                                    # (N, K)
    shifted = logits - logits.max(axis=1, keepdims=True)                  # ≤ 0
    log_pi = shifted - xp.log(xp.exp(shifted).sum(axis=1, keepdims=True))
    value = -(x * log_pi).sum() / n
    dlogits = (xp.exp(log_pi) - x) / n
    return value, dlogits


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
