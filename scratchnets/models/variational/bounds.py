"""How probable the model finds images: two lower bounds on log p(x), in nats an image; and what its codes do.

Derived in docs/derivations/elbo.md. Both draw codes from q(z|x) with noise of a seed, so that a second
evaluation gives the same figure; both binarise the images as the model does.
"""
import math
from typing import NamedTuple

import numpy as np

from scratchnets.arguments import number, positive_integer
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.losses.divergence import gaussian_kl_terms
from scratchnets.metrics.distances import mend_close
from scratchnets.models.classical.log_domain import log_sum_exp
from scratchnets.randomness import generator as resolve


class Elbo(NamedTuple):
    """log p(x) ≥ −(reconstruction + kl), each a mean over the images."""

    reconstruction: float
    kl: float
    standard_error: float        # of the sum, from one image to another

    @property
    def value(self):
        return -(self.reconstruction + self.kl)


class ImportanceWeighted(NamedTuple):
    """log p(x) ≥ E log 1/S Σ_s w_s ≥ ELBO."""

    value: float
    standard_error: float        # from one image to another
    each: np.ndarray             # (N,) the bound of every image
    effective_samples: float     # (Σ w)² / Σ w², a mean over images: S for an exact q, 1 if one draw decides


def elbo(model, x, label=None, samples=1, generator=0, batch_size=256):
    """The evidence lower bound E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)), in its two terms.

    Parameters
    ----------
    model : VariationalAutoencoder
    x : array (N, …)
    label : integer array (N,), optional
    samples : int
        Draws of z for each image; the KL needs none.
    generator : numpy.random.Generator or int
        Draws z, and the zeros and ones where the model binarises.
    """
    generator, samples = resolve(generator), positive_integer("samples", samples)
    reconstruction, kl = [], []
    for seen, given, mean, log_var in inferred(model, x, label, generator, batch_size):
        kl.append(gaussian_kl_terms(mean, log_var).sum(axis=1))
        density = sum(_log_density(model, seen, given, mean, log_var, generator)[0] for _ in range(samples))
        reconstruction.append(-density / samples)
    reconstruction, kl = (np.concatenate([to_numpy(part).astype("float64") for part in parts])
                          for parts in (reconstruction, kl))
    return Elbo(float(reconstruction.mean()), float(kl.mean()), _standard_error(reconstruction + kl))


def importance_weighted_bound(model, x, label=None, samples=100, generator=0, batch_size=2048):
    """log 1/S Σ_s p(x|z_s) p(z_s) / q(z_s|x) with z_s ~ q(z|x): nearer to log p(x), the larger S is.

    The weights span hundreds of nats; sums of them are taken in the log domain.

    Parameters
    ----------
    model, x, label, generator
        As for `elbo`.
    samples : int
        S.
    batch_size : int
        Codes that are decoded at a time.

    References
    ----------
    Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", 2016.
    """
    log_w = log_weights(model, x, label, samples, generator, batch_size)
    each = bounds(log_w)
    relative = np.exp(log_w - log_w.max(axis=1, keepdims=True))
    effective = relative.sum(axis=1) ** 2 / (relative ** 2).sum(axis=1)
    return ImportanceWeighted(float(each.mean()), _standard_error(each), each, float(effective.mean()))


def log_weights(model, x, label=None, samples=100, generator=0, batch_size=2048):
    """log w_s = log p(x|z_s) + log p(z_s) − log q(z_s|x) of S draws, NumPy float64 (N, S)."""
    generator, samples = resolve(generator), positive_integer("samples", samples)
    batch_size = positive_integer("batch_size", batch_size)
    repeats = min(samples, max(1, batch_size // 64))              # draws of one image at a time
    rows = []
    for seen, given, mean, log_var in inferred(model, x, label, generator, max(1, batch_size // repeats)):
        columns = []
        for start in range(0, samples, repeats):
            times = min(repeats, samples - start)
            repeated = [None if array is None else xp.repeat(array, times, axis=0)
                        for array in (seen, given, mean, log_var)]
            density, ratio = _log_density(model, *repeated, generator)
            columns.append((to_numpy(density).astype("float64") + to_numpy(ratio)).reshape(len(seen), times))
        rows.append(np.concatenate(columns, axis=1))
    return np.concatenate(rows)


def bounds(log_w, draws=None):
    """The bound of each image with so many draws, from the log-weights (N, S) of more: a mean over groups.

    Returns
    -------
    ndarray (N,)
    """
    n, samples = log_w.shape
    draws = samples if draws is None else positive_integer("draws", draws)
    if draws > samples:
        raise ValueError(f"a bound with {draws} draws needs at least so many weights, got {samples}")
    groups = asarray(log_w[:, :samples // draws * draws].reshape(n, -1, draws), dtype="float64")
    return (to_numpy(log_sum_exp(groups)) - math.log(draws)).mean(axis=1)


def marginal_kl(model, x, label=None, generator=0, batch_size=256):
    """KL(q(z) ‖ p(z)) of the codes of all images together, q(z) = 1/N Σₙ q(z|xₙ): how badly they fill the prior.

    The mean KL of the bound is this and how much a code says about which of the N images it belongs to, which
    is log N at most. Estimated with one draw from each q(z|xₙ); derived in docs/derivations/elbo.md.

    Parameters
    ----------
    model, x, label, generator
        As for `elbo`. The images should be those that the model was trained on.
    batch_size : int
        Draws that are held against all N posteriors at a time.

    Returns
    -------
    float
        In nats.

    References
    ----------
    Hoffman and Johnson, "ELBO surgery", 2016.
    """
    generator = resolve(generator)
    parts = list(inferred(model, x, label, generator, batch_size))
    mean, log_var = (xp.concatenate([part[place] for part in parts]).astype("float64") for place in (2, 3))
    z = mean + xp.exp(0.5 * log_var) * asarray(generator.standard_normal(mean.shape), dtype="float64")
    return sum(float(log_marginal_ratio(z[rows], mean, log_var).sum()) for rows in batches(z, batch_size)) / len(z)


def log_marginal_ratio(z, mean, log_var):
    """log q(z) − log p(z) of draws z (B, k), q the mixture of N Gaussians; what both share is left out: (B,)."""
    precision = xp.exp(-log_var)                                          # (N, k)
    # Σⱼ (zⱼ − μⱼ)² / σⱼ² for all pairs, multiplied out, (B, N); where σ is tiny that cancels, and is mended.
    sizes = z ** 2 @ precision.T + (mean ** 2 * precision).sum(axis=1)
    squares = mend_close(sizes - 2 * z @ (mean * precision).T, sizes,
                         lambda b, n: (z[b] - mean[n]) * xp.sqrt(precision[n]), z.shape[1])
    log_q = log_sum_exp(-0.5 * (squares + log_var.sum(axis=1))) - math.log(len(mean))
    return log_q + 0.5 * (z ** 2).sum(axis=1)


def unit_activity(model, x, label=None):
    """How much each unit of the code says about x: the variance, over the images, of its posterior mean.

    Returns
    -------
    ndarray (k,)
        0 for a unit that is the prior whatever the image; near 1 for one that tells images apart.
    """
    return to_numpy(model.encode(x, label)).astype("float64").var(axis=0)


def active_units(model, x, label=None, threshold=0.01):
    """How many units of the code are in use: those whose `unit_activity` is above the threshold.

    References
    ----------
    Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", 2016.
    """
    return int((unit_activity(model, x, label) > number("threshold", threshold, at_least=0)).sum())


def inferred(model, x, label, generator, batch_size):
    """(images as the model sees them, labels, μ, log σ²), batch by batch, in evaluation mode."""
    model.likelihood.expect_images(x)
    for rows in batches(x, batch_size):
        given = None if label is None else label[rows]
        with model.inference():
            seen = model.binarization.forward(x[rows], generator)
            mean, log_var = model.infer(seen, given)
        yield seen, given, mean, log_var


def batches(x, batch_size):
    """Slices of at most `batch_size` rows; at least one, so that what is no batch is refused further on."""
    batch_size = positive_integer("batch_size", batch_size)
    return [slice(start, start + batch_size) for start in range(0, max(len(x), 1), batch_size)]


def _log_density(model, x, label, mean, log_var, generator):
    """log p(x|z) and log p(z)/q(z|x) (N,) for one z ~ q(z|x) each."""
    noise = asarray(generator.standard_normal(mean.shape))
    with model.inference():
        z = model.sampler.forward(mean, log_var, noise)
        density = model.likelihood.log_density(model.generate(z, label), x)
    return density, 0.5 * (log_var + noise * noise - z * z).sum(axis=1)


def _standard_error(each):
    return float(each.std(ddof=1)) / math.sqrt(len(each)) if len(each) > 1 else math.nan
