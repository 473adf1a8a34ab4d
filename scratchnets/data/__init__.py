"""Data for the lectures: `load` gives a `Dataset` by name, `names` lists the names."""
from scratchnets.data.dataset import Dataset
from scratchnets.data.registry import load, names

__all__ = ["Dataset", "load", "names"]
