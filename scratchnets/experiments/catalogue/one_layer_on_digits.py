"""One layer to 30 numbers and one back: what keeps the notes' autoencoder above PCA?

Autoencoders on digits of MNIST, trained by Adam with batches of 128 for 300 epochs while the learning rate
falls along a cosine to zero. Each is trained at three rates from seed 0; at the one whose *training* error is
least, from two seeds more. A row is one training: the squared error per image (summed over the pixels,
without the ½) on the training and the test digits after so many epochs, and how the code is spread at the end.
"""
import math
from functools import partial

import numpy as np

from scratchnets.experiments.digits import SEEDS, x, x_test
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

RATES = (3e-3, 1e-2, 3e-2)

# name: (tied weights?, the code's squashing, the output's squashing, what the input is divided by)
VARIANTS = {"tied, linear": (True, Identity, Identity, 1),
            "tied, σ on the output alone": (True, Identity, Sigmoid, 1),
            "tied, σ on the code alone": (True, Sigmoid, Identity, 1),
            "tied, σ on both (the notes')": (True, Sigmoid, Sigmoid, 1),
            "untied, σ on both": (False, Sigmoid, Sigmoid, 1),
            "tied, σ on both, input / 16": (True, Sigmoid, Sigmoid, 16)}

# The rate whose training error is least after all epochs, from seed 0.
BEST = {}


def trials():
    for name in VARIANTS:
        for lr in RATES:
            for seed in SEEDS if lr == BEST.get(name) else SEEDS[:1]:
                yield Trial("trainings", {"name": name, "lr": lr, "seed": seed}, partial(training, name, lr, seed))


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


def training(name, lr, seed):
    model = one_layer(name, seed)
    curve = {"epochs": [], "train": [], "test": []}
    for record in train(model, Adam(model.parameters(), lr=lr), x, epochs=EPOCHS, batch_size=BATCH,
                        generator=np.random.default_rng(100 + seed),
                        schedule=cosine(lr, EPOCHS * math.ceil(len(x) / BATCH))):
        if record["epoch"] in KEPT:
            curve["epochs"].append(record["epoch"])
            for part, images in (("train", x), ("test", x_test)):
                curve[part].append(round(sum_squared_error(model.reconstruct(images), images), 3))
    codes = model.encode(x_test)
    as_bits = model.decode((codes > 0.5).astype(codes.dtype))           # only means something behind a σ
    middle = float(((codes > 0.1) & (codes < 0.9)).mean())
    yield curve | {"share_of_codes_between_0.1_and_0.9": round(middle, 4),
                   "test_with_the_code_rounded_to_bits": round(sum_squared_error(as_bits, x_test), 3)}
