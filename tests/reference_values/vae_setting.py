"""Where the recorded training begins: weights, thresholds and noise. RandomState never changes."""
import numpy as np

from scratchnets.data import load

STEPS, BATCH, PIXELS, HIDDEN, LATENT, LR = 200, 128, 784, 400, 20, 1e-3

# {place in the model: (inputs, outputs)}, in the order in which the weights are drawn.
LAYERS = {"encoder.1": (PIXELS, HIDDEN), "mean": (HIDDEN, LATENT), "log_var": (HIDDEN, LATENT),
          "decoder.0": (LATENT, HIDDEN), "decoder.2": (HIDDEN, PIXELS)}


def initial_weights():
    """{place: (W, b)}, U(−1/√D, 1/√D), W as (inputs, outputs)."""
    random, weights = np.random.RandomState(0), {}
    for place, (n_in, n_out) in LAYERS.items():
        bound = n_in ** -0.5
        weights[place] = random.uniform(-bound, bound, (n_in, n_out)), random.uniform(-bound, bound, n_out)
    return weights


def batches():
    """(x, ε) of each step: digits drawn as zeros and ones, (BATCH, 784), and noise, (BATCH, LATENT)."""
    random, digits = np.random.RandomState(1), load("mnist5k").x_train.reshape(-1, PIXELS).astype("float64")
    for step in range(STEPS):
        start = BATCH * (step % (len(digits) // BATCH))
        grey = digits[start:start + BATCH]
        yield (random.random_sample(grey.shape) < grey).astype("float64"), random.standard_normal((BATCH, LATENT))
