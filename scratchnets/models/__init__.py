"""Models: networks with a loss. The loop that trains them is in training.

A model is a `Layer` with one method more, which is all that the loop, the gradient check and the benchmarks ask for::

    loss = model.loss_and_gradients(*batch)

- ``batch`` is what the model learns from, an array (N, …) each: examples, and labels where it takes some. What may
  follow (noise to hold still) has a default.
- It returns the loss of the batch, a number: averaged over the examples, with all that is asked on top (penalties,
  weight decay), as training or evaluation mode has it.
- It *adds* ∂loss/∂θ into the ``grad`` of every parameter θ that is not frozen. It empties no gradient before, takes
  no step after, and leaves no slot full.

A `GAN` has two losses and no single one to descend: its players take turns (`GAN.step`).
"""
from scratchnets.models.adversarial import GAN
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.models.classifier import Classifier
from scratchnets.models.variational import VariationalAutoencoder

__all__ = ["Autoencoder", "Classifier", "GAN", "VariationalAutoencoder"]
