"""How well scores tell the positive examples from the others, whatever the threshold.

A detector gives each example a score, the higher the more it takes it for a positive one (an anomaly,
say). Only the order of the scores counts, and equal scores are treated as what they are: undecided.
"""
import numpy as np

from scratchnets.backend import to_numpy


def roc_curve(scores, positive):
    """Both rates of a detector that reports scores of at least a threshold, for every threshold that matters.

    Parameters
    ----------
    scores : array (N,)
    positive : array (N,) of bool
        Which examples are to be found; at least one, and not all.

    Returns
    -------
    false_positive_rate : ndarray (T + 1,)
        The share of the negatives that are reported: 0 … 1.
    true_positive_rate : ndarray (T + 1,)
        The share of the positives that are found: 0 … 1.
    thresholds : ndarray (T + 1,)
        Infinity, where nothing is reported, and then each of the T different scores, from the highest.
    """
    scores, positive = _scored("roc_curve", scores, positive)
    thresholds, found, reported = _counts(scores, positive)
    true_positive_rate = found / positive.sum()
    false_positive_rate = (reported - found) / (~positive).sum()
    return (np.concatenate([[0.0], false_positive_rate]), np.concatenate([[0.0], true_positive_rate]),
            np.concatenate([[np.inf], thresholds]))


def auroc(scores, positive):
    """The area under the ROC curve: how often a positive example scores higher than a negative one.

    P(s⁺ > s⁻) + ½ P(s⁺ = s⁻), over all n⁺ n⁻ pairs: 1 for a perfect order, ½ for none. It is computed
    as the Mann–Whitney statistic, (R − n⁺(n⁺ + 1)/2) / (n⁺ n⁻), where R adds up the positives' ranks
    among all scores and equal scores share the mean of their ranks. Exact, and by sorting alone.

    Parameters
    ----------
    scores, positive
        As of `roc_curve`.

    Returns
    -------
    float

    References
    ----------
    Mann and Whitney, 1947; Hanley and McNeil, "The meaning and use of the area under a receiver
    operating characteristic (ROC) curve", 1982.
    """
    scores, positive = _scored("auroc", scores, positive)
    n = int(positive.sum())
    return float(_ranks(scores)[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n))


def auroc_error(scores, positive):
    """The standard error of the area: by how much other examples of the same kinds would change it.

    √(var V⁺/n⁺ + var V⁻/n⁻), where V⁺ of a positive example is the share of the negatives below it, V⁻ of a
    negative one the share of the positives above it, and equal scores count one half. For examples that are
    independent of each other.

    Parameters
    ----------
    scores, positive
        As of `roc_curve`; at least two positive and two negative examples.

    Returns
    -------
    float

    References
    ----------
    DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
    characteristic curves", 1988.
    """
    return _error_of_a_mean_of_pairs(*_placements(*_scored("auroc_error", scores, positive)))


def auroc_difference(scores, others, positive):
    """The area of one detector minus that of another on the same examples, and the standard error of that.

    What makes an example hard for both cancels, so the error is smaller than that of two areas from different
    examples: V⁺ and V⁻ of `auroc_error` become differences between the two detectors.

    Parameters
    ----------
    scores, others, positive
        Of the two detectors, and as of `auroc_error`.

    Returns
    -------
    difference, error : float
    """
    one = _placements(*_scored("auroc_difference", scores, positive))
    other = _placements(*_scored("auroc_difference", others, positive))
    by_positive, by_negative = (a - b for a, b in zip(one, other))
    return float(by_positive.mean()), _error_of_a_mean_of_pairs(by_positive, by_negative)


def average_precision(scores, positive):
    """Σ_t (R_t − R_{t−1}) P_t: the precision P at each threshold, weighted by the recall R that it adds.

    Unlike the area under the ROC curve it falls when positives are rare: a detector that knows nothing
    has their share.

    Parameters
    ----------
    scores, positive
        As of `roc_curve`.

    Returns
    -------
    float
    """
    scores, positive = _scored("average_precision", scores, positive)
    _, found, reported = _counts(scores, positive)
    gained = np.diff(found, prepend=0) / positive.sum()
    return float((gained * found / reported).sum())


def _ranks(scores):
    """1 … N; equal scores share the mean of theirs."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def _placements(scores, positive):
    """For each positive the share of the negatives below it, and for each negative that of the positives above."""
    ranks = _ranks(scores)
    below = (ranks[positive] - _ranks(scores[positive])) / (~positive).sum()
    return below, 1 - (ranks[~positive] - _ranks(scores[~positive])) / positive.sum()


def _error_of_a_mean_of_pairs(by_positive, by_negative):
    if min(len(by_positive), len(by_negative)) < 2:
        raise ValueError(f"a standard error needs two positive and two negative examples, got {len(by_positive)} "
                         f"and {len(by_negative)}")
    return float(by_positive.var(ddof=1) / len(by_positive) + by_negative.var(ddof=1) / len(by_negative)) ** 0.5


def _counts(scores, positive):
    """The different scores, falling; and how many positives, and examples, score at least so much."""
    thresholds, place = np.unique(-scores, return_inverse=True)
    found = np.cumsum(np.bincount(place, weights=positive))
    reported = np.cumsum(np.bincount(place))
    return -thresholds, found, reported


def _scored(name, scores, positive):
    scores, positive = to_numpy(scores), to_numpy(positive)
    if scores.ndim != 1 or scores.shape != positive.shape:
        raise ValueError(f"{name} expected a score and a label for each example, two rows of one length; "
                         f"got shapes {scores.shape} and {positive.shape}")
    if scores.dtype.kind not in "fiu" or not np.isfinite(scores).all():
        raise ValueError(f"{name}: the scores must be finite numbers, got dtype {scores.dtype}"
                         + (", with NaN or infinity among them" if scores.dtype.kind == "f" else ""))
    if positive.dtype.kind != "b":
        raise TypeError(f"{name}: `positive` must be true or false for each example, got dtype "
                        f"{positive.dtype}; of class labels, write labels == 3")
    if positive.all() or not positive.any():
        raise ValueError(f"{name} needs positive and negative examples, got {int(positive.sum())} positive "
                         f"of {len(positive)}")
    return scores.astype("float64"), positive
