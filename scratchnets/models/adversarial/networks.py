"""Networks to start from: dense generators and discriminators, for points and for images."""
import math

from scratchnets.arguments import choice, positive_integer
from scratchnets.layers import Dense, Flatten, LeakyReLU, ReLU, Reshape, Sequential, Sigmoid
from scratchnets.models.adversarial.gan import GAN
from scratchnets.models.adversarial.priors import PRIORS
from scratchnets.models.adversarial.treatment import Treatment
from scratchnets.randomness import generator as resolve


def gan(shape, latent=2, hidden=(128, 128), loss="non-saturating", prior="gaussian", k=1,
        updates="alternating", remedies=None, generator=None):
    """A GAN of dense layers: z-128-128-D makes examples, D-128-128-1 judges them.

    Points in the plane, examples of shape (D,), come out of a linear layer and go through ReLUs; images
    come out of a sigmoid, and the discriminator leaks so that no image is without a gradient.

    Parameters
    ----------
    shape : tuple of int
        Of one example.
    latent : int
        Numbers in the noise z.
    hidden : sequence of int
        Widths between, of both networks (in the discriminator backwards).
    loss : {"minimax", "non-saturating", "least-squares", "wasserstein", "hinge"}
    prior : {"gaussian", "uniform"}
    k : int
        Steps of the discriminator for one of the generator.
    updates : {"alternating", "simultaneous"}
    remedies : dict, optional
        {name: strength}, such as ``{"r1": 0.1, "packing": 2}``: see
        `scratchnets.models.adversarial.treatment.Treatment`.
    generator : numpy.random.Generator, int or None
        Draws the weights, and seeds the noise.
    """
    random, size, treatment = resolve(generator), math.prod(shape), Treatment.of(remedies)
    rng = random.spawn(1)[0]
    prior = PRIORS[choice("prior", prior, PRIORS)](positive_integer("latent", latent))
    image = len(shape) > 1
    into = dense_stack([latent, *hidden, size], ReLU, random)
    if image:
        into += [Sigmoid(), Reshape(shape)]
    out_of = dense_stack([size * int(treatment.packing), *reversed(hidden), 1], LeakyReLU if image else ReLU,
                         random)
    if image:
        out_of.insert(0, Flatten())
    return GAN(Sequential(*into), Sequential(*treatment.discriminator(out_of, random)), prior,
               treatment.loss(loss), k, updates, rng=rng, remedies=treatment.remedies())


def dense_stack(widths, activation, random):
    """Dense layers from each width to the next, an activation between two of them."""
    layers = []
    for n_in, n_out in zip(widths[:-1], widths[1:]):
        layers += [Dense(n_in, n_out, generator=random), activation()]
    return layers[:-1]
