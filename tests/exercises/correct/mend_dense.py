import numpy as np


def mended(x, W, b, dy):
    return x @ W + b, dy @ W.T, x.T @ dy, dy.sum(axis=0)


def einsum(x, W, b, dy):
    return (np.einsum("nd,dm->nm", x, W) + b, np.einsum("nm,dm->nd", dy, W), np.einsum("nd,nm->dm", x, dy),
            np.einsum("nm->m", dy))


def bias_as_a_weight(x, W, b, dy):
    x1, V = np.column_stack([x, np.ones(len(x))]), np.vstack([W, b])
    dV = x1.T @ dy
    return x1 @ V, (dy @ V.T)[:, :-1], dV[:-1], dV[-1]


def loops(x, W, b, dy):
    y, dx, dW, db = np.zeros_like(dy), np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for n in range(len(x)):
        y[n] = x[n] @ W + b
        dx[n] = W @ dy[n]
        dW += np.outer(x[n], dy[n])
        db += dy[n]
    return [y, dx, dW, db]


def in_place(x, W, b, dy):
    y = x @ W
    y += b
    db = np.zeros(len(b))
    db += np.ones(len(dy)) @ dy
    return {"y": y, "dx": (W @ dy.T).T, "dW": (dy.T @ x).T, "db": db}


def in_single_precision(x, W, b, dy):
    x, W, b, dy = (a.astype(np.float32) for a in (x, W, b, dy))
    return x @ W + b, dy @ W.T, x.T @ dy, dy.sum(axis=0)
