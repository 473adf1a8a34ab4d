"""Losses: value and gradients in one call, summed over features, averaged over the batch."""
from scratchnets.losses.reconstruction import binary_cross_entropy_with_logits, squared_error

__all__ = ["squared_error", "binary_cross_entropy_with_logits"]
