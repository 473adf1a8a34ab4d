"""Half of the pixels gone: how far does a network come that learned to fill them in?

Autoencoders with one hidden layer on digits of MNIST, trained by Adam on the cross-entropy with batches of
128, and a rate that falls to 0 along a cosine. In training every step has a fresh mask for half of the
pixels, or for none of them. The rate is chosen by the training loss of seed 0 among three; at that rate
there are three seeds. A row is one training: the loss of the last epoch, and the squared error per image on
test digits, with one mask that is the same for all rows and without any.
"""
from functools import partial

import numpy as np

from scratchnets.experiments.digits import SEEDS, digits, x, x_test
from scratchnets.experiments.trial import Trial
from scratchnets.layers import MaskingNoise
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import denoising
from scratchnets.optimizers import Adam
from scratchnets.schedules import cosine
from scratchnets.training import train

LECTURE = 10
RATES = (3e-3, 1e-2, 3e-2)
# the share that is masked in training, units, epochs: the best of the three rates
BEST = {(0.0, 256, 24): 1e-2, (0.5, 256, 24): 1e-2, (0.5, 256, 80): 1e-2, (0.5, 1000, 80): 1e-2}


def trials():
    for (masked, units, epochs), best in BEST.items():
        for seed in SEEDS:
            for rate in RATES if seed == 0 else (best,):
                key = {"masked": masked, "units": units, "epochs": epochs, "rate": rate, "seed": seed}
                yield Trial("trainings", key, partial(training, **key), quick=epochs == 24 and seed == 0)


def half_gone():
    """The test digits with half of their pixels gone: one mask, the same for all."""
    return MaskingNoise(0.5, generator=11).forward(x_test)


def training(masked, units, epochs, rate, seed):
    model = denoising(digits.example_shape, latent=units, amount=masked, loss="cross-entropy", generator=seed)
    schedule = cosine(rate, epochs * len(x) // 128)
    losses = [float(record["loss"]) for record in train(
        model, Adam(model.parameters()), x, epochs=epochs, batch_size=128,
        generator=np.random.default_rng(100 + seed), schedule=schedule)]
    yield {"loss": round(losses[-1], 3),
           "half_gone": round(sum_squared_error(model.reconstruct(half_gone()), x_test), 3),
           "clean": round(sum_squared_error(model.reconstruct(x_test), x_test), 3)}
