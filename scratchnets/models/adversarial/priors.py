"""The prior p_z: where the generator's noise comes from."""
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import asarray


@dataclass(frozen=True)
class GaussianPrior:
    """z ~ N(0, 1) in each of `dimension` numbers."""

    dimension: int

    def __post_init__(self):
        positive_integer("the dimension of the noise", self.dimension)

    def sample(self, n, rng):
        """Draw z (n, dimension), on the host, and move it."""
        return asarray(rng.standard_normal((n, self.dimension)))

    def quantile(self, u):
        """Where the share u of all numbers lies below: equal steps of u are equal shares of the noise."""
        return np.vectorize(NormalDist().inv_cdf)(u)


@dataclass(frozen=True)
class UniformPrior:
    """z ~ U(−1, 1) in each of `dimension` numbers."""

    dimension: int

    def __post_init__(self):
        positive_integer("the dimension of the noise", self.dimension)

    def sample(self, n, rng):
        """Draw z (n, dimension), on the host, and move it."""
        return asarray(rng.uniform(-1, 1, (n, self.dimension)))

    def quantile(self, u):
        """Where the share u of all numbers lies below."""
        return 2 * np.asarray(u) - 1


PRIORS = {"gaussian": GaussianPrior, "uniform": UniformPrior}
