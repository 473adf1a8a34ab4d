"""One dataset, every model: digits reconstructed, watched, classified with few labels, and drawn anew.

A row is one model, trained on the 4,000 training digits without their labels, by the settings of
``scratchnets train`` where it has some; and on the 1,000 test digits:

    reconstruct       squared error of a test digit, summed over the pixels (of a GAN: of 50 of them)
    detect            AUROC: how often the upper half of one test digit over the lower half of another, of two
                      different classes, seems stranger than a test digit
    detect_two        the same for two test digits on top of each other
    label_error       test error, in per cent, of a softmax on the code that has seen 10 labels a class: the
                      mean over the ten draws of lecture 11; "label_errors" has each of them
    confidence        how sure a judge, a classifier of real digits, is of 1,000 new images on average
    class_entropy     whether all classes are among them: log 10 = 2.303 nats at most
    frechet           Fréchet distance of the judge's features to those of the training digits
    nearest           squared distance of a new image to the nearest training digit
    numbers           in the code; of a GAN, in the last hidden layer of D, which serves as its code
    size_of_z         of a GAN, which has no way back: its copies were searched for, among the images of 64 numbers
                      z, for 50 digits only; the root mean square of what was found, 1 in the prior

The part "real" holds yardsticks: what test digits themselves get, a classifier that learns from the labels
alone, and how far the sum of an image's pixels, the ink, gets as a detector.

Beside the figures lie three arrays for each row, so that other test digits can be imagined: "copied", the squared
error of each digit; "seems", the ranks of the 1,000 test digits and of the crossed ones behind them; and "wrong",
for how many draws of labels each digit was classified wrongly.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.evaluation.judge import nearest
from scratchnets.experiments.catalogue.anomalies_on_digits import pairs
from scratchnets.experiments.catalogue.few_labels_on_digits import classes_on_frozen, draw_labels, error
from scratchnets.experiments.contestants import (
    Clusters,
    Copier,
    Mixture,
    Plane,
    Player,
    Variational,
    flat,
    squared_errors,
)
from scratchnets.experiments.digits import SEEDS, as_bytes, by_recipe, digits, fitted, the_judge, x, x_test, y, y_test
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import auroc
from scratchnets.models.adversarial import gan
from scratchnets.models.classifier import classifier
from scratchnets.models.recipes import RECIPES
from scratchnets.optimizers import Adam
from scratchnets.training.players import TwoPlayers

LECTURE = 19
LABELS, DRAWS, SHOWN = 10, 10, 10


def autoencoder(name, seed):
    return Copier(by_recipe(name, seed), x)


def variational(name, seed):
    return Variational(by_recipe(name, seed))


def adversarial(name, seed):
    """The two games of lecture 18: dense players, and convolutional ones."""
    recipe = RECIPES["dcgan"]
    model = recipe.build(digits.example_shape, generator=seed) if name == "dcgan" else \
        gan(digits.example_shape, latent=64, hidden=(400, 400), generator=seed)
    players = [Adam(player.parameters(), lr=recipe.lr, **recipe.optimizer_options)
               for player in (model.discriminator, model.generator)]
    game = TwoPlayers(model, players, x, batch_size=recipe.batch_size,
                      generator=np.random.default_rng(100 + seed))
    for _ in game.epochs(recipe.epochs):
        pass
    return Player(model)


# name: how to train it, from its seed
MODELS = {
    "PCA": lambda seed: Plane(x, 30),
    "k-means": lambda seed: Clusters(x, 100, seed),
    "mixture": lambda seed: Mixture(x, 30, 30, seed),
    **{name: partial(autoencoder, name) for name in (
        "autoencoder", "tied", "undercomplete", "stacked", "overcomplete", "sparse-l1", "sparse-kl",
        "denoising", "conv-autoencoder")},
    **{name: partial(variational, name) for name in ("vae", "conv-vae")},
    "gan": partial(adversarial, "gan"),
    "dcgan": partial(adversarial, "dcgan")}


def trials():
    yield Trial("real", {"model": "test digits"}, test_digits, quick=True)
    yield Trial("real", {"model": "labels alone"}, labels_alone)
    yield Trial("real", {"model": "ink"}, ink, quick=True)
    for seed in SEEDS:
        for name in MODELS:
            if seed == SEEDS[0] or name != "PCA":                          # whose training is not random
                yield Trial("models", {"model": name, "seed": seed}, partial(answers, name, seed),
                            quick=seed == SEEDS[0] and name in ("PCA", "autoencoder"))


def answers(name, seed):
    """The row of one model."""
    model = MODELS[name](seed)
    some = x_test[:50] if isinstance(model, Player) else x_test
    copies, drawn = model.reconstruct(some), model.sample(len(x_test))
    code, code_test = model.code(x), model.code(x_test)
    copied, seems = squared_errors(copies, some), watched(model.strangeness, halves())
    labelled, wrong = with_few_labels(lambda chosen, draw: classes_on_frozen(code, code_test, chosen))
    row = {"reconstruct": float(copied.mean()), "detect": detected(seems),
           "detect_two": detected(watched(model.strangeness, pairs()))}
    row |= labelled | looks(drawn) | {"numbers": code.shape[1]}
    if isinstance(model, Player):
        row["size_of_z"] = float((model.found ** 2).mean() ** 0.5)
    ranks = np.unique(seems, return_inverse=True)[1]                    # all that an area under the curve asks for
    row["arrays"] = {f"{name}, seed {seed}, copied": to_numpy(copied).astype("float32"),
                     f"{name}, seed {seed}, seems": ranks.astype("uint16"),
                     f"{name}, seed {seed}, wrong": wrong.astype("uint8")}
    if seed == SEEDS[0]:
        row["arrays"] |= {f"{name}, reconstructed": as_bytes(copies[:SHOWN]),
                          f"{name}, drawn": as_bytes(drawn[:SHOWN])}
    yield row


def watched(strangeness, strange):
    """How strange the test digits seem, and behind them what is strange."""
    return to_numpy(strangeness(xp.concatenate([x_test, strange])))


def detected(seems):
    """How often something strange seems stranger than a test digit."""
    return auroc(seems, np.arange(len(seems)) >= len(x_test))


def halves():
    """The upper half of one test digit above the lower half of another, of different classes."""
    order = asarray(np.random.default_rng(0).permutation(len(x_test)))
    middle = x_test.shape[1] // 2
    mixed = xp.concatenate([x_test[:, :middle], x_test[order, middle:]], axis=1)
    return mixed[y_test[order] != y_test]


def with_few_labels(classify):
    """The figures of ``classify(chosen, draw)``, which gives each test digit a class, over the draws of labels;
    and for how many of the draws each digit was classified wrongly."""
    said = [classify(draw_labels(LABELS, draw), draw) for draw in range(DRAWS)]
    errors = {str(draw): error(classes) for draw, classes in enumerate(said)}
    wrong = sum(to_numpy(classes) != digits.y_test for classes in said)
    return {"label_error": float(np.mean(list(errors.values()))), "label_errors": errors}, wrong


def looks(images):
    """What the judge says of new images, and how near they are to those that were learned from."""
    return the_judge().scores(images) | {"nearest": float(nearest(images, x)[1].mean())}


def test_digits():
    """Test digits, as if somebody had drawn them; and the judge, who has learned from all labels."""
    yield {"label_error": 100 * (1 - the_judge().accuracy), "arrays": {"test digits": as_bytes(x_test[:SHOWN])}
           } | looks(x_test)


def ink():
    """The sum of the pixels: no model at all."""
    yield {name: detected(watched(lambda images: flat(images).sum(axis=1), strange))
           for name, strange in (("detect", halves()), ("detect_two", pairs()))}


def labels_alone():
    """The judge's network, trained with the few labels and nothing else."""
    def classify(chosen, draw):
        model = fitted(classifier(digits.example_shape, generator=draw), draw, x[chosen], y[chosen], epochs=60,
                       batch_size=len(chosen))
        return model.classify(x_test)
    labelled, wrong = with_few_labels(classify)
    yield labelled | {"arrays": {"labels alone, wrong": wrong.astype("uint8")}}

