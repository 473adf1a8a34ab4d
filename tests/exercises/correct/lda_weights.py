import numpy as np


def solve(weights, means, covariance):
    W = np.linalg.solve(covariance, means.T)
    return W, np.log(weights) - 0.5 * (means.T * W).sum(axis=0)


def inverse(weights, means, covariance):
    precision = np.linalg.inv(covariance)
    return {"b": np.log(weights) - 0.5 * np.diag(means @ precision @ means.T), "W": precision @ means.T}


def loops(weights, means, covariance):
    W, b = np.zeros(means.T.shape), np.zeros(len(weights))
    for y, mean in enumerate(means):
        W[:, y] = np.linalg.solve(covariance, mean)
        b[y] = np.log(weights[y]) - mean @ W[:, y] / 2
    return W, b


def eigenvectors(weights, means, covariance):
    variances, axes = np.linalg.eigh(covariance)
    along = means @ axes
    return axes @ (along / variances).T, np.log(weights) - 0.5 * (along ** 2 / variances).sum(axis=1)


def cholesky(weights, means, covariance):
    L = np.linalg.cholesky(covariance)
    z = np.linalg.solve(L, means.T)
    return [np.linalg.solve(L.T, z), np.log(weights) - 0.5 * (z ** 2).sum(axis=0)]


def einsum(weights, means, covariance):
    precision = np.linalg.pinv(covariance)
    return (np.einsum("de,ye->dy", precision, means),
            np.log(weights) - 0.5 * np.einsum("yd,de,ye->y", means, precision, means))


def in_single_precision(weights, means, covariance):
    return tuple(part.astype(np.float32) for part in solve(weights, means, covariance))
