"""Training: the loop, the folder that a run leaves behind, checkpoints."""
from scratchnets.training.loop import Training, minibatches, train
from scratchnets.training.nonfinite import DivergedError

__all__ = ["DivergedError", "Training", "minibatches", "train"]
