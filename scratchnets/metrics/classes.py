"""Right classes against predicted ones."""
import numpy as np

from scratchnets import memory
from scratchnets.backend import to_numpy


def accuracy(predicted, labels):
    """The share of examples whose predicted class is the right one.

    Parameters
    ----------
    predicted, labels : array (N,) of int
    """
    predicted, labels = _classes("accuracy", predicted, labels)
    return float((predicted == labels).mean())


def confusion_matrix(predicted, labels):
    """How often an example of each class (rows) was taken for each class (columns):  ndarray (K, K) of int.

    Parameters
    ----------
    predicted, labels : array (N,) of int
        Classes 0 … K − 1, where K − 1 is the largest that occurs.
    """
    predicted, labels = _classes("confusion_matrix", predicted, labels)
    classes = 1 + int(max(predicted.max(), labels.max()))
    memory.expect(16 * classes ** 2, f"confusion_matrix: of {classes:,} classes", "number those that occur, "
                  "np.unique(labels, return_inverse=True)[1]")
    return np.bincount(labels * classes + predicted, minlength=classes ** 2).reshape(classes, classes)


def _classes(name, predicted, labels):
    """Both as int64, once they are what they should be."""
    predicted, labels = to_numpy(predicted), to_numpy(labels)
    if predicted.shape != labels.shape or labels.ndim != 1 or len(labels) == 0:
        raise ValueError(f"{name} expected two rows of classes, one for each example; "
                         f"got shapes {predicted.shape} and {labels.shape}")
    if predicted.dtype.kind not in "iu" or labels.dtype.kind not in "iu":
        raise TypeError(f"{name} expected classes as whole numbers, got {predicted.dtype} and {labels.dtype}; "
                        "of probabilities, take argmax(axis=1)")
    if min(predicted.min(), labels.min()) < 0:
        raise ValueError(f"{name}: classes count from 0, got {min(predicted.min(), labels.min())}")
    return predicted.astype("int64"), labels.astype("int64")            # of uint8, products would wrap at 256
