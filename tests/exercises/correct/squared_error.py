import numpy as np


def direct(prediction, target):
    return 0.5 * ((prediction - target) ** 2).sum() / len(target), (prediction - target) / len(target)


def norms(prediction, target):
    distances = np.linalg.norm(prediction - target, axis=1)
    return np.mean(distances ** 2 / 2), (prediction - target) / prediction.shape[0]


def loops(prediction, target):
    n = len(prediction)
    value, d = 0.0, np.zeros_like(prediction)
    for i in range(n):
        for j in range(prediction.shape[1]):
            e = prediction[i, j] - target[i, j]
            value += e * e / 2 / n
            d[i, j] = e / n
    return value, d


def as_a_dict(prediction, target):
    e = target - prediction
    return {"dprediction": -e / len(e), "value": np.vdot(e, e) / (2 * len(e))}


def expanded(prediction, target):
    n = len(target)
    value = (prediction * prediction - 2 * prediction * target + target * target).sum() / (2 * n)
    return [value, prediction / n - target / n]


def einsum(prediction, target):
    e = prediction - target
    return np.einsum("nd,nd->", e, e) / (2.0 * len(e)), np.multiply(e, 1 / len(e))


def in_single_precision(prediction, target):
    e = (prediction - target).astype(np.float32)
    return np.float32(0.5) * (e * e).sum() / np.float32(len(e)), e / np.float32(len(e))
