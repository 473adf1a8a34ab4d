import numpy as np


def direct(x, gain):
    eye = np.eye(x.shape[1])
    W, V = np.hstack([eye, -eye]) * gain, np.vstack([eye, -eye]) / gain[:, None]
    h = np.maximum(x @ W, 0)
    return W, V, h, h @ V


def without_products(x, gain):
    d = x.shape[1]
    W = np.zeros((d, 2 * d))
    W[range(d), range(d)] = gain[:d]
    W[range(d), range(d, 2 * d)] = -gain[d:]
    h = np.concatenate([x.clip(0), (-x).clip(0)], axis=1) * gain
    return {"copy": x.copy(), "h": h, "W": W, "V": (W / gain ** 2).T}


def loops(x, gain):
    n, d = x.shape
    W, V, h, copy = np.zeros((d, 2 * d)), np.zeros((2 * d, d)), np.zeros((n, 2 * d)), np.zeros((n, d))
    for j in range(d):
        W[j, j], V[j, j] = gain[j], 1 / gain[j]
        W[j, d + j], V[d + j, j] = -gain[d + j], -1 / gain[d + j]
    for i in range(n):
        for j in range(2 * d):
            h[i, j] = max(sum(x[i, e] * W[e, j] for e in range(d)), 0)
        for e in range(d):
            copy[i, e] = sum(h[i, j] * V[j, e] for j in range(2 * d))
    return W, V, h, copy


def diagonal(x, gain):
    signs = np.kron([1.0, -1.0], np.eye(x.shape[1]))
    h = x @ signs * (x @ signs > 0)
    d = x.shape[1]
    return signs @ np.diag(gain), np.diag(1 / gain) @ signs.T, h * gain, h[:, :d] - h[:, d:]


def by_signs(x, gain):
    eye = np.identity(x.shape[1])
    W, V = np.concatenate((eye, -eye), 1) * gain, np.vstack((eye, -eye)) * (1 / gain).reshape(-1, 1)
    a = np.einsum("nd,dm->nm", x, W)
    h = np.where(a > 0, a, 0.0)
    return W, V, h, np.einsum("nm,md->nd", h, V)


def in_single_precision(x, gain):
    return tuple(part.astype(np.float32) for part in direct(x.astype(np.float32), gain.astype(np.float32)))
