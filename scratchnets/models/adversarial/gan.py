"""Generative adversarial networks: two networks, one number between them.

The discriminator learns to tell data from samples, the generator to be taken for the data. What both
pay is in losses/adversarial.py; here is who moves when. Derived in docs/derivations/minimax-game.md.
"""
import math

import numpy as np

from scratchnets.arguments import choice, positive_integer
from scratchnets.backend import xp
from scratchnets.layers import Layer, Pack, Sigmoid, Softmax
from scratchnets.losses.adversarial import ADVERSARIAL, AdversarialLoss
from scratchnets.models.adversarial.averaging import MovingAverage
from scratchnets.models.adversarial.diagnosis import snapshot
from scratchnets.models.adversarial.freezing import frozen
from scratchnets.randomness import generator as resolve, own_generator


class GAN(Layer):
    """Samples G(z), z ~ p_z, made to look like the data to a discriminator D(x) = σ(a).

    Parameters
    ----------
    generator : Layer
        From noise z (N, k) to samples, of the data's shape.
    discriminator : Layer
        From examples to one logit a each, (N, 1) or (N,).
    prior : GaussianPrior or UniformPrior
        p_z; anything with ``sample(n, rng)``.
    loss : str or AdversarialLoss
        A name such as ``"minimax"`` (the notes' game), or the loss itself.
    k : int
        Steps of the discriminator for one of the generator.
    updates : {"alternating", "simultaneous"}
        Whether G answers to the D that has just moved, as in the notes, or both move at once.
    rng : numpy.random.Generator, int or None
        Draws the noise. (A *generator* is a network here.)
    average : float
        Decay of the generator's moving average, from which samples then come; 0 for none: see
        `scratchnets.models.adversarial.averaging`. What D says and who pays what is the generator's own.
    remedies : sequence of Remedy
        What is done against the game's failures: see `scratchnets.models.adversarial.remedies`.

    Attributes
    ----------
    packing : int
        How many examples the discriminator judges together: m of its `Pack`, else 1.

    References
    ----------
    Goodfellow et al., "Generative adversarial nets", 2014.
    """

    def __init__(self, generator, discriminator, prior, loss="minimax", k=1, updates="alternating", rng=None,
                 average=0.0, remedies=()):
        self.generator, self.discriminator, self.prior = generator, discriminator, prior
        named = not isinstance(loss, AdversarialLoss)
        self.loss = ADVERSARIAL[choice("loss", loss, ADVERSARIAL)] if named else loss
        self.k = positive_integer("k, the discriminator's steps for one of the generator,", k)
        self.updates = choice("updates", updates, UPDATES)
        self.rng = own_generator(rng)
        self.remedies = tuple(remedies)
        self.packing = math.prod(layer.m for layer in discriminator.walk() if isinstance(layer, Pack))
        self.example_shape = self._fit()
        self.average = MovingAverage(generator, average) if average else None

    # ---- the algorithm -----------------------------------------------------------------------------

    def step(self, x, d_optimizer, g_optimizer):
        """One step on a minibatch x of the data; returns the discriminator's loss.

        The discriminator moves every time, on new data and new noise; every k-th time the generator
        moves as well, on noise of its own. What is left of a batch behind its last whole pack is left out.
        """
        x = self.whole_packs(x)
        for remedy in self.remedies:
            remedy.before(self, d_optimizer.steps)
        moves = g_optimizer.steps
        loss = UPDATES[self.updates](self, x, d_optimizer, g_optimizer)
        if self.average and g_optimizer.steps > moves:
            self.average.follow(self.generator)
        return loss

    def discriminator_gradients(self, x, z=None):
        """D's loss on data x and as many samples; its gradient is added into D's parameters, not into G's.

        Data and samples are two batches: a batch normalisation must not mix them. In training mode the
        penalties among the remedies are paid, too.

        Parameters
        ----------
        x : array (N, …)
        z : array (N, k), optional
            The noise, instead of a fresh draw.
        """
        self._expect_data(x)
        discriminator, loss = self.discriminator, self.loss
        fake = self.generator.forward(self.noise(len(x)) if z is None else z)
        real_loss, dlogits = loss.real(discriminator.forward(x))
        discriminator.backward(dlogits, need_dx=False)
        fake_loss, dlogits = loss.fake(discriminator.forward(fake))
        discriminator.backward(dlogits, need_dx=False)
        paid = sum(remedy.gradients(self, x, fake) for remedy in self.remedies) if self.training else 0.0
        return real_loss + fake_loss + paid

    def move_discriminator(self, d_optimizer):
        """One step of D down its gradient."""
        d_optimizer.step()
        for remedy in self.remedies:
            remedy.after(self)

    def generator_gradients(self, n, z=None):
        """G's loss on n samples; its gradient is added into G's parameters, not into D's.

        It comes *through* the discriminator, which is frozen meanwhile: dfake says in which direction
        each sample should move to be taken for the data.
        """
        fake = self.generator.forward(self.noise(n) if z is None else z)
        value, dlogits = self.loss.generator(self.discriminator.forward(fake))
        with frozen(self.discriminator):
            dfake = self.discriminator.backward(dlogits)
        self.generator.backward(dfake, need_dx=False)
        return value

    def whole_packs(self, x):
        """The first examples of x, as many as make whole packs for the discriminator."""
        return x[:len(x) - len(x) % self.packing]

    # ---- samples -----------------------------------------------------------------------------------

    def noise(self, n):
        """z ~ p_z, (n, k), from the model's own stream."""
        return self.prior.sample(n, self.rng)

    def forward(self, z):
        """G(z)."""
        return self.generator.forward(z)

    def backward(self, dfake, need_dx=True):
        return self.generator.backward(dfake, need_dx=need_dx)

    def sample(self, n, generator=0):
        """n samples in evaluation mode, with noise from a NumPy generator or a seed, not the model's own."""
        return self.decode(self.prior.sample(positive_integer("n", n), resolve(generator)))

    def decode(self, z):
        """G(z), in evaluation mode; of the averaged generator where there is one."""
        return (self.average or self.generator).predict(z)

    def loss_of(self, x, batch_size=256):
        """D's loss on x and as many samples, in evaluation mode: −V, log 4 where D = ½."""
        self._expect_data(x)
        x, batch_size = self.whole_packs(x), max(self.packing, batch_size - batch_size % self.packing)
        fake = self.generator.predict(self.prior.sample(len(x), np.random.default_rng(0)))
        real_loss, _ = self.loss.real(self.discriminator.predict(x, batch_size=batch_size))
        fake_loss, _ = self.loss.fake(self.discriminator.predict(fake, batch_size=batch_size))
        return real_loss + fake_loss

    def terms_of(self, x):
        """What is worth a line in the history: see `scratchnets.models.adversarial.diagnosis.snapshot`."""
        return snapshot(self, x)

    # ---- do the parts fit? -------------------------------------------------------------------------

    def _fit(self):
        """The shape of one sample, when the generator's output goes through the discriminator."""
        last = list(self.discriminator.walk())[-1]
        if isinstance(last, (Sigmoid, Softmax)):
            raise ValueError(f"the discriminator ends in {last!r}; leave it out: the losses take the logit "
                             "a of D = σ(a), and squash it themselves")
        for remedy in self.remedies:
            remedy.fit(self.discriminator)
        fake = self.generator.predict(self.prior.sample(2 * self.packing, np.random.default_rng(0)))
        try:
            logits = self.discriminator.predict(fake)
        except ValueError as error:
            raise ValueError("the discriminator does not take what the generator makes, "
                             f"samples of shape {fake.shape[1:]}: {error}") from error
        if logits.shape not in ((2,), (2, 1)):
            raise ValueError(f"the discriminator must end in one logit an example, shape (batch, 1); "
                             f"for a batch of {len(fake)} it gave {logits.shape}. End it with Dense(…, 1)")
        return fake.shape[1:]

    def _expect_data(self, x):
        if not isinstance(x, xp.ndarray) or x.shape[1:] != self.example_shape:
            raise ValueError(f"the generator makes examples of shape {self.example_shape}; the data are "
                             f"{getattr(x, 'shape', type(x).__name__)}, the first axis the batch: they must "
                             "be alike, or the discriminator could tell them apart by shape")

    def __repr__(self):
        return (f"GAN({self.generator!r}, {self.discriminator!r}, {self.prior!r}, "
                f"loss={self.loss.name!r}, k={self.k})")


def alternate(gan, x, d_optimizer, g_optimizer):
    """The notes' algorithm: D moves k times, then G answers to the D that it finds."""
    d_optimizer.zero_grad()
    loss = gan.discriminator_gradients(x)
    gan.move_discriminator(d_optimizer)
    if d_optimizer.steps % gan.k == 0:
        g_optimizer.zero_grad()
        gan.generator_gradients(len(x))
        g_optimizer.step()
    return loss


def move_at_once(gan, x, d_optimizer, g_optimizer):
    """Both gradients are taken at the same place; G does not yet see where D goes."""
    d_optimizer.zero_grad()
    loss = gan.discriminator_gradients(x)
    if (d_optimizer.steps + 1) % gan.k == 0:
        g_optimizer.zero_grad()
        gan.generator_gradients(len(x))
        g_optimizer.step()
    gan.move_discriminator(d_optimizer)
    return loss


UPDATES = {"alternating": alternate, "simultaneous": move_at_once}
