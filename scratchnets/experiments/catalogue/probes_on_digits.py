"""Wide codes before a linear classifier: what are they worth?

Autoencoders 784-k-784 with a ReLU on the code, trained on the 4,000 training digits without their labels
(cross-entropy, Adam at 1e-3, batches of 128, 60 epochs, three seeds), and what they are to be compared with:
k random ReLU features, which never learned, the pixels themselves, and PCA of them. A row is one code:

    accuracy     a linear classifier on the code, trained with all 4,000 labels, on the test digits
    decay        its weight decay, chosen by the last 800 training digits after training on the first 3,200
    on           how many of the k units are above 0 for a test digit, on average
    test         squared error of the copy of a test digit, summed over the pixels, without the ½
    shuffled     the same for test digits whose pixels were shuffled, each image in its own way

The classifier is `linear_probe`, softmax regression on standardised features, with 300 steps, as `steps`
says; the codes of k = 1000 and the first seed stand there a second time, with 1,000 steps, to see what more
of them would bring.

The price of L1 (0.3) and the 60 epochs were settled after a first look at the test accuracy of one seed: for
them, unlike for the decay, no digits were kept back.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray
from scratchnets.experiments.digits import SEEDS, digits, fitted, x, x_test, y, y_test
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import denoising, sparse_l1
from scratchnets.models.classical import PCA
from scratchnets.models.finetuning import linear_probe

LECTURE = 7
WIDTHS, EPOCHS = (1000, 100, 300), 60
RANDOM_WIDTHS = (*WIDTHS, 3000)                         # they cost no training
STEPS, MORE_STEPS = 300, 1000
DECAYS, HELD_OUT = (1e-3, 1e-2, 1e-1, 1.0), 800


def trials():
    yield trial(pixels, "pixels", 784)
    for k in (30, 100, 300):
        yield trial(pca, "PCA", k)
    for seed in SEEDS:
        for k in RANDOM_WIDTHS:
            for name in CODES if k in WIDTHS else ("random",):
                yield trial(partial(code, name), name, k, seed)
    for name in CODES:
        yield trial(partial(code, name), name, WIDTHS[0], SEEDS[0], MORE_STEPS)


def trial(run, name, k, seed=0, steps=STEPS):
    return Trial("codes", {"code": name, "k": k, "seed": seed, "steps": steps}, partial(run, k, seed, steps),
                 quick=k <= 100 and seed == 0 and name in ("PCA", "random", "plain"))


def l1(weight):
    """`sparse_l1`; with a weight of 0 it is `overcomplete` without its refusal of narrow codes."""
    return lambda k, seed: sparse_l1(digits.example_shape, latent=k, weight=weight, loss="cross-entropy",
                                     generator=seed)


def denoised(k, seed):
    return denoising(digits.example_shape, latent=k, loss="cross-entropy", generator=seed)


CODES = {"random": l1(0.0), "plain": l1(0.0), "L1": l1(0.3), "denoising": denoised}


def pixels(k, seed, steps):
    yield probe(x.reshape(-1, k), x_test.reshape(-1, k), steps)


def pca(k, seed, steps):
    flat, flat_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    plane = PCA(k).fit(flat)
    yield probe(plane.transform(flat), plane.transform(flat_test), steps)


def code(name, k, seed, steps):
    model = CODES[name](k, seed)
    if name != "random":
        fitted(model, seed, epochs=EPOCHS)
    codes, codes_test = model.encode(x), model.encode(x_test)
    row = probe(codes, codes_test, steps) | {"on": round(float((codes_test > 0).sum(axis=1).mean()), 4)}
    if name != "random":
        for part, images in (("test", x_test), ("shuffled", shuffled())):
            row[part] = round(sum_squared_error(model.reconstruct(images), images), 4)
    yield row


def probe(features, features_test, steps):
    """{"accuracy": …, "decay": …} of the test digits, with the weight decay that is best on held-out ones."""
    first, last = slice(None, -HELD_OUT), slice(-HELD_OUT, None)
    decay = max(DECAYS, key=lambda decay: linear_probe(features[first], y[first], features[last], y[last],
                                                       decay, steps))
    accuracy = linear_probe(features, y, features_test, y_test, decay, steps)
    return {"accuracy": round(accuracy, 4), "decay": decay}


def shuffled():
    """The test digits, the pixels of each in an order of its own."""
    rng = np.random.default_rng(0)
    images = [rng.permutation(image.ravel()) for image in digits.x_test]
    return asarray(np.stack(images)).reshape(x_test.shape)
