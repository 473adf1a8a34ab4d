"""Which pictures suit which model: `draw` fills a run's folder with them."""
from functools import singledispatch

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.evaluation.figures import fitted_pca, pca_reconstruction
from scratchnets.files import atomic_write
from scratchnets.layers import Conv2D, Dense, Identity, Sequential
from scratchnets.metrics import confusion_matrix
from scratchnets.models import GAN, Autoencoder, Classifier, VariationalAutoencoder
from scratchnets.models.classical import PCA
from scratchnets.pictures import plots
from scratchnets.pictures.autoencoders import autoencoder_pictures
from scratchnets.pictures.games import game_pictures
from scratchnets.pictures.variational import known, variational_pictures

SHOWN = 12          # how many examples a picture shows


@singledispatch
def pictures_of(model, data, history):
    """{file name: Figure} for a trained model.

    Parameters
    ----------
    model : Layer
    data : Dataset
    history : list of dict
        The records of its training.
    """
    raise TypeError(f"there are no pictures for a {type(model).__name__}")


@pictures_of.register
def _(model: Autoencoder, data, history):
    shape = data.example_shape
    x = asarray(data.x_test)
    codes = to_numpy(model.encode(x))
    rows = {"original": x[:SHOWN], "autoencoder": model.reconstruct(x[:SHOWN])}
    k = codes.shape[1]
    pca = fitted_pca(data, k)
    if pca is not None:
        rows[f"PCA, k = {k}"] = pca_reconstruction(pca, x[:SHOWN]).clip(0, 1)
    drawn = {"reconstructions.png": plots.image_rows(rows),
             "loss.png": loss_curves(history, ", with noise" * (not isinstance(model.corruption, Identity)))}
    first = next((layer for layer in model.encoder.walk() if isinstance(layer, Dense)), None)
    if first is not None and first.n_in == np.prod(shape):
        drawn["filters.png"] = plots.filters(first.W.data, shape, title=f"weights into the first layer, {first!r}")
    drawn |= convolutions(model.encoder, x[:1]) | autoencoder_pictures(model, data, SHOWN)
    plane, names, title = codes_in_the_plane(codes)
    if plane is not None:
        drawn["latent.png"] = plots.latent_map(plane, data.y_test, names, title)
    return drawn


@pictures_of.register
def _(model: Classifier, data, history):
    x, labels = asarray(data.x_test), data.y_test
    probabilities = to_numpy(model.probabilities(x))
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    worst = wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:24]
    captions = [f"{labels[n]} as {predicted[n]}: {probabilities[n, predicted[n]]:.0%}" for n in worst]
    title = f"{len(wrong)} of {len(labels)} test images are mistaken; the most certain mistakes"
    return {"confusion.png": plots.confusion(confusion_matrix(predicted, labels)),
            "mistakes.png": plots.captioned(data.x_test[worst], captions, title=title),
            "loss.png": loss_curves(history)} | convolutions(model.features, x[:1])


def convolutions(network, x):
    """The kernels of a network's first convolution, and what each convolution makes of x's first image."""
    drawn, number = {}, 0
    for position, layer in enumerate(network.layers):
        if not isinstance(layer, Conv2D):
            continue
        number += 1
        if number == 1 and layer.c_in in (1, 3):
            kernels = layer.W.data.reshape(-1, layer.c_out)
            drawn["filters.png"] = plots.filters(kernels, (*layer.kernel, layer.c_in),
                                                 title=f"kernels of the first layer, {layer!r}")
        maps = Sequential(*network.layers[:position + 2]).predict(x)[0]      # behind its activation
        drawn[f"feature-maps-{number}.png"] = plots.feature_maps(
            maps, title=f"a test image behind convolution {number}")
    return drawn


@pictures_of.register
def _(model: VariationalAutoencoder, data, history):
    drawn = variational_pictures(model, data, history, SHOWN)
    plane, names, title = codes_in_the_plane(to_numpy(model.encode(*known(model, data))))
    if plane is not None:
        title = f"{title}; {model.binarization.words}"
        drawn["latent.png"] = plots.latent_map(plane, data.y_test, names, title)
    return drawn


@pictures_of.register
def _(model: GAN, data, history, judge=None):
    return game_pictures(model, data, history, judge)


def codes_in_the_plane(codes):
    """Codes as points (N, 2): themselves, or their two main directions; with axis names and a title."""
    k = codes.shape[1]
    if k == 1:
        return None, None, None
    if k == 2:
        return codes, ("code 1", "code 2"), "latent map of the test images"
    pca = PCA(2).fit(asarray(codes))
    share = float(to_numpy(pca.explained_variance_ratio_).sum())
    names = ("first principal direction of the codes", "second principal direction")
    return to_numpy(pca.transform(asarray(codes))), names, f"test codes, k = {k}: {share:.0%} of their variance"


def loss_curves(history, words=""):
    """Training and test loss over the epochs; `words` say what the first is besides."""
    epochs = [record["epoch"] for record in history]
    series = {f"training (while it learned{words})": (epochs, [record["loss"] for record in history])}
    if history and "test_loss" in history[0]:
        series["test"] = (epochs, [record["test_loss"] for record in history])
    return plots.curves(series, ylabel="loss an image")


def draw(run, model, data, **beside):
    """Draw all pictures that suit the model into the run's folder; returns their paths.

    `beside` is what its kind of model takes beside the data, such as a game of images a ``judge``.
    """
    paths = []
    for name, figure in pictures_of(model, data, run.history, **beside).items():
        with atomic_write(run.folder / name, within=run.folder) as file:
            figure.savefig(file, format="png", dpi=120)
        paths.append(run.folder / name)
    return paths
