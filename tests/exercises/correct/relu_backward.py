import numpy as np


def where(dy, y):
    return np.where(y > 0, dy, 0)


def multiplied(dy, y):
    return dy * (y != 0)


def in_place_on_a_copy(dy, y):
    dx = dy.copy()
    dx[y <= 0] = 0
    return dx


def sign(dy, y):
    return np.sign(y) * dy


def loops(dy, y):
    dx = np.zeros(dy.shape)
    for n, d in np.ndindex(dy.shape):
        if y[n, d] > 0:
            dx[n, d] = dy[n, d]
    return dx


def in_a_tuple(dy, y):
    return (dy * (y > 0).astype(np.float32),)


def in_a_dict(dy, y):
    return {"dx": [[a if b > 0 else 0 for a, b in zip(*rows)] for rows in zip(dy, y)]}


def in_single_precision(dy, y):
    return np.heaviside(y, 0).astype(np.float32) * dy.astype(np.float32)
