"""What the presets are put together from: losses, and stacks of layers."""
import math

from scratchnets.arguments import positive_integer
from scratchnets.layers import Conv2D, ConvTranspose2D, Dense, Identity, ReLU, Sigmoid
from scratchnets.losses import binary_cross_entropy_with_logits, squared_error


def pixels(shape):
    """H·W·C, how many numbers an image of this shape has."""
    if len(shape) != 3:
        raise ValueError(f"this model learns images of shape (H, W, C), got examples of shape {shape}")
    return math.prod(shape)


# A loss and what goes with it: the layer that ends the decoder, and the link from there to pixels.
LOSSES = {"squared-error": (squared_error, Sigmoid, Identity),
          "cross-entropy": (binary_cross_entropy_with_logits, Identity, Sigmoid)}


def dense_stack(widths, generator):
    """Dense layers from each width to the next, a ReLU between two of them."""
    layers = []
    for n_in, n_out in zip(widths[:-1], widths[1:]):
        layers += [Dense(n_in, n_out, generator=generator), ReLU()]
    return layers[:-1]


def halved(shape, channels):
    """(H, W, C) of an image of this shape behind `conv_stack`."""
    pixels(shape)
    (height, width, _), factor = shape, 2 ** len(channels)
    last = positive_integer("channels", channels[-1])
    if height % factor or width % factor:
        raise ValueError(f"{len(channels)} convolutions halve height and width each: both must be divisible "
                         f"by {factor}, got images of {height}×{width}; pad or crop them")
    return height // factor, width // factor, last


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
