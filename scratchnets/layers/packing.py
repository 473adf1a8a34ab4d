"""Layers by which a discriminator sees several samples at once, and so that they are all alike.
Derived in docs/derivations/packing.md.

A discriminator that judges one sample at a time cannot see that a mode is missing. `Pack` gives it m of
them in one input, `MinibatchStd` each one with a number that says how much the whole batch varies.
"""
from scratchnets.arguments import number, positive_integer
from scratchnets.backend import xp
from scratchnets.layers.base import Layer


def pack(x, m):
    """m examples that follow each other as one, side by side in the features;  (N, …, C) → (N/m, …, m·C)."""
    m = positive_integer("m", m)
    groups = x.reshape(len(x) // m, m, *x.shape[1:])                # (N/m, m, …, C)
    return xp.moveaxis(groups, 1, -2).reshape(len(groups), *x.shape[1:-1], m * x.shape[-1])


def pack_backward(dy, m):
    """∂L/∂x: every number back to its place;  (N/m, …, m·C) → (N, …, C)."""
    m = positive_integer("m", m)
    groups = dy.reshape(*dy.shape[:-1], m, dy.shape[-1] // m)       # (N/m, …, m, C)
    return xp.moveaxis(groups, -2, 1).reshape(m * len(dy), *dy.shape[1:-1], groups.shape[-1])


class Pack(Layer):
    """Puts m examples into one: of points (N, D) → (N/m, m·D), of images (N, H, W, C) → (N/m, H, W, m·C).

    Put it first in a discriminator. The logits are then one a pack, and the packs hold data or samples
    alone: a `scratchnets.models.adversarial.GAN` sees to that. With m = 1 nothing changes.

    Parameters
    ----------
    m : int
        Examples in a pack; divides the size of every batch.

    References
    ----------
    Lin, Khetan, Fanti and Oh, "PacGAN: the power of two samples in generative adversarial networks", 2018.
    """

    def __init__(self, m):
        self.m = positive_integer("m, the examples in a pack,", m)

    @property
    def least_batch(self):
        """Fewer examples make no pack."""
        return self.m

    def forward(self, x):
        self.expect(x, "batch", "features", ...)
        if len(x) % self.m:
            raise ValueError(f"{self!r} got {len(x)} examples, which do not make whole packs of {self.m}; "
                             "choose a batch size that is a multiple of it")
        return self.keep(pack(x, self.m), x.shape)

    def tangent(self, v):
        shape, = self.kept()
        self.expect_direction(v, shape)
        return self.keep_tangent(pack(v, self.m), shape)

    def backward(self, dy, need_dx=True):
        self.take(dy)
        return pack_backward(dy, self.m) if need_dx else None

    def blank(self, shape):
        return super().blank((self.m * shape[0], *shape[1:]))

    def __repr__(self):
        return f"Pack({self.m})"


def minibatch_std(x, strength=1.0, epsilon=1e-8):
    """y = x with one more feature c s, s = mean over the features of √(σ² + ε₀);  (N, …, C) → (N, …, C + 1).

    σ² is the variance of a feature over the batch, c = strength: one number for the whole batch, which is
    small when its examples are all alike. For images it is a map of that number.
    """
    deviation, _ = deviations(x, epsilon)
    return beside(x, strength * deviation.mean())


def minibatch_std_backward(dy, x, strength=1.0, epsilon=1e-8):
    """∂L/∂x = dy of the old features + c Σ dy_last · (x − μ) / (N P σ), P the features of an example."""
    deviation, centred = deviations(x, epsilon)
    share = strength * dy[..., -1].sum() / x.size                   # ∂L/∂s, and the two means: over N, over P
    return dy[..., :-1] + share * centred / deviation


def deviations(x, epsilon):
    """√(σ² + ε₀) of each feature over the batch, and x − μ."""
    centred = x - x.mean(axis=0)
    return xp.sqrt((centred * centred).mean(axis=0) + epsilon), centred


def beside(x, number):
    """x with this number as one more feature."""
    return xp.concatenate([x, xp.zeros_like(x[..., :1]) + number], axis=-1)


class MinibatchStd(Layer):
    """Adds a feature that says how much the examples of the batch differ. With strength 0 it says 0.

    Put it in front of a discriminator's last layers, which need one input more. Evaluation mode shows a
    running average instead of the batch's own, so that an example's output depends on itself alone; the
    average is over data and samples alike.

    Parameters
    ----------
    strength : float
        c ≥ 0, a factor of the new feature.
    momentum : float
        In [0, 1]: how far the running average moves to each new batch.
    epsilon : float
        ε₀, under the root.

    References
    ----------
    Karras, Aila, Laine and Lehtinen, "Progressive growing of GANs for improved quality, stability, and
    variation", 2018.
    """

    buffers = ("running_std",)
    _no_tangent = ("it couples the examples of a batch: the slope at one of them depends on all, so that "
                   "there is no ∇D(x) of one x")

    def __init__(self, strength=1.0, momentum=0.1, epsilon=1e-8):
        self.strength = number("strength", strength, at_least=0)
        self.momentum = number("momentum", momentum, at_least=0, at_most=1)
        self.epsilon = number("epsilon", epsilon, above=0)
        self.running_std = self.blank(())

    def forward(self, x):
        self.expect(x, "batch", "features", ...)
        if not self.training:
            return self.keep(beside(x, self.running_std), None)
        y = minibatch_std(x, self.strength, self.epsilon)
        self.running_std += self.momentum * (y[(0,) * (y.ndim - 1)][-1] - self.running_std)
        return self.keep(y, x)

    def backward(self, dy, need_dx=True):
        x, = self.take(dy)
        if not need_dx:
            return None
        return dy[..., :-1] if x is None else minibatch_std_backward(dy, x, self.strength, self.epsilon)

    def __repr__(self):
        return f"MinibatchStd({self.strength:g})"
