"""How long a step takes, beside what the machine can do and beside PyTorch, where that is installed."""
from scratchnets.benchmarks import layer_steps, training_steps
from scratchnets.benchmarks.cases import CASES, Case

__all__ = ["CASES", "Case", "layer_steps", "training_steps"]
