"""The variational autoencoder. Derived in docs/derivations/elbo.md."""
from scratchnets.arguments import integer, number
from scratchnets.backend import asarray, xp
from scratchnets.layers import GaussianSample, Layer
from scratchnets.losses import gaussian_kl
from scratchnets.models.variational.binarization import Binarization
from scratchnets.models.variational.bounds import batches, elbo
from scratchnets.models.variational.likelihoods import Bernoulli
from scratchnets.randomness import generator as resolve


class VariationalAutoencoder(Layer):
    """A model of images, p(x) = ∫ p(x|z) N(z; 0, 1) dz, and a guess at the code behind each, q(z|x).

    The encoder gives q(z|x) = N(μ(x), σ²(x)), the decoder p(x|z). Both learn by the same loss, the
    negative evidence lower bound on log p(x), here with a weight β on its second term::

        L = E_q[−log p(x|z)]  +  β KL(q(z|x) ‖ N(0, 1))        nats an image, averaged over the batch
            reconstruction         kl

    With β = 1 it is a bound; any other β trades one term for the other and is none.

    Parameters
    ----------
    encoder : Layer
        The trunk, from images to features h (N, H).
    mean, log_var : Layer
        The two heads, from h to μ and to log σ² (N, k).
    decoder : Layer
        From z (N, k) to the prediction that the likelihood is made of.
    likelihood : Bernoulli or Gaussian
    binarization : Binarization, optional
        What is done to the images before all else; nothing when not given.
    sampler : GaussianSample, optional
    beta : float
        β ≥ 0.
    warm_up : int
        β rises from 0 in a straight line over so many steps, so that the decoder has learned to use
        the code before it costs anything.
    classes : int
        With a number above 0 the model is conditional on a label: a column for each class is put
        beside h and beside z, which then has only to say what the label does not.

    References
    ----------
    Kingma and Welling, "Auto-encoding variational Bayes", 2014; Higgins et al., "β-VAE", 2017;
    Sønderby et al., "Ladder variational autoencoders", 2016 (warm-up); Sohn, Lee and Yan, "Learning
    structured output representation using deep conditional generative models", 2015 (labels).
    """

    buffers = ("steps",)

    def __init__(self, encoder, mean, log_var, decoder, likelihood=None, binarization=None, sampler=None,
                 beta=1.0, warm_up=0, classes=0):
        self.encoder, self.mean, self.log_var, self.decoder = encoder, mean, log_var, decoder
        self.likelihood = likelihood or Bernoulli()
        self.binarization = binarization or Binarization("none")
        self.sampler = sampler or GaussianSample()
        self.beta = number("beta", beta, at_least=0)
        self.warm_up = integer("warm_up", warm_up)
        self.classes = integer("classes", classes)
        self.steps = xp.zeros((), dtype="float32")      # done so far, while β rises; kept with the weights

    # ---- training ----------------------------------------------------------------------------------

    def loss_and_gradients(self, x, label=None, noise=None):
        """The loss of the batch x; ∂L/∂θ is added into the gradient of every parameter θ.

        Parameters
        ----------
        x : array (N, …)
        label : integer array (N,), optional
            Of a conditional model.
        noise : array (N, k), optional
            ε, instead of a fresh draw.
        """
        self.likelihood.expect_images(x)
        x = self.binarization.forward(x)
        self.binarization.forget()                     # the images are data: nothing goes back through it
        mean, log_var = self.infer(x, label)
        z = self.sampler.forward(mean, log_var, noise)
        prediction = self.generate(z, label)
        reconstruction, dprediction = self.likelihood.loss(prediction, x)
        kl, dmean, dlog_var = gaussian_kl(mean, log_var)
        beta = self._next_beta()
        self.backward(dprediction, beta * dmean, beta * dlog_var)
        return reconstruction + beta * kl

    def infer(self, x, label=None):
        """μ and log σ² of q(z|x)."""
        h = self._beside(self.encoder.forward(x), label)
        return self.mean.forward(h), self.log_var.forward(h)

    def generate(self, z, label=None):
        """The prediction that p(x|z) is made of: see the likelihood."""
        return self.decoder.forward(self._beside(z, label))

    def forward(self, x, label=None, noise=None):
        """The prediction for a z drawn from q(z|x)."""
        return self.generate(self.sampler.forward(*self.infer(x, label), noise), label)

    def backward(self, dprediction, dmean_kl, dlog_var_kl, need_dx=False):
        """From the gradients of prediction, μ and log σ², which make up the loss, to the parameters."""
        dz = self._without_label(self.decoder.backward(dprediction))
        dmean_z, dlog_var_z = self.sampler.backward(dz)
        # Two paths lead from μ to the loss, through z and through the KL; and two from log σ².
        dmean = dmean_z + dmean_kl
        dlog_var = dlog_var_z + dlog_var_kl
        # Both heads see h.
        dh = self.mean.backward(dmean) + self.log_var.backward(dlog_var)
        return self.encoder.backward(self._without_label(dh), need_dx=need_dx)

    def _next_beta(self):
        """β of this step; on the device, so that nothing waits for it."""
        if not self.warm_up:
            return self.beta
        rising = xp.minimum(self.steps / self.warm_up, 1)
        self.steps += 1
        return self.beta * rising

    # ---- labels ------------------------------------------------------------------------------------

    def _beside(self, features, label):
        """Features with one column for each class on their right, 1 in that of the label."""
        if not self.classes:
            if label is not None:
                raise ValueError("this VariationalAutoencoder has classes=0 and takes no labels")
            return features
        shape = (len(features),)
        if not isinstance(label, xp.ndarray) or label.dtype.kind not in "iu" or label.shape != shape:
            got = f"{label.dtype} of shape {label.shape}" if hasattr(label, "dtype") else repr(label)
            raise ValueError(f"a VariationalAutoencoder with {self.classes} classes needs a label for each "
                             f"example: whole numbers of shape {shape}, got {got}")
        lowest, highest = int(label.min()), int(label.max())
        if lowest < 0 or highest >= self.classes:
            raise ValueError(f"labels must lie in 0 … {self.classes - 1}, got values from {lowest} "
                             f"to {highest}")
        one_hot = (label[:, None] == xp.arange(self.classes)).astype(features.dtype)
        return xp.concatenate([features, one_hot], axis=1)

    def _without_label(self, d):
        return d[:, :d.shape[1] - self.classes]

    # ---- the trained model ---------------------------------------------------------------------------

    def posterior(self, x, label=None, batch_size=256):
        """μ and log σ² of q(z|x), in evaluation mode; the images are taken as they are.

        q is the approximate posterior, for short; the posterior p(z|x) itself is unknown.
        """
        with self.inference():
            parts = [self.infer(x[rows], None if label is None else label[rows])
                     for rows in batches(x, batch_size)]
        return tuple(xp.concatenate(columns) for columns in zip(*parts))

    def encode(self, x, label=None):
        """The codes: the means of q(z|x)."""
        return self.posterior(x, label)[0]

    def decode(self, z, label=None, batch_size=256):
        """The expected images at these codes (N, k), in evaluation mode."""
        with self.inference():
            return xp.concatenate([
                self.likelihood.forward(self.generate(z[rows], None if label is None else label[rows]))
                for rows in batches(z, batch_size)])

    def reconstruct(self, x, label=None):
        """The expected images at the codes of x."""
        return self.decode(self.encode(x, label), label)

    def sample(self, count, label=None, generator=None):
        """Images from the model: z from the prior N(0, 1), then the image expected there.

        The pixels of p(x|z) are not drawn on top; ``model.likelihood.draw`` would do that.
        """
        return self.decode(self.draw_codes(count, generator), label)

    def draw_codes(self, count, generator=None):
        """z ~ N(0, 1), (count, k)."""
        count = integer("count", count, at_least=1)
        return asarray(resolve(generator).standard_normal((count, self.latent)))

    @property
    def latent(self):
        """k, how many numbers the code has."""
        return self.mean.n_out

    def loss_of(self, x, label=None):
        """−ELBO in nats an image, in evaluation mode: with β = 1, and the same draws each time."""
        return self.terms_of(x, label)["loss"]

    def terms_of(self, x, label=None):
        """{"loss": −ELBO, "reconstruction": …, "kl": …}: the loss and the two terms that it is made of."""
        bound = elbo(self, x, label)
        return {"loss": -bound.value, "reconstruction": bound.reconstruction, "kl": bound.kl}

    def __repr__(self):
        parts = ("encoder", "mean", "log_var", "decoder", "likelihood", "binarization")
        return f"VariationalAutoencoder({', '.join(f'{part}={getattr(self, part)!r}' for part in parts)})"
