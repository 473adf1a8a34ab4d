"""Behind lecture 06: do the copies of an autoencoder find more anomalies than those of PCA?

    python notebooks/experiments/anomalies_on_digits.py                # all parts, about ten minutes
    python notebooks/experiments/anomalies_on_digits.py one_class      # one of them

Autoencoders 784-128-k-128-784 on the embedded digits, three seeds each, and PCA with the same k. A row of
anomalies_on_digits.json, next to this file, is one training and its AUROC: how often an anomaly among the
test digits is copied worse than a normal one. Rows that are there already are not repeated.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.files import write_text
from scratchnets.metrics import auroc, sum_squared_error
from scratchnets.models.autoencoder import undercomplete
from scratchnets.models.classical import PCA
from scratchnets.optimizers import Adam
from scratchnets.training import train

FILE = Path(__file__).with_name("anomalies_on_digits.json")
SEEDS = (0, 1, 2)
digits = load("mnist5k")
x, y, x_test, y_test = digits.x_train, digits.y_train, digits.x_test, digits.y_test


class Plane:
    """PCA as an autoencoder of images."""

    def __init__(self, images, k):
        self.pca = PCA(k).fit(asarray(images.reshape(len(images), -1)))

    def reconstruct(self, images):
        h = self.pca.transform(images.reshape(len(images), -1))
        return self.pca.inverse_transform(h).reshape(images.shape)

    def anomaly_score(self, images):
        return ((self.reconstruct(images) - images) ** 2).reshape(len(images), -1).sum(axis=1)

    def distance_within(self, images):
        """How far out in the plane, in standard deviations: what the projection alone says."""
        h = self.pca.transform(images.reshape(len(images), -1))
        return (h ** 2 / self.pca.explained_variance_).sum(axis=1)


def fitted(images, k, seed, epochs, batch_size):
    model = undercomplete(digits.example_shape, latent=k, generator=seed)
    for _ in train(model, Adam(model.parameters(), lr=1e-3), asarray(images), epochs=epochs,
                   batch_size=batch_size, generator=np.random.default_rng(100 + seed)):
        pass
    return model


def models(images, k, epochs, batch_size):
    """(name, seed, model): PCA once, the autoencoder with each seed."""
    yield "PCA", 0, Plane(images, k)
    for seed in SEEDS:
        yield "autoencoder", seed, fitted(images, k, seed, epochs, batch_size)


def one_class():
    """Trained on one digit alone: are the nine others copied worse?"""
    for k in (32, 2, 8):
        for digit in range(10):
            yield {"k": k, "digit": digit}, one_digit(k, digit)


def one_digit(k, digit):
    for name, seed, model in models(x[y == digit], k, epochs=60, batch_size=32):
        score = model.anomaly_score(asarray(x_test))
        yield {"model": name, "seed": seed, "auroc": auroc(score, y_test != digit),
               "test": float(score[y_test == digit].mean())}


def nine_classes():
    """Trained on all digits but one: is that one copied worse?"""
    for k in (32,):
        for digit in range(10):
            yield {"k": k, "digit": digit}, nine_digits(k, digit)


def nine_digits(k, digit):
    for name, seed, model in models(x[y != digit], k, epochs=20, batch_size=128):
        score = model.anomaly_score(asarray(x_test))
        yield {"model": name, "seed": seed, "auroc": auroc(score, y_test == digit)}


def blends():
    """Trained on all digits: are superpositions of two test digits copied worse than the test digits?

    The second figure is for both projected on PCA's plane beforehand, so that PCA copies them perfectly.
    """
    for k in (4, 8, 16, 32):
        yield {"k": k}, blended(k)


def pairs():
    """Two test digits on top of each other, of different classes: the brighter pixel of the two."""
    order = np.random.default_rng(0).permutation(len(x_test))
    different = y_test[order] != y_test
    return np.maximum(x_test, x_test[order])[different]


def blended(k):
    both = np.concatenate([x_test, pairs()])
    positive = np.arange(len(both)) >= len(x_test)
    plane = Plane(x, k)
    inside = to_numpy(plane.reconstruct(asarray(both))).astype("float32")
    for name, seed, model in models(x, k, epochs=50, batch_size=128):
        row = {"model": name, "seed": seed, "auroc": auroc(model.anomaly_score(asarray(both)), positive),
               "test": sum_squared_error(model.reconstruct(asarray(x_test)), asarray(x_test))}
        if name == "PCA":
            row["inside"] = auroc(plane.distance_within(asarray(both)), positive)
        else:
            row["inside"] = auroc(model.anomaly_score(asarray(inside)), positive)
        yield row


PARTS = {part.__name__: part for part in (blends, one_class, nine_classes)}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for settings, rows in PARTS[part]():
            stored = json.loads(FILE.read_text()) if FILE.exists() else {}
            done = stored.setdefault(part, [])
            if any(settings.items() <= row.items() for row in done):
                continue
            began = time.perf_counter()
            done += [settings | {key: round(value, 4) if isinstance(value, float) else value
                                 for key, value in row.items()} for row in rows]
            write_text(FILE, json.dumps(stored) + "\n")
            means = {name: np.mean([row["auroc"] for row in done
                                    if settings.items() <= row.items() and row["model"] == name])
                     for name in ("PCA", "autoencoder")}
            print(part, settings, {name: round(float(mean), 3) for name, mean in means.items()},
                  f"{time.perf_counter() - began:.0f} s", flush=True)
