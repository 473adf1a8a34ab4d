import numpy as np


def direct(prediction, target):
    n = len(target)
    value = -(target * np.log(prediction) + (1 - target) * np.log(1 - prediction)).sum() / n
    return value, ((1 - target) / (1 - prediction) - target / prediction) / n


def one_fraction(prediction, target):
    terms = target * np.log(prediction) + (1 - target) * np.log1p(-prediction)
    return -terms.sum(axis=1).mean(), (prediction - target) / (prediction * (1 - prediction)) / len(target)


def loops(prediction, target):
    n, d = target.shape
    value, gradient = 0.0, np.zeros((n, d))
    for i in range(n):
        for j in range(d):
            p, t = prediction[i, j], target[i, j]
            value -= (t * np.log(p) + (1 - t) * np.log(1 - p)) / n
            gradient[i, j] = (-t / p + (1 - t) / (1 - p)) / n
    return value, gradient


def by_logits(prediction, target):
    a = np.log(prediction) - np.log1p(-prediction)
    value = (np.logaddexp(0, a) - target * a).sum() / len(a)
    return {"value": value, "dprediction": (prediction - target) / len(a) * (2 + np.exp(a) + np.exp(-a))}


def twice_the_notes(prediction, target):
    def notes(p, t):
        return -np.vdot(t, np.log(p)) / len(t), -t / p / len(t)
    white, black = notes(prediction, target), notes(1 - prediction, 1 - target)
    return white[0] + black[0], white[1] - black[1]


def above_the_floor(prediction, target):
    q, p = target, prediction
    floor = -(q * np.log(q) + (1 - q) * np.log(1 - q)).sum()
    divergence = (q * np.log(q / p) + (1 - q) * np.log((1 - q) / (1 - p))).sum()
    return (floor + divergence) / len(q), ((p - q) / p + (p - q) / (1 - p)) / len(q)


def in_single_precision(prediction, target):
    return direct(prediction.astype(np.float32), target.astype(np.float32))
