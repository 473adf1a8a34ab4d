"""Training: the loop, the folder that a run leaves behind, checkpoints."""
from scratchnets.training.nonfinite import DivergedError
from scratchnets.training.loop import Training, minibatches, train

__all__ = ["DivergedError", "Training", "minibatches", "train"]
