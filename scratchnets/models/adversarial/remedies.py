"""Remedies that act between the steps of a game: what a `GAN` asks of them, and two of them.

Others are parts of the discriminator (`Pack`, `MinibatchStd`, `SpectralNorm`), of the loss
(`scratchnets.losses.adversarial.smoothed`) or of the optimisers (two learning rates); R1 and the gradient
penalty are in penalties.py. Each at strength 0 changes nothing, to the bit.
"""
import math

from scratchnets.arguments import integer, number
from scratchnets.backend import xp
from scratchnets.layers import GaussianNoise


class Remedy:
    """Does nothing at four places of a game; a remedy does something at one or two of them."""

    def fit(self, discriminator):
        """Before the game: refuse a discriminator that this remedy cannot treat."""

    def before(self, gan, step):
        """Before the discriminator's step number `step`, counted from 0."""

    def gradients(self, gan, real, fake):
        """When the discriminator's gradient is taken: add to it, and return what it pays more."""
        return 0.0

    def after(self, gan):
        """When the discriminator has moved."""


class InstanceNoise(GaussianNoise):
    """Blurs all that a discriminator sees, data and samples alike: put it first. With std 0 nothing changes.

    Two densities that do not overlap do when they are blurred, and near the equilibrium the noise acts as
    R1 with γ = s²/2. With `NoiseDecay` it fades while the game goes on.

    Parameters
    ----------
    std : float
        s ≥ 0, the standard deviation, in the units of x.
    generator : numpy.random.Generator, int or None

    References
    ----------
    Sønderby, Caballero, Theis, Shi and Huszár, "Amortised MAP inference for image super-resolution", 2017.
    """

    def __init__(self, std, generator=None):
        super().__init__(std, generator)
        self.initial = self.std

    def forward(self, x, noise=None):
        if self.std:
            return super().forward(x, noise)
        self.expect(x, "batch", ...)
        return self.keep(x, None)                       # not even a number is drawn

    def __repr__(self):
        return f"InstanceNoise({self.initial:g})"


class NoiseDecay(Remedy):
    """Lets the discriminator's instance noise fade: s(t) = s₀ max(0, 1 − t/steps).

    Parameters
    ----------
    steps : int
        Of the discriminator, until the noise is gone.
    """

    def __init__(self, steps):
        self.steps = integer("steps of the instance noise", steps, at_least=1)

    def before(self, gan, step):
        for layer in gan.discriminator.walk():
            if isinstance(layer, InstanceNoise):
                layer.std = layer.initial * max(0.0, 1 - step / self.steps)

    def __repr__(self):
        return f"NoiseDecay({self.steps})"


class WeightClipping(Remedy):
    """After each step, θ ← min(max(θ, −c), c) for every weight of the discriminator: its slope stays bounded.

    Belongs to the Wasserstein loss. It bounds the slope crudely, and most weights end at ±c.

    Parameters
    ----------
    limit : float
        c > 0; with infinity nothing changes. The paper's is 0.01.

    References
    ----------
    Arjovsky, Chintala and Bottou, "Wasserstein generative adversarial networks", 2017.
    """

    def __init__(self, limit):
        self.limit = math.inf if limit == math.inf else number("the limit of the weights", limit, above=0)

    def after(self, gan):
        if self.limit < math.inf:
            for parameter in gan.discriminator.parameters():
                xp.clip(parameter.data, -self.limit, self.limit, out=parameter.data)

    def __repr__(self):
        return f"WeightClipping({self.limit:g})"
