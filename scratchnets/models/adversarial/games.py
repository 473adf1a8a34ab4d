"""Two games small enough to be solved, played by the same code as every GAN.

The generator is one point θ on a line, the data are one point at 0, and the discriminator is one
slope ψ: its logit is a = ψx. With the minimax loss this is the Dirac-GAN; with the Wasserstein loss
D minimises ψθ and G maximises it, the bilinear game. Both have their equilibrium at (0, 0), and
neither gets there. Derived in docs/derivations/dirac-gan.md.

References
----------
Mescheder, Geiger and Nowozin, "Which training methods for GANs do actually converge?", 2018.
"""
import numpy as np

from scratchnets.arguments import integer, positive
from scratchnets.backend import asarray, xp
from scratchnets.layers import Dense, Layer, Sequential
from scratchnets.losses import minimax
from scratchnets.models.adversarial.gan import GAN
from scratchnets.models.adversarial.priors import GaussianPrior
from scratchnets.optimizers import SGD
from scratchnets.parameter import Parameter


class Point(Layer):
    """G(z) = θ, whatever the noise: all samples lie at one point of the line.

    Parameters
    ----------
    theta : float
    """

    def __init__(self, theta):
        self.theta = Parameter(asarray(np.array([float(theta)])), "theta")

    def forward(self, z):
        self.expect(z, "batch", ...)
        return self.keep(xp.ones_like(z[:, :1]) * self.theta.data)          # (N, 1)

    def backward(self, dy, need_dx=True):
        self.take(dy)
        if not self.frozen:
            self.theta.grad += dy.sum(axis=0)
        return None                                     # the noise does not reach the samples


def dirac_gan(theta, psi, loss=minimax, updates="alternating", remedies=(), noise=None):
    """The game at (θ, ψ), in the default dtype; with ``loss=wasserstein`` the bilinear game.

    Parameters
    ----------
    theta, psi : float
    loss, updates, remedies
        As of a `GAN`.
    noise : Layer, optional
        Stands in front of the slope, such as `InstanceNoise`.
    """
    slope = Dense(1, 1, bias=False, generator=0)
    slope.W.data[...] = float(psi)
    discriminator = Sequential(noise, slope) if noise else slope
    return GAN(Point(theta), discriminator, GaussianPrior(1), loss, updates=updates, rng=0, remedies=remedies)


def position(game):
    """(θ, ψ)."""
    slope, = game.discriminator.parameters()
    return float(game.generator.theta.data[0]), float(slope.data[0, 0])


def play(game, lr, steps, copies=1):
    """Gradient descent of both players with learning rate η = `lr`: the path (steps + 1, 2) of (θ, ψ).

    A batch holds `copies` of both points; instance noise blurs each by itself.
    """
    players = game.discriminator, game.generator
    optimizers = [SGD(player.parameters(), lr=positive("lr", lr)) for player in players]
    data, path = asarray(np.zeros((copies, 1))), [position(game)]
    for _ in range(integer("steps", steps)):
        game.step(data, *optimizers)
        path.append(position(game))
    return np.array(path)


def dirac_field(theta, psi, gamma=0.0, std=0.0):
    """The direction (dθ/dt, dψ/dt) in which infinitely small steps of the Dirac-GAN go.

    Parameters
    ----------
    theta, psi : float
    gamma : float
        Weight of the penalty R1, ½ γ ψ²: the squared slope of the logit at the data.
    std : float
        Of instance noise: both points are blurred by N(0, std²). By Gauss–Hermite quadrature.
    """
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    weight, noise = weight / weight.sum(), std * node

    def D(x):
        return np.exp(-np.logaddexp(0, -psi * x))             # 1 − D(x) is D(−x), to the last digit

    real, fake = noise, theta + noise
    dtheta = psi * (weight * D(fake)).sum()
    dpsi = (weight * (D(-real) * real - D(fake) * fake)).sum() - gamma * psi
    return np.array([dtheta, dpsi])


def eigenvalues(gamma=0.0, std=0.0, step=1e-5):
    """Of the field's Jacobian at the equilibrium, by central differences."""
    columns = [(dirac_field(*point, gamma, std) - dirac_field(*-point, gamma, std)) / (2 * step)
               for point in step * np.eye(2)]
    return np.linalg.eigvals(np.array(columns).T)
