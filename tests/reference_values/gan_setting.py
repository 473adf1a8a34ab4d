"""Where the recorded game begins: weights, batches and noise. NumPy promises that RandomState never changes."""
import numpy as np

STEPS, BATCH, LATENT, K = 200, 64, 3, 2
G_WIDTHS, D_WIDTHS = (LATENT, 24, 20, 2), (2, 24, 20, 1)
G_LR, D_LR, BETA1 = 1e-3, 2e-3, 0.5


def initial_weights(widths, seed):
    """[W, b, W, b, …], U(−1/√D, 1/√D)."""
    random, arrays = np.random.RandomState(seed), []
    for n_in, n_out in zip(widths[:-1], widths[1:]):
        bound = n_in ** -0.5
        arrays += [random.uniform(-bound, bound, (n_in, n_out)), random.uniform(-bound, bound, n_out)]
    return arrays


def batches():
    """x (STEPS, BATCH, 2): eight points on a circle, blurred."""
    random = np.random.RandomState(2)
    angle = 2 * np.pi * random.randint(8, size=(STEPS, BATCH)) / 8
    return 2 * np.stack([np.cos(angle), np.sin(angle)], axis=-1) + 0.1 * random.standard_normal((STEPS, BATCH, 2))


def noise():
    """z (BATCH, LATENT), one after the other, as they are asked for."""
    random = np.random.RandomState(3)
    while True:
        yield random.standard_normal((BATCH, LATENT))
