"""Autoencoders on digits of MNIST: what the last layer and the loss change.

"deep" is 784-512-256-k and back, "one_layer" the notes' tied autoencoder at k = 30, from two initialisations.
A row is one training: its settings, and the squared error an image (summed over the pixels, without the ½) on
the training and the test digits after so many epochs. Adam at 1e-3, batches of 128, three seeds.
"""
from functools import partial

from scratchnets.experiments.digits import SEEDS, digits, fit, x, x_test
from scratchnets.experiments.trial import Trial
from scratchnets.initializers import fan_in_uniform
from scratchnets.layers import Dense, Flatten, Reshape, Sequential, Sigmoid, TiedDense
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder, autoencoder, tied

LECTURE = 5


def trials():
    for seed in SEEDS:
        for k in (10, 2, 30):
            for loss in ("squared-error", "cross-entropy"):
                options = {"latent": k, "loss": loss}
                yield Trial("deep", {"model": "autoencoder", "seed": seed} | options,
                            partial(training, autoencoder, seed, 100, options),
                            quick=(seed, k, loss) == (0, 10, "squared-error"))
        for build in (tied, tied_from_small_weights):
            yield Trial("one_layer", {"model": build.__name__, "seed": seed, "latent": 30},
                        partial(training, build, seed, 50, {"latent": 30}), quick=seed == 0 and build is tied)


def tied_from_small_weights(shape, latent, generator):
    """`tied` with W from U(−1/√784, 1/√784), what PyTorch's layers begin with; the preset is Glorot's."""
    dense = Dense(784, latent, initializer=fan_in_uniform, generator=generator)
    return Autoencoder(Sequential(Flatten(), dense, Sigmoid()),
                       Sequential(TiedDense(dense), Sigmoid(), Reshape(shape)))


def training(build, seed, epochs, options):
    model = build(digits.example_shape, generator=seed, **options)
    curve = {"epochs": [], "train": [], "test": []}
    for record in fit(model, seed, epochs=epochs):
        epoch = record["epoch"]
        if epoch in (1, 2) or epoch % 5 == 0:
            curve["epochs"].append(epoch)
            for part, images in (("train", x), ("test", x_test)):
                curve[part].append(round(sum_squared_error(model.reconstruct(images), images), 4))
    yield curve
