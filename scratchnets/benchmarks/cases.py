"""What is timed. A new case is one function that builds it, decorated with `case`.

A case builds a step, a function without arguments, and knows what it costs in floating-point
operations. Where PyTorch is installed, the same step is built there too: its twin.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, singledispatch

import numpy as np

from scratchnets.backend import asarray
from scratchnets.benchmarks import torch_layers, torch_models
from scratchnets.benchmarks.operations import step_operations
from scratchnets.data import load
from scratchnets.layers import Dense
from scratchnets.models import GAN
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import OPTIMIZERS

# Where not the recipe's own: a size that is compared with other measurements, data that suit the model.
OPTIONS = {"autoencoder": {"latent": 32}}
DATA = {"gan": "ring"}
N = 128


@dataclass(frozen=True)
class Case:
    """One line of the table.

    Attributes
    ----------
    name, summary : str
    build : callable
        → (step, operations, twin): a function without arguments; its floating-point operations; and
        ``twin(torch)`` → the same step in PyTorch.
    """

    name: str
    summary: str
    build: Callable


CASES = {}


def case(name, summary):
    """Enter the decorated function in the table."""
    def enter(build):
        CASES[name] = Case(name, summary, build)
        return build
    return enter


def dense_example():
    """A dense layer, an input and a gradient of the output."""
    draw = np.random.default_rng(0).standard_normal
    return Dense(784, 512, generator=0), asarray(draw((N, 784))), asarray(draw((N, 512)))


@case("dense-forward", "128 × 784 → 512: x W + b")
def dense_forward():
    layer, x, _ = dense_example()
    return lambda: layer.forward(x), 2 * N * layer.W.size, lambda torch: torch_layers.forward(torch, layer, x)


@case("dense-backward", "the same: dx, dW, db")
def dense_backward():
    layer, x, dy = dense_example()
    y = layer.forward(x)

    def step():
        layer.keep(y, x)                # each backward takes what forward kept
        layer.backward(dy)

    return step, 4 * N * layer.W.size, lambda torch: torch_layers.backward(torch, layer, x, dy)


def training_step(name):
    """A recipe's whole step on one batch: gradients to zero, forward, backward, optimiser."""
    recipe, data = RECIPES[name], load(DATA.get(name, "mnist5k"))
    x = asarray(data.x_train[:recipe.batch_size])
    settings = {"lr": recipe.lr} | recipe.optimizer_options

    def ours():
        model = build(name, data.example_shape, recipe.options() | OPTIONS.get(name, {}), generator=0)
        return model, step_of(model, partial(OPTIMIZERS[recipe.optimizer], **settings), x)

    def twin(torch):
        return torch_models.training_step(model, torch, x, torch_optimizer(recipe.optimizer, settings))

    operations = step_operations(*ours())
    model, step = ours()
    return step, operations, twin


@singledispatch
def step_of(model, make_optimizer, x):
    """A function that takes one training step of the model on x and returns the loss."""
    optimizer = make_optimizer(model.parameters())

    def step():
        optimizer.zero_grad()
        loss = model.loss_and_gradients(x)
        optimizer.step()
        return loss

    return step


@step_of.register
def _(model: GAN, make_optimizer, x):
    players = make_optimizer(model.discriminator.parameters()), make_optimizer(model.generator.parameters())
    return lambda: model.step(x, *players)


def torch_optimizer(name, settings):
    """(torch, parameters) → PyTorch's optimiser of this name with these settings."""
    settings = dict(settings)
    if "beta1" in settings:
        settings["betas"] = (settings.pop("beta1"), 0.999)
    names = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}
    return lambda torch, parameters: getattr(torch.optim, names[name])(parameters, **settings)


for _name, _recipe in RECIPES.items():
    case(_name, f"training step: {_recipe.summary}")(lambda name=_name: training_step(name))
