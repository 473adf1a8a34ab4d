"""A mixture of equal Gaussians: points can be drawn from it, and its density and score are exact."""
import numpy as np

from scratchnets import arguments
from scratchnets.randomness import generator as as_generator

CHUNK = 1 << 20         # distances held at once


class GaussianMixture:
    """p(x) = 1/K Σⱼ N(x; μⱼ, σ² I), for x in the plane (or in any number of dimensions).

    Parameters
    ----------
    centres : array_like (K, D)
    std : float
        The standard deviation σ, the same for every component and direction.
    labels : array_like (K,), optional
        The class that each component belongs to; by default each is a class of its own.
    modes : array_like (M, D), optional
        The peaks of the density, where they are the point of it: the centres of a ring or a grid.
        None for components that blend into a curve.
    """

    def __init__(self, centres, std, labels=None, modes=None):
        self.centres = np.array(centres, dtype=np.float64)
        if self.centres.ndim != 2 or not self.centres.size:
            raise ValueError(f"centres must be (K, D) and not empty, got shape {self.centres.shape}")
        self.std = arguments.positive("std", std)
        count = len(self.centres)
        self.labels = np.arange(count) if labels is None else np.array(labels, dtype=np.int64)
        if self.labels.shape != (count,):
            raise ValueError(f"expected {count} labels, one a centre, got shape {self.labels.shape}")
        self.modes = None if modes is None else np.array(modes, dtype=np.float64)

    def sample(self, n, generator=None):
        """Draw `n` points, float32 (n, D)."""
        return self.sample_labelled(n, generator)[0]

    def sample_labelled(self, n, generator=None):
        """Draw `n` points and their classes: float32 (n, D), int64 (n,)."""
        n, generator = arguments.positive_integer("n", n), as_generator(generator)
        component = generator.integers(len(self.centres), size=n)
        noise = generator.standard_normal((n, self.centres.shape[1]))
        points = self.centres[component] + self.std * noise
        return points.astype(np.float32), self.labels[component]

    def log_density(self, x):
        """log p(x) in nats, (N,), for x (N, D). Computed in float64."""
        return self._by_chunks(x, self._log_density)

    def score(self, x):
        """∇ₓ log p(x), (N, D), for x (N, D). Computed in float64.

        Each component pulls towards its centre, as strongly as it is likely to have made x:
        ∇ₓ log p(x) = Σⱼ p(j | x) (μⱼ − x) / σ².
        """
        return self._by_chunks(x, self._score)

    def with_noise(self, std):
        """The density of x + ε with x from this mixture and ε ~ N(0, s² I), s = `std`: again a mixture, with σ² + s².

        With it, the best guess of x given a noisy x̃ is x̃ + s² · with_noise(s).score(x̃)
        (Robbins 1956, Miyasawa 1961; known as Tweedie's formula).
        """
        return GaussianMixture(self.centres, np.hypot(self.std, arguments.positive("std", std)),
                               self.labels, self.modes)

    def _log_components(self, x):
        """log p(x | j) up to the constant, (n, K), and the differences μⱼ − x, (n, K, D)."""
        difference = self.centres - x[:, np.newaxis]                            # (n, K, D)
        return -(difference ** 2).sum(axis=-1) / (2 * self.std ** 2), difference

    def _log_density(self, x):
        exponent, _ = self._log_components(x)
        count, dimensions = self.centres.shape
        # log Σ exp without overflow: take the largest exponent out.
        top = exponent.max(axis=1, keepdims=True)
        total = top[:, 0] + np.log(np.exp(exponent - top).sum(axis=1))
        return total - np.log(count) - dimensions / 2 * np.log(2 * np.pi * self.std ** 2)

    def _score(self, x):
        exponent, difference = self._log_components(x)
        posterior = np.exp(exponent - exponent.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)                       # p(j | x)
        return np.einsum("nk,nkd->nd", posterior, difference) / self.std ** 2

    def _by_chunks(self, x, function):
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != self.centres.shape[1]:
            raise ValueError(f"expected points (N, {self.centres.shape[1]}), got shape {x.shape}")
        rows = max(1, CHUNK // len(self.centres))
        parts = [function(x[start:start + rows]) for start in range(0, len(x), rows)]
        return np.concatenate(parts) if parts else function(x)
