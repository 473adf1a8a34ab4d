"""Kernel density estimation: a small Gaussian on every point. No training, all memory."""
import math

from scratchnets.arguments import positive, positive_integer
from scratchnets.backend import asarray, xp
from scratchnets.metrics.distances import squared_distances
from scratchnets.models.classical.checks import expect_fitted, expect_points
from scratchnets.models.classical.log_domain import log_sum_exp
from scratchnets.randomness import generator as resolve

BLOCK = 1 << 20         # distances held at once


def scott(n, d):
    """n^(−1/(d+4)): the width that suits n points of a Gaussian of variance 1. Scott, 1992."""
    return float(n) ** (-1 / (float(d) + 4))


def silverman(n, d):
    """(n (d+2) / 4)^(−1/(d+4)): with the constant that is exact for a Gaussian. Silverman, 1986."""
    return (float(n) * (float(d) + 2) / 4) ** (-1 / (float(d) + 4))


RULES = {"scott": scott, "silverman": silverman}


class KernelDensity:
    """p(x) = 1/N Σₙ N(x | xₙ, h² I).

    Parameters
    ----------
    bandwidth : float, or {"scott", "silverman"}
        h, in the units of the points. The rules take it from the number of points, for data of
        standard deviation about 1: scale the data first.

    Attributes
    ----------
    bandwidth_ : float
        The h in use.

    References
    ----------
    Rosenblatt, 1956; Parzen, "On estimation of a probability density function and mode", 1962.
    """

    def __init__(self, bandwidth=1.0):
        if isinstance(bandwidth, str):
            if bandwidth not in RULES:
                raise ValueError(f"unknown bandwidth {bandwidth!r}; a number, or one of {', '.join(RULES)}")
            self.bandwidth = bandwidth
        else:
            self.bandwidth = positive("bandwidth", bandwidth)

    def fit(self, x):
        """Keep the points x (N, D); returns self."""
        expect_points(self, x)
        self.points_ = x
        rule = RULES.get(self.bandwidth)
        self.bandwidth_ = rule(*x.shape) if rule else self.bandwidth
        return self

    def score_samples(self, x):
        """log p(x), in nats:  (M, D) → (M,)."""
        expect_fitted(self, "points_")
        n, d = self.points_.shape
        expect_points(self, x, features=d)
        variance, rows = self.bandwidth_ ** 2, max(1, BLOCK // n)
        sums = [log_sum_exp(squared_distances(x[start:start + rows], self.points_) / (-2 * variance))
                for start in range(0, len(x), rows)]
        log_p = xp.concatenate(sums) - math.log(n) - d / 2 * math.log(2 * math.pi * variance)
        return log_p.astype(x.dtype)

    def sample(self, count, generator=None):
        """Draw `count` points: one of the points at random, and noise of deviation h:  (count, D)."""
        expect_fitted(self, "points_")
        count, generator = positive_integer("count", count), resolve(generator)
        n, d = self.points_.shape
        chosen = asarray(generator.integers(n, size=count))
        noise = asarray(generator.standard_normal((count, d)), dtype=self.points_.dtype)
        return self.points_[chosen] + self.bandwidth_ * noise
