"""Training: the loop, the folder that a run leaves behind, checkpoints."""
from scratchnets.training.loop import minibatches, train

__all__ = ["minibatches", "train"]
