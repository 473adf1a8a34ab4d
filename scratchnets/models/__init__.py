"""Models: networks with a loss. Each has ``loss_and_gradients(batch)``; the loop is in training."""
from scratchnets.models.adversarial import GAN
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.models.classifier import Classifier
from scratchnets.models.variational import VariationalAutoencoder

__all__ = ["Autoencoder", "Classifier", "GAN", "VariationalAutoencoder"]
