"""Losses: value and gradients in one call, summed over features, averaged over the batch."""
from scratchnets.losses.adversarial import hinge, least_squares, minimax, non_saturating, wasserstein
from scratchnets.losses.classification import softmax_cross_entropy
from scratchnets.losses.divergence import gaussian_kl
from scratchnets.losses.reconstruction import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    gaussian_nll,
    squared_error,
)

__all__ = ["squared_error", "cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits",
           "gaussian_nll", "softmax_cross_entropy", "gaussian_kl",
           "minimax", "non_saturating", "least_squares", "wasserstein", "hinge"]
