"""The whole training step of every model that the command line trains."""
from functools import partial, singledispatch

from scratchnets.backend import asarray
from scratchnets.benchmarks import torch_models
from scratchnets.benchmarks.cases import case
from scratchnets.benchmarks.products import products_of
from scratchnets.data import load
from scratchnets.models import GAN
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import OPTIMIZERS

# Where not the recipe's own: a size that is compared with other measurements, data that suit the model.
OPTIONS = {"autoencoder": {"latent": 32},
           "vae": {"latent": 20, "hidden": (400,), "beta": 1.0, "kl_warm_up": 0},
           "conv-vae": {"latent": 20, "channels": (32, 64), "hidden": (), "beta": 1.0, "kl_warm_up": 0}}
SUMMARIES = {"vae": "variational, 784-400-20 and back",
             "conv-vae": "variational, two convolutions down to 20 numbers"}
DATA = {"gan": "ring"}


def training_step(name):
    """A recipe's whole step on one batch: gradients to zero, forward, backward, optimiser."""
    recipe, data = RECIPES[name], load(DATA.get(name, "mnist5k"))
    batch = [asarray(array[:recipe.batch_size]) for array in recipe.arrays(data, "train")]
    options = recipe.options() | OPTIONS.get(name, {})
    if "classes" in options and "y" in recipe.learns_from:
        options["classes"] = data.classes
    settings = {"lr": recipe.lr} | recipe.optimizer_options

    def ours():
        model = build(name, data.example_shape, options, generator=0)
        return model, step_of(model, partial(OPTIMIZERS[recipe.optimizer], **settings), batch)

    def twin(torch):
        return torch_models.training_step(model, torch, batch, torch_optimizer(recipe.optimizer, settings))

    products = products_of(*ours())
    model, step = ours()
    return step, products, twin


@singledispatch
def step_of(model, make_optimizer, batch):
    """A function that takes one training step of the model on the batch and returns the loss."""
    optimizer = make_optimizer(model.parameters())

    def step():
        optimizer.zero_grad()
        loss = model.loss_and_gradients(*batch)
        optimizer.step()
        return loss

    return step


@step_of.register
def _(model: GAN, make_optimizer, batch):
    players = make_optimizer(model.discriminator.parameters()), make_optimizer(model.generator.parameters())
    return lambda: model.step(*batch, *players)


def torch_optimizer(name, settings):
    """(torch, parameters) → PyTorch's optimiser of this name with these settings."""
    settings = dict(settings)
    if "beta1" in settings:
        settings["betas"] = (settings.pop("beta1"), 0.999)
    names = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}
    return lambda torch, parameters: getattr(torch.optim, names[name])(parameters, **settings)


for _name, _recipe in RECIPES.items():
    case(_name, f"training step: {SUMMARIES.get(_name, _recipe.summary)}")(lambda name=_name: training_step(name))
