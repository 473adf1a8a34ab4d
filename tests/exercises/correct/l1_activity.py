import numpy as np


def direct(x, weight):
    return weight * np.abs(x).sum() / len(x), weight * np.sign(x) / len(x)


def where(x, weight):
    return np.where(x > 0, x, -x).sum() * weight / x.shape[0], np.where(x > 0, weight, -weight) / x.shape[0]


def quotient(x, weight):
    scale = weight / len(x)
    return {"penalty": scale * np.linalg.norm(x.ravel(), 1), "dx": scale * x / abs(x)}


def loops(x, weight):
    n = len(x)
    omega, dx = 0.0, np.zeros(x.shape)
    for i, row in enumerate(x):
        for j, value in enumerate(row):
            omega += abs(value)
            dx[i, j] = weight / n if value > 0 else -weight / n
    return weight / n * omega, dx


def mean_of_rows(x, weight):
    dx = np.ones_like(x)
    dx[x < 0] = -1
    dx *= weight
    dx /= len(x)
    return [weight * np.mean(np.sum(np.abs(x), axis=1)), dx]


def product_with_sign(x, weight):
    s = (x > 0).astype(int) - (x < 0).astype(int)
    return (weight * (s * x).sum() / len(x),), s * (weight / len(x))


def in_single_precision(x, weight):
    x, scale = x.astype(np.float32), np.float32(weight / len(x))
    return scale * np.abs(x).sum(), scale * np.sign(x)
