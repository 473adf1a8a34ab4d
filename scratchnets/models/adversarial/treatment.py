"""Which remedies a game gets, by name and strength, and where each of them is put in."""
import math
from dataclasses import dataclass, fields

from scratchnets.arguments import choice, number, positive_integer
from scratchnets.layers import Dense, MinibatchStd, Pack, SpectralNorm
from scratchnets.losses.adversarial import ADVERSARIAL, smoothed
from scratchnets.models.adversarial.penalties import R1, GradientPenalty
from scratchnets.models.adversarial.remedies import InstanceNoise, NoiseDecay, WeightClipping


@dataclass(frozen=True)
class Treatment:
    """What is done against the failures of a game. As it stands, nothing.

    Parameters
    ----------
    r1 : float
        γ of the penalty `R1` on the slope at the data.
    gradient_penalty : float
        λ of `GradientPenalty` between data and samples.
    clip : float
        c of `WeightClipping`.
    smoothing : float
        How much of the label "real" is taken back: `scratchnets.losses.adversarial.smoothed`.
    instance_noise : float
        Standard deviation of the noise on all that the discriminator sees.
    noise_steps : int
        After so many steps that noise is gone; 0: it stays.
    packing : int
        How many examples the discriminator judges together.
    minibatch_std : float
        Strength of the feature that tells the discriminator how much a batch varies.
    spectral_norm : bool
        Whether the weights of every `Dense` layer of the discriminator are divided by their largest singular
        value; layers of other kinds stay as they are.
    """

    r1: float = 0.0
    gradient_penalty: float = 0.0
    clip: float = math.inf
    smoothing: float = 0.0
    instance_noise: float = 0.0
    noise_steps: int = 0
    packing: int = 1
    minibatch_std: float = 0.0
    spectral_norm: bool = False

    @classmethod
    def of(cls, strengths):
        """The treatment {name: strength}, the rest as it stands; unknown names get the nearest."""
        for name in strengths or {}:
            choice("remedy", name, [field.name for field in fields(cls)])
        return cls(**strengths or {})

    def __post_init__(self):
        positive_integer("packing", self.packing)
        number("instance_noise", self.instance_noise, at_least=0)
        number("minibatch_std", self.minibatch_std, at_least=0)
        if self.noise_steps and not self.instance_noise:
            raise ValueError(f"noise_steps = {self.noise_steps} says when the instance noise is gone, "
                             "but there is none; give instance_noise, too")

    def loss(self, name):
        """The game's loss, its labels smoothed."""
        loss = ADVERSARIAL[choice("loss", name, ADVERSARIAL)]
        return smoothed(loss, self.smoothing) if self.smoothing else loss

    def discriminator(self, layers, random):
        """The discriminator's layers with those in it that the remedies need.

        Parameters
        ----------
        layers : list of Layer
            Takes packs already; ends in a `Dense` layer.
        random : numpy.random.Generator
        """
        layers = list(layers)
        if self.minibatch_std:
            last = Dense(layers[-1].n_in + 1, layers[-1].n_out, generator=random)
            layers[-1:] = [MinibatchStd(self.minibatch_std), last]
        if self.spectral_norm:
            layers = [SpectralNorm(layer) if isinstance(layer, Dense) else layer for layer in layers]
        if self.packing > 1:
            layers.insert(0, Pack(self.packing))
        if self.instance_noise:
            layers.insert(0, InstanceNoise(self.instance_noise, generator=random.spawn(1)[0]))
        return layers

    def remedies(self):
        """Those that act between the steps."""
        found = [R1(self.r1), GradientPenalty(self.gradient_penalty)]
        found = [remedy for remedy in found if remedy.weight]
        if self.clip != math.inf:
            found.append(WeightClipping(self.clip))
        if self.noise_steps:
            found.append(NoiseDecay(self.noise_steps))
        return found
