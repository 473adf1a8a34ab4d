"""Elementwise nonlinearities: y = f(x), hence dx = dy · f'(x). Derived in docs/derivations/activations.md.

Sigmoid, tanh and ReLU know their slope from their *output*, so y is what they keep: one array
serves this layer's backward pass and the next layer's.
"""
from scratchnets.backend import xp
from scratchnets.layers.base import Layer


def sigmoid(x):
    """y = 1 / (1 + e⁻ˣ), written as ½ (1 + tanh(x/2)), which overflows for no x."""
    return 0.5 * xp.tanh(0.5 * x) + 0.5


def sigmoid_backward(dy, y):
    """∂L/∂x = dy · y (1 − y)."""
    return dy * y * (1 - y)


def tanh(x):
    """y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)."""
    return xp.tanh(x)


def tanh_backward(dy, y):
    """∂L/∂x = dy · (1 − y²)."""
    return dy * (1 - y * y)


def relu(x):
    """y = max(x, 0)."""
    return xp.maximum(x, 0)


def relu_backward(dy, y):
    """∂L/∂x = dy where y > 0, else 0.  At the kink x = 0 we choose the slope 0."""
    return dy * (y > 0)


class Activation(Layer):
    """What the elementwise layers share: any shape in, the same out; the slope follows from y.

    A subclass names its pair, ``function(x)`` and ``function_backward(dy, y)``.
    """

    def forward(self, x):
        self.expect(x, "batch", ...)
        y = self.function(x)
        return self.keep(y, y)

    def backward(self, dy, need_dx=True):
        y, = self.take(dy)
        return self.function_backward(dy, y) if need_dx else None


class Sigmoid(Activation):
    """y = 1 / (1 + e⁻ˣ): squeezes any number into (0, 1), a probability or a pixel."""

    function, function_backward = staticmethod(sigmoid), staticmethod(sigmoid_backward)


class Tanh(Activation):
    """y = tanh x: squeezes any number into (−1, 1)."""

    function, function_backward = staticmethod(tanh), staticmethod(tanh_backward)


class ReLU(Activation):
    """y = max(x, 0): the rectified linear unit."""

    function, function_backward = staticmethod(relu), staticmethod(relu_backward)
