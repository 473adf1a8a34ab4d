"""Sums of probabilities that are too small for floating point."""
from scratchnets.backend import xp
from scratchnets.layers.activations import below_largest


def log_sum_exp(a):
    """log Σⱼ exp(aⱼ) along the last axis:  (…, K) → (…).

    The largest term is taken out first: log Σⱼ e^{aⱼ} = m + log(1 + Σ e^{aⱼ − m}) over the others. What is
    left to exponentiate is at most 0, so nothing overflows, and the others may be as small as they like.
    A sum of impossibilities, all aⱼ = −∞, is one, −∞; a term that is +∞ makes the sum so.
    """
    _, log_rest = _taken_out(a)
    return a.max(axis=-1) + log_rest[..., 0]


def log_softmax(a):
    """aₖ − log Σⱼ exp(aⱼ) along the last axis, the logarithm of a term's share:  (…, K) → (…, K).

    Not that difference itself: of numbers such as −1000 it would keep few digits. The largest term cancels first.
    """
    below, log_rest = _taken_out(a)
    return xp.where(a == -xp.inf, a, below - log_rest)


def _taken_out(a):
    """aₖ − m, and log Σⱼ e^{aⱼ − m} (…, 1), with m the largest."""
    below = below_largest(a)
    e = xp.exp(below).reshape(-1, a.shape[-1])
    e[xp.arange(len(e)), a.argmax(axis=-1).ravel()] = 0
    return below, xp.log1p(e.sum(axis=-1)).reshape(*a.shape[:-1], 1)
