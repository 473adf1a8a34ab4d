import numpy as np


def step_by_step(x, W1, b1, w2, gamma):
    m = (x @ W1 + b1 > 0).astype(x.dtype)
    g = (m * w2) @ W1.T
    v = gamma * g / len(x)
    return gamma / 2 * (g ** 2).sum(1).mean(), v.T @ (m * w2), (m * (v @ W1)).sum(0)


def example_by_example(x, W1, b1, w2, gamma):
    penalty, dW1, dw2 = 0.0, np.zeros_like(W1), np.zeros_like(w2)
    for row in x:
        on = row @ W1 + b1 > 0
        g = W1[:, on] @ w2[on]
        penalty += gamma / 2 * g @ g
        dW1[:, on] += gamma * np.outer(g, w2[on])
        dw2[on] += gamma * W1[:, on].T @ g
    return {"penalty": penalty / len(x), "dW1": dW1 / len(x), "dw2": dw2 / len(x)}


def einsum(x, W1, b1, w2, gamma):
    m = np.heaviside(x @ W1 + b1, 0)
    g = np.einsum("nm,m,dm->nd", m, w2, W1)
    scale = gamma / x.shape[0]
    return (scale * np.einsum("nd,nd->", g, g) / 2, scale * np.einsum("nd,nm,m->dm", g, m, w2),
            scale * np.einsum("nd,dm,nm->m", g, W1, m))


def as_a_quadratic_form(x, W1, b1, w2, gamma):
    """Ω = ½ w₂ᵀ (A · W₁ᵀW₁) w₂, with A the share of examples for which both units are on."""
    m = (x @ W1 + b1 > 0).astype(float)
    A = gamma * m.T @ m / len(x)
    return 0.5 * w2 @ (A * (W1.T @ W1)) @ w2, W1 @ (A * np.outer(w2, w2)), (A * (W1.T @ W1)) @ w2


def masked_weights(x, W1, b1, w2, gamma):
    W = np.where((x @ W1 + b1)[:, None] > 0, W1, 0)                   # (N, D, M)
    g = W @ w2
    return (np.linalg.norm(g) ** 2 * gamma / 2 / len(g),
            (gamma * (g[:, :, None] * w2) * (W != 0)).mean(0), gamma * (W * g[:, :, None]).sum(1).mean(0))


def in_single_precision(x, W1, b1, w2, gamma):
    return step_by_step(*(array.astype(np.float32) for array in (x, W1, b1, w2)), np.float32(gamma))
