"""Layers: each file holds the formulas of one idea, forward and backward side by side."""
from scratchnets.layers.activations import ReLU, Sigmoid, Tanh
from scratchnets.layers.base import Layer
from scratchnets.layers.dense import Dense, TiedDense
from scratchnets.layers.sequential import Sequential
from scratchnets.layers.shape import Flatten, Identity, Reshape

__all__ = ["Layer", "Sequential", "Dense", "TiedDense", "Flatten", "Reshape",
           "Identity", "Sigmoid", "Tanh", "ReLU"]
