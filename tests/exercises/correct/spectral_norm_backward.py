import numpy as np


def formula(dnormalized, W, u, v):
    sigma = u @ W @ v
    return (dnormalized - (dnormalized * W / sigma).sum() * np.outer(u, v)) / sigma


def two_paths(dnormalized, W, u, v):
    sigma = u.dot(W).dot(v)
    dsigma = -(dnormalized * W).sum() / sigma ** 2
    return {"dW": dnormalized / sigma + dsigma * u[:, None] * v}


def loops(dnormalized, W, u, v):
    sigma, along = 0.0, 0.0
    for p in range(len(u)):
        for m in range(len(v)):
            sigma += u[p] * W[p, m] * v[m]
            along += dnormalized[p, m] * W[p, m]
    dW = np.empty_like(W)
    for p in range(len(u)):
        for m in range(len(v)):
            dW[p, m] = dnormalized[p, m] / sigma - along / sigma ** 2 * u[p] * v[m]
    return dW


def einsum(dnormalized, W, u, v):
    sigma = np.einsum("p,pm,m->", u, W, v)
    return dnormalized / sigma - np.einsum("ij,ij,p,m->pm", dnormalized, W, u, v) / sigma ** 2


def by_decomposition(dnormalized, W, u, v):
    left, values, right = np.linalg.svd(W, full_matrices=False)
    normalized = W / values[0]
    dW = dnormalized - np.vdot(dnormalized, normalized) * left[:, :1] @ right[:1]
    dW /= values[0]
    return dW


def in_single_precision(dnormalized, W, u, v):
    return formula(*(array.astype(np.float32) for array in (dnormalized, W, u, v)))
