"""What the two players of a GAN pay. Derived in docs/derivations/adversarial-losses.md.

Each loss has three parts, logits → (value, dlogits): ``real`` and ``fake`` are the discriminator's,
on data and on samples, ``generator`` is the other player's, on samples. All are to be *minimised*,
work on the logits a of D(x) = σ(a), and are averaged over the batch. Below, D stands for σ(a).

=================  ==============  ==============  ================
loss               real            fake            generator
=================  ==============  ==============  ================
minimax            −log D          −log(1 − D)     log(1 − D)
non_saturating     −log D          −log(1 − D)     −log D
least_squares      ½ (a − 1)²      ½ a²            ½ (a − 1)²
wasserstein        −a              a               −a
hinge              max(0, 1 − a)   max(0, 1 + a)   −a
=================  ==============  ==============  ================
"""
from collections.abc import Callable
from dataclasses import dataclass

from scratchnets.arguments import number
from scratchnets.backend import xp
from scratchnets.layers.activations import relu, softplus
from scratchnets.losses.average import batch_mean
from scratchnets.losses.checks import expect_array


def minus_log_d(a):
    """−log D = ζ(−a), and its slope −(1 − D) = −σ(−a). Small where D says "real"."""
    y = softplus(-a)
    return y, -_one_minus_exp(y)


def minus_log_one_minus_d(a):
    """−log(1 − D) = ζ(a), and its slope D = σ(a). Small where D says "fake"."""
    y = softplus(a)
    return y, _one_minus_exp(y)


def log_one_minus_d(a):
    """log(1 − D) = −ζ(a), and its slope −D: nothing to learn from where D is sure of a fake."""
    y, slope = minus_log_one_minus_d(a)
    return -y, -slope


def square_from_one(a):
    """½ (a − 1)², and its slope a − 1."""
    return 0.5 * (a - 1) * (a - 1), a - 1


def square_from_zero(a):
    """½ a², and its slope a."""
    return 0.5 * a * a, a


def identity(a):
    """a, and its slope 1."""
    return a, xp.ones_like(a)


def minus_identity(a):
    """−a, and its slope −1."""
    return -a, -xp.ones_like(a)


def hinge_from_above(a):
    """max(0, 1 − a), and its slope −1 where a < 1, else 0. Beyond the margin nothing is paid."""
    return relu(1 - a), -(a < 1).astype(a.dtype)


def hinge_from_below(a):
    """max(0, 1 + a), and its slope 1 where a > −1, else 0."""
    return relu(1 + a), (a > -1).astype(a.dtype)


def _one_minus_exp(y):
    """1 − e⁻ʸ. With y = ζ(a) this is σ(a), to the last digit also where it is tiny."""
    return -xp.expm1(-y)


@dataclass(frozen=True)
class Part:
    """One part of an adversarial loss: the mean over the batch of a function of the logit.

    Calling it with logits (N, 1) or (N,) gives value () and dlogits, of the logits' shape.
    """

    name: str
    function: Callable                # a → (terms, slopes), number by number

    def __call__(self, logits):
        expect_array(self.name, "logits", logits)
        n = len(logits)
        if logits.shape not in ((n,), (n, 1)):
            raise ValueError(f"{self.name}: the discriminator gives one logit an example, shape ({n}, 1) or ({n},); "
                             f"got {logits.shape}")
        terms, slopes = self.function(logits)
        return batch_mean(terms), slopes / n


class AdversarialLoss:
    """The three parts of a game.

    Parameters
    ----------
    name : str
    real, fake, generator : callable
        Functions of the logits a → (terms, slopes), number by number.

    Attributes
    ----------
    real, fake, generator : Part
        logits (N, 1) → value (), dlogits (N, 1).

    Examples
    --------
    >>> import numpy as np
    >>> value, dlogits = minimax.real(np.zeros((2, 1)))    # D = ½, the cost is log 2
    >>> print(round(float(value), 4), dlogits.ravel())
    0.6931 [-0.25 -0.25]
    """

    def __init__(self, name, real, fake, generator):
        self.name = name
        self.real = Part(f"{name}.real", real)
        self.fake = Part(f"{name}.fake", fake)
        self.generator = Part(f"{name}.generator", generator)

    def __repr__(self):
        return self.name


# The notes' game, and Goodfellow and others', 2014: what G pays is what D gains, up to log D(x).
minimax = AdversarialLoss("minimax", minus_log_d, minus_log_one_minus_d, log_one_minus_d)
# The same D; a G that learns most where it is found out. Not zero-sum. From the same paper.
non_saturating = AdversarialLoss("non_saturating", minus_log_d, minus_log_one_minus_d, minus_log_d)
# With targets 0, 1 and, for G, 1. Mao and others, 2017.
least_squares = AdversarialLoss("least_squares", square_from_one, square_from_zero, square_from_one)
# The critic's logit is a height, not a probability; it has to be kept from growing. Arjovsky and others, 2017.
wasserstein = AdversarialLoss("wasserstein", minus_identity, identity, minus_identity)
# Lim and Ye, 2017; Miyato and others, 2018.
hinge = AdversarialLoss("hinge", hinge_from_above, hinge_from_below, minus_identity)


def smoothed(loss, amount):
    """One-sided label smoothing: data count as real with weight 1 − s and as fake with weight s.

    real becomes (1 − s) real + s fake; samples stay samples. D's best output on data alone is then
    1 − s, not 1, and a D that is surer than that pays. For the log losses the target of a cross-entropy
    moves from 1 to 1 − s; for least squares the target itself does, up to a constant. With s = 0 the loss
    comes back as it is.

    Parameters
    ----------
    loss : AdversarialLoss
        minimax, non_saturating or least_squares; the others have no labels.
    amount : float
        s in [0, ½), such as 0.1.

    References
    ----------
    Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen, "Improved techniques for training GANs", 2016.
    """
    amount = number("the amount of label smoothing", amount, at_least=0, below=0.5)
    if loss not in (minimax, non_saturating, least_squares):
        raise ValueError("label smoothing needs a loss with labels: minimax, non_saturating or "
                         f"least_squares; {loss!r} has none")
    if not amount:
        return loss

    def real(a):
        (y, slope), (other, other_slope) = loss.real.function(a), loss.fake.function(a)
        return (1 - amount) * y + amount * other, (1 - amount) * slope + amount * other_slope

    return AdversarialLoss(f"{loss.name} smoothed by {amount:g}", real, loss.fake.function,
                           loss.generator.function)


ADVERSARIAL = {"minimax": minimax, "non-saturating": non_saturating, "least-squares": least_squares,
               "wasserstein": wasserstein, "hinge": hinge}
