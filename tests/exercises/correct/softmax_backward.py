import numpy as np


def short(dy, y):
    return y * (dy - (dy * y).sum(axis=1, keepdims=True))


def jacobians(dy, y):
    return np.stack([(np.diag(p) - np.outer(p, p)) @ g for g, p in zip(dy, y)])


def einsum(dy, y):
    return y * dy - np.einsum("nk,nk,nj->nj", dy, y, y)


def loops(dy, y):
    dx = np.zeros_like(y)
    for n in range(y.shape[0]):
        for j in range(y.shape[1]):
            for i in range(y.shape[1]):
                dx[n, j] += dy[n, i] * y[n, i] * ((i == j) - y[n, j])
    return dx


def batched_jacobian(dy, y):
    jacobian = y[:, :, None] * (np.eye(y.shape[1]) - y[:, None, :])
    return (jacobian @ dy[:, :, None])[..., 0]


def centred_first(dy, y):
    dy = dy - dy.mean(axis=1, keepdims=True)       # a constant in a row of dy changes nothing
    return [y * (dy - np.sum(dy * y, -1)[:, np.newaxis])]


def in_single_precision(dy, y):
    dy, y = dy.astype(np.float32), y.astype(np.float32)
    return y * (dy - (dy * y).sum(1, keepdims=True))
