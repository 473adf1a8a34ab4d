import numpy as np


def mended(x, gamma, beta, epsilon, dy):
    r = 1 / np.sqrt(x.var(axis=0) + epsilon)
    u = (x - x.mean(axis=0)) * r
    du = dy * gamma
    dx = r * (du - du.mean(axis=0) - u * (du * u).mean(axis=0))
    return gamma * u + beta, dx, (dy * u).sum(axis=0), dy.sum(axis=0)


def step_by_step(x, gamma, beta, epsilon, dy):
    n = len(x)
    centred = x - x.mean(0)
    var = (centred ** 2).mean(0)
    std = (var + epsilon) ** 0.5
    u = centred / std
    du = dy * gamma
    dvar = -0.5 * (du * centred).sum(0) / std ** 3
    dmean = -(du / std).sum(0)
    dx = du / std + dvar * 2 * centred / n + dmean / n
    return {"y": gamma * u + beta, "dx": dx, "dgamma": (dy * u).sum(0), "dbeta": dy.sum(0)}


def jacobian(x, gamma, beta, epsilon, dy):
    n, y, dx = len(x), np.empty_like(x), np.empty_like(x)
    u = np.empty_like(x)
    for j in range(x.shape[1]):
        s = np.sqrt(x[:, j].var() + epsilon)
        u[:, j] = (x[:, j] - x[:, j].mean()) / s
        slopes = (np.eye(n) - 1 / n - np.outer(u[:, j], u[:, j]) / n) / s
        y[:, j] = gamma[j] * u[:, j] + beta[j]
        dx[:, j] = slopes @ dy[:, j] * gamma[j]
    return y, dx, np.einsum("nd,nd->d", dy, u), np.einsum("nd->d", dy)


def sums(x, gamma, beta, epsilon, dy):
    n = len(x)
    r = (x.var(0) + epsilon) ** -0.5
    u = (x - x.mean(0)) * r
    dgamma, dbeta = (dy * u).sum(0), dy.sum(0)
    return [u * gamma + beta, gamma * r / n * (n * dy - dbeta - u * dgamma), dgamma, dbeta]


def projections(x, gamma, beta, epsilon, dy):
    centre = np.eye(len(x)) - 1 / len(x)
    c = centre @ x
    s = np.sqrt((c ** 2).sum(0) / len(x) + epsilon)
    u = c / s
    dx = centre @ (gamma * dy) / s - u * (gamma * dy * u).mean(0) / s
    return u * gamma + beta, dx, (dy * u).sum(0), dy.sum(0)


def in_single_precision(x, gamma, beta, epsilon, dy):
    x, gamma, beta, dy = (a.astype(np.float32) for a in (x, gamma, beta, dy))
    return mended(x, gamma, beta, np.float32(epsilon), dy)
