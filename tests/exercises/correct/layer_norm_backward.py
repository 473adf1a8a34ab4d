import numpy as np


def short(dy, x, gamma, epsilon):
    r = 1 / np.sqrt(x.var(axis=1, keepdims=True) + epsilon)
    u = (x - x.mean(axis=1, keepdims=True)) * r
    du = dy * gamma
    dx = r * (du - du.mean(axis=1, keepdims=True) - u * (du * u).mean(axis=1, keepdims=True))
    return dx, (dy * u).sum(axis=0), dy.sum(axis=0)


def transposed(dy, x, gamma, epsilon):
    d = x.shape[1]
    centred = (x.T - x.mean(axis=1))
    std = np.sqrt((centred ** 2).mean(axis=0) + epsilon)
    u = centred / std
    du = dy.T * gamma[:, None]
    dx = (d * du - du.sum(axis=0) - u * (du * u).sum(axis=0)) / (d * std)
    return {"dx": dx.T, "dgamma": (dy.T * u).sum(axis=1), "dbeta": dy.T.sum(axis=1)}


def row_by_row(dy, x, gamma, epsilon):
    dx, dgamma, dbeta = np.zeros_like(x), np.zeros_like(gamma), np.zeros_like(gamma)
    for n in range(len(x)):
        centred = x[n] - x[n].mean()
        s = np.sqrt(np.mean(centred ** 2) + epsilon)
        u = centred / s
        slopes = (np.eye(len(u)) - 1 / len(u) - np.outer(u, u) / len(u)) / s
        dx[n] = slopes.T @ (gamma * dy[n])
        dgamma += dy[n] * u
        dbeta += dy[n]
    return dx, dgamma, dbeta


def step_by_step(dy, x, gamma, epsilon):
    d = x.shape[1]
    centred = x - x.mean(1)[:, None]
    var = (centred ** 2).mean(1)[:, None]
    r = (var + epsilon) ** -0.5
    du = dy * gamma
    dr = (du * centred).sum(1)[:, None]
    dvar = dr * -0.5 * (var + epsilon) ** -1.5
    dcentred = du * r + dvar * 2 * centred / d
    dx = dcentred - dcentred.mean(1)[:, None]
    return [dx, (dy * centred * r).sum(0), dy.sum(0)]


def einsum(dy, x, gamma, epsilon):
    centre = np.eye(x.shape[1]) - 1 / x.shape[1]
    c = x @ centre
    r = (np.einsum("nd,nd->n", c, c) / x.shape[1] + epsilon) ** -0.5
    u = np.einsum("nd,n->nd", c, r)
    du = np.einsum("nd,d->nd", dy, gamma)
    inner = np.einsum("nd,nd->n", du, u) / x.shape[1]
    return (np.einsum("nd,n->nd", du @ centre - u * inner[:, None], r),
            np.einsum("nd,nd->d", dy, u), np.einsum("nd->d", dy))


def in_single_precision(dy, x, gamma, epsilon):
    return short(dy.astype(np.float32), x.astype(np.float32), gamma.astype(np.float32), np.float32(epsilon))
