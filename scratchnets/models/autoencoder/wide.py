"""Autoencoders whose code may be wider than what they copy, and what keeps them from merely copying it.

All four have one hidden layer, D-k-D. With a code that wide a perfect copy is possible and worth nothing;
a penalty on the code, or noise on the input, makes it cost something.
"""
from scratchnets.arguments import choice, number, positive_integer
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import (
    Dense,
    Flatten,
    GaussianNoise,
    KLSparsity,
    L1Activity,
    MaskingNoise,
    ReLU,
    Reshape,
    SaltAndPepper,
    Sequential,
    Sigmoid,
)
from scratchnets.models.autoencoder.model import Autoencoder
from scratchnets.models.autoencoder.parts import LOSSES, pixels
from scratchnets.randomness import generator as resolve

# The disturbance, and what `amount` is of it.
CORRUPTIONS = {"masking": MaskingNoise,              # the share of pixels that become 0
               "gaussian": GaussianNoise,            # the standard deviation of what is added
               "salt-and-pepper": SaltAndPepper}     # the share of pixels that become 0 or 1


def overcomplete(shape, latent=1000, loss="squared-error", weight_decay=0.0, generator=None):
    """One hidden layer wider than the data, h = relu(xW + b), and nothing that keeps it from copying.

    Parameters
    ----------
    shape : tuple of int
        Of one example, (H, W, C).
    latent : int
        k, more than the H·W·C numbers of an example.
    loss : {"squared-error", "cross-entropy"}
    weight_decay : float
        λ ≥ 0, for λ/2 Σ ‖W‖² on top of the loss.
    generator : numpy.random.Generator, int or None
    """
    k, d = positive_integer("latent", latent), pixels(shape)
    if k <= d:
        raise ValueError(f"overcomplete promises a code wider than the data: latent must be above {d}, the "
                         f"numbers of an example of shape {tuple(shape)}, got {k}; undercomplete takes a "
                         "narrower one")
    return one_hidden_layer(shape, k, [ReLU()], loss, weight_decay, resolve(generator))


def sparse_l1(shape, latent=1000, weight=0.01, loss="squared-error", weight_decay=0.0, generator=None):
    """h = relu(xW + b) with the price λ Σ_j |h_j| on each code: most of its numbers become exactly 0.

    Parameters
    ----------
    shape, loss, weight_decay, generator
        As of `overcomplete`.
    latent : int
        k, of any size.
    weight : float
        λ ≥ 0, in units of the loss for 1 of activity. Larger decoder weights make up for a smaller h
        and dodge the price; weight decay keeps them from it.
    """
    return one_hidden_layer(shape, latent, [ReLU(), L1Activity(weight)], loss, weight_decay,
                            resolve(generator))


def sparse_kl(shape, latent=1000, rho=0.05, weight=0.1, loss="squared-error", weight_decay=0.0,
              generator=None):
    """h = σ(xW + b) with the price λ Σ_j KL(ρ ‖ ρ̂_j): each unit is to be on for the share ρ of the examples.

    Parameters
    ----------
    shape, loss, weight_decay, generator
        As of `overcomplete`.
    latent : int
        k, of any size.
    rho : float
        ρ in (0, 1), the mean activity that is aimed at; ρ̂_j is the measured one.
    weight : float
        λ ≥ 0.

    References
    ----------
    Ng, "Sparse autoencoder", CS294A lecture notes, 2011.
    """
    return one_hidden_layer(shape, latent, [Sigmoid(), KLSparsity(rho, weight)], loss, weight_decay,
                            resolve(generator), initializer=glorot_uniform)


def denoising(shape, latent=1000, corruption="masking", amount=0.5, loss="squared-error", weight_decay=0.0,
              generator=None):
    """h = relu(x̃W + b) from a corrupted x̃; the copy is compared with the clean x.

    Parameters
    ----------
    shape, loss, weight_decay, generator
        As of `overcomplete`.
    latent : int
        k, of any size.
    corruption : {"masking", "gaussian", "salt-and-pepper"}
    amount : float
        The share of pixels that become 0; the standard deviation of the noise that is added; the share
        of pixels that become 0 or 1.

    References
    ----------
    Vincent, Larochelle, Lajoie, Bengio and Manzagol, "Stacked denoising autoencoders", 2010.
    """
    noise, generator = CORRUPTIONS[choice("corruption", corruption, CORRUPTIONS)], resolve(generator)
    amount = number("amount", amount, at_least=0, **({"below": 1} if noise is not GaussianNoise else {}))
    return one_hidden_layer(shape, latent, [ReLU()], loss, weight_decay, generator,
                            corruption=noise(amount, generator=generator.spawn(1)[0]))


def one_hidden_layer(shape, k, activation, loss, weight_decay, generator, corruption=None, **options):
    """D-k-D with these layers behind the code's sums; `options` go to its two `Dense` layers."""
    k, d = positive_integer("latent", k), pixels(shape)
    loss, last, link = LOSSES[choice("loss", loss, LOSSES)]
    encoder = Sequential(Flatten(), Dense(d, k, generator=generator, **options), *activation)
    decoder = Sequential(Dense(k, d, generator=generator, **options), last(), Reshape(shape))
    return Autoencoder(encoder, decoder, loss, link(), corruption, weight_decay)
