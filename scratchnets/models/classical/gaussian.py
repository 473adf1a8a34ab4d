"""Gaussians: density, maximum likelihood, conditionals and samples. Shared by mixtures and classes.

Covariances come in three types, named as in scikit-learn: "full", a matrix (D, D) for each of K
Gaussians; "tied", the same matrix for all; "diag", variances (D,) for each, features independent.
"""
import math

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
    return xp.sqrt(covariance) if covariance.ndim == 1 else xp.linalg.cholesky(covariance)


def log_weighted_gaussians(x, weights, means, covariances):
    """log p(x, j) = log πⱼ + log N(x | μⱼ, Σⱼ):  x (N, D) → (N, K)."""
    columns = [log_gaussian(x, mean, covariance) for mean, covariance in zip(means, covariances)]
    return xp.stack(columns, axis=1) + xp.log(weights)


def maximum_likelihood(x, shares, covariance_type, reg_covar):
    """The Gaussians that make the points most likely, when point n counts rₙⱼ times for Gaussian j.

    Nⱼ = Σₙ rₙⱼ,   πⱼ = Nⱼ / N,   μⱼ = Σₙ rₙⱼ xₙ / Nⱼ,
    Σⱼ = Σₙ rₙⱼ (xₙ − μⱼ)(xₙ − μⱼ)ᵀ / Nⱼ + ε₀ I.

    Tied: the mean of the Σⱼ, weighted by Nⱼ. Diagonal: the diagonals alone. ε₀ = `reg_covar` is
    the variance of a noise that is taken to sit on every feature; it keeps Σ invertible.

    Parameters
    ----------
    x : array (N, D)
    shares : array (N, K)
        r: responsibilities, or labels as rows with a single 1.
    covariance_type : {"full", "tied", "diag"}
    reg_covar : float
        ε₀ ≥ 0.

    Returns
    -------
    weights (K,), means (K, D), covariances (K, D, D) or, diagonal, (K, D)
    """
    counts = xp.maximum(shares.sum(axis=0), float(xp.finfo(x.dtype).tiny))     # no points: 0 / tiny = 0
    means = shares.T @ x / counts[:, None]
    centered = [x - mean for mean in means]
    if covariance_type == "diag":
        spread = xp.stack([share @ c ** 2 for share, c in zip(shares.T, centered)])                  # (K, D)
        covariances = spread / counts[:, None] + reg_covar
    else:
        spread = xp.stack([c.T @ (share[:, None] * c) for share, c in zip(shares.T, centered)])   # (K, D, D)
        noise = reg_covar * xp.eye(x.shape[1], dtype=x.dtype)
        if covariance_type == "tied":
            covariances = xp.broadcast_to(spread.sum(axis=0) / len(x) + noise, spread.shape)
        else:
            covariances = spread / counts[:, None, None] + noise
    for j, covariance in enumerate(covariances[:1] if covariance_type == "tied" else covariances):
        if _is_singular(covariance, reg_covar):
            whose = "the tied covariance" if covariance_type == "tied" else f"the covariance of Gaussian {j}"
            raise SingularCovariance(f"{whose} is singular in {covariance.dtype}: too few points for "
                                     f"{x.shape[1]} features, or features that depend on each other; raise "
                                     "reg_covar, or take covariance_type 'tied' or 'diag'")
    return counts / len(x), means, covariances


def _is_singular(covariance, reg_covar):
    """Whether the smallest eigenvalue is lost in rounding the largest, in float32 λ_min ≤ D 2⁻²³ λ_max.

    A Cholesky factorisation does not always notice: rounding can leave a small pivot in place of 0,
    and a density that is noise.
    """
    if covariance.ndim == 1:
        return not bool((covariance > 0).all())
    rounding = len(covariance) * float(xp.finfo(covariance.dtype).eps)
    if reg_covar > rounding * float(covariance.trace()):         # λ_min ≥ ε₀, λ_max ≤ trace: certain
        return False
    eigenvalues = xp.linalg.eigvalsh(covariance)                 # in rising order
    return not bool(eigenvalues[0] > rounding * eigenvalues[-1])


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
