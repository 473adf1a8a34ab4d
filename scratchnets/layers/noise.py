"""Layers that disturb what passes through them, while they train.
Derived in docs/derivations/dropout-and-noise.md.

Each draws new noise for every batch from a generator of its own. ``forward(x, noise=…)`` takes the
noise from outside instead, so that a gradient check can hold it still. In evaluation mode they all
pass x through unchanged.
"""
from scratchnets.arguments import fraction, number
from scratchnets.backend import default_dtype, xp
from scratchnets.layers.base import Layer
from scratchnets.randomness import own_generator


def dropout(x, mask, rate):
    """y = x · mask / (1 − rate);  x, mask (N, …) → y (N, …).

    The mask holds 1 with probability 1 − rate, else 0. Through the division E[y] = x, so that
    nothing needs to be rescaled when the layer is switched off ("inverted" dropout).
    """
    y = x * mask
    y /= 1 - rate
    return y


def dropout_backward(dy, mask, rate):
    """∂L/∂x = dy · mask / (1 − rate): the same linear map once more."""
    return dropout(dy, mask, rate)


def masking_noise(x, mask):
    """y = x · mask;  x, mask (N, …) → y (N, …): E[y] = (1 − rate) x."""
    return x * mask


def masking_noise_backward(dy, mask):
    """∂L/∂x = dy · mask."""
    return dy * mask


def gaussian_noise(x, noise, std):
    """y = x + s ε, with s = std and noise ε ~ N(0, 1);  x, ε (N, …) → y (N, …)."""
    return x + std * noise


def gaussian_noise_backward(dy):
    """∂L/∂x = dy: what is added does not depend on x."""
    return dy


def salt_and_pepper(x, noise):
    """y = 0 where the noise is −1, 1 where it is 1, and x where it is 0;  x, noise (N, …) → y (N, …)."""
    return xp.where(noise == 0, x, noise > 0)


def salt_and_pepper_backward(dy, noise):
    """∂L/∂x = dy where the noise is 0, else 0."""
    return dy * (noise == 0)


class Noise(Layer):
    """What the noisy layers share. A subclass has ``draw(x)``, ``disturb(x, noise)`` and its backward.

    Parameters
    ----------
    generator : numpy.random.Generator, int or None
        Where the noise comes from; None splits a new stream off the shared generator.
    """

    _no_tangent = "it draws new noise for each forward, and a penalty needs the same one twice"

    def __init__(self, generator=None):
        self.generator = own_generator(generator)

    def forward(self, x, noise=None):
        """y of x's shape.

        Parameters
        ----------
        x : array (N, …)
        noise : array (N, …), optional
            Instead of a fresh draw; what it holds is said by the layer's formula. Evaluation mode
            disregards it.
        """
        self.expect(x, "batch", ...)
        if not self.training:
            return self.keep(x, None)
        noise = xp.asarray(self.draw(x)) if noise is None else self._expect_noise(noise, x.shape)
        return self.keep(self.disturb(x, noise), noise)

    def backward(self, dy, need_dx=True):
        noise, = self.take(dy)
        if not need_dx:
            return None
        return dy if noise is None else self.disturb_backward(dy, noise)

    def _expect_noise(self, noise, shape):
        if not isinstance(noise, xp.ndarray) or noise.shape != shape:
            raise ValueError(f"{self!r} expected noise as an array of x's shape {shape}, "
                             f"got {getattr(noise, 'shape', type(noise).__name__)}")
        return noise


class RandomMask(Noise):
    """Noise that strikes each number with probability `rate`, independently of the others."""

    def __init__(self, rate, generator=None):
        super().__init__(generator)
        self.rate = fraction("rate", rate)

    def draw(self, x):
        """1 (True) where a number is kept, 0 where it is struck out."""
        return self.generator.random(x.shape, dtype="float32") >= self.rate

    def __repr__(self):
        return f"{type(self).__name__}({self.rate:g})"


class Dropout(RandomMask):
    """Sets each number to 0 with probability `rate` and divides the rest by 1 − rate.

    Parameters
    ----------
    rate : float
        In [0, 1).
    generator : numpy.random.Generator, int or None

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent
    neural networks from overfitting", 2014.
    """

    def disturb(self, x, mask):
        return dropout(x, mask, self.rate)

    def disturb_backward(self, dy, mask):
        return dropout_backward(dy, mask, self.rate)


class MaskingNoise(RandomMask):
    """Sets each number to 0 with probability `rate` and leaves the rest as it is.

    Meant for the input of a denoising autoencoder: there a 0 is a missing pixel, not a unit that
    others have to stand in for, so nothing is rescaled.

    Parameters
    ----------
    rate : float
        In [0, 1).
    generator : numpy.random.Generator, int or None

    References
    ----------
    Vincent, Larochelle, Lajoie, Bengio and Manzagol, "Stacked denoising autoencoders", 2010.
    """

    def disturb(self, x, mask):
        return masking_noise(x, mask)

    def disturb_backward(self, dy, mask):
        return masking_noise_backward(dy, mask)


class SaltAndPepper(RandomMask):
    """Replaces each pixel with probability `rate`, by black (0) or white (1) with equal chances.

    Parameters
    ----------
    rate : float
        In [0, 1).
    generator : numpy.random.Generator, int or None
    """

    def draw(self, x):
        """−1 for pepper, 1 for salt, 0 where the pixel is kept."""
        uniform = self.generator.random(x.shape, dtype="float32")
        salt, pepper = uniform < self.rate / 2, uniform >= 1 - self.rate / 2
        return salt.astype("int8") - pepper.astype("int8")

    def disturb(self, x, noise):
        return salt_and_pepper(x, noise)

    def disturb_backward(self, dy, noise):
        return salt_and_pepper_backward(dy, noise)


class GaussianNoise(Noise):
    """Adds noise: y = x + s ε.

    Parameters
    ----------
    std : float
        s ≥ 0, the standard deviation, in the units of x.
    generator : numpy.random.Generator, int or None
    """

    def __init__(self, std, generator=None):
        super().__init__(generator)
        self.std = number("std", std, at_least=0)

    def draw(self, x):
        """ε ~ N(0, 1)."""
        return self.generator.standard_normal(x.shape, dtype=default_dtype()).astype(x.dtype, copy=False)

    def disturb(self, x, noise):
        return gaussian_noise(x, noise, self.std)

    def disturb_backward(self, dy, noise):
        return gaussian_noise_backward(dy)

    def __repr__(self):
        return f"GaussianNoise({self.std:g})"
