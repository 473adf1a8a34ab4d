"""Layers: each file holds the formulas of one idea, forward and backward side by side."""
from scratchnets.layers.activations import ELU, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh
from scratchnets.layers.base import Layer
from scratchnets.layers.convolution import Conv2D, ConvTranspose2D
from scratchnets.layers.dense import Dense, TiedDense
from scratchnets.layers.embedding import Embedding
from scratchnets.layers.noise import Dropout, GaussianNoise, MaskingNoise, SaltAndPepper
from scratchnets.layers.normalization import BatchNorm, LayerNorm
from scratchnets.layers.packing import MinibatchStd, Pack
from scratchnets.layers.penalty import KLSparsity, L1Activity
from scratchnets.layers.pooling import AvgPool2D, MaxPool2D, MaxUnpool2D, Upsample2D
from scratchnets.layers.sampling import GaussianSample
from scratchnets.layers.sequential import Sequential
from scratchnets.layers.shape import Flatten, Identity, Reshape
from scratchnets.layers.spectral import SpectralNorm

__all__ = [
    "Layer", "Sequential", "Dense", "TiedDense", "Conv2D", "ConvTranspose2D", "MaxPool2D", "MaxUnpool2D",
    "AvgPool2D", "Upsample2D", "Embedding", "Flatten", "Reshape", "Identity", "Sigmoid", "Tanh", "ReLU",
    "LeakyReLU", "ELU", "Softplus", "Softmax", "BatchNorm", "LayerNorm", "Dropout", "GaussianNoise",
    "MaskingNoise", "SaltAndPepper", "GaussianSample", "L1Activity", "KLSparsity", "Pack", "MinibatchStd",
    "SpectralNorm",
]
