"""Sampling with a gradient: the reparameterisation trick. Derived in docs/derivations/reparameterization.md.

A draw has no derivative. But a draw from N(μ, σ²) can be made from one of N(0, 1), ε, which depends on
nothing: z = μ + σ ε. With ε held still, z is an ordinary function of μ and σ.
"""
import math

from scratchnets.backend import default_dtype, xp
from scratchnets.layers.base import Layer
from scratchnets.randomness import own_generator


def gaussian_sample(mean, log_var, noise):
    """z = μ + σ ε, with σ = exp(½ log σ²) and noise ε ~ N(0, 1);  μ, log σ², ε (N, …) → z (N, …).

    The ½ makes the variance exp(log σ²). Without it a gradient check still passes, and z is wrong.
    """
    return mean + xp.exp(0.5 * log_var) * noise


def gaussian_sample_backward(dy, log_var, noise):
    """∂L/∂μ = dz,  ∂L/∂log σ² = ½ dz σ ε:  with the ε of the forward pass, not a new one."""
    return dy, 0.5 * dy * xp.exp(0.5 * log_var) * noise


class GaussianSample(Layer):
    """Draws z ~ N(μ, σ²), number by number, in a way that gradients pass: z = μ + σ ε.

    It draws in evaluation mode too, unlike the noisy layers, whose noise is there to make training
    harder. Here the draw is part of the model: its bound is a mean over z ~ q(z|x), and with z = μ
    instead one computes a number that looks better and bounds nothing. Where the mean is wanted (a
    code, a reconstruction), the mean is at hand: it is the input.

    Parameters
    ----------
    generator : numpy.random.Generator, int or None
        Where ε comes from; None splits a new stream off the shared generator.

    References
    ----------
    Kingma and Welling, "Auto-encoding variational Bayes", 2014; Rezende, Mohamed and Wierstra,
    "Stochastic backpropagation and approximate inference in deep generative models", 2014.
    """

    def __init__(self, generator=None):
        self.generator = own_generator(generator)

    def forward(self, mean, log_var, noise=None):
        """z of the shape of `mean`.

        Parameters
        ----------
        mean, log_var : array (N, …)
            μ and the logarithm of the *variance*, log σ²; any real numbers.
        noise : array (N, …), optional
            ε, instead of a fresh draw, so that a check can hold it still.

        Raises
        ------
        ValueError
            log σ² is so high that σ² overflows.
        """
        self.expect(mean, "batch", ...)
        self.expect(log_var, *mean.shape, hint="mean and log_var have one shape")
        expect_finite_exponential(repr(self), log_var)
        noise = self.draw(mean) if noise is None else noise
        self.expect(noise, *mean.shape, hint="the noise has mean's shape")
        return self.keep(gaussian_sample(mean, log_var, noise), log_var, noise)

    def draw(self, like):
        """ε ~ N(0, 1), drawn on the host, of this array's shape and type."""
        noise = self.generator.standard_normal(like.shape, dtype=default_dtype())
        return xp.asarray(noise.astype(like.dtype, copy=False))

    def backward(self, dy, need_dx=True):
        """(∂L/∂μ, ∂L/∂log σ²), or None where neither is needed."""
        log_var, noise = self.take(dy)
        return gaussian_sample_backward(dy, log_var, noise) if need_dx else None


def expect_finite_exponential(where, log_var, name="log_var"):
    """Refuse a log σ², or the logarithm of a ratio of variances, whose exponential the dtype cannot hold."""
    highest, bound = float(log_var.max()), math.log(xp.finfo(log_var.dtype).max)
    if highest > bound:
        raise ValueError(f"{where}: {name} reaches {highest:.4g}, but exp({name}) overflows in "
                         f"{log_var.dtype} above {bound:.1f}. No useful code is so wide: training diverged "
                         "(lower the learning rate, clip the gradients), or the inputs are far outside what "
                         "was learned")
