"""Autoencoders with a code smaller than what they copy: networks to open, copy and change."""
import math

from scratchnets.arguments import choice, positive_integer
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import Dense, Flatten, Reshape, Sequential, Sigmoid, TiedDense
from scratchnets.models.autoencoder.model import Autoencoder
from scratchnets.models.autoencoder.parts import LOSSES, conv_stack, conv_transpose_stack, dense_stack, halved, pixels
from scratchnets.randomness import generator as resolve


def autoencoder(shape, latent=10, hidden=(512, 256), loss="squared-error", weight_decay=0.0, generator=None):
    """Dense layers down to a linear code and back up, D-512-256-k-256-512-D, with ReLU between.

    A σ ends it, so that the pixels lie in (0, 1): the decoder's last layer or, with the cross-entropy, which
    works on logits, the link behind it. It takes any k. `undercomplete` and `stacked` are this network with
    other widths and with a promise: their code is a bottleneck.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C).
    latent : int
        k, how many numbers the code has.
    hidden : sequence of int
        Widths of the layers on the way down; the way up mirrors them.
    loss : {"squared-error", "cross-entropy"}
    weight_decay : float
        λ ≥ 0, for λ/2 Σ ‖W‖² on top of the loss.
    generator : numpy.random.Generator, int or None
    """
    generator, k = resolve(generator), positive_integer("latent", latent)
    loss, last, link = LOSSES[choice("loss", loss, LOSSES)]
    down = [pixels(shape), *hidden, k]
    encoder = Sequential(Flatten(), *dense_stack(down, generator))
    decoder = Sequential(*dense_stack(down[::-1], generator), last(), Reshape(shape))
    return Autoencoder(encoder, decoder, loss, link(), weight_decay=weight_decay)


def undercomplete(shape, latent=32, hidden=(128,), loss="squared-error", weight_decay=0.0, generator=None):
    """`autoencoder` at a smaller size, D-128-k-128-D, that insists on k < D.

    Parameters as of `autoencoder`. Too small a code for a faithful copy: it keeps what the training
    examples have in common, and other inputs come out wrong, which is how anomalies are found
    (`Autoencoder.anomaly_score`).
    """
    expect_bottleneck("undercomplete", shape, latent)
    return autoencoder(shape, latent, hidden, loss, weight_decay, generator)


def stacked(shape, latent=30, hidden=(1000, 500, 250), loss="squared-error", weight_decay=0.0,
            generator=None):
    """`autoencoder` deeper, D-1000-500-250-k and back: first wider than an image, then ever narrower.

    Parameters as of `autoencoder`; k < D. Trained as a whole, or first pair by pair
    (`scratchnets.training.pretraining.greedy_layerwise`).

    References
    ----------
    Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006: these
    widths, with sigmoids, pre-trained as Boltzmann machines.
    """
    expect_bottleneck("stacked", shape, latent)
    return autoencoder(shape, latent, hidden, loss, weight_decay, generator)


def tied(shape, latent=30, loss="squared-error", weight_decay=0.0, generator=None):
    """The notes' autoencoder: h = σ(Wx + b), x̂ = σ(Wᵀh + b'), one W for both.

    In rows, as the code has it: h = σ(xW + b), x̂ = σ(hWᵀ + b'). With the cross-entropy the last σ is the
    link. Parameters as for `autoencoder`.
    """
    k = positive_integer("latent", latent)
    loss, last, link = LOSSES[choice("loss", loss, LOSSES)]
    dense = Dense(pixels(shape), k, initializer=glorot_uniform, generator=generator)
    return Autoencoder(Sequential(Flatten(), dense, Sigmoid()),
                       Sequential(TiedDense(dense), last(), Reshape(shape)), loss, link(),
                       weight_decay=weight_decay)


def conv_autoencoder(shape, latent=10, channels=(32, 64), loss="cross-entropy", weight_decay=0.0,
                     generator=None):
    """Convolutions that halve height and width, a dense code between, and their transposes back up.

    C-32-64 channels with kernels 4×4, stride 2, padding 1 (4 = 2·2, so that the transposes leave no
    checkerboards), ReLU between, and a linear code. A σ ends it as it ends `autoencoder`.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C); H and W are divisible by 2 for each entry of `channels`.
    latent, loss, weight_decay, generator
        As for `autoencoder`.
    channels : sequence of int
        Of the convolutions on the way down; the way up mirrors them.

    References
    ----------
    Masci, Meier, Cireşan and Schmidhuber, "Stacked convolutional auto-encoders for hierarchical
    feature extraction", 2011.
    """
    generator, k = resolve(generator), positive_integer("latent", latent)
    loss, last, link = LOSSES[choice("loss", loss, LOSSES)]
    inner = halved(shape, channels)
    down = [*conv_stack(shape, channels, generator), Flatten(),
            Dense(math.prod(inner), k, generator=generator)]
    up = [Dense(k, math.prod(inner), generator=generator), Reshape(inner),
          *conv_transpose_stack(shape, channels, generator)]
    return Autoencoder(Sequential(*down), Sequential(*up, last()), loss, link(), weight_decay=weight_decay)


def expect_bottleneck(name, shape, latent):
    """Refuse a code that could hold the whole example."""
    k, d = positive_integer("latent", latent), pixels(shape)
    if k >= d:
        raise ValueError(f"{name} promises a bottleneck: latent must be below {d}, the numbers of an example "
                         f"of shape {tuple(shape)}, got {k}; overcomplete takes a wider code")
