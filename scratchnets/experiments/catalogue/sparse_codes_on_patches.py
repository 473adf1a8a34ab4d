"""What do penalties make scarce: L1 and KL, behind a ReLU and behind a sigmoid, and weight decay?

Autoencoders 64-100-64 on 8 × 8 patches of the embedded digits, trained by Adam with batches of 128 for 50
epochs, and a rate that falls to 0 along a cosine. The rate is chosen by the training loss of seed 0 among
three; at that rate there are three seeds. Where activities are penalised there is a weight decay of 0.0001,
too: L1 alone can be dodged by a change of scale. A row is one training: the loss (with its penalty) after so
many epochs, and on test patches the squared error, the units in play and those that are ever on.
"""
from functools import cache, partial

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.experiments.digits import SEEDS, digits
from scratchnets.experiments.trial import Trial
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import KLSparsity, L1Activity, ReLU, Sigmoid
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder.wide import one_hidden_layer
from scratchnets.optimizers import Adam
from scratchnets.schedules import cosine
from scratchnets.training import train

LECTURE = 9
UNITS, SHAPE, RHO, DECAY = 100, (8, 8, 1), 0.05, 1e-4
EPOCHS, KEPT = 50, (30, 40, 45, 50)
RATES = (3e-3, 1e-2, 3e-2)

# what is penalised and what stands behind the code: the weights of the penalty
SETTINGS = {"weight decay (ReLU)": (1e-4, 1e-2),
            "weight decay (sigmoid)": (1e-4,),
            "L1 (ReLU)": (0.01, 0.03, 0.1),
            "L1 (sigmoid)": (0.03, 0.1),
            "KL (sigmoid)": (0.03, 0.1, 0.3, 3)}
BEST = {("weight decay (ReLU)", 1e-2): 1e-2, ("L1 (ReLU)", 0.1): 1e-2}           # of the three rates; else it is 3e-2


def trials():
    for penalty, weights in SETTINGS.items():
        for weight in weights:
            for seed in SEEDS:
                for rate in RATES if seed == 0 else (rate_of(penalty, weight),):
                    yield Trial("trainings", {"penalty": penalty, "weight": weight, "rate": rate, "seed": seed},
                                partial(training, penalty, weight, rate, seed), quick=seed == 0 and weight == 0.03)


def rate_of(penalty, weight):
    return BEST.get((penalty, weight), 3e-2)


@cache
def patches():
    """10,000 training patches and 2,000 test patches with ink in them, (N, 8, 8, 1)."""
    rng = np.random.default_rng(0)
    return cut(digits.x_train, 10_000, rng), cut(digits.x_test, 2_000, rng)


def cut(images, count, rng):
    found = []
    while len(found) < count:
        top, left = rng.integers(0, 21, 2)
        patch = images[rng.integers(len(images)), top:top + 8, left:left + 8]
        if patch.std() > 0.15:
            found.append(patch)
    return asarray(np.stack(found))


def new(penalty, weight, seed):
    """The autoencoder with its initial weights."""
    priced, behind = penalty[:-1].split(" (")
    options = {"initializer": glorot_uniform} if behind == "sigmoid" else {}
    code = {"ReLU": ReLU, "sigmoid": Sigmoid}[behind]()
    price = {"weight decay": [], "L1": [L1Activity(weight)], "KL": [KLSparsity(RHO, weight)]}[priced]
    decay = weight if priced == "weight decay" else DECAY
    return one_hidden_layer(SHAPE, UNITS, [code, *price], "squared-error", decay, np.random.default_rng(seed),
                            **options)


def fit(model, seed, rate, epochs=EPOCHS):
    """Train by Adam at a rate that falls to 0; yields the record of each epoch."""
    x, _ = patches()
    return train(model, Adam(model.parameters()), x, epochs=epochs, batch_size=128,
                 generator=np.random.default_rng(100 + seed), schedule=cosine(rate, epochs * len(x) // 128))


def in_play(h):
    """(Σⱼ |hⱼ|)² / Σⱼ hⱼ², averaged over the examples: m, if m units are equally active and the others 0."""
    h = to_numpy(h)
    return float((abs(h).sum(axis=1) ** 2 / np.maximum((h ** 2).sum(axis=1), 1e-12)).mean())


def training(penalty, weight, rate, seed):
    model, (_, x_test) = new(penalty, weight, seed), patches()
    losses = [round(float(record["loss"]), 4) for record in fit(model, seed, rate) if record["epoch"] in KEPT]
    h = to_numpy(model.encode(x_test))
    peak, mean = h.max(axis=0), h.mean(axis=0)
    yield {"epochs": KEPT, "losses": losses, "error": round(sum_squared_error(model.reconstruct(x_test), x_test), 4),
           "in_play": round(in_play(h), 2), "ever_above_0.001": int((peak > 1e-3).sum()),
           "ever_above_0.3": int((peak > 0.3).sum()), "smallest_mean": float(f"{mean.min():.3g}"),
           "largest_mean": float(f"{mean.max():.3g}"),
           "weights_in": round(float(to_numpy(model.encoder.layers[1].W.data).std()), 4)}
