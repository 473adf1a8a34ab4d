"""The long trainings behind lectures 04 to 08: autoencoders on the embedded digits, three seeds each.

    python notebooks/experiments/autoencoders_on_digits.py              # all parts, about ten minutes
    python notebooks/experiments/autoencoders_on_digits.py one_layer       # one of them

A row is one training: its settings, and the squared error an image (summed over the pixels, without the ½)
on the training and the test digits after so many epochs. A training is written into
autoencoders_on_digits.json, next to this file, as soon as it is over; what is there already is not
repeated, so that a stopped run goes on where it was.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.files import write_text
from scratchnets.initializers import fan_in_uniform
from scratchnets.layers import Dense, Flatten, Reshape, Sequential, Sigmoid, TiedDense
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder, autoencoder, tied
from scratchnets.optimizers import Adam
from scratchnets.training import train

FILE = Path(__file__).with_name("autoencoders_on_digits.json")
SEEDS = (0, 1, 2)
digits = load("mnist5k")
x, x_test = asarray(digits.x_train), asarray(digits.x_test)


def tied_from_small_weights(shape, latent, generator):
    """`tied` with W from U(−1/√784, 1/√784), what PyTorch's layers begin with; the preset is Glorot's."""
    dense = Dense(784, latent, initializer=fan_in_uniform, generator=generator)
    return Autoencoder(Sequential(Flatten(), dense, Sigmoid()),
                       Sequential(TiedDense(dense), Sigmoid(), Reshape(shape)))


def deep():
    """784-512-256-k and back."""
    for seed in SEEDS:
        for k in (10, 2, 30):
            for loss in ("squared-error", "cross-entropy"):
                yield autoencoder, 100, {"latent": k, "loss": loss}, seed


def one_layer():
    """The notes' tied autoencoder at k = 30, from two initialisations."""
    for seed in SEEDS:
        for build in (tied, tied_from_small_weights):
            yield build, 50, {"latent": 30}, seed


def row(build, epochs, options, seed):
    """One training with Adam at 1e-3 and batches of 128."""
    model = build(digits.example_shape, generator=seed, **options)
    curve = {"epochs": [], "train": [], "test": []}
    for record in train(model, Adam(model.parameters(), lr=1e-3), x, epochs=epochs, batch_size=128,
                        generator=np.random.default_rng(100 + seed)):
        epoch = record["epoch"]
        if epoch in (1, 2) or epoch % 5 == 0:
            curve["epochs"].append(epoch)
            for part, images in (("train", x), ("test", x_test)):
                curve[part].append(round(sum_squared_error(model.reconstruct(images), images), 4))
    return key(build, options, seed) | curve


def key(build, options, seed):
    return {"model": build.__name__, "seed": seed} | options


PARTS = {part.__name__: part for part in (deep, one_layer)}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        for build, epochs, options, seed in PARTS[name]():
            stored = json.loads(FILE.read_text()) if FILE.exists() else {}
            rows, this = stored.setdefault(name, []), key(build, options, seed)
            if any(this.items() <= done.items() for done in rows):
                continue
            began = time.perf_counter()
            rows.append(row(build, epochs, options, seed))
            write_text(FILE, json.dumps(stored) + "\n")
            print(f"{this}: test {rows[-1]['test'][-1]:.2f}, {time.perf_counter() - began:.0f} s", flush=True)
