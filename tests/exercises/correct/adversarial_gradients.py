import numpy as np


def by_tanh(a, b):
    p, q = 0.5 + 0.5 * np.tanh(a / 2), 0.5 + 0.5 * np.tanh(b / 2)
    n, m = len(a), len(b)
    return (p - 1) / n, q / m, -q / m, (q - 1) / m, (b - 1) / m, np.full(m, -1 / m), \
        np.where(a < 1, -1 / n, 0)


def by_softplus(a, b):
    n, m = a.size, b.size
    real, fake = -np.exp(-np.logaddexp(0, a)) / n, np.exp(-np.logaddexp(0, -b)) / m
    return {"real": real, "fake": fake, "minimax": -fake, "non_saturating": fake - 1 / m,
            "least_squares": (b - 1) / m, "wasserstein": -np.ones_like(b) / m,
            "hinge": -1.0 * (1 - a > 0) / n}


def number_by_number(a, b):
    def sigmoid(t):
        return 1 / (1 + np.exp(-t)) if t > 0 else np.exp(t) / (1 + np.exp(t))
    n, m = len(a), len(b)
    return [np.array(values) for values in (
        [-sigmoid(-t) / n for t in a], [sigmoid(t) / m for t in b], [-sigmoid(t) / m for t in b],
        [-sigmoid(-t) / m for t in b], [(t - 1) / m for t in b], [-1 / m for _ in b],
        [-1 / n if t < 1 else 0.0 for t in a])]


def by_sign(a, b):
    def sigmoid(t):
        e = np.exp(-np.abs(t))
        return np.where(t >= 0, 1, e) / (1 + e)
    D, F = sigmoid(a), sigmoid(b)
    return ((D - 1) / len(a), F / len(b), -F / len(b), -(1 - F) / len(b), (b - 1) / len(b),
            0 * b - 1 / len(b), -np.heaviside(1 - a, 0) / len(a))


def clipped(a, b):
    def sigmoid(t):
        return 1 / (1 + np.exp(-np.clip(t, -700, 700)))
    share_a, share_b = np.full(a.shape, 1 / len(a)), np.full(b.shape, 1 / len(b))
    D, F = sigmoid(a), sigmoid(b)
    return (-(1 - D) * share_a, F * share_b, -F * share_b, -(1 - F) * share_b, (b - 1) * share_b, -share_b,
            -np.sign(np.maximum(1 - a, 0)) * share_a)


def in_single_precision(a, b):
    return by_tanh(a.astype(np.float32), b.astype(np.float32))
