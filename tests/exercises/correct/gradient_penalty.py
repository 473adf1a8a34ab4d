import numpy as np


def step_by_step(g, weight):
    norm = np.sqrt((g ** 2).sum(1))
    factor = np.zeros_like(norm)
    factor[norm > 0] = (norm[norm > 0] - 1) / norm[norm > 0]
    return weight * ((norm - 1) ** 2).mean(), 2 * weight / len(g) * factor[:, None] * g


def example_by_example(g, weight):
    penalty, dg = 0.0, np.zeros_like(g)
    for n, slope in enumerate(g):
        norm = np.linalg.norm(slope)
        penalty += weight * (norm - 1) ** 2 / len(g)
        if norm:
            dg[n] = 2 * weight * (norm - 1) * slope / norm / len(g)
    return penalty, dg


def directions_first(g, weight):
    norm = np.linalg.norm(g, axis=1, keepdims=True)
    direction = np.divide(g, norm, out=np.zeros_like(g), where=norm > 0)
    return {"penalty": weight * np.square(norm - 1).sum() / len(g), "dg": 2 * weight * (g - direction) / len(g)}


def expanded(g, weight):
    """(‖g‖ − 1)² = ‖g‖² − 2‖g‖ + 1."""
    norm = np.hypot.reduce(g, axis=1)
    unit = g / np.maximum(norm, 1e-300)[:, None]
    return weight * (norm @ norm - 2 * norm.sum() + len(g)) / len(g), (2 * g - 2 * unit) * weight / len(g)


def einsum(g, weight):
    norm = np.einsum("nd,nd->n", g, g) ** 0.5
    slope = np.where(norm > 0, 1 - 1 / np.where(norm > 0, norm, 1), 0)
    return weight * np.mean((norm - 1) ** 2), np.einsum("n,nd->nd", slope, g) * (2 * weight / g.shape[0])


def in_single_precision(g, weight):
    return step_by_step(g.astype(np.float32), np.float32(weight))
