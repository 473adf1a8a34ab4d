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

from scratchnets import layers, losses
from scratchnets.gradcheck.check import NotAnalytic, gradcheck
from scratchnets.gradcheck.report import Report
from scratchnets.layers import activations, dense, embedding, noise, normalization, penalty


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
        return 0.1 * self.generator.permutation(np.arange(np.prod(shape)) - np.prod(shape) / 2.3).reshape(shape)

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
    encoder = layers.Dense(5, 4, generator=draw.generator)
    return layers.Sequential(encoder, layers.Sigmoid(), layers.TiedDense(encoder))


EXAMPLES = {
    # layers/dense.py
    "dense": lambda draw: (pair(dense, "dense"), draw.normal(3, 4), draw.normal(4, 5), draw.normal(5)),
    "tied_dense": lambda draw: (pair(dense, "tied_dense"), draw.normal(3, 4), draw.normal(5, 4), draw.normal(5)),
    "Dense": lambda draw: (layers.Dense(4, 5, generator=draw.generator), draw.normal(3, 4)),
    "Dense, no bias": lambda draw: (layers.Dense(4, 5, bias=False, generator=draw.generator), draw.normal(3, 4)),
    "TiedDense": lambda draw: (layers.TiedDense(layers.Dense(5, 4, generator=draw.generator)), draw.normal(3, 4)),
    # layers/activations.py
    "sigmoid": lambda draw: (pair(activations, "sigmoid"), draw.normal(3, 4)),
    "tanh": lambda draw: (pair(activations, "tanh"), draw.normal(3, 4)),
    "relu": lambda draw: (pair(activations, "relu"), draw.away_from_zero(3, 4)),
    "leaky_relu": lambda draw: (pair(activations, "leaky_relu"), draw.away_from_zero(3, 4), 0.2),
    "elu": lambda draw: (pair(activations, "elu"), draw.away_from_zero(3, 4)),
    "softplus": lambda draw: (pair(activations, "softplus"), draw.away_from_zero(3, 4)),
    "softmax": lambda draw: (pair(activations, "softmax"), draw.distinct(3, 4)),
    "Sigmoid": lambda draw: (layers.Sigmoid(), draw.normal(3, 4)),
    "Tanh": lambda draw: (layers.Tanh(), draw.normal(3, 4)),
    "ReLU": lambda draw: (layers.ReLU(), draw.away_from_zero(3, 4)),
    "LeakyReLU": lambda draw: (layers.LeakyReLU(0.2), draw.away_from_zero(3, 4)),
    "ELU": lambda draw: (layers.ELU(), draw.away_from_zero(3, 4)),
    "Softplus": lambda draw: (layers.Softplus(), draw.away_from_zero(3, 4)),
    "Softmax": lambda draw: (layers.Softmax(), draw.distinct(3, 4)),
    "Softmax, sequences": lambda draw: (layers.Softmax(), draw.distinct(3, 2, 4)),
    # layers/embedding.py
    "embedding": lambda draw: (pair(embedding, "embedding"), draw.integers(3, 4, below=5), draw.normal(5, 2)),
    "Embedding": lambda draw: (layers.Embedding(5, 2, generator=draw.generator), draw.integers(4, below=5)),
    "Embedding, sequences":
        lambda draw: (layers.Embedding(5, 2, generator=draw.generator), draw.integers(3, 4, below=5)),
    # layers/normalization.py
    "batch_norm": lambda draw: (pair(normalization, "batch_norm"), draw.normal(4, 3), draw.normal(3), draw.normal(3)),
    "layer_norm": lambda draw: (pair(normalization, "layer_norm"), draw.normal(3, 4), draw.normal(4), draw.normal(4)),
    "BatchNorm": lambda draw: (layers.BatchNorm(3), draw.normal(4, 3)),
    "BatchNorm, images": lambda draw: (layers.BatchNorm(2), draw.normal(3, 2, 4, 2)),
    "BatchNorm, evaluation": lambda draw: (layers.BatchNorm(3).eval(), draw.normal(4, 3)),
    "LayerNorm": lambda draw: (layers.LayerNorm(4), draw.normal(3, 4)),
    "LayerNorm, sequences": lambda draw: (layers.LayerNorm(5), draw.normal(3, 2, 5)),
    # layers/noise.py
    "dropout": lambda draw: (pair(noise, "dropout"), draw.normal(3, 4), draw.mask(3, 4), 0.4),
    "masking_noise": lambda draw: (pair(noise, "masking_noise"), draw.normal(3, 4), draw.mask(3, 4)),
    "gaussian_noise": lambda draw: (pair(noise, "gaussian_noise"), draw.normal(3, 4), draw.normal(3, 4), 0.4),
    "salt_and_pepper":
        lambda draw: (pair(noise, "salt_and_pepper"), draw.normal(3, 4), draw.integers(3, 4, below=3) - 1),
    "Dropout": lambda draw: (layers.Dropout(0.4), draw.normal(3, 4)),
    "Dropout, evaluation": lambda draw: (layers.Dropout(0.4).eval(), draw.normal(3, 4)),
    "MaskingNoise": lambda draw: (layers.MaskingNoise(0.4), draw.normal(3, 4)),
    "GaussianNoise": lambda draw: (layers.GaussianNoise(0.4), draw.normal(3, 4)),
    "SaltAndPepper": lambda draw: (layers.SaltAndPepper(0.4), draw.normal(3, 4)),
    # layers/penalty.py
    "l1_activity": lambda draw: (penalty.l1_activity, draw.away_from_zero(3, 4), 0.3),
    "kl_sparsity": lambda draw: (penalty.kl_sparsity, draw.uniform(3, 4, low=0.1, high=0.9), 0.05, 0.3),
    "L1Activity": lambda draw: (layers.L1Activity(0.3), draw.away_from_zero(3, 4)),
    "KLSparsity": lambda draw: (layers.KLSparsity(0.05, 0.3), draw.uniform(3, 4, low=0.1, high=0.9)),
    # layers/shape.py, layers/sequential.py
    "Identity": lambda draw: (layers.Identity(), draw.normal(3, 4)),
    "Flatten": lambda draw: (layers.Flatten(), draw.normal(3, 2, 4, 5)),
    "Reshape": lambda draw: (layers.Reshape((2, 4, 1)), draw.normal(3, 8)),
    "Sequential, tied autoencoder": lambda draw: (autoencoder(draw), draw.normal(3, 5)),
    # losses/reconstruction.py
    "squared_error": lambda draw: (losses.squared_error, draw.normal(3, 4), draw.normal(3, 4)),
    "binary_cross_entropy_with_logits":
        lambda draw: (losses.binary_cross_entropy_with_logits, draw.away_from_zero(3, 4), draw.uniform(3, 4)),
}

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
    found = [known for known in EXAMPLES if known == name or base(known) == name or known.split(".")[0] == name]
    if found:
        return found
    near = difflib.get_close_matches(name, EXAMPLES, n=1, cutoff=0.4)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise ValueError(f"unknown name {name!r}{hint}; gradcheck knows {', '.join(dict.fromkeys(map(base, EXAMPLES)))}")


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
