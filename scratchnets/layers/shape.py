"""Layers that move no number: they only see the same array in another shape."""
import math

from scratchnets.arguments import positive_integer
from scratchnets.layers.base import Layer


class Identity(Layer):
    """y = x, dx = dy."""

    def forward(self, x):
        self.expect(x, "batch", ...)
        return self.keep(x)

    def backward(self, dy, need_dx=True):
        self.take(dy)
        return dy if need_dx else None


class Flatten(Layer):
    """(N, H, W, C) → (N, H·W·C): images as rows of features."""

    def forward(self, x):
        self.expect(x, "batch", ...)
        return self.keep(x.reshape(len(x), -1), x.shape)

    def tangent(self, v):
        shape, = self.kept()
        self.expect_direction(v, shape)
        return self.keep_tangent(v.reshape(len(v), -1), shape)

    def backward(self, dy, need_dx=True):
        shape, = self.take(dy)
        return dy.reshape(shape) if need_dx else None


class Reshape(Layer):
    """(N, …) → (N, *shape): rows of features as images.

    Parameters
    ----------
    shape : tuple of int
        Of one example, without the batch axis.
    """

    def __init__(self, shape):
        self.shape = tuple(positive_integer("an extent of shape", extent) for extent in shape)

    def forward(self, x):
        self.expect(x, "batch", ...)
        got, wanted = math.prod(x.shape[1:]), math.prod(self.shape)
        if got != wanted:
            raise ValueError(f"{self!r} needs {wanted} numbers an example, got {got} in shape {x.shape[1:]}")
        return self.keep(x.reshape(len(x), *self.shape), x.shape)

    def tangent(self, v):
        shape, = self.kept()
        self.expect_direction(v, shape)
        return self.keep_tangent(v.reshape(len(v), *self.shape), shape)

    def backward(self, dy, need_dx=True):
        shape, = self.take(dy)
        return dy.reshape(shape) if need_dx else None

    def __repr__(self):
        return f"Reshape({self.shape})"
