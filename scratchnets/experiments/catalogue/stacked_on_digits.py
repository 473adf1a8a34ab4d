"""Stacked autoencoders: does depth earn its bottleneck?

Autoencoders on digits of MNIST, squared error, Adam at 1e-3, batches of 128, three seeds. First three
shapes with the same code: one layer, 784-k; one wide hidden layer on each side, 784-m-k, with as many
parameters as the stack; and the stack, 784-1000-500-250-k. Then, at k = 30, stacks of ReLUs and of sigmoids,
trained as a whole or first pair by pair: a third of the epochs for each of the four pairs, which together
cost as much as that many epochs of the whole. Last the stack of ReLUs as a whole, and the one layer, with
three times the epochs.

A row is one training: its curves of train and test error (summed over the pixels, an image, without the ½)
and, for a code of 2, the codes of the test digits.
"""
from functools import partial

import numpy as np

from scratchnets.backend import to_numpy
from scratchnets.experiments.digits import SEEDS, digits, fit, x, x_test
from scratchnets.experiments.trial import Trial
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import Dense, Flatten, Reshape, Sequential, Sigmoid
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder, autoencoder, stacked
from scratchnets.training.pretraining import greedy_layerwise

LECTURE = 8
EPOCHS, EVERY = 24, 3
STACK = (1000, 500, 250)


def trials():
    for seed in SEEDS:
        for k in (2, 10, 30):
            for name in SHAPES | WAYS if k == 30 else SHAPES:
                yield Trial("trainings", {"name": name, "k": k, "seed": seed},
                            partial(training, name, k, seed),
                            quick=seed == 0 and k == 10 and name in ("one layer", "stacked"))


def one_layer(k, seed):
    return autoencoder(digits.example_shape, k, (), generator=seed)


def one_wide(k, seed):
    return autoencoder(digits.example_shape, k, (equal_width(k),), generator=seed)


def stack(k, seed):
    return stacked(digits.example_shape, k, STACK, generator=seed)


def sigmoid_stack(k, seed):
    """`stack` with sigmoids between its layers, as in 2006."""
    generator = np.random.default_rng(seed)
    down = [784, *STACK, k]

    def layers(widths):
        found = []
        for n_in, n_out in zip(widths, widths[1:]):
            found += [Dense(n_in, n_out, initializer=glorot_uniform, generator=generator), Sigmoid()]
        return found
    return Autoencoder(Sequential(Flatten(), *layers(down)[:-1]),
                       Sequential(*layers(down[::-1]), Reshape(digits.example_shape)))


# name: (how to build it, epochs for each pair beforehand, epochs in all)
SHAPES = {"one layer": (one_layer, 0, EPOCHS),
          "one wide hidden layer": (one_wide, 0, EPOCHS),
          "stacked": (stack, 0, EPOCHS)}
WAYS = {"stacked, pair by pair first": (stack, EPOCHS // 3, EPOCHS),
        "sigmoids": (sigmoid_stack, 0, EPOCHS),
        "sigmoids, pair by pair first": (sigmoid_stack, EPOCHS // 3, EPOCHS),
        "stacked, three times as long": (stack, 0, 3 * EPOCHS),
        "one layer, three times as long": (one_layer, 0, 3 * EPOCHS)}


def parameters(hidden, k, pixels=784):
    """Numbers to learn in pixels-hidden-k and back: weights and biases."""
    down = [pixels, *hidden, k]
    return sum(2 * n_in * n_out + n_in + n_out for n_in, n_out in zip(down, down[1:]))


def equal_width(k, pixels=784):
    """The m at which pixels-m-k and back has as many parameters as the stack, or just fewer."""
    return (parameters(STACK, k) - pixels - k) // (2 * pixels + 2 * k + 2)


def training(name, k, seed):
    build, first, last = (SHAPES | WAYS)[name]
    model = build(k, seed)
    row = {"parameters": sum(p.size for p in model.parameters()), "epochs": [], "train": [], "test": []}

    def look(epoch):
        row["epochs"].append(epoch)
        row["train"].append(round(sum_squared_error(model.reconstruct(x), x), 4))
        row["test"].append(round(sum_squared_error(model.reconstruct(x_test), x_test), 4))

    if first:
        greedy_layerwise(model, x, epochs=first, generator=np.random.default_rng(200 + seed))
        look(first)
    for record in fit(model, seed, epochs=last - first):
        if (record["epoch"] + first) % EVERY == 0:
            look(record["epoch"] + first)
    if k == 2:
        row["codes"] = [[round(float(value), 3) for value in code] for code in to_numpy(model.encode(x_test))]
    yield row
