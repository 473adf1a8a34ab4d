import itertools

import numpy as np


def direct(x, q):
    G = x.T @ x / len(x)
    C = q ** 2 * G + q * (1 - q) * np.diag(np.diag(G))
    W = np.linalg.solve(C, q * G)
    return C, W, np.trace(G) - q * np.trace(G @ W)


def by_the_inverse(x, q):
    G = np.einsum("ni,nj->ij", x, x) / x.shape[0]
    C = np.where(np.eye(len(G)) == 1, q * G, q * q * G)
    W = np.linalg.inv(C) @ G * q
    return {"C": C, "W": W, "error": np.trace(G - W.T @ C @ W)}


def over_all_masks(x, q):
    n, d = x.shape
    C, B = np.zeros((d, d)), np.zeros((d, d))
    masks = np.array(list(itertools.product([0, 1], repeat=d)))
    chances = q ** masks.sum(axis=1) * (1 - q) ** (d - masks.sum(axis=1))
    for mask, chance in zip(masks, chances):
        seen = x * mask
        C += chance * seen.T @ seen / n
        B += chance * seen.T @ x / n
    W = np.linalg.solve(C, B)
    error = sum(chance * ((x * mask @ W - x) ** 2).sum() for mask, chance in zip(masks, chances)) / n
    return C, W, error


def by_weighted_least_squares(x, q):
    d = x.shape[1]
    masks = np.array(list(itertools.product([0, 1], repeat=d)))
    root = np.sqrt(q ** masks.sum(axis=1) * (1 - q) ** (d - masks.sum(axis=1)) / len(x))
    rows = np.concatenate([chance * x * mask for mask, chance in zip(masks, root)])
    targets = np.concatenate([chance * x for chance in root])
    W = np.linalg.lstsq(rows, targets, rcond=None)[0]
    return rows.T @ rows, W, ((rows @ W - targets) ** 2).sum()


def loops(x, q):
    n, d = x.shape
    C = np.empty((d, d))
    G = np.empty((d, d))
    for i in range(d):
        for j in range(d):
            G[i, j] = sum(x[k, i] * x[k, j] for k in range(n)) / n
            C[i, j] = G[i, j] * (q if i == j else q * q)
    W = np.stack([np.linalg.solve(C, q * G[:, j]) for j in range(d)], axis=1)
    return C, W, sum(G[j, j] - q * G[:, j] @ W[:, j] for j in range(d))


def in_single_precision(x, q):
    x, q = x.astype(np.float32), np.float32(q)
    return direct(x, q)
