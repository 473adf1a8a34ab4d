"""Variational autoencoders: a code with a prior, so that new images can be drawn.

model.py holds the model and its training, likelihoods.py what the decoder's prediction means,
binarization.py what is done to grey pixels, bounds.py how probable images are, codes.py where to look in
the latent space, networks.py networks to start from.
"""
from scratchnets.models.variational.binarization import Binarization
from scratchnets.models.variational.bounds import active_units, elbo, importance_weighted_bound, marginal_kl
from scratchnets.models.variational.likelihoods import Bernoulli, Gaussian
from scratchnets.models.variational.model import VariationalAutoencoder
from scratchnets.models.variational.networks import conv_vae, vae

__all__ = ["VariationalAutoencoder", "Bernoulli", "Gaussian", "Binarization", "vae", "conv_vae", "elbo",
           "importance_weighted_bound", "active_units", "marginal_kl"]
