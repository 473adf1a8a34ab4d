"""A classifier of images: convolutions, a dense layer, and one logit for each class.

Later lectures take it as a judge: whether what a generator draws is a digit, and which.
"""
import math

from scratchnets.arguments import integer, positive_integer
from scratchnets.layers import Conv2D, Dense, Flatten, Layer, ReLU, Sequential
from scratchnets.layers.activations import softmax
from scratchnets.layers.geometry import windows_size
from scratchnets.layers.penalty import total_penalty
from scratchnets.losses import softmax_cross_entropy
from scratchnets.models.autoencoder import pixels
from scratchnets.randomness import generator as resolve


class Classifier(Layer):
    """p(y | x) = softmax(a), with logits a = head(features(x)).

    Parameters
    ----------
    features : Layer
        From examples to rows of numbers that tell the classes apart.
    head : Layer
        From these to one logit a class.
    """

    def __init__(self, features, head):
        self.features, self.head = features, head

    def forward(self, x):
        return self.head.forward(self.features.forward(x))

    def backward(self, dlogits, need_dx=True):
        return self.features.backward(self.head.backward(dlogits), need_dx=need_dx)

    def loss_and_gradients(self, x, labels):
        """The cross-entropy of the batch, and what penalties within the network ask; adds all ∂L/∂θ."""
        value, dlogits = softmax_cross_entropy(self.forward(x), labels)
        self.backward(dlogits, need_dx=False)
        return value + total_penalty(self)

    def loss_of(self, x, labels):
        """The cross-entropy alone, in evaluation mode."""
        value, _ = softmax_cross_entropy(self.predict(x), labels)
        return value

    def probabilities(self, x):
        """p(y | x) of all classes,  (N, …) → (N, K), in evaluation mode; rows sum to 1."""
        return softmax(self.predict(x))

    def classify(self, x):
        """The most probable class of each example,  (N, …) → (N,), in evaluation mode."""
        return self.predict(x).argmax(axis=1)

    def __repr__(self):
        return f"Classifier(features={self.features!r}, head={self.head!r})"


def classifier(shape, classes=10, channels=(32, 64), width=128, generator=None):
    """Two convolutions at stride 2 and two dense layers: 5×5, 3×3, 128 features, K logits; ReLU between.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C).
    classes : int
        K.
    channels : (int, int)
        Of the two convolutions.
    width : int
        How many features the head sees.
    generator : numpy.random.Generator, int or None
    """
    generator, classes = resolve(generator), integer("classes", classes, at_least=2)
    pixels(shape)
    channels = [positive_integer("channels", count) for count in channels]
    (*size, c_in), layers = shape, []
    for c_out, kernel, padding in zip(channels, (5, 3), (2, 1), strict=True):
        convolution = Conv2D(c_in, c_out, kernel, stride=2, padding=padding, generator=generator)
        size = windows_size(repr(convolution), size, convolution.kernel, convolution.stride,
                            convolution.padding)
        layers, c_in = [*layers, convolution, ReLU()], c_out
    width = positive_integer("width", width)
    layers += [Flatten(), Dense(math.prod(size) * c_in, width, generator=generator), ReLU()]
    return Classifier(Sequential(*layers), Dense(width, classes, generator=generator))
