"""Choosing between models that were measured on several tasks. Derived in docs/derivations/choosing.md."""
import numpy as np

from scratchnets.metrics.checks import rows_of


def undominated(quality):
    """Which models nobody beats: for each other one there is a task on which it is worse, or they are equal.

    A model dominates another if it is at least as good on every task, and better on one. Who chooses a
    dominated model gives something away, whatever the tasks are worth to them; between the others the choice
    depends on what they are worth.

    Parameters
    ----------
    quality : array (M, T)
        Of M models on T tasks; more is better.

    Returns
    -------
    ndarray (M,) of bool

    References
    ----------
    Pareto, "Manuale di economia politica", 1906.
    """
    quality = rows_of("quality", quality)
    better = quality[:, None] > quality[None]                            # (M, M, T): is i better than j?
    dominates = (better | (quality[:, None] == quality[None])).all(axis=2) & better.any(axis=2)
    return ~dominates.any(axis=0)


def behind_the_best(quality, error, paired=None):
    """How far each model is behind the best on each task, in standard errors of the difference.

    (q_best − q) / √(e² + e_best² + p²), with e of what each model draws for itself, its seeds, and p of what both
    have in common, the test examples; 0 for the best. Below about 2, somebody else's draws may well put them in
    another order.

    Parameters
    ----------
    quality, error : array (M, T)
        Means, of which more is better, and their standard errors, independent of each other.
    paired : array (M, T), optional
        The standard errors of the differences to the best, model minus model on each test example.

    Returns
    -------
    ndarray (M, T)
    """
    quality, error = rows_of("quality", quality), rows_of("error", error)
    paired = np.zeros_like(error) if paired is None else rows_of("paired", paired)
    for errors in (error, paired):
        if errors.shape != quality.shape:
            raise ValueError(f"an error for each quality: got shapes {errors.shape} and {quality.shape}")
        if (errors < 0).any():
            raise ValueError("a standard error is never below 0")
    best, tasks = quality.argmax(axis=0), np.arange(quality.shape[1])
    scale = np.sqrt(error ** 2 + error[best, tasks] ** 2 + paired ** 2)
    gap = quality[best, tasks] - quality
    return np.divide(gap, scale, out=np.where(gap > 0, np.inf, 0.0), where=(scale > 0) & (gap > 0))
