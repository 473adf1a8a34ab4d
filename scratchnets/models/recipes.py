"""The models that the command line trains, each with settings that work."""
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from scratchnets.arguments import choice
from scratchnets.memory import Counted
from scratchnets.models.adversarial import dcgan, gan
from scratchnets.models.autoencoder import (
    autoencoder,
    conv_autoencoder,
    denoising,
    overcomplete,
    sparse_kl,
    sparse_l1,
    stacked,
    tied,
    undercomplete,
)
from scratchnets.models.classifier import classifier
from scratchnets.models.variational import conv_vae, vae
from scratchnets.randomness import generator as resolve


@dataclass(frozen=True)
class Recipe:
    """How to build a model and how long to train it.

    ``build(shape, generator=…, **options)`` makes it for examples of this shape. Its
    ``loss_and_gradients`` takes what it learns from, in this order: examples ``"x"``, labels ``"y"``. The examples
    are images, or points of the plane, too.
    """

    build: Callable
    summary: str
    epochs: int
    optimizer: str = "adam"
    lr: float = 1e-3
    batch_size: int = 128
    schedule: str = "constant"
    optimizer_options: dict = field(default_factory=dict)       # of that optimiser, beside lr
    learns_from: tuple = ("x",)
    examples: tuple = ("images",)

    def options(self):
        """{name: default} of the model's own options, such as ``latent``."""
        parameters = inspect.signature(self.build).parameters
        return {name: parameter.default for name, parameter in parameters.items()
                if name not in ("shape", "generator")}

    def arrays(self, data, part):
        """What the model learns from, of the part "train" or "test" of a dataset."""
        arrays = [getattr(data, f"{name}_{part}") for name in self.learns_from]
        if any(array is None for array in arrays):
            raise ValueError(f"{data.name} has no labels, and this model learns from them "
                             f"({self.summary}); in a file of your own they are the array `labels`")
        return arrays


RECIPES = {
    "autoencoder": Recipe(autoencoder, "D-512-256-k and back, ReLU, linear code", epochs=30),
    "tied": Recipe(tied, "the notes' h = σ(Wx + b), x̂ = σ(Wᵀh + b')", epochs=50),
    "undercomplete": Recipe(undercomplete, "D-128-k and back; its code is a bottleneck", epochs=30),
    "stacked": Recipe(stacked, "D-1000-500-250-k and back; see --pretrain", epochs=60),
    "overcomplete": Recipe(overcomplete, "D-k-D with k above D, and nothing against copying", epochs=30),
    "sparse-l1": Recipe(sparse_l1, "D-k-D, a price on the magnitude of the code", epochs=30),
    "sparse-kl": Recipe(sparse_kl, "D-k-D, a price on how often a unit of the code is on", epochs=30),
    "denoising": Recipe(denoising, "D-k-D, from corrupted images to clean ones", epochs=30),
    "conv-autoencoder": Recipe(conv_autoencoder, "two convolutions down to k, transposed ones back", epochs=20),
    "classifier": Recipe(classifier, "convolutional: which class? The judge of generated digits", epochs=12,
                         learns_from=("x", "y")),
    # Few units, a β above 1 that rises slowly, and a deep decoder: so that the codes fill the prior, and z from
    # it are digits. It costs some 20 nats of ELBO, and variety; lecture 14 weighs them.
    "vae": Recipe(partial(vae, latent=5, hidden=(256, 256, 256), beta=3.0, kl_warm_up=2400),
                  "variational, D-256-256-256-k and back; new digits from noise", epochs=100, lr=2e-3,
                  schedule="cosine"),
    "conv-vae": Recipe(partial(conv_vae, latent=5, channels=(16, 32), hidden=(256,), beta=3.0, kl_warm_up=800),
                       "variational and convolutional, with a dense layer of 256 around the code", epochs=40,
                       lr=2e-3, schedule="cosine"),
    # The label says which digit, and z only how it is written: two numbers. With more of them the prior is
    # less well filled, and a judge finds fewer of the digits that were asked for (lecture 14).
    "conditional-vae": Recipe(partial(vae, latent=2), "variational, given the label: new digits of a class",
                              epochs=100, learns_from=("x", "y")),
    # β₁ = 0.9 remembers where the other player was ten steps ago; Radford, Metz and Chintala, 2016, took 0.5.
    "gan": Recipe(gan, "adversarial: z-128-128-x against x-128-128-1; try --data ring", epochs=180,
                  batch_size=256, schedule="cosine", optimizer_options={"beta1": 0.5}, examples=("images", "points")),
    "dcgan": Recipe(dcgan, "adversarial and convolutional: digits grow out of noise, 7 by 7 up", epochs=25,
                    lr=2e-4, batch_size=64, optimizer_options={"beta1": 0.5}),
}


def build(model, shape, options, generator=None):
    """Build the model of this name; options it does not have are refused by name, weights that fit no memory, too."""
    recipe = RECIPES[choice("model", model, RECIPES)]
    for name in options:
        if name not in recipe.options():
            raise ValueError(f"the model {model!r} has no option {name!r}; it takes {', '.join(recipe.options())}")
    drawn_from = Counted(resolve(generator), f"the model {model} of examples of shape {tuple(shape)}",
                         "take a smaller --latent, smaller images, fewer classes, or conv-autoencoder, whose weights "
                         "grow least with the images")
    return recipe.build(shape, generator=drawn_from, **options)
