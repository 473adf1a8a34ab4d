"""From grey pixels to zeros and ones, so that a Bernoulli likelihood is one.

A grey value x in [0, 1] is read as the probability of a 1. What is drawn from it, and how often, changes
the data, and with them every figure in nats: those of different kinds do not compare.
"""
import zlib

import numpy as np

from scratchnets.arguments import choice
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Layer
from scratchnets.randomness import generator as resolve, own_generator

# The words that go on every figure.
KINDS = {"dynamic": "dynamic binarisation", "fixed": "fixed binarisation", "none": "no binarisation"}


class Binarization(Layer):
    """Draws each pixel, 1 with probability x and else 0.

    Parameters
    ----------
    kind : {"dynamic", "fixed", "none"}
        Anew each time that an image is seen, in training and in evaluation; one draw for each image,
        the same in every epoch, order and run; not at all. "dynamic" shows the model more of the
        data's distribution, and gives figures that are a few nats lower.
    generator : numpy.random.Generator, int or None
        For the dynamic draws.

    References
    ----------
    Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008.
    """

    def __init__(self, kind="dynamic", generator=None):
        self.kind = choice("binarization", kind, KINDS)
        self.generator = own_generator(generator)

    def forward(self, x, generator=None):
        """x (N, …) in [0, 1] → zeros and ones, or x itself.

        Parameters
        ----------
        x : array (N, …)
        generator : numpy.random.Generator or int, optional
            In the place of its own, for an evaluation that can be repeated.
        """
        self.expect(x, "batch", ...)
        if self.kind == "none":
            return self.keep(x)
        if self.kind == "fixed":
            thresholds = np.stack([self._thresholds(image) for image in to_numpy(x)])
        else:
            source = self.generator if generator is None else resolve(generator)
            thresholds = source.random(x.shape, dtype="float32")
        return self.keep((asarray(thresholds) < x).astype(x.dtype))

    @property
    def words(self):
        """What to write beside a figure in nats: without it, the figure compares with nothing."""
        return KINDS[self.kind]

    @staticmethod
    def _thresholds(image):
        """Numbers in [0, 1) that belong to this image: drawn from a seed made of its own pixels."""
        seed = zlib.crc32(np.ascontiguousarray(image, dtype="float32"))
        return np.random.default_rng(seed).random(image.shape, dtype="float32")

    def backward(self, dy, need_dx=True):
        """None: the images are data, and a draw has no derivative."""
        self.take(dy)

    def __repr__(self):
        return f"Binarization({self.kind!r})"
