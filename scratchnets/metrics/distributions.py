"""How far apart two distributions are: probabilities, densities on an even grid, or sets of samples."""
import math

import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import to_numpy
from scratchnets.metrics.checks import rows_of


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
    """JSD = ½ KL(p‖p̄) + ½ KL(q‖p̄) with p̄ = (p + q)/2, in nats: 0 … log 2. Arguments as of `kl_divergence`."""
    p, q = _distributions("js_divergence", p, q, width)
    middle = (p + q) / 2
    return (kl_divergence(p, middle, width) + kl_divergence(q, middle, width)) / 2


def histograms(x, y, bins=30):
    """The shares of two sets of samples in the same bins, which span both.

    Two sets from one density have different histograms, too. With N samples in each and B bins in all that
    are well filled (B = bins, or bins² in the plane) their KL is not 0 but about (B − 1)/N and their JSD about
    (B − 1)/(4N); the KL of one set to the density itself would be (B − 1)/(2N). Compare with what two halves
    of the data give.

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
    x, y = (rows_of("histograms", values) for values in (x, y))
    bins = positive_integer("bins", bins)
    both = np.concatenate([x, y])
    edges = [np.linspace(low, high + 1e-9 * max(high - low, 1), bins + 1)
             for low, high in zip(both.min(axis=0), both.max(axis=0))]
    return tuple(np.histogramdd(values, edges)[0] / len(values) for values in (x, y))


def frechet_distance(x, y):
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½): how far two sets of features are apart, as Gaussians.

    With features from an Inception network this is the FID of Heusel et al., 2017; here the features
    are whatever is given, and numbers from different features cannot be compared.

    Two sets from one distribution are not at distance 0: the covariances of so few rows differ, by about
    c/N with a c that grows with the square of k (two sets of N(0, I₆₄): 4.4 with 500 rows each, 1.1 with
    2,000). Compare at one N only, and with what two halves of the data give.

    Parameters
    ----------
    x, y : array (N, k)
        Features, at least two rows of each.
    """
    x, y = (rows_of("frechet_distance", values) for values in (x, y))
    if min(len(x), len(y)) < 2:
        raise ValueError("frechet_distance: a covariance needs at least 2 rows of features")
    first, second = (np.cov(values, rowvar=False).reshape(x.shape[1], -1) for values in (x, y))
    # tr (Σ₁Σ₂)^½ is that of the symmetric (Σ₁^½ Σ₂ Σ₁^½)^½.
    values, vectors = np.linalg.eigh(first)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    distance = ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum() + first.trace() + second.trace() - 2 * cross
    return max(float(distance), 0.0)


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
