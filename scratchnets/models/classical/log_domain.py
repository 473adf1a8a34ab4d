"""Sums of probabilities that are too small for floating point."""
from scratchnets.backend import xp


def log_sum_exp(a):
    """log Σ_k exp(a_k) along the last axis:  (…, K) → (…).

    The largest term is taken out first: log Σ_k e^{a_k} = m + log Σ_k e^{a_k − m}. What is left to
    exponentiate is at most 0, so nothing overflows, and one term is e⁰ = 1, so the logarithm is finite.
    """
    largest = a.max(axis=-1)
    return largest + xp.log(xp.exp(a - largest[..., None]).sum(axis=-1))
