"""Sums of probabilities that are too small for floating point."""
from scratchnets.backend import xp


def log_sum_exp(a):
    """log Σⱼ exp(aⱼ) along the last axis:  (…, K) → (…).

    The largest term is taken out first: log Σⱼ e^{aⱼ} = m + log Σⱼ e^{aⱼ − m}. What is left to
    exponentiate is at most 0, so nothing overflows, and one term is e⁰ = 1, so the logarithm is finite.
    """
    largest = a.max(axis=-1)
    return largest + xp.log(xp.exp(a - largest[..., None]).sum(axis=-1))
