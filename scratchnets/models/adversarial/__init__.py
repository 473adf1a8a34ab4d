"""Generative adversarial networks.

gan.py holds the game and who moves when, priors.py the noise, networks.py networks to start from and
convolutional.py those of images, averaging.py the mean of a generator's last weights,
penalties.py and remedies.py what is done against the failures, treatment.py how to ask for it by name,
games.py two games small enough to be solved, theory.py what the notes say of the game, in exact numbers,
diagnosis.py how a training went, in plain words.
"""
from scratchnets.models.adversarial.averaging import MovingAverage
from scratchnets.models.adversarial.convolutional import dcgan
from scratchnets.models.adversarial.gan import GAN
from scratchnets.models.adversarial.networks import gan
from scratchnets.models.adversarial.priors import GaussianPrior, UniformPrior

__all__ = ["GAN", "MovingAverage", "dcgan", "gan", "GaussianPrior", "UniformPrior"]
