"""Squared Euclidean distances between two sets of points, by one matrix product."""
from scratchnets.backend import xp


def squared_distances(x, centers):
    """‖xₙ − μⱼ‖² = ‖xₙ‖² − 2 xₙ·μⱼ + ‖μⱼ‖²:  x (N, D), centers (K, D) → (N, K).

    The three terms cancel where a point lies near a centre but both lie far from the origin, so the
    origin is moved between the centres first; what rounding then leaves below zero is set to zero.
    """
    origin = centers.mean(axis=0)
    x, centers = x - origin, centers - origin
    squares = (x ** 2).sum(axis=1)[:, None] - 2 * x @ centers.T + (centers ** 2).sum(axis=1)
    return xp.maximum(squares, 0)
