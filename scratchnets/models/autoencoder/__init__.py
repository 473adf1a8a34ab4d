"""Autoencoders: x̂ = g(f(x)), copies through a code.

model.py holds the model, which is an equation; bottlenecks.py and wide.py hold networks to start from,
parts.py what these are put together from.
"""
from scratchnets.models.autoencoder.bottlenecks import autoencoder, conv_autoencoder, stacked, tied, undercomplete
from scratchnets.models.autoencoder.model import Autoencoder
from scratchnets.models.autoencoder.parts import LOSSES, conv_stack, conv_transpose_stack, dense_stack, halved, pixels
from scratchnets.models.autoencoder.wide import CORRUPTIONS, denoising, overcomplete, sparse_kl, sparse_l1

__all__ = ["Autoencoder", "autoencoder", "undercomplete", "stacked", "tied", "conv_autoencoder",
           "overcomplete", "sparse_l1", "sparse_kl", "denoising", "LOSSES", "CORRUPTIONS", "pixels",
           "dense_stack", "conv_stack", "conv_transpose_stack", "halved"]
