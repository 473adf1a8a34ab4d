"""How good a trained model is, beside a yardstick: `evaluate` gives the figures of a model."""
from functools import singledispatch

import numpy as np

from scratchnets.backend import asarray
from scratchnets.evaluation.games import evaluate_game
from scratchnets.layers import Identity
from scratchnets.layers.penalty import ActivityPenalty
from scratchnets.metrics import accuracy, sum_squared_error
from scratchnets.metrics.neighbours import squared_distances
from scratchnets.models import GAN, Autoencoder, Classifier, VariationalAutoencoder
from scratchnets.models.classical import PCA
from scratchnets.models.variational import active_units, elbo, importance_weighted_bound


@singledispatch
def evaluate(model, data):
    """{name: number} of a trained model on the test examples.

    Parameters
    ----------
    model : Layer
    data : Dataset
    """
    raise TypeError(f"there is no evaluation for a {type(model).__name__}")


@evaluate.register
def _(model: Autoencoder, data):
    x = asarray(data.x_test)
    k = model.encode(x[:1]).shape[1]
    result = {"code_size": k, "test_loss": float(model.loss_of(x)),
              "test_squared_error": sum_squared_error(model.reconstruct(x), x)}
    if not isinstance(model.corruption, Identity):
        corrupted = model.corrupt(x)
        result["corrupted_squared_error"] = sum_squared_error(corrupted, x)
        result["mended_squared_error"] = sum_squared_error(model.reconstruct(corrupted), x)
    if any(isinstance(layer, ActivityPenalty) for layer in model.encoder.walk()):
        codes = model.encode(x)
        result["mean_activity"], result["silent"] = float(codes.mean()), float((codes == 0).mean())
    pca = fitted_pca(data, k)
    if pca is not None:
        result["pca_test_squared_error"] = sum_squared_error(pca_reconstruction(pca, x), x)
    return result


@evaluate.register
def _(model: Classifier, data):
    x, labels = asarray(data.x_test), asarray(data.y_test)
    return {"test_loss": float(model.loss_of(x, labels)),
            "test_accuracy": accuracy(model.classify(x), labels),
            "nearest_mean_accuracy": accuracy(nearest_mean(data), labels)}


@evaluate.register
def _(model: VariationalAutoencoder, data):
    x, label = asarray(data.x_test), asarray(data.y_test) if model.classes else None
    bound = elbo(model, x, label)
    weighted = importance_weighted_bound(model, x, label, samples=100)
    return {"code_size": model.latent, "active_units": active_units(model, x, label),
            "binarization": model.binarization.kind, "test_elbo": bound.value,
            "test_reconstruction": bound.reconstruction, "test_kl": bound.kl,
            "test_importance_weighted": weighted.value,
            "test_squared_error": sum_squared_error(model.reconstruct(x, label), x)}


@evaluate.register
def _(model: GAN, data, judge=None):
    return evaluate_game(model, data, judge)


def nearest_mean(data):
    """The class whose mean image is nearest, for each test image."""
    train, test = (x.reshape(len(x), -1) for x in (data.x_train, data.x_test))
    classes = np.unique(data.y_train)
    means = np.stack([train[data.y_train == label].mean(axis=0) for label in classes])
    return classes[squared_distances(test, means).argmin(axis=1)]


def fitted_pca(data, k):
    """PCA with k components of the training images; None where there are fewer images or pixels than k."""
    flat = data.x_train.reshape(len(data.x_train), -1)
    return PCA(k).fit(asarray(flat)) if k <= min(flat.shape) else None


def pca_reconstruction(pca, x):
    """What is left of the images x after PCA's code."""
    flat = x.reshape(len(x), -1)
    return pca.inverse_transform(pca.transform(flat)).reshape(x.shape)
