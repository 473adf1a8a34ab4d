"""The autoencoder: h = f(x), x̂ = g(h), trained to copy x through a code h that cannot hold all of it.

The class is the equation; the functions below it are networks to open, copy and change.
"""
import math

from scratchnets.arguments import choice, positive_integer
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import (
    Conv2D, ConvTranspose2D, Dense, Flatten, Identity, Layer, ReLU, Reshape, Sequential, Sigmoid, TiedDense)
from scratchnets.losses import binary_cross_entropy_with_logits, squared_error
from scratchnets.randomness import generator as resolve


class Autoencoder(Layer):
    """x̂ = g(f(x)), with the loss L(x̂, x).

    Parameters
    ----------
    encoder, decoder : Layer
        f, from examples to codes, and g, from codes to predictions.
    loss : callable
        ``value, dprediction = loss(prediction, target)``.
    link : Layer
        From the decoder's prediction to pixels: the identity, or `Sigmoid` where the loss works on
        logits.
    """

    def __init__(self, encoder, decoder, loss=squared_error, link=None):
        self.encoder, self.decoder = encoder, decoder
        self.loss = loss
        self.link = link or Identity()

    def forward(self, x):
        return self.decoder.forward(self.encoder.forward(x))

    def backward(self, dprediction, need_dx=True):
        return self.encoder.backward(self.decoder.backward(dprediction), need_dx=need_dx)

    def loss_and_gradients(self, x):
        """The loss of the batch x; ∂L/∂θ is added into the gradient of every parameter θ."""
        value, dprediction = self.loss(self.forward(x), x)
        self.backward(dprediction, need_dx=False)
        return value

    def loss_of(self, x, batch_size=256):
        """The loss alone, in evaluation mode."""
        value, _ = self.loss(self.predict(x, batch_size=batch_size), x)
        return value

    def encode(self, x):
        """The codes h = f(x), in evaluation mode."""
        return self.encoder.predict(x)

    def decode(self, codes):
        """The pixels that the codes stand for, in evaluation mode."""
        return self.link.predict(self.decoder.predict(codes))

    def reconstruct(self, x):
        """x̂ = g(f(x)) as pixels, in evaluation mode."""
        return self.decode(self.encode(x))

    def __repr__(self):
        return f"Autoencoder(encoder={self.encoder!r}, decoder={self.decoder!r}, loss={self.loss.__name__})"


def pixels(shape):
    """H·W·C, how many numbers an image of this shape has."""
    if len(shape) != 3:
        raise ValueError(f"this model learns images of shape (H, W, C), got examples of shape {shape}")
    return math.prod(shape)


# A loss and what goes with it: the layer that ends the decoder, and the link from there to pixels.
LOSSES = {"squared-error": (squared_error, Sigmoid, Identity),
          "cross-entropy": (binary_cross_entropy_with_logits, Identity, Sigmoid)}


def autoencoder(shape, latent=10, hidden=(512, 256), loss="squared-error", generator=None):
    """Dense layers down to a linear code and back up, D-512-256-k-256-512-D, with ReLU between.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C).
    latent : int
        k, how many numbers the code has.
    hidden : sequence of int
        Widths of the layers on the way down; the way up mirrors them.
    loss : {"squared-error", "cross-entropy"}
    generator : numpy.random.Generator, int or None
    """
    generator, k = resolve(generator), positive_integer("latent", latent)
    loss, last, link = LOSSES[choice("loss", loss, LOSSES)]
    down = [pixels(shape), *hidden, k]
    encoder = Sequential(Flatten(), *dense_stack(down, generator))
    decoder = Sequential(*dense_stack(down[::-1], generator), last(), Reshape(shape))
    return Autoencoder(encoder, decoder, loss, link())


def dense_stack(widths, generator):
    """Dense layers from each width to the next, a ReLU between two of them."""
    layers = []
    for n_in, n_out in zip(widths[:-1], widths[1:]):
        layers += [Dense(n_in, n_out, generator=generator), ReLU()]
    return layers[:-1]


def tied(shape, latent=30, loss="squared-error", generator=None):
    """The notes' autoencoder: h = σ(Wx + b), x̂ = σ(Wᵀh + b'), one W for both.

    Parameters as for `autoencoder`. In rows, as the code has it: h = σ(xW + b), x̂ = σ(hWᵀ + b').
    """
    k = positive_integer("latent", latent)
    loss, last, link = LOSSES[choice("loss", loss, LOSSES)]
    dense = Dense(pixels(shape), k, initializer=glorot_uniform, generator=generator)
    return Autoencoder(Sequential(Flatten(), dense, Sigmoid()),
                       Sequential(TiedDense(dense), last(), Reshape(shape)), loss, link())


def conv_autoencoder(shape, latent=10, channels=(32, 64), loss="cross-entropy", generator=None):
    """Convolutions that halve height and width, a dense code between, and their transposes back up.

    C-32-64 channels with kernels 4×4, stride 2, padding 1 (4 = 2·2, so that the transposes leave no
    checkerboards), ReLU between, and a linear code.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C); H and W are divisible by 2 for each entry of `channels`.
    latent : int
        k, how many numbers the code has.
    channels : sequence of int
        Of the convolutions on the way down; the way up mirrors them.
    loss : {"squared-error", "cross-entropy"}
    generator : numpy.random.Generator, int or None

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
    return Autoencoder(Sequential(*down), Sequential(*up, last()), loss, link())


def halved(shape, channels):
    """(H, W, C) of an image of this shape behind `conv_stack`."""
    pixels(shape)
    (height, width, _), factor = shape, 2 ** len(channels)
    if height % factor or width % factor:
        raise ValueError(f"{len(channels)} convolutions halve height and width each: both must be divisible "
                         f"by {factor}, got images of {height}×{width}")
    return height // factor, width // factor, channels[-1]


def conv_stack(shape, channels, generator):
    """Convolutions that halve height and width, a ReLU behind each."""
    layers = []
    for c_in, c_out in zip([shape[2], *channels[:-1]], channels):
        layers += [Conv2D(c_in, c_out, 4, stride=2, padding=1, generator=generator), ReLU()]
    return layers


def conv_transpose_stack(shape, channels, generator):
    """The way back: a ReLU, and a transposed convolution that doubles, for each of the channels."""
    layers = []
    for c_out, c_in in reversed(list(zip([shape[2], *channels[:-1]], channels))):
        layers += [ReLU(), ConvTranspose2D(c_in, c_out, 4, stride=2, padding=1, generator=generator)]
    return layers
