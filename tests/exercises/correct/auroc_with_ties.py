import numpy as np


def direct(normal, anomalous):
    difference = anomalous[:, None] - normal
    return ((difference > 0) + 0.5 * (difference == 0)).mean()


def by_sign(normal, anomalous):
    return 0.5 + 0.5 * np.mean(np.sign(np.subtract.outer(anomalous, normal)))


def loops(normal, anomalous):
    won = 0.0
    for a in anomalous:
        for n in normal:
            won += 1.0 if a > n else 0.5 if a == n else 0.0
    return won / (len(normal) * len(anomalous))


def by_ranks(normal, anomalous):
    scores = np.concatenate([anomalous, normal])
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    m = len(anomalous)
    return {"auroc": (ranks[:m].sum() - m * (m + 1) / 2) / (m * len(normal))}


def by_the_curve(normal, anomalous):
    thresholds = np.unique(np.concatenate([normal, anomalous]))[::-1]
    fpr = np.array([0.0] + [np.mean(normal >= t) for t in thresholds])
    tpr = np.array([0.0] + [np.mean(anomalous >= t) for t in thresholds])
    return (np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2).sum()


def by_searching(normal, anomalous):
    ordered = np.sort(normal)
    below = np.searchsorted(ordered, anomalous, side="left")
    up_to = np.searchsorted(ordered, anomalous, side="right")
    return (below + up_to).sum() / (2 * len(normal) * len(anomalous))


def in_single_precision(normal, anomalous):
    return np.float32(direct(normal, anomalous))
