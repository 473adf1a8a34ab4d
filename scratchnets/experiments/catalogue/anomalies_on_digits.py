"""Anomalies among digits: do the copies of an autoencoder find more of them than those of PCA?

Autoencoders 784-128-k-128-784 on digits of MNIST, three seeds each, and PCA with the same k. "one_class"
trains on one digit alone, and the nine others are the anomalies; "nine_classes" leaves one digit out, and
that is the anomaly; "blends" trains on all, and the anomalies are two test digits on top of each other.

A row is one training and its AUROC ("auroc"): how often an anomaly among the test digits is copied worse than a normal
one. "test" is the squared error of a normal one (summed over the pixels, without the ½). "inside" is the
AUROC when both are projected on PCA's plane beforehand, where PCA copies all of them perfectly: for PCA it is
that of the distance within the plane.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray, xp
from scratchnets.experiments.digits import SEEDS, digits, fitted, x, x_test, y, y_test
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import auroc, sum_squared_error
from scratchnets.models.autoencoder import undercomplete
from scratchnets.models.classical import PCA

LECTURE = 6
MODELS = (("PCA", 0), *(("autoencoder", seed) for seed in SEEDS))


def trials():
    for k in (4, 8, 16, 32):
        for name, seed in MODELS:
            yield Trial("blends", {"k": k, "model": name, "seed": seed}, partial(blends, name, k, seed),
                        quick=k == 32 and seed == 0)
    for part, run, sizes in (("one_class", one_class, (32, 2, 8)), ("nine_classes", nine_classes, (32,))):
        for k in sizes:
            for digit in range(10):
                for name, seed in MODELS:
                    yield Trial(part, {"k": k, "digit": digit, "model": name, "seed": seed},
                                partial(run, name, k, digit, seed), quick=k == 32 and digit < 3 and seed == 0)


class Plane:
    """PCA as an autoencoder of images."""

    def __init__(self, images, k):
        self.pca = PCA(k).fit(images.reshape(len(images), -1))

    def reconstruct(self, images):
        h = self.pca.transform(images.reshape(len(images), -1))
        return self.pca.inverse_transform(h).reshape(images.shape)

    def anomaly_score(self, images):
        return ((self.reconstruct(images) - images) ** 2).reshape(len(images), -1).sum(axis=1)

    def distance_within(self, images):
        """How far out in the plane, in standard deviations: what the projection alone says."""
        h = self.pca.transform(images.reshape(len(images), -1))
        return (h ** 2 / self.pca.explained_variance_).sum(axis=1)


def trained(name, k, seed, images, **how):
    if name == "PCA":
        return Plane(images, k)
    return fitted(undercomplete(digits.example_shape, latent=k, generator=seed), seed, images, **how)


def one_class(name, k, digit, seed):
    score = trained(name, k, seed, x[y == digit], epochs=60, batch_size=32).anomaly_score(x_test)
    yield {"auroc": round(auroc(score, y_test != digit), 4),
           "test": round(float(score[y_test == digit].mean()), 4)}


def nine_classes(name, k, digit, seed):
    score = trained(name, k, seed, x[y != digit], epochs=20).anomaly_score(x_test)
    yield {"auroc": round(auroc(score, y_test == digit), 4)}


def blends(name, k, seed):
    both = xp.concatenate([x_test, pairs()])
    anomalous = np.arange(len(both)) >= len(x_test)
    plane = Plane(x, k)
    model = trained(name, k, seed, x, epochs=50)
    inside = plane.distance_within(both) if name == "PCA" else model.anomaly_score(plane.reconstruct(both))
    yield {"auroc": round(auroc(model.anomaly_score(both), anomalous), 4),
           "test": round(sum_squared_error(model.reconstruct(x_test), x_test), 4),
           "inside": round(auroc(inside, anomalous), 4)}


def pairs():
    """Two test digits on top of each other, of different classes: the brighter pixel of the two."""
    order = asarray(np.random.default_rng(0).permutation(len(x_test)))
    different = y_test[order] != y_test
    return xp.maximum(x_test, x_test[order])[different]
