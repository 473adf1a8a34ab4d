"""What mixtures and Gaussian classes share: a joint density of a point x and a hidden or known index j."""
import numpy as np

from scratchnets.arguments import choice, number, positive_integer
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.models.classical.checks import expect_fitted, expect_points
from scratchnets.models.classical.gaussian import COVARIANCE_TYPES, factor, log_weighted_gaussians
from scratchnets.models.classical.log_domain import log_softmax, log_sum_exp
from scratchnets.randomness import generator as resolve


class GaussianJoint:
    """p(x, j) = πⱼ N(x | μⱼ, Σⱼ), and everything that follows from knowing it.

    Subclasses say how ``fit`` finds the parameters.

    Attributes
    ----------
    weights_ : array (K,)
        π, sums to 1.
    means_ : array (K, D)
    covariances_ : array (K, D, D), or (K, D) for "diag"
        One for each j, also where they are all the same ("tied").
    """

    def __init__(self, covariance_type="full", reg_covar=1e-6):
        self.covariance_type = choice("covariance_type", covariance_type, COVARIANCE_TYPES)
        self.reg_covar = number("reg_covar", reg_covar, at_least=0)

    def log_joint(self, x):
        """log p(x, j):  (N, D) → (N, K)."""
        expect_fitted(self, "means_")
        expect_points(self, x, features=self.means_.shape[1])
        return log_weighted_gaussians(x, self.weights_, self.means_, self.covariances_)

    def score_samples(self, x):
        """log p(x) = log Σⱼ p(x, j), in nats:  (N, D) → (N,)."""
        return log_sum_exp(self.log_joint(x))

    def score(self, x):
        """The mean log-likelihood of a point, in nats."""
        return float(self.score_samples(x).mean())

    def predict_log_proba(self, x):
        """log p(j | x) = log p(x, j) − log p(x):  (N, D) → (N, K)."""
        return log_softmax(self.log_joint(x))

    def predict_proba(self, x):
        """p(j | x):  (N, D) → (N, K), rows sum to 1."""
        return xp.exp(self.predict_log_proba(x))

    def predict(self, x):
        """The most probable j for each point:  (N, D) → (N,)."""
        return self.log_joint(x).argmax(axis=1)

    def sample(self, count, generator=None):
        """Draw `count` points: first j from π, then x from N(μⱼ, Σⱼ).

        Returns
        -------
        x : array (count, D)
        j : array (count,) of int
        """
        expect_fitted(self, "means_")
        count, generator = positive_integer("count", count), resolve(generator)
        weights = to_numpy(self.weights_).astype(np.float64)
        j = asarray(generator.choice(len(weights), size=count, p=weights / weights.sum()))
        return self._draw(j, generator), j

    def _draw(self, j, generator):
        """One point from each of the Gaussians j (N,) → (N, D)."""
        z = asarray(generator.standard_normal((len(j), self.means_.shape[1])), dtype=self.means_.dtype)
        x = xp.empty_like(z)
        for index in np.unique(to_numpy(j)).tolist():
            rows = xp.nonzero(j == index)[0]
            scale = factor(self.covariances_[index])
            noise = z[rows] * scale if scale.ndim == 1 else z[rows] @ scale.T
            x[rows] = self.means_[index] + noise
        return x
