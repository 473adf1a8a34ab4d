"""Numbers to report. Unlike losses they have no gradient and follow the literature's conventions.

What compares distributions is computed on the host, in float64.
"""
import math
from dataclasses import dataclass

import numpy as np

from scratchnets.backend import to_numpy
from scratchnets.losses.checks import expect_pair


def sum_squared_error(prediction, target):
    """1/N Σₙ ‖x̂ₙ − xₙ‖²: the squared error of an example, summed over its pixels, *without* the ½.

    Parameters
    ----------
    prediction, target : array (N, …)

    Returns
    -------
    float
    """
    expect_pair("sum_squared_error", prediction, target)
    return float(((prediction - target) ** 2).sum()) / len(prediction)


# ---- classes -------------------------------------------------------------------------------------------

def accuracy(predicted, labels):
    """The share of examples whose predicted class is the right one.

    Parameters
    ----------
    predicted, labels : array (N,) of int
    """
    return float(_classes("accuracy", predicted, labels).trace()) / len(labels)


def confusion_matrix(predicted, labels):
    """How often an example of each class (rows) was taken for each class (columns):  ndarray (K, K) of int.

    Parameters
    ----------
    predicted, labels : array (N,) of int
        Classes 0 … K − 1.
    """
    return _classes("confusion_matrix", predicted, labels)


def _classes(name, predicted, labels):
    predicted, labels = to_numpy(predicted), to_numpy(labels)
    if predicted.shape != labels.shape or labels.ndim != 1 or len(labels) == 0:
        raise ValueError(f"{name} expected two rows of classes, one for each example; "
                         f"got shapes {predicted.shape} and {labels.shape}")
    if predicted.dtype.kind not in "iu" or labels.dtype.kind not in "iu":
        raise TypeError(f"{name} expected classes as whole numbers, got {predicted.dtype} and {labels.dtype}; "
                        "of probabilities, take argmax(axis=1)")
    if min(predicted.min(), labels.min()) < 0:
        raise ValueError(f"{name}: classes count from 0, got {min(predicted.min(), labels.min())}")
    classes = 1 + int(max(predicted.max(), labels.max()))
    return np.bincount(labels * classes + predicted, minlength=classes ** 2).reshape(classes, classes)


# ---- distributions: probabilities, or densities on an even grid ----------------------------------------

def kl_divergence(p, q, width=1.0):
    """KL(p‖q) = Σᵢ pᵢ log(pᵢ/qᵢ), in nats; infinite where q is 0 and p is not.

    Parameters
    ----------
    p, q : array
        Probabilities, of one shape; or densities at the points of an even grid.
    width : float
        What one entry stands for: 1 for probabilities, the spacing of the grid for densities.
    """
    p, q = _distributions("kl_divergence", p, q, width)
    there = p > 0
    if (q[there] == 0).any():
        return math.inf
    return float((p[there] * np.log(p[there] / q[there])).sum()) * width


def js_divergence(p, q, width=1.0):
    """JSD = ½ KL(p‖m) + ½ KL(q‖m) with m = (p + q)/2, in nats: 0 … log 2. Arguments as of `kl_divergence`."""
    p, q = _distributions("js_divergence", p, q, width)
    middle = (p + q) / 2
    return (kl_divergence(p, middle, width) + kl_divergence(q, middle, width)) / 2


def histograms(x, y, bins=30):
    """The shares of two sets of samples in the same bins, which span both.

    Two sets from one density have different histograms, too: their divergence is not 0 but about
    (bins − 1)/(2N). Compare with what two halves of the data give.

    Parameters
    ----------
    x, y : array (N, D) or (N,)
        D of 1 or 2.
    bins : int
        In each direction.

    Returns
    -------
    p, q : ndarray (bins,) or (bins, bins)
    """
    x, y = (_samples("histograms", values) for values in (x, y))
    both = np.concatenate([x, y])
    edges = [np.linspace(low, high + 1e-9 * max(high - low, 1), bins + 1)
             for low, high in zip(both.min(axis=0), both.max(axis=0))]
    return tuple(np.histogramdd(values, edges)[0] / len(values) for values in (x, y))


def frechet_distance(x, y):
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½): how far two sets of features are apart, as Gaussians.

    With features from an Inception network this is the FID of Heusel et al., 2017; here the features
    are whatever is given, and numbers from different features cannot be compared.

    Parameters
    ----------
    x, y : array (N, k)
        Features, at least two rows of each.
    """
    x, y = (_samples("frechet_distance", values) for values in (x, y))
    if min(len(x), len(y)) < 2:
        raise ValueError("frechet_distance: a covariance needs at least 2 rows of features")
    first, second = (np.cov(values, rowvar=False).reshape(x.shape[1], -1) for values in (x, y))
    # tr (Σ₁Σ₂)^½ is that of the symmetric (Σ₁^½ Σ₂ Σ₁^½)^½.
    values, vectors = np.linalg.eigh(first)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    distance = ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum() + first.trace() + second.trace() - 2 * cross
    return max(float(distance), 0.0)


@dataclass(frozen=True)
class Coverage:
    """How samples spread over the modes of a mixture: see `mode_coverage`."""

    covered: int
    modes: int
    high_quality: float         # share of samples near any mode
    reverse_kl: float           # nats
    counts: np.ndarray          # (modes,) high-quality samples at each


def mode_coverage(samples, centres, std, least=20):
    """Modes covered, share of high-quality samples, and how unevenly they are spread.

    A sample is of high quality within 3 `std` of its nearest centre. A mode is covered when at least
    `least` such samples are its own. The reverse KL is that of the shares of *all* samples over their
    nearest centres against equal shares. Of 2,500 samples of a true Gaussian in the plane,
    1 − e^−4.5 = 98.9 % are of high quality. Srivastava et al., 2017 (VEEGAN); Lin et al., 2018 (PacGAN).

    Parameters
    ----------
    samples : array (N, D)
    centres : array (modes, D)
    std : float
        Of one mode, in each direction.
    least : int
        Written for 2,500 samples and up to 25 modes.
    """
    samples, centres = _samples("mode_coverage", samples), np.asarray(to_numpy(centres), dtype="float64")
    if samples.shape[1] != centres.shape[1]:
        raise ValueError(f"mode_coverage: samples of shape {samples.shape} and centres of shape "
                         f"{centres.shape} do not lie in one space")
    squared = ((samples[:, np.newaxis] - centres) ** 2).sum(axis=-1)           # (N, modes)
    nearest = squared.argmin(axis=1)
    good = squared.min(axis=1) <= (3 * std) ** 2
    counts = np.bincount(nearest[good], minlength=len(centres))
    shares = np.bincount(nearest, minlength=len(centres)) / len(samples)
    even = np.full(len(centres), 1 / len(centres))
    return Coverage(int((counts >= least).sum()), len(centres), float(good.mean()),
                    kl_divergence(shares, even), counts)


def _distributions(name, p, q, width):
    p, q = (np.asarray(to_numpy(values), dtype="float64") for values in (p, q))
    if p.shape != q.shape:
        raise ValueError(f"{name}: p has shape {p.shape} and q {q.shape}; they must be equal")
    for letter, values in (("p", p), ("q", q)):
        total = values.sum() * width
        if not (values >= 0).all() or not abs(total - 1) < 1e-6:
            raise ValueError(f"{name}: {letter} must be at least 0 everywhere and add up to 1, it adds up to "
                             f"{total:g}; divide by its sum, or give the grid's spacing as width")
    return p, q


def _samples(name, values):
    values = np.asarray(to_numpy(values), dtype="float64")
    values = values[:, np.newaxis] if values.ndim == 1 else values
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise ValueError(f"{name}: expected finite numbers (N, D), at least one row; "
                         f"got shape {values.shape}")
    return values
