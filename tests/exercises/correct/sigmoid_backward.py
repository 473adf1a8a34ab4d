import numpy as np


def product(dy, y):
    return dy * y * (1 - y)


def expanded(dy, y):
    return dy * y - dy * y ** 2


def completed_square(dy, y):
    return (0.25 - (y - 0.5) ** 2) * dy


def x_recovered(dy, y):
    x = np.log(y) - np.log1p(-y)
    return dy * np.exp(-x) / (1 + np.exp(-x)) ** 2


def loops(dy, y):
    return [[dy[n, d] * y[n, d] * (1 - y[n, d]) for d in range(y.shape[1])] for n in range(y.shape[0])]


def in_place_on_copies(dy, y):
    dx = y.copy()
    dx *= 1 - y
    dx *= dy
    return {"dx": dx}


def in_single_precision(dy, y):
    y = y.astype(np.float32)
    return dy.astype(np.float32) * y * (1 - y)
