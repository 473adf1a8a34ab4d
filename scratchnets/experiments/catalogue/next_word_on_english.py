"""The next word of English: a network that looks three words back, at its best rate and weight decay.

The text is Python's own help topics, so its words depend on the version of Python. ``chosen`` trains on the
first nine tenths of the training part and looks at the last tenth: three learning rates with a weight decay of
1, then two other decays at the best of these rates. ``tested`` trains at the best of all on the whole training
part, from three seeds, and looks at the test part. A row holds the nats per word after each epoch, on the words
that were learned from and on new ones. The learning rate falls along a cosine to zero.
"""
import math
from functools import cache, partial

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.data.text import context_windows
from scratchnets.experiments.trial import Trial
from scratchnets.models.language import mlp, nats_per_token
from scratchnets.optimizers import AdamW
from scratchnets.schedules import cosine
from scratchnets.training import train

LECTURE = 3
LENGTH, DIM, HIDDEN = 3, 64, 256
EPOCHS, BATCH = 6, 128
RATES, DECAYS = (1e-3, 2e-3, 4e-3), (0.3, 3)
BEST_RATE, BEST_DECAY = 2e-3, 1                   # least at the end, on the last tenth of the training part


def trials():
    text = english()
    for lr, decay in [(lr, 1) for lr in RATES] + [(BEST_RATE, decay) for decay in DECAYS]:
        yield Trial("chosen", {"lr": lr, "weight_decay": decay},
                    partial(training, *first_and_last(text.x_train), 0, lr, decay))
    for seed in (0, 1, 2):
        yield Trial("tested", {"seed": seed},
                    partial(training, text.x_train, text.x_test, seed, BEST_RATE, BEST_DECAY))


@cache
def english():
    return load("text")


def first_and_last(tokens):
    """Nine tenths and one tenth of a text."""
    cut = len(tokens) * 9 // 10
    return tokens[:cut], tokens[cut:]


def training(learned_from, new, seed, lr, weight_decay):
    (contexts, following), unseen = windows(learned_from), windows(new)
    model = mlp(len(english().vocabulary), LENGTH, DIM, HIDDEN, generator=seed)
    curve = {"train": [], "new": []}
    for _ in train(model, AdamW(model.parameters(), lr=lr, weight_decay=weight_decay), contexts, following,
                   epochs=EPOCHS, batch_size=BATCH, generator=np.random.default_rng(100 + seed),
                   schedule=cosine(lr, EPOCHS * math.ceil(len(following) / BATCH))):
        curve["train"].append(round(nats_per_token(model, contexts, following), 4))
        curve["new"].append(round(nats_per_token(model, *unseen), 4))
    yield curve


def windows(tokens):
    """Contexts (N, 3) and the words (N,) that follow them."""
    return tuple(asarray(part) for part in context_windows(tokens, LENGTH))
