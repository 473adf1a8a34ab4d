"""The long trainings behind lecture 08: does depth earn its bottleneck?

    python notebooks/experiments/stacked_on_digits.py          # about twenty minutes on one core

Autoencoders on the embedded digits, squared error, Adam at 1e-3, batches of 128, three seeds. First three
shapes with the same code: one layer, 784-k; one wide hidden layer on each side, 784-m-k, with as many
parameters as the stack; and the stack, 784-1000-500-250-k. Then, at k = 30, stacks of ReLUs and of sigmoids,
trained as a whole or first pair by pair: a third of the epochs for each of the four pairs, which together
cost as much as that many epochs of the whole. Last the stack of ReLUs as a whole with three times the epochs.

A row of stacked_on_digits.json, next to this file, is one training: its curves of train and test error
(summed over the pixels, an image, without the ½) and, for a code of 2, the codes of the test digits. What is
there already is not computed again: stop it and start it as you like.
"""
import json
import time
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.files import write_text
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import Dense, Flatten, Reshape, Sequential, Sigmoid
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder, autoencoder, stacked
from scratchnets.optimizers import Adam
from scratchnets.training import train
from scratchnets.training.pretraining import greedy_layerwise

FILE = Path(__file__).with_suffix(".json")
SEEDS, CODES, EPOCHS, EVERY = (0, 1, 2), (2, 10, 30), 24, 3
LONGER = "stacked, three times as long"
STACK = (1000, 500, 250)
digits = load("mnist5k")
x, x_test = asarray(digits.x_train), asarray(digits.x_test)


def parameters(hidden, k, pixels=784):
    """Numbers to learn in pixels-hidden-k and back: weights and biases."""
    down = [pixels, *hidden, k]
    return sum(2 * n_in * n_out + n_in + n_out for n_in, n_out in zip(down, down[1:]))


def equal_width(k, pixels=784):
    """The m at which pixels-m-k and back has as many parameters as the stack, or just fewer."""
    return (parameters(STACK, k) - pixels - k) // (2 * pixels + 2 * k + 2)


def sigmoid_stack(shape, latent, generator):
    """`stacked` with sigmoids between its layers, as in 2006."""
    generator = np.random.default_rng(generator)
    down = [784, *STACK, latent]

    def layers(widths):
        found = []
        for n_in, n_out in zip(widths, widths[1:]):
            found += [Dense(n_in, n_out, initializer=glorot_uniform, generator=generator), Sigmoid()]
        return found
    return Autoencoder(Sequential(Flatten(), *layers(down)[:-1]),
                       Sequential(*layers(down[::-1]), Reshape(shape)))


def trainings(k):
    """{name: (how to build it, whether it is pre-trained pair by pair)}."""
    shape = digits.example_shape

    def one_wide(seed):
        return autoencoder(shape, k, (equal_width(k),), generator=seed)
    found = {"one layer": (lambda seed: autoencoder(shape, k, (), generator=seed), False),
             "one wide hidden layer": (one_wide, False),
             "stacked": (lambda seed: stacked(shape, k, STACK, generator=seed), False)}
    if k == 30:
        found |= {"stacked, pair by pair first": (found["stacked"][0], True),
                  "sigmoids": (lambda seed: sigmoid_stack(shape, k, seed), False),
                  "sigmoids, pair by pair first": (lambda seed: sigmoid_stack(shape, k, seed), True),
                  LONGER: (found["stacked"][0], False)}
    return found


def run(name, k, seed):
    build, greedy = trainings(k)[name]
    model, first, last = build(seed), EPOCHS // 3 if greedy else 0, EPOCHS * (3 if name == LONGER else 1)
    row = {"name": name, "k": k, "seed": seed, "parameters": sum(p.size for p in model.parameters()),
           "epochs": [], "train": [], "test": []}

    def look(epoch):
        row["epochs"].append(epoch)
        row["train"].append(round(sum_squared_error(model.reconstruct(x), x), 4))
        row["test"].append(round(sum_squared_error(model.reconstruct(x_test), x_test), 4))

    if greedy:
        greedy_layerwise(model, x, epochs=first, generator=np.random.default_rng(200 + seed))
        look(first)
    for record in train(model, Adam(model.parameters(), lr=1e-3), x, epochs=last - first, batch_size=128,
                        generator=np.random.default_rng(100 + seed)):
        if (record["epoch"] + first) % EVERY == 0:
            look(record["epoch"] + first)
    if k == 2:
        row["codes"] = [[round(float(value), 3) for value in code] for code in to_numpy(model.encode(x_test))]
    return row


if __name__ == "__main__":
    rows = json.loads(FILE.read_text()) if FILE.exists() else []
    done = {(row["name"], row["k"], row["seed"]) for row in rows}
    for seed in SEEDS:
        for k in CODES:
            for name in trainings(k):
                if (name, k, seed) not in done:
                    began = time.perf_counter()
                    rows.append(run(name, k, seed))
                    write_text(FILE, json.dumps(rows) + "\n")
                    print(f"{name}, k = {k}, seed {seed}: test error {rows[-1]['test'][-1]:.2f}, "
                          f"{time.perf_counter() - began:.0f} s", flush=True)
