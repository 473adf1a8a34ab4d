"""Nonlinearities. Derived in docs/derivations/activations.md, the softmax in docs/derivations/softmax.md.

All but the softmax act element by element: y = f(x), hence dx = dy · f'(x). Each knows its slope
from its *output*, so y is what they keep: one array serves this layer's backward pass and the
next layer's forward pass.

Values are right to the last digits wherever x lies, also where they are tiny. A slope has the digits
that y has left: where y has rounded to 1 (a sigmoid's from x = 17 on in float32, from 37 on in float64),
to ±1 (tanh) or to −1 (ELU), it is 0. The losses that take logits do not lose those digits.
"""
from scratchnets.arguments import fraction
from scratchnets.backend import xp
from scratchnets.layers.base import Layer


def sigmoid(x):
    """y = 1 / (1 + e⁻ˣ), written as eˣ / (1 + eˣ), which keeps all digits on the left, where y is nearly eˣ.

    On the right y is 1 long before eˣ overflows: any larger x may count as 88, and below −1000 eˣ is 0.
    """
    y = xp.exp(xp.clip(x, -1000, 88))
    y /= 1 + y
    return y


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


def leaky_relu(x, slope=0.01):
    """y = x where x > 0, else α x, with α = slope in [0, 1): the larger of the two."""
    return xp.maximum(x, slope * x)


def leaky_relu_backward(dy, y, slope=0.01):
    """∂L/∂x = dy where y > 0, else α dy.  At the kink x = 0 we choose the slope α."""
    return dy * xp.maximum((y > 0).astype(dy.dtype), slope)      # 1 or α; several times faster than where()


def elu(x):
    """y = x where x > 0, else eˣ − 1.  Each term sees only the half of the numbers that it is for."""
    return xp.maximum(x, 0) + xp.expm1(xp.minimum(x, 0))


def elu_backward(dy, y):
    """∂L/∂x = dy where y > 0, else dy (y + 1), for eˣ = y + 1."""
    return dy * (xp.minimum(y, 0) + 1)


def softplus(x):
    """y = log(1 + eˣ), written as max(x, 0) + log(1 + e^−|x|), which overflows for no x."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-abs(x)))


def softplus_backward(dy, y):
    """∂L/∂x = dy · σ(x) = dy (1 − e⁻ʸ), for eʸ = 1 + eˣ."""
    return dy * -xp.expm1(-y)


def softmax(x):
    """y_j = e^(x_j) / Σ_i e^(x_i) along the last axis;  x (N, …, K) → y (N, …, K).

    A constant added to all x_j cancels, so the largest is subtracted first: no exponent is above 0.
    """
    e = xp.exp(below_largest(x))
    e /= e.sum(axis=-1, keepdims=True)
    return e


def below_largest(x):
    """x less the largest number along the last axis: ≤ 0, and 0 once at least;  (N, …, K) → (N, …, K).

    The distance of two numbers may be more than the largest that there is; such a one counts as that.
    """
    bound = float(xp.finfo(x.dtype).max)
    largest = xp.clip(x.max(axis=-1, keepdims=True), -bound, bound)
    lowest = xp.where(largest > 0, xp.maximum(largest, 0) - (1 - 1e-6) * bound, -bound)    # a hair, for rounding
    below = xp.maximum(x, lowest)
    below -= largest
    return below


def softmax_backward(dy, y):
    """∂L/∂x_j = y_j (dy_j − Σ_i dy_i y_i): each output depends on every input."""
    return y * (dy - (dy * y).sum(axis=-1, keepdims=True))


class Activation(Layer):
    """What the elementwise layers share: any shape in, the same out; the slope follows from y.

    A subclass names its pair, ``function(x)`` and ``function_backward(dy, y)``.
    """

    _no_tangent = ("it is curved: its slope moves with the weights below it, which adds a second term that is "
                   "not derived here")

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


class PiecewiseLinear(Activation):
    """What the activations of straight pieces share: the slope stays while the weights move a little."""

    def tangent(self, v):
        y, = self.kept()
        self.expect_direction(v, y.shape)
        return self.keep_tangent(self.function_backward(v, y), y)       # the Jacobian is diagonal: J v is as Jᵀ dy


class ReLU(PiecewiseLinear):
    """y = max(x, 0): the rectified linear unit."""

    function, function_backward = staticmethod(relu), staticmethod(relu_backward)


class LeakyReLU(PiecewiseLinear):
    """y = max(x, α x): a ReLU that lets a little through where it is off, so that no unit dies.

    Parameters
    ----------
    slope : float
        α in [0, 1). The default is PyTorch's; convolutional GANs use 0.2.

    References
    ----------
    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """

    def __init__(self, slope=0.01):
        self.slope = fraction("slope", slope)

    def function(self, x):
        return leaky_relu(x, self.slope)

    def function_backward(self, dy, y):
        return leaky_relu_backward(dy, y, self.slope)

    def __repr__(self):
        return f"LeakyReLU({self.slope:g})"


class ELU(Activation):
    """y = x where x > 0, else eˣ − 1: the exponential linear unit, smooth, with outputs above −1.

    References
    ----------
    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential
    linear units (ELUs)", 2016; their α is 1 here, the one value without a kink at 0.
    """

    function, function_backward = staticmethod(elu), staticmethod(elu_backward)


class Softplus(Activation):
    """y = log(1 + eˣ): a smooth ReLU, always positive, as a variance has to be (0 in float32 below −104)."""

    function, function_backward = staticmethod(softplus), staticmethod(softplus_backward)


class Softmax(Activation):
    """y_j = e^(x_j) / Σ_i e^(x_i): turns K numbers into probabilities that sum to 1.

    Acts along the last axis of (N, …, K). To train a classifier, leave it out and use
    `scratchnets.losses.softmax_cross_entropy`, which takes the logits.
    """

    function, function_backward = staticmethod(softmax), staticmethod(softmax_backward)

    def forward(self, x):
        self.expect(x, "batch", "features", ...)       # along the batch it would mix the examples
        return super().forward(x)
