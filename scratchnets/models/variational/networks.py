"""Variational autoencoders to open, copy and change."""
import math

from scratchnets.arguments import choice, integer, positive_integer
from scratchnets.layers import Dense, Flatten, GaussianSample, ReLU, Reshape, Sequential, Sigmoid
from scratchnets.models.autoencoder import conv_stack, conv_transpose_stack, dense_stack, halved, pixels
from scratchnets.models.variational.binarization import Binarization
from scratchnets.models.variational.likelihoods import Bernoulli, Gaussian
from scratchnets.models.variational.model import VariationalAutoencoder
from scratchnets.randomness import generator as resolve

# What an image is drawn from, and what is done to grey pixels before, where nothing else is asked for.
LIKELIHOODS = {"bernoulli": "dynamic", "gaussian": "none"}


def vae(shape, latent=20, hidden=(400,), likelihood="bernoulli", std=None, binarization=None, beta=1.0,
        kl_warm_up=0, classes=0, generator=None):
    """Dense layers, D-400-k and back, with ReLU: the network of Kingma and Welling, 2014.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C).
    latent : int
        k, how many numbers the code has.
    hidden : sequence of int
        Widths of the layers on the way down; the way up mirrors them.
    likelihood : {"bernoulli", "gaussian"}
    std : float, optional
        The fixed σ of a Gaussian decoder; learned when not given.
    binarization : {"dynamic", "fixed", "none"}, optional
        Of the images: "dynamic" for a Bernoulli decoder and "none" for a Gaussian one, if not given.
    beta : float
    kl_warm_up : int
        Steps over which the weight of the KL rises from 0 to β.
    classes : int
        Above 0, the model is conditional on a label.
    generator : numpy.random.Generator, int or None
    """
    generator, k, classes = resolve(generator), positive_integer("latent", latent), integer("classes", classes)
    widths = [pixels(shape), *(positive_integer("hidden", width) for width in hidden)]
    encoder = Sequential(Flatten(), *dense_stack(widths, generator), ReLU())
    heads = _heads(widths[-1] + classes, k, generator)
    up = [k + classes, *widths[::-1]]
    decoder = [*dense_stack(up, generator), *_last(likelihood), Reshape(shape)]
    return VariationalAutoencoder(encoder, *heads, Sequential(*decoder), beta=beta, warm_up=kl_warm_up,
                                  classes=classes, **_parts(likelihood, std, binarization, generator))


def conv_vae(shape, latent=20, channels=(32, 64), hidden=(), likelihood="bernoulli", std=None,
             binarization=None, beta=1.0, kl_warm_up=0, classes=0, generator=None):
    """The convolutions of `scratchnets.models.autoencoder.conv_autoencoder`, with heads and sampler between.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C); H and W are divisible by 2 for each entry of `channels`.
    latent, likelihood, std, binarization, beta, kl_warm_up, classes, generator
        As for `vae`.
    channels : sequence of int
        Of the convolutions on the way down; the way up mirrors them.
    hidden : sequence of int
        Widths of dense layers between the last maps and the code; the way up mirrors them. Without one the
        maps that the decoder begins with are a linear function of z.
    """
    generator, k, classes = resolve(generator), positive_integer("latent", latent), integer("classes", classes)
    inner = halved(shape, channels)
    widths = [math.prod(inner), *(positive_integer("hidden", width) for width in hidden)]
    between = [*dense_stack(widths, generator), ReLU()] if hidden else []
    encoder = Sequential(*conv_stack(shape, channels, generator), Flatten(), *between)
    heads = _heads(widths[-1] + classes, k, generator)
    decoder = [*dense_stack([k + classes, *widths[::-1]], generator), Reshape(inner),
               *conv_transpose_stack(shape, channels, generator), *_last(likelihood)]
    return VariationalAutoencoder(encoder, *heads, Sequential(*decoder), beta=beta, warm_up=kl_warm_up,
                                  classes=classes, **_parts(likelihood, std, binarization, generator))


def _heads(n_in, k, generator):
    """The layers for μ and for log σ²."""
    return Dense(n_in, k, generator=generator), Dense(n_in, k, generator=generator)


def _last(likelihood):
    """What ends the decoder: a Gaussian's mean is kept within [0, 1]."""
    return [Sigmoid()] if choice("likelihood", likelihood, LIKELIHOODS) == "gaussian" else []


def _parts(likelihood, std, binarization, generator):
    """The likelihood, and what draws: each with a stream of its own, apart from the weights'."""
    if std is not None and likelihood != "gaussian":
        raise ValueError(f"std is the σ of a Gaussian decoder; likelihood={likelihood!r} has none")
    kind = LIKELIHOODS[likelihood] if binarization is None else binarization
    for_pixels, for_codes = generator.spawn(2)
    return {"likelihood": Gaussian(std) if likelihood == "gaussian" else Bernoulli(),
            "binarization": Binarization(kind, for_pixels), "sampler": GaussianSample(for_codes)}
