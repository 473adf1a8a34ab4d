"""scratchnets: neural networks from scratch, every backward pass derived by hand.

Start with ``scratchnets.layers`` and read on in the order of docs/reading-order.md.
"""
from scratchnets import backend, initializers, layers, losses, optimizers
from scratchnets.randomness import seed

__version__ = "0.1.0"
__all__ = ["backend", "initializers", "layers", "losses", "optimizers", "seed"]
