"""Generative adversarial networks.

gan.py holds the game and who moves when, priors.py the noise, networks.py networks to start from,
games.py two games small enough to be solved, theory.py what the notes say of the game, in exact numbers,
diagnosis.py how a training went, in plain words.
"""
from scratchnets.models.adversarial.gan import GAN
from scratchnets.models.adversarial.networks import gan
from scratchnets.models.adversarial.priors import GaussianPrior, UniformPrior

__all__ = ["GAN", "gan", "GaussianPrior", "UniformPrior"]
