"""One layer to 30 numbers and one back: what keeps the notes' autoencoder above PCA?

Autoencoders on digits of MNIST, trained by Adam with batches of 128. A row is one training: the squared error
per image (summed over the pixels, without the ½) on the training and the test digits after so many epochs, and
how the code is spread at the end.

    trainings    every variant at one rate, 1e-3, for 300 epochs, three seeds
    rates        three of them at larger rates, which fall along a cosine to zero; 300 epochs, one seed, and two
                 seeds more at the rate whose *training* error is least
"""
import math
from functools import partial

import numpy as np

from scratchnets.experiments.digits import SEEDS, fit, x, x_test
from scratchnets.experiments.trial import Trial
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import Dense, Flatten, Identity, Layer, Reshape, Sequential, Sigmoid, TiedDense
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.optimizers import Adam
from scratchnets.schedules import cosine
from scratchnets.training import train

LECTURE = 4
K, EPOCHS, BATCH = 30, 300, 128
KEPT = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300)

# name: (tied weights?, the code's squashing, the output's squashing, what the input is divided by)
VARIANTS = {"tied, linear": (True, Identity, Identity, 1),
            "tied, σ on the output alone": (True, Identity, Sigmoid, 1),
            "tied, σ on the code alone": (True, Sigmoid, Identity, 1),
            "tied, σ on both (the notes')": (True, Sigmoid, Sigmoid, 1),
            "untied, σ on both": (False, Sigmoid, Sigmoid, 1),
            "tied, σ on both, input / 4": (True, Sigmoid, Sigmoid, 4),
            "tied, σ on both, input / 16": (True, Sigmoid, Sigmoid, 16)}

# The notes' own is the one that loses, and its best of the first three rates is the largest: so it gets one more.
RATES, BEST_RATE = (3e-3, 1e-2, 3e-2), 3e-2
AT_RATES = {"tied, σ on both (the notes')": (*RATES, 1e-1), "untied, σ on both": RATES,
            "tied, σ on both, input / 16": RATES}


def trials():
    for seed in SEEDS:
        for name in VARIANTS:
            yield Trial("trainings", {"name": name, "seed": seed}, partial(at_one_rate, name, seed),
                        quick=seed == 0 and name in ("tied, linear", "tied, σ on both (the notes')"))
    for name, rates in AT_RATES.items():
        for lr in rates:
            for seed in SEEDS if lr == BEST_RATE else SEEDS[:1]:
                yield Trial("rates", {"name": name, "lr": lr, "seed": seed},
                            partial(at_falling_rate, name, lr, seed))


class Divide(Layer):
    """y = x / s, a constant: what tells the scale of the encoder's weights from that of the decoder's."""

    def __init__(self, s):
        self.s = s

    def forward(self, x):
        return self.keep(x / self.s)

    def backward(self, dy, need_dx=True):
        self.take(dy)
        return dy / self.s


def one_layer(name, seed):
    """The autoencoder of this name."""
    is_tied, code, output, s = VARIANTS[name]
    generator = np.random.default_rng(seed)
    dense = Dense(784, K, initializer=glorot_uniform, generator=generator)
    back = TiedDense(dense) if is_tied else Dense(K, 784, initializer=glorot_uniform, generator=generator)
    return Autoencoder(Sequential(Flatten(), Divide(s), dense, code()),
                       Sequential(back, output(), Reshape((28, 28, 1))))


def at_one_rate(name, seed):
    model = one_layer(name, seed)
    yield followed(model, fit(model, seed, epochs=EPOCHS))


def at_falling_rate(name, lr, seed):
    model = one_layer(name, seed)
    yield followed(model, train(model, Adam(model.parameters(), lr=lr), x, epochs=EPOCHS, batch_size=BATCH,
                                generator=np.random.default_rng(100 + seed),
                                schedule=cosine(lr, EPOCHS * math.ceil(len(x) / BATCH))))


def followed(model, records):
    """What a training is measured by, while it goes on and at its end."""
    curve = {"epochs": [], "train": [], "test": []}
    for record in records:
        if record["epoch"] in KEPT:
            curve["epochs"].append(record["epoch"])
            for part, images in (("train", x), ("test", x_test)):
                curve[part].append(round(sum_squared_error(model.reconstruct(images), images), 3))
    codes = model.encode(x_test)
    as_bits = model.decode((codes > 0.5).astype(codes.dtype))           # only means something behind a σ
    middle = float(((codes > 0.1) & (codes < 0.9)).mean())
    return curve | {"share_of_codes_between_0.1_and_0.9": round(middle, 4),
                    "test_with_the_code_rounded_to_bits": round(sum_squared_error(as_bits, x_test), 3)}
