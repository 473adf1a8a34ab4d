import numpy as np


def mended(x, dy):
    y = np.tanh(x)
    return y, dy * (1 - y ** 2)


def from_x(x, dy):
    return np.tanh(x), dy / np.cosh(x) ** 2


def exponentials(x, dy):
    e = np.exp(2 * x)
    return (e - 1) / (e + 1), 4 * dy * e / (e + 1) ** 2


def through_the_sigmoid(x, dy):
    s = 1 / (1 + np.exp(-2 * x))
    return {"dx": 4 * dy * s * (1 - s), "y": 2 * s - 1}


def loops(x, dy):
    y = [[np.tanh(value) for value in row] for row in x]
    return y, [[g * (1 - t * t) for g, t in zip(*rows)] for rows in zip(dy, y)]


def in_single_precision(x, dy):
    y = np.tanh(x.astype(np.float32))
    return y, dy.astype(np.float32) * (1 - y) * (1 + y)
