"""The 5,000 digits of MNIST that come with the package, how most experiments train on them, and who judges new ones."""
import math
from functools import cache

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.evaluation.judge import judge_of
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import OPTIMIZERS, Adam
from scratchnets.training import train
from scratchnets.training.run import SCHEDULES

digits = load("mnist5k")
x, x_test = asarray(digits.x_train), asarray(digits.x_test)
y, y_test = asarray(digits.y_train), asarray(digits.y_test)
SEEDS = (0, 1, 2)


def fit(model, seed, *arrays, epochs, batch_size=128):
    """Train by Adam at 1e-3; yields the record of each epoch.

    Parameters
    ----------
    model : Layer
    seed : int
        The order of the data comes from 100 + seed; weights are drawn from the seed itself.
    *arrays
        What the model learns from; the training images, where nothing is given.
    epochs, batch_size : int
    """
    return train(model, Adam(model.parameters(), lr=1e-3), *(arrays or (x,)), epochs=epochs,
                 batch_size=batch_size, generator=np.random.default_rng(100 + seed))


def fitted(model, seed, *arrays, epochs, batch_size=128):
    """The model, trained by `fit`."""
    for _ in fit(model, seed, *arrays, epochs=epochs, batch_size=batch_size):
        pass
    return model


def by_recipe(name, seed, **options):
    """The model that ``scratchnets train`` makes of the training images, with options in place of its own."""
    recipe, model = RECIPES[name], build(name, digits.example_shape, options, generator=seed)
    optimizer = OPTIMIZERS[recipe.optimizer](model.parameters(), lr=recipe.lr, **recipe.optimizer_options)
    steps = recipe.epochs * math.ceil(len(x) / recipe.batch_size)
    for _ in train(model, optimizer, x, epochs=recipe.epochs, batch_size=recipe.batch_size,
                   generator=np.random.default_rng(100 + seed),
                   schedule=SCHEDULES[recipe.schedule](recipe.lr, steps)):
        pass
    return model


@cache
def the_judge():
    """The judge of new digits; trained once, when it is first asked for."""
    return judge_of(digits)


def as_bytes(images):
    """Pixels as whole numbers, 0 … 255, to be kept."""
    return (to_numpy(images).clip(0, 1) * 255).round().astype("uint8")
