"""The models before networks, and the numbers that are reported: what counting and algebra give."""
import math

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.data.text import context_windows
from scratchnets.experiments.identities import identity
from scratchnets.metrics import auroc, frechet_distance, kl_divergence
from scratchnets.models.classical import GaussianClasses
from scratchnets.models.classical.mixture import responsibilities
from scratchnets.models.language import BigramCounts, bigram_softmax

# ---- counting -----------------------------------------------------------------------------------------

TEXT = np.array([0, 1, 0, 1, 2, 0, 1, 0])          # 0→1 three times, 1→0 twice, 1→2, 2→0


@identity("bigram")
def a_bigram_softmax_at_the_counts():
    """A bigram softmax at the counted shares costs the entropy that they leave, (3 log 3 − 2 log 2)/7."""
    _, value = bigram_at_the_counts()
    return (3 * math.log(3) - 2 * math.log(2)) / 7, float(value)


@identity("bigram")
def no_gradient_at_the_counts():
    """A bigram softmax at the counted shares has no gradient: counting is its optimum."""
    model, _ = bigram_at_the_counts()
    return 0, np.linalg.norm(to_numpy(model.parameters()[0].grad))


def bigram_at_the_counts():
    log_p = to_numpy(BigramCounts(3, smoothing=0).fit(asarray(TEXT)).log_proba_)
    model = bigram_softmax(3)
    model.network.layers[0].W.data[...] = asarray(np.maximum(log_p, -700))         # log 0, as far as exp goes
    contexts, following = context_windows(TEXT, 1)
    return model, model.loss_and_gradients(asarray(contexts), asarray(following))


# ---- Gaussians ----------------------------------------------------------------------------------------

@identity("lda")
def two_gaussians_make_a_logistic_posterior():
    """Two Gaussians with one Σ: p(1 | x) = σ(wx + b) with w = Σ⁻¹(μ₁ − μ₀) = (−1, 4), b = −5, x = (1, 2)."""
    spread = np.array([[2.0, 1], [-2, -1], [0, 1], [0, -1]])                       # Σ = [[2, 1], [1, 1]]
    x, y = np.concatenate([spread, spread + [2, 3]]), np.repeat([0, 1], 4)
    model = GaussianClasses("tied", reg_covar=0).fit(asarray(x), asarray(y))
    return 1 / (1 + math.exp(-2)), float(model.predict_proba(asarray([[1.0, 2.0]]))[0, 1])


@identity("em")
def a_point_between_two_gaussians():
    """N(1, 1) and N(−1, 1) in equal shares: x = ½ log 3 is due to the first with p = σ(2x) = ¾."""
    x, weights, means, covariances = [[0.5 * math.log(3)]], [0.5, 0.5], [[1.0], [-1.0]], [[[1.0]], [[1.0]]]
    shares, _ = responsibilities(*map(asarray, (x, weights, means, covariances)))
    return 0.75, float(shares[0, 0])


# ---- metrics ------------------------------------------------------------------------------------------

@identity()
def a_divergence_on_a_grid():
    """KL(N(0, 1) ‖ N(2, 4)) = ½ (1/4 + 4/4 − 1 + log 4), as a sum over a grid."""
    x, dx = np.linspace(-20, 20, 1001, retstep=True)
    p, q = np.exp(-x ** 2 / 2) / math.sqrt(2 * math.pi), np.exp(-(x - 2) ** 2 / 8) / math.sqrt(8 * math.pi)
    return 0.5 * (0.25 + math.log(4)), kl_divergence(p, q, dx)


@identity("roc-area")
def the_area_is_a_share_of_pairs():
    """The area under the ROC curve is P(s⁺ > s⁻) + ½ P(s⁺ = s⁻), over all pairs, one after the other."""
    rng = np.random.default_rng(0)
    positive = rng.permutation(60) < 20
    scores = (rng.standard_normal(60) + positive).round(1)                         # with ties
    pairs = [(high > low) + 0.5 * (high == low) for high in scores[positive] for low in scores[~positive]]
    return np.mean(pairs), auroc(scores, positive)


@identity()
def the_frechet_distance_of_two_gaussians():
    """Fréchet: (3, 4) between the means, Σ₁ = diag(1, 4), Σ₂ = [[2, 1], [1, 1]]: 25 + 5 + 3 − 2√10."""
    # Of two rows and columns, tr (Σ₁Σ₂)^½ = √(tr Σ₁Σ₂ + 2 √det Σ₁Σ₂) = √(6 + 2 · 2).
    x, y = with_covariance([[1, 0], [0, 4]]), with_covariance([[2, 1], [1, 1]]) + [3, 4]
    return 33 - 2 * math.sqrt(10), frechet_distance(x, y)


def with_covariance(covariance):
    """Four points with mean 0 and exactly this covariance, divided by N − 1."""
    points = math.sqrt(1.5) * np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    return points @ np.linalg.cholesky(covariance).T
