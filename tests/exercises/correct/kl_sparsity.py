import numpy as np


def direct(x, rho, weight):
    p = x.mean(axis=0)
    omega = weight * (rho * np.log(rho / p) + (1 - rho) * np.log((1 - rho) / (1 - p))).sum()
    dp = weight * (-rho / p + (1 - rho) / (1 - p))
    return omega, np.tile(dp / len(x), (len(x), 1))


def one_fraction(x, rho, weight):
    p = np.sum(x, axis=0, keepdims=True) / len(x)
    dx = weight / len(x) * (p - rho) / (p * (1 - p))
    entropy = rho * np.log(rho) + (1 - rho) * np.log(1 - rho)
    return weight * (entropy - rho * np.log(p) - (1 - rho) * np.log1p(-p)).sum(), dx + np.zeros(x.shape)


def loops(x, rho, weight):
    n, d = x.shape
    omega, dx = 0.0, np.empty((n, d))
    for j in range(d):
        p = sum(x[i, j] for i in range(n)) / n
        omega += rho * np.log(rho / p) + (1 - rho) * np.log((1 - rho) / (1 - p))
        for i in range(n):
            dx[i, j] = weight * ((1 - rho) / (1 - p) - rho / p) / n
    return weight * omega, dx


def in_place(x, rho, weight):
    dx = np.zeros_like(x)
    p = np.average(x, axis=0)
    dx += (1 - rho) / (1 - p)
    dx -= rho / p
    dx *= weight
    dx /= x.shape[0]
    omega = rho * (np.log(rho) - np.log(p)) + (1 - rho) * (np.log(1 - rho) - np.log(1 - p))
    return {"penalty": weight * omega.sum(), "dx": dx}


def outer(x, rho, weight):
    p = np.einsum("nd->d", x) / len(x)
    slopes = weight * ((1 - rho) / (1 - p) - rho / p)
    omega = weight * np.dot([rho, 1 - rho], [np.log(rho / p).sum(), np.log((1 - rho) / (1 - p)).sum()])
    return omega, np.outer(np.full(len(x), 1 / len(x)), slopes)


def in_single_precision(x, rho, weight):
    x, rho, weight = x.astype(np.float32), np.float32(rho), np.float32(weight)
    return direct(x, rho, weight)
