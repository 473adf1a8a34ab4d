"""Gradient penalties: prices on the slope of a critic, differentiated without automatic differentiation.
Derived in docs/derivations/gradient-penalty.md.

A penalty is a function of ∇ₓD, and its gradient in the weights a derivative of a derivative. For critics
of straight pieces (Dense, Conv2D, ReLU, LeakyReLU) it takes two passes more, and no new formula:

1. forward at x, backward of ones with D frozen: ∇D(x), and from it v, how the penalty changes with it;
2. forward again, `tangent` of v, backward of ones: the gradient of Σₙ ⟨vₙ, ∇D(xₙ)⟩ with v held.
"""
from scratchnets.arguments import number
from scratchnets.backend import asarray, xp
from scratchnets.models.adversarial.freezing import frozen
from scratchnets.models.adversarial.remedies import Remedy


def input_gradient(critic, x):
    """∇D(x), of x's shape, and the number of logits; the critic's own gradients are left alone."""
    logits = critic.forward(x)
    with frozen(critic):
        return critic.backward(xp.ones_like(logits)), len(logits)


def add_gradient_of_slope(critic, x, v):
    """Add ∂/∂θ Σₙ ⟨vₙ, ∇D(xₙ)⟩ into the critic's gradients, v held."""
    critic.forward(x)
    slopes = critic.tangent(v)                              # ⟨vₙ, ∇D(xₙ)⟩, one a logit
    critic.backward(xp.ones_like(slopes), need_dx=False)


def r1(critic, x, gamma):
    """R1: Ω = γ/2 mean ‖∇D(x)‖²; its gradient is added into the critic's parameters.

    Parameters
    ----------
    critic : Layer
        Ends in one logit an example, or one a pack of examples, whose slopes then count together.
    x : array (N, …)
        Data.
    gamma : float
        γ ≥ 0.

    Returns
    -------
    array ()
        Ω.

    References
    ----------
    Mescheder, Geiger and Nowozin, "Which training methods for GANs do actually converge?", 2018.
    """
    gradient, n = input_gradient(critic, x)
    v = gamma / n * gradient
    add_gradient_of_slope(critic, x, v)
    return (0.5 * v * gradient).sum()


def two_sided(critic, x, weight):
    """Ω = λ mean (‖∇D(x)‖ − 1)²; its gradient is added into the critic's parameters.

    Where the slope is 0 it has no direction, and the gradient there is taken as 0. Parameters as of `r1`,
    with λ = weight.
    """
    gradient, n = input_gradient(critic, x)
    rows = gradient.reshape(n, -1)
    squares = rows.astype("float64") ** 2                   # in float32 those of a flat critic's slopes underflow
    norm = xp.sqrt(squares.sum(axis=1, keepdims=True)).astype(rows.dtype)                     # (n, 1)
    direction = rows / (norm + (norm == 0))
    v = (2 * weight / n) * (norm - 1) * direction
    add_gradient_of_slope(critic, x, v.reshape(x.shape))
    return (weight / n * (norm - 1) * (norm - 1)).sum()


def between(real, fake, u):
    """x̄ = u x + (1 − u) G(z): a point on the line from a sample to an example;  u (N,) in [0, 1]."""
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    return u * real + (1 - u) * fake


class GradientRemedy(Remedy):
    """What R1 and the gradient penalty share: a weight, and critics that have tangents."""

    def __init__(self, weight):
        self.weight = number(f"the weight of {type(self).__name__}", weight, at_least=0)

    def fit(self, discriminator):
        for layer in discriminator.walk():
            reason = layer.why_no_tangent()
            if reason:
                raise ValueError(f"{self!r} cannot treat this discriminator: {reason}")

    def __repr__(self):
        return f"{type(self).__name__}({self.weight:g})"


class R1(GradientRemedy):
    """The penalty γ/2 mean ‖∇D‖² on the data: see `r1`. With weight γ = 0 nothing changes."""

    def gradients(self, gan, real, fake):
        return r1(gan.discriminator, real, self.weight) if self.weight else 0.0


class GradientPenalty(GradientRemedy):
    """WGAN-GP: λ mean (‖∇D(x̄)‖ − 1)² between data and samples. With weight λ = 0 nothing changes.

    x̄ = u x + (1 − u) G(z), with u ~ U(0, 1) from the game's own stream, one for each pair (for a pack
    one for all of it). The paper's λ is 10, with the Wasserstein loss and k = 5.

    References
    ----------
    Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville, "Improved training of Wasserstein GANs", 2017.
    """

    def gradients(self, gan, real, fake):
        if not self.weight:
            return 0.0
        u = gan.rng.uniform(size=len(real) // gan.packing).repeat(gan.packing)
        return two_sided(gan.discriminator, between(real, fake, asarray(u)), self.weight)
