"""Activity penalties: layers that let x pass and ask a price for it.
Derived in docs/derivations/activity-penalties.md.

They are losses that sit inside a network: the value is averaged over the batch, like a loss, and
the gradient joins the one that comes from above. `total_penalty` adds up what a network asks.
"""
from contextlib import contextmanager

from scratchnets.arguments import number
from scratchnets.backend import xp
from scratchnets.layers.base import Layer
from scratchnets.layers.remainder import remainder


def l1_activity(x, weight):
    """Ω = λ/N Σₙ Σ_j |x_nj|,  ∂Ω/∂x = λ/N sign(x);  x (N, …).  At x = 0 we choose the slope 0.

    Parameters
    ----------
    x : array (N, …)
        Activations.
    weight : float
        λ ≥ 0.

    Returns
    -------
    penalty : array ()
    dx : array (N, …)
    """
    scale = weight / len(x)
    return (scale * abs(x)).sum(), scale * xp.sign(x)


def kl_sparsity(x, rho, weight):
    """Ω = λ Σ_j KL(ρ ‖ ρ̂_j), with ρ̂_j = 1/N Σₙ x_nj, the mean activity of unit j over the batch.

    KL(ρ ‖ ρ̂) = ρ log(ρ/ρ̂) + (1 − ρ) log((1 − ρ)/(1 − ρ̂)), in nats. The 1/N comes from the mean:
    ∂Ω/∂x_nj = λ/N (−ρ/ρ̂_j + (1 − ρ)/(1 − ρ̂_j)), the same for every example of the batch.

    Near ρ̂ = ρ, where training leads, the two terms cancel, of the value and of the gradient. With
    u = ρ̂/ρ − 1 and v = (1 − ρ̂)/(1 − ρ) − 1, for which ρ u + (1 − ρ) v = 0, the value is also
    ρ (u − log(1 + u)) + (1 − ρ) (v − log(1 + v)), both terms ≥ 0; and the bracket of the gradient is
    (ρ̂ − ρ) / (ρ̂ (1 − ρ̂)). So it is computed.

    Parameters
    ----------
    x : array (N, …)
        Activations in [0, 1], no unit at 0 or at 1 throughout the batch.
    rho : float
        ρ in (0, 1).
    weight : float
        λ ≥ 0.

    Returns
    -------
    penalty : array ()
    dx : array (N, …)
    """
    rho_hat = x.mean(axis=0)
    excess = rho_hat - rho
    on = rho * remainder(excess / rho, xp.log(rho_hat / rho))
    off = (1 - rho) * remainder(-excess / (1 - rho), xp.log((1 - rho_hat) / (1 - rho)))
    drho_hat = weight * excess / (rho_hat * (1 - rho_hat))
    return weight * (on + off).sum(), xp.zeros_like(x) + drho_hat / len(x)


class ActivityPenalty(Layer):
    """What the penalties share: y = x, dx = dy + ∂Ω/∂x. A subclass has ``cost(x)`` → (Ω, ∂Ω/∂x).

    Attributes
    ----------
    penalty : array () or float
        Ω of the last batch; 0.0 before the first. `predict` leaves it alone.
    """

    penalty = 0.0
    _asks = True                                   # see `without_penalties`

    def __init__(self, weight):
        self.weight = number("weight", weight, at_least=0)

    def forward(self, x):
        self.expect(x, "batch", ...)
        if not self._recording:
            return x
        if not self._asks:
            return self.keep(x, 0.0)
        self.penalty, gradient = self.cost(x)
        return self.keep(x, gradient)

    def backward(self, dy, need_dx=True):
        gradient, = self.take(dy)
        return dy + gradient if need_dx else None


class L1Activity(ActivityPenalty):
    """Asks λ |x| for each activation, and so draws those that matter little to 0.

    Behind a ReLU to exactly 0, for the price goes on until the sum before it is negative. Elsewhere they end up
    on both sides of 0, within a step of it. It prices the activations' magnitude, not their number. The
    network's loss is the reconstruction's plus this.

    Parameters
    ----------
    weight : float
        λ ≥ 0.
    """

    def cost(self, x):
        return l1_activity(x, self.weight)

    def __repr__(self):
        return f"L1Activity({self.weight:g})"


class KLSparsity(ActivityPenalty):
    """Asks λ KL(ρ ‖ ρ̂_j) for each unit j: draws its mean activity ρ̂_j over the batch to ρ.

    Belongs behind a sigmoid: activations are read as probabilities of being on.

    Parameters
    ----------
    rho : float
        ρ in (0, 1), such as 0.05.
    weight : float
        λ ≥ 0.

    References
    ----------
    Ng, "Sparse autoencoder", CS294A lecture notes, 2011.
    """

    def __init__(self, rho, weight):
        super().__init__(weight)
        self.rho = number("rho", rho, above=0, below=1)

    def expect(self, x, *shape):
        super().expect(x, *shape)
        low, high = float(x.min()), float(x.max())
        if not (low >= 0 and high <= 1):          # said so that NaN is refused too
            raise ValueError(f"{self!r} expected activations in (0, 1), got values from {low:g} to {high:g}; "
                             "put a Sigmoid before it")

    def cost(self, x):
        rho_hat = x.mean(axis=0)
        if not (float(rho_hat.min()) > 0 and float(rho_hat.max()) < 1):
            end, bits = 0 if float(rho_hat.min()) <= 0 else 1, xp.finfo(x.dtype).bits
            from_there = {0: "-104" if bits == 32 else "-746", 1: "17" if bits == 32 else "37"}[end]
            raise ValueError(f"{self!r} expected activations in (0, 1), but a unit is at {end} for the whole "
                             f"batch, which costs infinitely much. A sigmoid rounds to {end} in {x.dtype} from "
                             f"the logit {from_there} on; lower the learning rate, or start with smaller weights")
        return kl_sparsity(x, self.rho, self.weight)

    def __repr__(self):
        return f"KLSparsity({self.rho:g}, {self.weight:g})"


def total_penalty(network):
    """Ω summed over all penalty layers of `network`, of their last batch; 0.0 if there is none.

    Parameters
    ----------
    network : Layer
    """
    return sum((layer.penalty for layer in network.walk() if isinstance(layer, ActivityPenalty)), 0.0)


@contextmanager
def without_penalties(network):
    """For a while `network` is the function that it computes and no more: no penalty joins its gradients.

    Parameters
    ----------
    network : Layer
    """
    asking = [layer for layer in network.walk() if isinstance(layer, ActivityPenalty) and layer._asks]
    for layer in asking:
        layer._asks = False
    try:
        yield network
    finally:
        for layer in asking:
            layer._asks = True
