"""What are 4,000 unlabelled digits worth, when few have labels?

Three encoders of each kind are pre-trained on all 4,000 training digits, without labels. Then, for ten draws
of 1, 5, 10, 50 and 100 labels a class, a softmax is put on top: on the frozen code, or on the whole network,
which is then trained further. "scratch" is the same network with its initial weights. All methods see the
same labels in the same draw. Errors are those on the 1,000 test digits, in per cent. The softmax on a frozen
code has a weight decay of 1e-4, which was fixed beforehand; "decays" has the errors for 1e-4, 1e-3, 1e-2 and
1e-1. A row is one draw of labels with all its errors.
"""
from copy import deepcopy
from functools import cache, partial

import numpy as np

from scratchnets.backend import to_numpy
from scratchnets.experiments.digits import digits, fitted, x, x_test, y
from scratchnets.experiments.trial import Trial
from scratchnets.models.autoencoder import denoising, overcomplete, stacked
from scratchnets.models.classical import PCA, SoftmaxRegression
from scratchnets.models.finetuning import classifier_on
from scratchnets.optimizers import Adam
from scratchnets.training import train

LECTURE = 11
LABELS, DRAWS, ENCODERS = (1, 5, 10, 50, 100), 10, 3
DECAY, DECAYS = 1e-4, (1e-4, 1e-3, 1e-2, 1e-1)
KINDS = ("pixels", "PCA", "random", "plain", "denoising", "stacked")
EPOCHS, STEPS = 30, 150                      # of pre-training; of training with labels


def trials():
    for draw in sorted(range(DRAWS), key=lambda draw: draw % ENCODERS):     # one set of encoders at a time
        for labels in LABELS:
            yield Trial("draws", {"labels": labels, "draw": draw}, partial(errors, labels, draw),
                        quick=(labels, draw) == (10, 0))


def new(kind, seed):
    """An autoencoder of this kind with its initial weights: 784-1000-784, or 784-1000-500-250-30 and back."""
    build = {"denoising": denoising, "stacked": stacked}.get(kind, overcomplete)
    return build(digits.example_shape, loss="cross-entropy", generator=seed)


@cache
def pretrained(kind, seed):
    """An encoder that has seen all training digits, and no label."""
    return fitted(new(kind, seed), seed, epochs=0 if kind == "random" else EPOCHS).encoder


def with_labels(encoder, chosen, draw):
    """Test error of a whole network, trained further with the chosen labels by Adam at 1e-3."""
    model, batch = classifier_on(encoder, 10, freeze=False, generator=300 + draw), min(len(chosen), 100)
    for _ in train(model, Adam(model.parameters(), lr=1e-3), x[chosen], y[chosen],
                   epochs=STEPS * batch // len(chosen), batch_size=batch,
                   generator=np.random.default_rng(400 + draw)):
        pass
    return error(model.classify(x_test))


def on_frozen(code, code_test, chosen, decay=DECAY):
    """Test error of a softmax on a code."""
    return error(classes_on_frozen(code, code_test, chosen, decay))


def classes_on_frozen(code, code_test, chosen, decay=DECAY):
    """Test digits, classified by a softmax on a code, the minimum of a convex loss. All codes are brought to one
    scale, mean 0 and mean square 1, so that the decay means the same for each."""
    mean = code.mean(axis=0)
    scale = ((code - mean) ** 2).sum(axis=1).mean() ** 0.5
    softmax = SoftmaxRegression(weight_decay=decay, max_iter=200)
    softmax.fit((code[chosen] - mean) / scale, y[chosen])
    return softmax.predict((code_test - mean) / scale)


def error(predicted):
    return round(100 * float((to_numpy(predicted) != digits.y_test).mean()), 2)


@cache
def codes(kind, seed):
    flat, flat_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    if kind == "pixels":
        return flat, flat_test
    if kind == "PCA":
        pca = PCA(30).fit(flat)
        return pca.transform(flat), pca.transform(flat_test)
    encoder = pretrained(kind, seed)
    return encoder.predict(x), encoder.predict(x_test)


def draw_labels(labels, draw):
    """Which training digits have a label in this draw."""
    rng = np.random.default_rng([draw, labels])
    return np.concatenate([rng.choice(np.flatnonzero(digits.y_train == digit), labels, replace=False)
                           for digit in range(10)])


def errors(labels, draw):
    """All methods on one draw of so many labels a class."""
    chosen, seed = draw_labels(labels, draw), draw % ENCODERS
    found = {f"{kind}, frozen": on_frozen(*codes(kind, seed), chosen) for kind in KINDS}
    found["scratch"] = with_labels(new("plain", 500 + draw).encoder, chosen, draw)
    found["scratch, stack"] = with_labels(new("stacked", 500 + draw).encoder, chosen, draw)
    for kind in ("plain", "denoising", "stacked"):
        found[f"{kind}, fine-tuned"] = with_labels(deepcopy(pretrained(kind, seed)), chosen, draw)
    decays = {kind: [on_frozen(*codes(kind, seed), chosen, decay) for decay in DECAYS] for kind in KINDS}
    yield {"errors": found, "decays": decays}
