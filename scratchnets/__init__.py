"""scratchnets: neural networks from scratch, every backward pass derived by hand.

Start with ``scratchnets.layers`` and read on in the order of docs/reading-order.md.
"""
import importlib

__version__ = "0.1.0"
__all__ = ["backend", "initializers", "layers", "losses", "optimizers", "seed"]


def __getattr__(name):
    """Import a room when it is first asked for: the command line answers before NumPy has been loaded."""
    if name == "seed":
        return importlib.import_module("scratchnets.randomness").seed
    if name in __all__:
        return importlib.import_module(f"scratchnets.{name}")
    raise AttributeError(f"module 'scratchnets' has no attribute {name!r}")


def __dir__():
    return [*globals(), *__all__]
