import numpy as np


def square(dy, y):
    return dy * (1 - y ** 2)


def factored(dy, y):
    return (1 - y) * (1 + y) * dy


def expanded(dy, y):
    return dy - dy * np.square(y)


def x_recovered(dy, y):
    return dy / np.cosh(np.arctanh(y)) ** 2


def loops(dy, y):
    dx = np.zeros_like(dy)
    for n in range(len(dy)):
        for d in range(dy.shape[1]):
            dx[n][d] = dy[n][d] * (1 - y[n][d] * y[n][d])
    return dx


def in_place_on_copies(dy, y):
    slope = y.copy()
    np.multiply(slope, slope, out=slope)
    np.subtract(1, slope, out=slope)
    slope *= dy
    return (slope,)


def in_single_precision(dy, y):
    return np.float32(dy) * (1 - np.float32(y) ** 2)
