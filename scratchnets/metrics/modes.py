"""How samples spread over the modes of a mixture."""
from dataclasses import dataclass

import numpy as np

from scratchnets.backend import to_numpy
from scratchnets.metrics.checks import rows_of
from scratchnets.metrics.distributions import kl_divergence


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
    1 − e^−4.5 = 98.9 % are of high quality.

    The distance of 3 standard deviations and the reverse KL are those of Srivastava et al., 2017 (VEEGAN), and
    Lin et al., 2018 (PacGAN). The threshold is this library's: a mode that a single stray sample hits counts
    with ``least=1`` only, so that figures here may be lower than figures elsewhere.

    Parameters
    ----------
    samples : array (N, D)
    centres : array (modes, D)
    std : float
        Of one mode, in each direction.
    least : int
        Written for 2,500 samples and up to 25 modes.
    """
    samples, centres = rows_of("mode_coverage", samples), np.asarray(to_numpy(centres), dtype="float64")
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
