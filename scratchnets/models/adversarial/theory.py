"""What the notes say of the game, in exact numbers: densities on a grid, or probabilities.

Everything here is a sum over all x: no network, no noise, float64 on the host. Derived in
docs/derivations/minimax-game.md. As in `scratchnets.metrics`, `width` is 1 for probabilities and the
spacing of the grid for densities.
"""
import numpy as np

from scratchnets import backend
from scratchnets.metrics import js_divergence


def normal(x, mean=0.0, std=1.0):
    """The density of N(mean, std²) at x."""
    return np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


def best_logit(p, g):
    """a* = log(p/g), the logit of the best discriminator; p and g above 0."""
    return np.log(p) - np.log(g)


def best_discriminator(p, g):
    """D* = p/(p + g); ½ where neither has any mass."""
    total = np.add(p, g)
    return np.where(total > 0, p / np.where(total > 0, total, 1), 0.5)


def value(p, g, D, width=1.0):
    """V(D, G) = ∫ p log D + ∫ g log(1 − D), with 0 log 0 = 0."""
    return float((_times_log(p, D) + _times_log(g, 1 - D)).sum() * width)


def best_value(p, g, width=1.0):
    """max over D of V(D, G) = −log 4 + 2 JSD(p, g)."""
    return -np.log(4) + 2 * js_divergence(p, g, width)


def generator_gradient(loss, p, g, dg, width=1.0):
    """∂/∂θ ∫ g(x) ℓ(a*(x)) dx with the best discriminator a* *held*: what one step of G follows.

    Parameters
    ----------
    loss : AdversarialLoss
        Its generator's part is the cost ℓ of a logit.
    p, g : array (K,)
        Of the data, and of the samples.
    dg : array (K, …)
        ∂g/∂θ at each x.
    """
    with backend.use(backend.name(), dtype="float64"):
        cost, _ = loss.generator.function(backend.asarray(best_logit(p, g)))
    return np.tensordot(backend.to_numpy(cost), dg, axes=(0, 0)) * width


def softmax_jacobian(g):
    """∂g/∂θ (K, K) of probabilities g = softmax(θ): the generator of a finite alphabet."""
    return np.diag(g) - np.outer(g, g)


def wasserstein_1(p, g, width=1.0):
    """W₁ in one dimension, ∫ |F_p − F_g|: how far mass has to be carried, on an even grid of this spacing."""
    return float(np.abs(np.cumsum(np.subtract(p, g))).sum() * width * width)


def packed(p, m):
    """The probabilities (Kᵐ,) of m draws at once, as a discriminator of packs sees them (Lin et al., 2018)."""
    product = np.asarray(p)
    for _ in range(m - 1):
        product = np.multiply.outer(product, p)
    return product.reshape(-1)


def _times_log(p, D):
    """p log D, and 0 where p is."""
    p, D = np.broadcast_arrays(p, D)
    result = np.zeros(p.shape)
    np.multiply(p, np.log(D, where=p > 0, out=np.zeros(p.shape)), where=p > 0, out=result)
    return result
