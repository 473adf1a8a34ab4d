"""The convolutional GAN: an image grows out of noise by transposed convolutions, strided ones judge it.

The noise is still drawn: "deconvolution" is how it becomes an image, and does not replace the drawing.
"""
import math

from scratchnets.arguments import choice, positive_integer
from scratchnets.initializers import normal
from scratchnets.layers import (
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Flatten,
    LeakyReLU,
    ReLU,
    Reshape,
    Sequential,
    Sigmoid,
    Upsample2D,
)
from scratchnets.models.adversarial.gan import GAN
from scratchnets.models.adversarial.priors import PRIORS
from scratchnets.models.autoencoder import pixels
from scratchnets.randomness import generator as resolve

WEIGHTS = normal(0.02)          # as Radford, Metz and Chintala, for all layers of both players


def dcgan(shape, latent=64, channels=(64, 128), architecture="transpose", batch_norm=True, average=0.98,
          loss="non-saturating", prior="gaussian", k=1, updates="alternating", generator=None):
    """A GAN of images in [0, 1]: z-7·7·128-14·14·64-28·28 makes digits, the same backwards judges them.

    All weights are drawn from N(0, 0.02²). A layer in front of a batch normalisation has no bias, which
    that would take away again. The generator ends in a sigmoid, for pixels lie in [0, 1].

    Parameters
    ----------
    shape : (int, int, int)
        Of one image, (H, W, C); H and W divisible by 4.
    latent : int
        Numbers in the noise z.
    channels : (int, int)
        Behind the discriminator's first and second convolution; of the generator in reverse.
    architecture : {"transpose", "upsample", "dense"}
        How the generator comes from small maps to large ones: by transposed convolutions 4×4 with stride
        2; by repeated pixels and a 3×3 convolution; or not at all, by two dense layers of 400 units, which
        have about as many weights.
    batch_norm : bool
        In the generator before each ReLU, in the discriminator behind its second convolution.
    average : float
        Samples come from the generator's moving average with this decay; 0 for the generator itself.
    loss, prior, k, updates
        As of `scratchnets.models.adversarial.gan`.
    generator : numpy.random.Generator, int or None
        Draws the weights, and seeds the noise.

    References
    ----------
    Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional generative
    adversarial networks", 2016.
    """
    pixels(shape)
    if shape[0] % 4 or shape[1] % 4:
        raise ValueError("a dcgan doubles the size of an image twice: height and width must be divisible by "
                         f"4, got {shape[0]}×{shape[1]}; pad or crop the images")
    channels, latent = [positive_integer("channels", count) for count in channels], positive_integer("latent", latent)
    random = resolve(generator)
    prior = PRIORS[choice("prior", prior, PRIORS)](latent)
    grow = GENERATORS[choice("architecture", architecture, GENERATORS)]
    return GAN(Sequential(*grow(latent, shape, channels, batch_norm, random)),
               Sequential(*convolutions_down(shape, channels, batch_norm, random)),
               prior, loss, k, updates, rng=random.spawn(1)[0], average=average)


def transposes_up(latent, shape, channels, batch_norm, random):
    """z → (H/4, W/4, 128) → (H/2, W/2, 64) → (H, W, C), each step a transposed convolution."""
    few, many = channels
    return [*small_maps(latent, shape, many, batch_norm, random),
            ConvTranspose2D(many, few, 4, stride=2, padding=1, bias=not batch_norm, initializer=WEIGHTS,
                            generator=random),
            *normalized(few, batch_norm), ReLU(),
            ConvTranspose2D(few, shape[-1], 4, stride=2, padding=1, initializer=WEIGHTS, generator=random),
            Sigmoid()]


def upsampling_up(latent, shape, channels, batch_norm, random):
    """The same sizes, each step by repeated pixels and a convolution over them (Odena et al., 2016)."""
    few, many = channels
    return [*small_maps(latent, shape, many, batch_norm, random),
            Upsample2D(2), Conv2D(many, few, 3, padding=1, bias=not batch_norm, initializer=WEIGHTS,
                                  generator=random),
            *normalized(few, batch_norm), ReLU(),
            Upsample2D(2), Conv2D(few, shape[-1], 3, padding=1, initializer=WEIGHTS, generator=random),
            Sigmoid()]


def dense_up(latent, shape, channels, batch_norm, random, width=400):
    """z → 400 → 400 → H·W·C: no pixel knows which ones are its neighbours."""
    layers, n_in = [], latent
    for _ in range(2):
        layers += [Dense(n_in, width, bias=not batch_norm, initializer=WEIGHTS, generator=random),
                   *normalized(width, batch_norm), ReLU()]
        n_in = width
    return [*layers, Dense(width, math.prod(shape), initializer=WEIGHTS, generator=random), Sigmoid(),
            Reshape(shape)]


def convolutions_down(shape, channels, batch_norm, random):
    """The discriminator: two convolutions 4×4 with stride 2, and one logit."""
    (height, width, c), (few, many) = shape, channels
    return [Conv2D(c, few, 4, stride=2, padding=1, initializer=WEIGHTS, generator=random), LeakyReLU(0.2),
            Conv2D(few, many, 4, stride=2, padding=1, bias=not batch_norm, initializer=WEIGHTS,
                   generator=random),
            *normalized(many, batch_norm), LeakyReLU(0.2),
            Flatten(), Dense(height // 4 * (width // 4) * many, 1, initializer=WEIGHTS, generator=random)]


def small_maps(latent, shape, channels, batch_norm, random):
    """z → (H/4, W/4, channels): where each small map has what, from the noise."""
    small = shape[0] // 4, shape[1] // 4, channels
    return [Dense(latent, math.prod(small), bias=not batch_norm, initializer=WEIGHTS, generator=random),
            Reshape(small), *normalized(channels, batch_norm), ReLU()]


def normalized(features, batch_norm):
    return [BatchNorm(features)] if batch_norm else []


GENERATORS = {"transpose": transposes_up, "upsample": upsampling_up, "dense": dense_up}
