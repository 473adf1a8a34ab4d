import numpy as np


def direct(dy, mask, rate):
    return dy * mask / (1 - rate)


def scaled_mask(dy, mask, rate):
    scale = mask * (1 / (1 - rate))
    return scale * dy


def where(dy, mask, rate):
    return np.where(mask == 1, dy / (1.0 - rate), 0.0)


def in_place_on_a_copy(dy, mask, p):
    dx = dy.copy()
    dx[mask == 0] = 0
    dx /= 1 - p
    return {"dx": dx}


def loops(dy, mask, rate):
    return [[g * m / (1 - rate) for g, m in zip(*rows)] for rows in zip(dy, mask)]


def boolean_mask(dy, mask, rate):
    keep, dx = mask.astype(bool), np.zeros_like(dy)
    dx[keep] = dy[keep] / (1 - rate)
    return dx,


def in_single_precision(dy, mask, rate):
    return dy.astype(np.float32) * mask.astype(np.float32) / np.float32(1 - rate)
