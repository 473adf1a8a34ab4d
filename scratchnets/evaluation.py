"""How good a trained model is, beside a yardstick: `evaluate` gives the figures of a model."""
from functools import singledispatch

from scratchnets.backend import asarray
from scratchnets.metrics import sum_squared_error
from scratchnets.models import Autoencoder
from scratchnets.models.classical import PCA


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
    pca = fitted_pca(data, k)
    if pca is not None:
        result["pca_test_squared_error"] = sum_squared_error(pca_reconstruction(pca, x), x)
    return result


def fitted_pca(data, k):
    """PCA with k components of the training images; None where there are fewer images or pixels than k."""
    flat = data.x_train.reshape(len(data.x_train), -1)
    return PCA(k).fit(asarray(flat)) if k <= min(flat.shape) else None


def pca_reconstruction(pca, x):
    """What is left of the images x after PCA's code."""
    flat = x.reshape(len(x), -1)
    return pca.inverse_transform(pca.transform(flat)).reshape(x.shape)
