import numpy as np


def short(dy, x, gamma, epsilon):
    r = 1 / np.sqrt(x.var(axis=0) + epsilon)
    u = (x - x.mean(axis=0)) * r
    du = dy * gamma
    dx = r * (du - du.mean(axis=0) - u * (du * u).mean(axis=0))
    return dx, (dy * u).sum(axis=0), dy.sum(axis=0)


def step_by_step(dy, x, gamma, epsilon):
    n = len(x)
    mu = x.sum(axis=0) / n
    centred = x - mu
    var = (centred ** 2).sum(axis=0) / n
    std = np.sqrt(var + epsilon)
    u = centred / std
    dbeta = np.sum(dy, axis=0)
    dgamma = np.sum(dy * u, axis=0)
    du = dy * gamma
    dstd = -np.sum(du * centred, axis=0) / std ** 2
    dvar = 0.5 * dstd / std
    dcentred = du / std + 2 * centred * dvar / n
    dmu = -dcentred.sum(axis=0)
    return {"dx": dcentred + dmu / n, "dgamma": dgamma, "dbeta": dbeta}


def jacobian(dy, x, gamma, epsilon):
    n, d = x.shape
    dx, dgamma = np.zeros_like(x), np.zeros(d)
    for j in range(d):
        centred = x[:, j] - x[:, j].mean()
        s = np.sqrt((centred ** 2).mean() + epsilon)
        u = centred / s
        slopes = (np.eye(n) - 1 / n - np.outer(u, u) / n) / s      # ∂u_i/∂x_k
        dx[:, j] = gamma[j] * slopes.T @ dy[:, j]
        dgamma[j] = dy[:, j] @ u
    return dx, dgamma, dy.sum(0)


def sums(dy, x, gamma, epsilon):
    n = x.shape[0]
    mean = np.mean(x, axis=0, keepdims=True)
    rstd = (np.mean((x - mean) ** 2, axis=0, keepdims=True) + epsilon) ** -0.5
    u = (x - mean) * rstd
    dbeta, dgamma = dy.sum(axis=0, keepdims=True), (dy * u).sum(axis=0, keepdims=True)
    dx = gamma * rstd / n * (n * dy - dbeta - u * dgamma)
    return dx, dgamma.ravel(), dbeta.ravel()


def einsum(dy, x, gamma, epsilon):
    r = (np.einsum("nd,nd->d", x, x) / len(x) - x.mean(0) ** 2 + epsilon) ** -0.5
    u = (x - x.mean(0)) * r
    dgamma, dbeta = np.einsum("nd,nd->d", dy, u), np.einsum("nd->d", dy)
    return [gamma * r * (dy - dbeta / len(x) - u * dgamma / len(x)), dgamma, dbeta]


def in_single_precision(dy, x, gamma, epsilon):
    dy, x, gamma = (a.astype(np.float32) for a in (dy, x, gamma))
    return short(dy, x, gamma, np.float32(epsilon))
