"""An example of every public layer and loss, and of every pure pair, for ``scratchnets gradcheck``.

To add one, write one line into EXAMPLES: its public name, and a function of a `Draw` that returns what
`gradcheck` takes, the subject and its inputs. Variants of a name stand behind a comma
(``"BatchNorm, images"``), the parts of an object behind a dot (``"minimax.real"``).

A telling example has at least 3 examples in the batch, all dimensions different, biases that are not
zero (gradcheck sees to parameters that are constant), and stays 0.05 or more away from kinks. Keep
it small: under 50 numbers an array. A test fails for a public name without an example.
"""
import difflib

import numpy as np

from scratchnets import backend, layers, losses
from scratchnets.arguments import brief
from scratchnets.gradcheck.check import NotAnalytic, gradcheck
from scratchnets.gradcheck.report import Report
from scratchnets.layers import (
    activations,
    convolution,
    dense,
    embedding,
    noise,
    normalization,
    packing,
    penalty,
    pooling,
    sampling,
    spectral,
)


class Draw:
    """Random arrays for the examples, on the host; `gradcheck` moves and casts them."""

    def __init__(self, seed):
        self.generator = np.random.default_rng(seed)

    def normal(self, *shape):
        return self.generator.standard_normal(shape)

    def uniform(self, *shape, low=0.0, high=1.0):
        return self.generator.uniform(low, high, shape)

    def away_from_zero(self, *shape, by=0.1):
        """Both signs, for functions with a kink at 0."""
        return self.generator.uniform(by, 2, shape) * self.generator.choice([-1.0, 1.0], shape)

    def distinct(self, *shape):
        """Values at least 0.1 apart, for maxima and medians."""
        count = np.prod(shape)
        return 0.1 * (self.generator.permutation(count) - count / 2.3).reshape(shape)

    def distribution(self, *shape):
        """Positive rows that sum to 1 along the last axis."""
        weights = self.generator.uniform(0.2, 1, shape)
        return weights / weights.sum(axis=-1, keepdims=True)

    def integers(self, *shape, below):
        return self.generator.integers(0, below, shape)

    def mask(self, *shape, keep=0.6):
        """Zeros and ones, as floats."""
        return (self.generator.random(shape) < keep).astype(float)


def pair(module, name):
    """The pure functions `name` and `name_backward` of a module."""
    return getattr(module, name), getattr(module, f"{name}_backward")


def autoencoder(draw):
    encoder = layers.Dense(6, 4, generator=draw.generator)
    return layers.Sequential(layers.Flatten(), encoder, layers.Sigmoid(), layers.TiedDense(encoder))


def beside_the_hinges(draw):
    """Logits (6, 1) between the kinks at −1 and 1, and beyond them."""
    return np.concatenate([draw.uniform(3, 1, low=-0.9, high=0.9), draw.away_from_zero(3, 1, by=1.1)])


def running(layer, draw):
    """A batch normalisation in evaluation mode, with statistics that it might have collected."""
    layer.running_mean[...] = backend.asarray(draw.normal(layer.features))
    layer.running_var[...] = backend.asarray(draw.uniform(layer.features, low=0.5, high=2))
    return layer.eval()


EXAMPLES = {
    # layers/dense.py
    "dense": lambda draw: (pair(dense, "dense"), draw.normal(3, 4), draw.normal(4, 5), draw.normal(5)),
    "tied_dense":
        lambda draw: (pair(dense, "tied_dense"), draw.normal(3, 4), draw.normal(5, 4), draw.normal(5)),
    "Dense": lambda draw: (layers.Dense(4, 5, generator=draw.generator), draw.normal(3, 4)),
    "Dense, no bias":
        lambda draw: (layers.Dense(4, 5, bias=False, generator=draw.generator), draw.normal(3, 4)),
    "TiedDense":
        lambda draw: (layers.TiedDense(layers.Dense(5, 4, generator=draw.generator)), draw.normal(3, 4)),
    # layers/convolution.py: kernels that are not square, and rows and columns that no window reaches
    "conv2d":
        lambda draw: (pair(convolution, "conv2d"), draw.normal(3, 5, 3, 2), draw.normal(3, 2, 2, 4),
                      draw.normal(4)),
    "conv2d, stride and padding":
        lambda draw: (pair(convolution, "conv2d"), draw.normal(3, 6, 4, 1), draw.normal(3, 2, 1, 2),
                      draw.normal(2), 2, 1),
    "conv_transpose2d":
        lambda draw: (pair(convolution, "conv_transpose2d"), draw.normal(3, 2, 3, 4), draw.normal(3, 2, 2, 4),
                      draw.normal(2)),
    "conv_transpose2d, stride and padding":
        lambda draw: (pair(convolution, "conv_transpose2d"), draw.normal(3, 2, 4, 2), draw.normal(5, 4, 1, 2),
                      draw.normal(1), 3, 1, 2),
    "Conv2D": lambda draw: (layers.Conv2D(2, 4, (3, 2), generator=draw.generator), draw.normal(3, 5, 3, 2)),
    "Conv2D, stride and padding, no bias":
        lambda draw: (layers.Conv2D(1, 2, (3, 2), stride=(2, 3), padding=(1, 2), bias=False,
                                    generator=draw.generator), draw.normal(3, 6, 5, 1)),
    "ConvTranspose2D":
        lambda draw: (layers.ConvTranspose2D(4, 2, (3, 2), generator=draw.generator), draw.normal(3, 2, 3, 4)),
    "ConvTranspose2D, stride and padding, no bias":
        lambda draw: (layers.ConvTranspose2D(2, 1, (4, 3), stride=(2, 3), padding=(1, 0),
                                             output_padding=(1, 2), bias=False, generator=draw.generator),
                      draw.normal(3, 2, 4, 2)),
    # layers/pooling.py: windows that overlap, and windows that leave pixels out
    "max_pool2d": lambda draw: (pair(pooling, "max_pool2d"), draw.distinct(3, 5, 3, 2), 2, 1, 1),
    "max_unpool2d":
        lambda draw: (pair(pooling, "max_unpool2d"), draw.normal(3, 2, 4, 2),
                      draw.integers(3, 2, 4, 2, below=6), 9, 3, 2, 1),
    "avg_pool2d": lambda draw: (pair(pooling, "avg_pool2d"), draw.normal(3, 5, 3, 2), 2, 1, 1),
    "upsample2d": lambda draw: (pair(pooling, "upsample2d"), draw.normal(3, 2, 4, 2), 3),
    "MaxPool2D": lambda draw: (layers.MaxPool2D((3, 2), (2, 1), (1, 0)), draw.distinct(3, 5, 4, 1)),
    "MaxUnpool2D": lambda draw: (layers.MaxUnpool2D(layers.MaxPool2D((2, 3), (3, 4), (1, 0))),
                                 draw.normal(3, 2, 4, 2), draw.integers(3, 2, 4, 2, below=6)),
    "AvgPool2D": lambda draw: (layers.AvgPool2D((3, 2), (2, 1), (1, 0)), draw.normal(3, 5, 4, 1)),
    "Upsample2D": lambda draw: (layers.Upsample2D((2, 3)), draw.normal(3, 2, 4, 2)),
    # layers/embedding.py: 11 places for 7 rows, so that some row is used twice
    "embedding": lambda draw: (pair(embedding, "embedding"), draw.integers(11, below=7), draw.normal(7, 4)),
    "Embedding":
        lambda draw: (layers.Embedding(7, 4, generator=draw.generator), draw.integers(3, 5, below=7)),
    # layers/activations.py
    "sigmoid": lambda draw: (pair(activations, "sigmoid"), draw.normal(3, 4)),
    "tanh": lambda draw: (pair(activations, "tanh"), draw.normal(3, 4)),
    "relu": lambda draw: (pair(activations, "relu"), draw.away_from_zero(3, 4)),
    "leaky_relu": lambda draw: (pair(activations, "leaky_relu"), draw.away_from_zero(3, 4), 0.2),
    "elu": lambda draw: (pair(activations, "elu"), draw.away_from_zero(3, 4)),
    "softplus": lambda draw: (pair(activations, "softplus"), draw.away_from_zero(3, 4)),
    "softmax": lambda draw: (pair(activations, "softmax"), draw.normal(3, 4)),
    "softmax, tokens": lambda draw: (pair(activations, "softmax"), draw.normal(3, 2, 4)),
    "Sigmoid": lambda draw: (layers.Sigmoid(), draw.normal(3, 4)),
    "Tanh": lambda draw: (layers.Tanh(), draw.normal(3, 4)),
    "ReLU": lambda draw: (layers.ReLU(), draw.away_from_zero(3, 4)),
    "LeakyReLU": lambda draw: (layers.LeakyReLU(0.2), draw.away_from_zero(3, 4)),
    "ELU": lambda draw: (layers.ELU(), draw.away_from_zero(3, 4)),
    "Softplus": lambda draw: (layers.Softplus(), draw.away_from_zero(3, 4)),
    "Softmax": lambda draw: (layers.Softmax(), draw.normal(3, 4)),
    # layers/normalization.py
    "batch_norm":
        lambda draw: (pair(normalization, "batch_norm"), draw.normal(5, 4), draw.normal(4), draw.normal(4)),
    "layer_norm":
        lambda draw: (pair(normalization, "layer_norm"), draw.normal(3, 4), draw.normal(4), draw.normal(4)),
    "layer_norm, tokens":
        lambda draw: (pair(normalization, "layer_norm"), draw.normal(3, 2, 4), draw.normal(4), draw.normal(4)),
    "BatchNorm": lambda draw: (layers.BatchNorm(4), draw.normal(5, 4)),
    "BatchNorm, images": lambda draw: (layers.BatchNorm(2), draw.normal(3, 2, 4, 2)),
    "BatchNorm, evaluation": lambda draw: (running(layers.BatchNorm(4), draw), draw.normal(5, 4)),
    "LayerNorm": lambda draw: (layers.LayerNorm(4), draw.normal(3, 4)),
    "LayerNorm, tokens": lambda draw: (layers.LayerNorm(4), draw.normal(3, 2, 4)),
    # layers/noise.py
    "dropout": lambda draw: (pair(noise, "dropout"), draw.normal(3, 4), draw.mask(3, 4), 0.4),
    "masking_noise": lambda draw: (pair(noise, "masking_noise"), draw.normal(3, 4), draw.mask(3, 4)),
    "gaussian_noise": lambda draw: (pair(noise, "gaussian_noise"), draw.normal(3, 4), draw.normal(3, 4), 0.3),
    "salt_and_pepper":
        lambda draw: (pair(noise, "salt_and_pepper"), draw.normal(3, 4), draw.mask(3, 4) - draw.mask(3, 4)),
    "Dropout": lambda draw: (layers.Dropout(0.4, generator=1), draw.normal(3, 4)),
    "Dropout, evaluation": lambda draw: (layers.Dropout(0.4, generator=1).eval(), draw.normal(3, 4)),
    "MaskingNoise": lambda draw: (layers.MaskingNoise(0.4, generator=1), draw.normal(3, 4)),
    "GaussianNoise": lambda draw: (layers.GaussianNoise(0.3, generator=1), draw.normal(3, 4)),
    "SaltAndPepper": lambda draw: (layers.SaltAndPepper(0.4, generator=1), draw.normal(3, 4)),
    # layers/sampling.py
    "gaussian_sample":
        lambda draw: (pair(sampling, "gaussian_sample"), draw.normal(3, 4), draw.normal(3, 4), draw.normal(3, 4)),
    "GaussianSample":
        lambda draw: (layers.GaussianSample(), draw.normal(3, 4), draw.normal(3, 4), draw.normal(3, 4)),
    # layers/penalty.py
    "l1_activity": lambda draw: (penalty.l1_activity, draw.away_from_zero(3, 4), 0.7),
    "kl_sparsity": lambda draw: (penalty.kl_sparsity, draw.uniform(3, 4, low=0.2, high=0.8), 0.3, 0.7),
    "L1Activity": lambda draw: (layers.L1Activity(0.7), draw.away_from_zero(3, 4)),
    "KLSparsity": lambda draw: (layers.KLSparsity(0.3, 0.7), draw.uniform(3, 4, low=0.2, high=0.8)),
    # layers/packing.py: examples in packs of two
    "pack": lambda draw: (pair(packing, "pack"), draw.normal(6, 2, 4, 2), 2),
    "minibatch_std": lambda draw: (pair(packing, "minibatch_std"), draw.normal(3, 4), 0.7),
    "Pack": lambda draw: (layers.Pack(2), draw.normal(6, 3)),
    "Pack, images": lambda draw: (layers.Pack(2), draw.normal(6, 2, 4, 1)),
    "MinibatchStd": lambda draw: (layers.MinibatchStd(0.7), draw.normal(3, 4)),
    "MinibatchStd, images": lambda draw: (layers.MinibatchStd(), draw.normal(3, 2, 4, 2)),
    "MinibatchStd, evaluation": lambda draw: (layers.MinibatchStd().eval(), draw.normal(3, 4)),
    # layers/spectral.py
    "spectral_normalize": lambda draw: (pair(spectral, "spectral_normalize"), draw.normal(4, 3)),
    "SpectralNorm": lambda draw: (layers.SpectralNorm(layers.Dense(4, 5, generator=draw.generator)),
                                  draw.normal(3, 4)),
    "SpectralNorm, images":
        lambda draw: (layers.SpectralNorm(layers.Conv2D(2, 4, (3, 2), generator=draw.generator)),
                      draw.normal(3, 5, 3, 2)),
    # layers/shape.py, layers/sequential.py
    "Identity": lambda draw: (layers.Identity(), draw.normal(3, 4)),
    "Flatten": lambda draw: (layers.Flatten(), draw.normal(3, 2, 4, 2)),
    "Reshape": lambda draw: (layers.Reshape((2, 4, 1)), draw.normal(3, 8)),
    "Sequential, tied autoencoder of images": lambda draw: (autoencoder(draw), draw.normal(3, 2, 3, 1)),
    # losses/reconstruction.py
    "squared_error": lambda draw: (losses.squared_error, draw.normal(3, 4), draw.normal(3, 4)),
    "cross_entropy": lambda draw: (losses.cross_entropy, draw.distribution(3, 4), draw.distribution(3, 4)),
    "binary_cross_entropy":
        lambda draw: (losses.binary_cross_entropy, draw.uniform(3, 4, low=0.2, high=0.8), draw.uniform(3, 4)),
    "binary_cross_entropy, black and white":
        lambda draw: (losses.binary_cross_entropy, draw.uniform(3, 4, low=0.2, high=0.8), draw.mask(3, 4)),
    "binary_cross_entropy_with_logits":
        lambda draw: (losses.binary_cross_entropy_with_logits, draw.away_from_zero(3, 4), draw.uniform(3, 4)),
    "gaussian_nll":
        lambda draw: (losses.gaussian_nll, draw.normal(3, 4), draw.normal(3, 4), draw.normal(3, 4)),
    # losses/classification.py
    "softmax_cross_entropy":
        lambda draw: (losses.softmax_cross_entropy, draw.normal(3, 4), draw.integers(3, below=4)),
    "softmax_cross_entropy, probabilities":
        lambda draw: (losses.softmax_cross_entropy, draw.normal(3, 4), draw.distribution(3, 4)),
    "softmax_cross_entropy, probabilities that sum to 1 only nearly":
        lambda draw: (losses.softmax_cross_entropy, draw.normal(3, 4), 0.9995 * draw.distribution(3, 4)),
    # losses/divergence.py
    "gaussian_kl": lambda draw: (losses.gaussian_kl, draw.normal(3, 4), draw.normal(3, 4)),
    "gaussian_kl, between two":
        lambda draw: (losses.gaussian_kl, *(draw.normal(3, 4) for _ in range(4))),
}

# losses/adversarial.py: five games of three parts.
EXAMPLES |= {part.name: lambda draw, part=part: (part, beside_the_hinges(draw))
             for game in (losses.minimax, losses.non_saturating, losses.least_squares, losses.wasserstein, losses.hinge)
             for part in (game.real, game.fake, game.generator)}

NO_EXAMPLE = {"Layer": "the base of all layers has no formula"}


def names():
    """The names of all examples."""
    return list(EXAMPLES)


def matching(name):
    """The names of the examples of `name`: itself, its variants and its parts.

    Raises
    ------
    ValueError
        For a name without any, with the valid ones and the nearest.
    """
    found = [known for known in EXAMPLES if name in (known, base(known), known.split(".")[0])]
    if found:
        return found
    near = difflib.get_close_matches(name[:80], EXAMPLES, n=1, cutoff=0.4)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    valid = ", ".join(dict.fromkeys(map(base, EXAMPLES)))
    raise ValueError(f"unknown name {brief(repr(name))}{hint}; gradcheck knows {valid}")


def base(name):
    """The public name in front of a variant."""
    return name.split(",")[0]


def check(name, seed=0, method="richardson"):
    """The report of one example, drawn anew for each of two seeds.

    Where the complex step cannot be taken, Richardson's extrapolation is, and the rows say so.
    """
    reports = []
    for each in (seed, seed + 1):
        subject, *inputs = EXAMPLES[name](Draw(each))
        try:
            report = gradcheck(subject, *inputs, method=method, seeds=(each,), name=name)
        except NotAnalytic:
            report = gradcheck(subject, *inputs, method="richardson", seeds=(each,), name=name)
        reports.append(report)
    return reports[0].merged(reports[1])


def check_all(chosen=None, seed=0, method="richardson"):
    """One report of the examples with these names; of all, when none are given."""
    reports = [check(name, seed, method) for name in (EXAMPLES if chosen is None else chosen)]
    return Report([row for report in reports for row in report.rows])
