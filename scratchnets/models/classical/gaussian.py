"""Gaussians: density, maximum likelihood, conditionals and samples. Shared by mixtures and classes.

Covariances come in three types, named as in scikit-learn: "full", a matrix (D, D) for each of K
Gaussians; "tied", the same matrix for all; "diag", variances (D,) for each, features independent.
"""
import math

import numpy as np

from scratchnets.backend import xp

COVARIANCE_TYPES = ("full", "tied", "diag")


class SingularCovariance(ValueError):
    """A covariance that has no inverse: the points lie in fewer dimensions than they have."""


def log_gaussian(x, mean, covariance):
    """log N(x | μ, Σ) = −½ [D log 2π + log|Σ| + (x − μ)ᵀ Σ⁻¹ (x − μ)]:  x (N, D) → (N,), in nats.

    Σ = L Lᵀ is factored, never inverted: z = L⁻¹ (x − μ) is standard normal, and log|Σ| = 2 Σ log L_jj.
    `covariance` is (D, D), or (D,) for independent features, where L is diagonal.
    """
    scale = factor(covariance)
    if covariance.ndim == 1:
        z, diagonal = (x - mean) / scale, scale
    else:
        z, diagonal = xp.linalg.solve(scale, (x - mean).T).T, scale.diagonal()
    return -0.5 * (x.shape[1] * math.log(2 * math.pi) + (z ** 2).sum(axis=1)) - xp.log(diagonal).sum()


def factor(covariance):
    """L with L Lᵀ = Σ: the Cholesky factor of (D, D), the standard deviations of (D,)."""
    if covariance.ndim == 1:
        if not bool((covariance > 0).all()):
            raise SingularCovariance(_singular("a feature has variance 0"))
        return xp.sqrt(covariance)
    try:
        scale = xp.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise SingularCovariance(_singular("its Cholesky factorisation fails")) from None
    # Of a singular matrix, rounding leaves pivots of about D ε instead of 0, and a density that is noise.
    # (CuPy does not raise at all; a pivot that is not positive, or NaN, shows here too.)
    rounding = len(covariance) * float(xp.finfo(covariance.dtype).eps)
    if not bool((scale.diagonal() ** 2 > rounding * covariance.diagonal()).all()):
        raise SingularCovariance(_singular("some direction has no variance"))
    return scale


def _singular(why):
    return (f"a covariance is singular, {why}: too few points, or features that depend on each other; "
            "raise reg_covar, or take covariance_type='tied' or 'diag'")


def log_joint(x, weights, means, covariances):
    """log p(x, k) = log π_k + log N(x | μ_k, Σ_k):  x (N, D) → (N, K)."""
    columns = [log_gaussian(x, mean, covariance) for mean, covariance in zip(means, covariances)]
    return xp.stack(columns, axis=1) + xp.log(weights)


def maximum_likelihood(x, shares, covariance_type, reg_covar):
    """The Gaussians that make the points most likely, when point n counts r_nk times for Gaussian k.

    n_k = Σₙ r_nk,   π_k = n_k / N,   μ_k = Σₙ r_nk xₙ / n_k,
    Σ_k = Σₙ r_nk (xₙ − μ_k)(xₙ − μ_k)ᵀ / n_k + ε I.

    Tied: the mean of the Σ_k, weighted by n_k. Diagonal: the diagonals alone. ε = `reg_covar` is
    the variance of a noise that is taken to sit on every feature; it keeps Σ invertible.

    Parameters
    ----------
    x : array (N, D)
    shares : array (N, K)
        r: responsibilities, or labels as rows with a single 1.
    covariance_type : {"full", "tied", "diag"}
    reg_covar : float
        ε ≥ 0.

    Returns
    -------
    weights (K,), means (K, D), covariances (K, D, D) or, diagonal, (K, D)
    """
    counts = xp.maximum(shares.sum(axis=0), float(xp.finfo(x.dtype).tiny))     # no points: 0 / tiny = 0
    means = shares.T @ x / counts[:, None]
    if covariance_type == "diag":
        spread = [share @ (x - mean) ** 2 for share, mean in zip(shares.T, means)]
        return counts / len(x), means, xp.stack(spread) / counts[:, None] + reg_covar
    noise = reg_covar * xp.eye(x.shape[1], dtype=x.dtype)
    scatter = xp.stack([(x - mean).T @ (share[:, None] * (x - mean))              # (K, D, D)
                        for share, mean in zip(shares.T, means)])
    if covariance_type == "tied":
        covariances = xp.broadcast_to(scatter.sum(axis=0) / len(x) + noise, scatter.shape)
    else:
        covariances = scatter / counts[:, None, None] + noise
    return counts / len(x), means, covariances


def conditional(x, mean, covariance, observed):
    """The mean of the features that are hidden, given those that are seen.

    E[x_h | x_o] = μ_h + Σ_ho Σ_oo⁻¹ (x_o − μ_o): a linear regression of the hidden on the seen.

    x (N, D), of which only the columns where `observed` (D,) is True are read → (N, hidden).
    Independent features tell nothing of each other: the answer is then μ_h.
    """
    seen, hidden = xp.nonzero(observed)[0], xp.nonzero(~observed)[0]
    if covariance.ndim == 1:
        return xp.broadcast_to(mean[hidden], (len(x), len(hidden)))
    rows = covariance[seen]                                                    # Σ_o·  (O, D)
    gain = xp.linalg.solve(rows[:, seen], rows[:, hidden])                     # Σ_oo⁻¹ Σ_oh  (O, H)
    return mean[hidden] + (x[:, seen] - mean[seen]) @ gain
