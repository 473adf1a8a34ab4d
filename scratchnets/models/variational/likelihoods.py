"""p(x|z): how probable an image is, given what the decoder predicts for it.

A likelihood is a layer from the decoder's prediction to the expected image, and knows in addition the
loss −log p(x|z) with its gradient, its value image by image, and how to draw an image.
Derived in docs/derivations/elbo.md.
"""
import math

from scratchnets.arguments import positive
from scratchnets.backend import asarray, default_dtype, xp
from scratchnets.layers import Identity, Sigmoid
from scratchnets.layers.activations import sigmoid, softplus
from scratchnets.losses import binary_cross_entropy_with_logits, gaussian_nll
from scratchnets.losses.checks import expect_array
from scratchnets.losses.reconstruction import bernoulli_cost, gaussian_cost
from scratchnets.parameter import Parameter
from scratchnets.randomness import generator as resolve

# The variance of rounding to 256 grey levels. Data that have been rounded hold nothing finer, and where
# a decoder fits them exactly, the density could be driven to infinity by letting σ shrink to 0.
SMALLEST_LOG_VAR = math.log((1 / 255) ** 2 / 12)


class Bernoulli(Sigmoid):
    """Independent pixels, each 1 with probability σ(a): log p(x|z) = Σ_d [x a − log(1 + eᵃ)].

    The prediction a is a logit. As a layer: from logits to probabilities. For grey pixels this is no
    probability any more, but a score that is highest at σ(a) = x, with the value −Σ_d H(x) there and
    not 0, where H(x) = −x log x − (1 − x) log(1 − x); binarise the images, or know that nats of grey
    pixels compare with nothing.
    """

    def loss(self, prediction, x):
        """−log p(x|z), averaged over the batch, and its gradient by the prediction."""
        return binary_cross_entropy_with_logits(prediction, x)

    def log_density(self, prediction, x):
        """log p(x|z), image by image;  prediction, x (N, …) → (N,)."""
        cost, _ = bernoulli_cost(prediction, x)
        return -cost.reshape(len(prediction), -1).sum(axis=1)

    def draw(self, prediction, generator=None):
        """An image of zeros and ones for each prediction."""
        uniform = resolve(generator).random(prediction.shape, dtype="float32")
        return (asarray(uniform) < sigmoid(prediction)).astype(prediction.dtype)

    def expect_images(self, x):
        """Refuse pixels that are no probabilities."""
        expect_array(repr(self), "x", x)
        low, high = float(x.min()), float(x.max())
        if low < 0 or high > 1:
            raise ValueError(f"the decoder's {self!r} expects pixels in [0, 1], got values from {low:g} to "
                             f"{high:g}; scale images first (x / 255), or take a Gaussian decoder")


class Gaussian(Identity):
    """Independent pixels around the prediction: log p(x|z) = −½ Σ_d [log 2π + log σ² + (x − a)²/σ²].

    All pixels share one σ. It sets what a wrong pixel costs in nats, and so plays the part of β: with σ
    fixed at 1, squared errors of a few pixels are cheap and most of the code is given up.

    Parameters
    ----------
    std : float, optional
        σ, fixed. When it is not given, log σ² is learned: a parameter, bounded from below by
        `SMALLEST_LOG_VAR`, since a density has no upper bound where the fit is exact.

    Attributes
    ----------
    scale : Parameter (1,), or None
        s, where log σ² = SMALLEST_LOG_VAR + log(1 + e^10s) is learned. It starts at σ = 1/e. Adam moves
        every number by about the same step; the 10 lets this one cross its range as fast as others do.
    """

    GAIN = 10

    def __init__(self, std=None):
        self.std = self.scale = None
        if std is not None:
            self.std = positive("std", std)
        else:
            self.scale = Parameter([self.scale_of(-2)], "scale")

    @classmethod
    def scale_of(cls, log_var):
        """The s at which the learned log σ² has this value."""
        above = log_var - SMALLEST_LOG_VAR
        return (above + math.log(-math.expm1(-above))) / cls.GAIN         # log(eᵃ − 1), which overflows for no a

    @property
    def log_var(self):
        """log σ², an array (1,), fixed or learned."""
        if self.scale is None:
            return xp.full(1, 2 * math.log(self.std), dtype=default_dtype())
        return SMALLEST_LOG_VAR + softplus(self.GAIN * self.scale.data)

    def loss(self, prediction, x):
        """−log p(x|z), averaged over the batch, and its gradient by the prediction; adds the scale's."""
        value, dprediction, dlog_var = gaussian_nll(prediction, xp.zeros_like(prediction) + self.log_var, x)
        if self.scale is not None and not self.frozen:
            dscale = self.GAIN * sigmoid(self.GAIN * self.scale.data)
            self.scale.grad += dlog_var.sum() * dscale                       # one σ² for all pixels: sum
        return value, dprediction

    def log_density(self, prediction, x):
        """log p(x|z), image by image;  prediction, x (N, …) → (N,)."""
        cost, _, _ = gaussian_cost(prediction, xp.zeros_like(prediction) + self.log_var, x)
        return -cost.reshape(len(prediction), -1).sum(axis=1)

    def draw(self, prediction, generator=None):
        """The prediction with noise of standard deviation σ."""
        noise = asarray(resolve(generator).standard_normal(prediction.shape).astype(prediction.dtype))
        return prediction + xp.exp(0.5 * (xp.zeros_like(prediction) + self.log_var)) * noise

    def expect_images(self, x):
        """Any numbers will do."""
        expect_array(repr(self), "x", x)

    def __repr__(self):
        return "Gaussian()" if self.std is None else f"Gaussian({self.std:g})"
