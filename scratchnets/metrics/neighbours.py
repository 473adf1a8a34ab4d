"""What the neighbours of a code say: whether codes of one class lie together."""
import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import to_numpy
from scratchnets.metrics.checks import rows_of
from scratchnets.metrics.distances import squared_distances

CHUNK = 512          # rows whose distances to all others are in memory at a time


def knn_accuracy(train_codes, train_labels, codes, labels, k=5):
    """The share of codes whose class is that of most of their k nearest training codes.

    Distances are Euclidean. Where classes get equally many votes, the nearest neighbour among theirs
    decides.

    Parameters
    ----------
    train_codes : array (M, D)
    train_labels : array (M,) of int
        Classes 0 … K − 1.
    codes : array (N, D)
    labels : array (N,) of int
    k : int
        At most M.

    Returns
    -------
    float

    References
    ----------
    Cover and Hart, "Nearest neighbor pattern classification", 1967.
    """
    name = "knn_accuracy"
    train_codes, codes = rows_of(name, train_codes), rows_of(name, codes)
    train_labels = _labels(name, train_labels, len(train_codes))
    labels = _labels(name, labels, len(codes))
    if train_codes.shape[1] != codes.shape[1]:
        raise ValueError(f"{name}: training codes of {train_codes.shape[1]} numbers and codes of "
                         f"{codes.shape[1]} do not lie in one space")
    k = positive_integer("k", k)
    if k > len(train_codes):
        raise ValueError(f"{name}: k = {k} neighbours are more than the {len(train_codes)} training codes")
    right = 0
    for start in range(0, len(codes), CHUNK):
        squared = squared_distances(codes[start:start + CHUNK], train_codes)
        nearest = np.argsort(squared, axis=1, kind="stable")[:, :k]
        right += (_votes(train_labels[nearest]) == labels[start:start + CHUNK]).sum()
    return float(right) / len(codes)


def _votes(neighbours):
    """The class that most of the neighbours have;  (N, k) of int, nearest first → (N,)."""
    # How many of the k have the class of each of them: (N, k).
    counts = (neighbours[:, :, np.newaxis] == neighbours[:, np.newaxis]).sum(axis=2)
    first = counts.argmax(axis=1)               # the first of the largest: the nearest with most votes
    return neighbours[np.arange(len(neighbours)), first]


def silhouette(points, labels):
    """1/N Σₙ (bₙ − aₙ) / max(aₙ, bₙ): how much nearer points are to their own class than to the next.

    aₙ is the mean distance of point n to the others of its class, bₙ that to the points of the nearest
    other class. 1: tight classes far apart; 0: classes that overlap; below: points among the wrong
    ones. A point that is alone in its class counts 0.

    Parameters
    ----------
    points : array (N, D)
        Such as the codes of a latent map.
    labels : array (N,) of int
        At least two classes.

    Returns
    -------
    float

    References
    ----------
    Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis",
    1987.
    """
    x = rows_of("silhouette", points)
    labels = _labels("silhouette", labels, len(x))
    classes, own = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"silhouette needs at least two classes, got only {classes.tolist()}")
    members = np.eye(len(classes))[own]                                     # (N, K), one-hot
    count = members.sum(axis=0)
    total = 0.0
    for start in range(0, len(x), CHUNK):
        rows = slice(start, start + CHUNK)
        sums = np.sqrt(squared_distances(x[rows], x)) @ members             # to all points of each class
        mine = members[rows].astype(bool)
        others = count[own[rows]] - 1
        a = sums[mine] / np.maximum(others, 1)
        b = np.where(mine, np.inf, sums / count).min(axis=1)
        larger = np.maximum(a, b)
        total += np.where((others > 0) & (larger > 0), (b - a) / np.where(larger > 0, larger, 1), 0).sum()
    return float(total) / len(x)


def _labels(name, labels, count):
    labels = to_numpy(labels)
    if labels.dtype.kind not in "iu" or labels.shape != (count,):
        raise ValueError(f"{name} expected one label, a whole number, for each of {count} points; "
                         f"got {labels.dtype} of shape {labels.shape}")
    return labels.astype("int64")
