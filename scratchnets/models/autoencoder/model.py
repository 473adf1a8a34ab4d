"""The autoencoder: h = f(x), x̂ = link(g(h)), trained to copy x through h. The class is the equation."""
import copy

from scratchnets.arguments import number, positive_integer
from scratchnets.layers import Identity, Layer
from scratchnets.layers.noise import Noise
from scratchnets.layers.penalty import ActivityPenalty, total_penalty
from scratchnets.losses import squared_error
from scratchnets.randomness import generator as resolve


class Autoencoder(Layer):
    """A copy through a code: the loss of the copy, and what the regularisers ask on top::

        x̃ = corruption(x)           while it trains; else x̃ = x
        h = f(x̃)                    the code
        g(h)                        the prediction, which the loss compares with the clean x
        x̂ = link(g(h))              the copy as pixels; x̂ = g(h) where the link is the identity

        L(g(h), x)  +  Σ Ω  +  λ/2 Σ ‖W‖²   averaged over the batch
                       │     weight decay: all weights, no biases, a shared W once
                       the activity penalties within the network (`L1Activity`, `KLSparsity`)

    Parameters
    ----------
    encoder, decoder : Layer
        f, from examples to codes, and g, from codes to predictions.
    loss : callable
        ``value, dprediction = loss(prediction, target)``.
    link : Layer
        From the decoder's prediction to pixels: the identity, or `Sigmoid` where the loss works on
        logits.
    corruption : Layer
        Such as `MaskingNoise`, on the input alone; nothing when not given.
    weight_decay : float
        λ ≥ 0.
    """

    def __init__(self, encoder, decoder, loss=squared_error, link=None, corruption=None, weight_decay=0.0):
        self.encoder, self.decoder = encoder, decoder
        self.loss = loss
        self.link = link or Identity()
        self.corruption = corruption or Identity()
        self.weight_decay = number("weight_decay", weight_decay, at_least=0)

    # ---- training ----------------------------------------------------------------------------------

    def forward(self, x):
        corrupted = self.corruption.forward(x)
        h = self.encoder.forward(corrupted)
        return self.decoder.forward(h)

    def backward(self, dprediction, need_dx=True):
        dh = self.decoder.backward(dprediction)
        dcorrupted = self.encoder.backward(dh, need_dx=need_dx)
        return self.corruption.backward(dcorrupted) if need_dx else self.corruption.forget()

    def loss_and_gradients(self, x):
        """The loss of the batch x, regularisers included; its ∂/∂θ is added into the gradient of every θ.

        The activity penalties add their gradients within the backward pass; that of weight decay, λW,
        is added by hand.
        """
        value, dprediction = self.loss(self.forward(x), x)
        self.backward(dprediction, need_dx=False)
        for W in self.weights(learning=True) if self.weight_decay else []:
            W.grad += self.weight_decay * W.data
        return value + total_penalty(self) + self.decay()

    def decay(self):
        """λ/2 Σ ‖W‖²."""
        if not self.weight_decay:
            return 0.0
        return 0.5 * self.weight_decay * sum((W.data ** 2).sum() for W in self.weights())

    def weights(self, learning=False):
        """Each W once, and no biases; or only those of layers that are not frozen."""
        layers = [layer for layer in self.walk() if hasattr(layer, "W") and not (learning and layer.frozen)]
        return list({id(layer.W): layer.W for layer in layers}.values())

    # ---- the trained model ---------------------------------------------------------------------------

    def loss_of(self, x, batch_size=256):
        """The loss with its regularisers, in evaluation mode: nothing is corrupted.

        A validation loss thus compares with the training's. Penalties are averaged over batches, as
        in training: the mean activities of `KLSparsity` are those of a batch.
        """
        return self.terms_of(x, batch_size)["loss"]

    def terms_of(self, x, batch_size=256):
        """{"loss": …, "reconstruction": L(g(h), x) alone, "regularizer": the rest}, as of `loss_of`."""
        reconstruction, _ = self.loss(self.predict(x, batch_size=batch_size), x)
        regularizer = self.decay() + self._penalty_of(x, batch_size)
        return {"loss": reconstruction + regularizer, "reconstruction": reconstruction,
                "regularizer": regularizer}

    def _penalty_of(self, x, batch_size):
        """Σ Ω in evaluation mode, a mean over the batches."""
        if not any(isinstance(layer, ActivityPenalty) for layer in self.walk()):
            return 0.0
        total, batch_size = 0.0, positive_integer("batch_size", batch_size)
        with self.inference(recording=True):
            for start in range(0, len(x), batch_size):
                batch = x[start:start + batch_size]
                self.forward(batch)
                total = total + total_penalty(self) * len(batch)
        self.forget()
        return total / len(x)

    def encode(self, x):
        """The codes h = f(x), in evaluation mode."""
        return self.encoder.predict(x)

    def decode(self, codes):
        """The pixels that the codes stand for, in evaluation mode."""
        return self.link.predict(self.decoder.predict(codes))

    def reconstruct(self, x):
        """x̂ = link(g(f(x))), the copies as pixels, in evaluation mode."""
        return self.decode(self.encode(x))

    def corrupt(self, x, generator=0):
        """x̃, what training would make of the examples x, with noise of this seed."""
        corruption, source = copy.deepcopy(self.corruption), resolve(generator)
        for layer in corruption.walk():
            if isinstance(layer, Noise):
                layer.generator = source
        return corruption.train().forward(x)

    def anomaly_score(self, x):
        """‖x̂ₙ − xₙ‖² of each image, summed over its pixels, without the ½: how badly it is copied.

        A model that has learned to copy one kind of image copies another kind worse.

        Parameters
        ----------
        x : array (N, …)

        Returns
        -------
        array (N,)
        """
        return ((self.reconstruct(x) - x) ** 2).reshape(len(x), -1).sum(axis=1)

    def __repr__(self):
        parts = [f"encoder={self.encoder!r}", f"decoder={self.decoder!r}", f"loss={self.loss.__name__}"]
        parts += [f"corruption={self.corruption!r}"] * (not isinstance(self.corruption, Identity))
        parts += [f"weight_decay={self.weight_decay:g}"] * (self.weight_decay > 0)
        return f"Autoencoder({', '.join(parts)})"
