"""Behind lecture 04: what keeps the notes' one-layer autoencoder above PCA?

    python notebooks/experiments/one_layer_on_digits.py            # about six minutes

Autoencoders with one layer to k = 30 numbers and one back, on the embedded digits, three seeds each, trained
by Adam at 1e-3 with batches of 128 for 300 epochs. A row of one_layer_on_digits.json, next to this file, is
one training: the squared error an image (summed over the pixels, without the ½) on the training and the test
digits after so many epochs, and how the code is spread at the end. Rows that are there are not repeated.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.files import write_text
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import Dense, Flatten, Identity, Layer, Reshape, Sequential, Sigmoid, TiedDense
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.optimizers import Adam
from scratchnets.training import train

FILE = Path(__file__).with_name("one_layer_on_digits.json")
SEEDS, K, EPOCHS = (0, 1, 2), 30, 300
KEPT = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300)


class Divide(Layer):
    """y = x / s, a constant: what tells the scale of the encoder's weights from that of the decoder's."""

    def __init__(self, s):
        self.s = s

    def forward(self, x):
        return self.keep(x / self.s)

    def backward(self, dy, need_dx=True):
        self.take(dy)
        return dy / self.s


# name: (tied weights?, the code's squashing, the output's squashing, what the input is divided by)
VARIANTS = {"tied, linear": (True, Identity, Identity, 1),
            "tied, σ on the output alone": (True, Identity, Sigmoid, 1),
            "tied, σ on the code alone": (True, Sigmoid, Identity, 1),
            "tied, σ on both (the notes')": (True, Sigmoid, Sigmoid, 1),
            "untied, σ on both": (False, Sigmoid, Sigmoid, 1),
            "tied, σ on both, input / 4": (True, Sigmoid, Sigmoid, 4),
            "tied, σ on both, input / 16": (True, Sigmoid, Sigmoid, 16)}


def one_layer(name, seed):
    """The autoencoder of this name."""
    is_tied, code, output, s = VARIANTS[name]
    generator = np.random.default_rng(seed)
    dense = Dense(784, K, initializer=glorot_uniform, generator=generator)
    back = TiedDense(dense) if is_tied else Dense(K, 784, initializer=glorot_uniform, generator=generator)
    return Autoencoder(Sequential(Flatten(), Divide(s), dense, code()),
                       Sequential(back, output(), Reshape((28, 28, 1))))


def row(name, seed, x, x_test):
    """One training."""
    model = one_layer(name, seed)
    curve = {"epochs": [], "train": [], "test": []}
    for record in train(model, Adam(model.parameters(), lr=1e-3), x, epochs=EPOCHS, batch_size=128,
                        generator=np.random.default_rng(100 + seed)):
        if record["epoch"] in KEPT:
            curve["epochs"].append(record["epoch"])
            for part, images in (("train", x), ("test", x_test)):
                curve[part].append(round(sum_squared_error(model.reconstruct(images), images), 3))
    codes = model.encode(x_test)
    as_bits = model.decode((codes > 0.5).astype(codes.dtype))           # only means something behind a σ
    middle = float(((codes > 0.1) & (codes < 0.9)).mean())
    return {"name": name, "seed": seed} | curve | {
        "share_of_codes_between_0.1_and_0.9": round(middle, 4),
        "test_with_the_code_rounded_to_bits": round(sum_squared_error(as_bits, x_test), 3)}


if __name__ == "__main__":
    digits = load("mnist5k")
    x, x_test = asarray(digits.x_train), asarray(digits.x_test)
    for seed in SEEDS:
        for name in sys.argv[1:] or VARIANTS:
            rows = json.loads(FILE.read_text()) if FILE.exists() else []
            if any((row["name"], row["seed"]) == (name, seed) for row in rows):
                continue
            began = time.perf_counter()
            rows.append(row(name, seed, x, x_test))
            write_text(FILE, json.dumps(rows, ensure_ascii=False) + "\n")
            print(f"{name}, seed {seed}: test {rows[-1]['test'][-1]:.2f}, "
                  f"{time.perf_counter() - began:.0f} s", flush=True)
