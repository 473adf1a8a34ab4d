"""The generator's moving average: what to sample from, while the generator itself circles.

Players that chase each other do not come to rest; their weights circle around a place where they might.
The mean over several turns lies nearer to it than the weights of any one step.
"""
from copy import deepcopy

from scratchnets.arguments import fraction
from scratchnets.layers import Layer


class MovingAverage(Layer):
    """θ̄ ← β θ̄ + (1 − β) θ after each step of the network that is followed; θ̄ starts as its θ.

    After t steps θ̄ = βᵗ θ₀ + (1 − β) Σᵢ βᵗ⁻ⁱ θᵢ: a mean over about the last 1/(1 − β) steps. Derived in
    docs/derivations/moving-average.md.

    Buffers are averaged in the same way, and so a batch normalisation's running mean and variance. That
    is near the truth, not the truth: they are the statistics of the networks that went by, not those of
    a network with the averaged weights, and lag behind them by β/(1 − β) steps.

    No gradient ever reaches an average. Its arrays are buffers here, not parameters: they are saved and
    restored with the model, and no optimiser finds them.

    Parameters
    ----------
    network : Layer
        Copied as it is now.
    decay : float
        β, in (0, 1). Where the weights still travel the average lags by β/(1 − β) steps: longer memories
        are for longer trainings.

    Attributes
    ----------
    network : Layer
        The copy that holds the averages: use it with ``predict``.

    References
    ----------
    Yazıcı, Foo, Winkler, Yap, Piliouras and Chandrasekhar, "The unusual effectiveness of averaging in
    GAN training", 2019.
    """

    def __init__(self, network, decay=0.98):
        self.decay = fraction("decay, the share of the average that stays,", decay)
        self.network = deepcopy(network).eval().freeze()
        # One array under two names: the copy's own, and the path by which the state is saved.
        vars(self).update(arrays(self.network))
        self.buffers = tuple(arrays(self.network))

    def children(self):
        return []                               # the copy's parameters are none of the model's

    def follow(self, network):
        """Take in the weights that the network has now."""
        for average, now in zip(arrays(self.network).values(), arrays(network).values(), strict=True):
            average += (1 - self.decay) * (now - average)

    def forward(self, x):
        return self.network.forward(x)

    def backward(self, dy, need_dx=True):
        return self.network.backward(dy, need_dx=need_dx)       # passes through: the copy is frozen

    def predict(self, *inputs, batch_size=256):
        return self.network.predict(*inputs, batch_size=batch_size)

    def __repr__(self):
        return f"MovingAverage({self.network!r}, decay={self.decay:g})"


def arrays(network):
    """{path: array} of all parameters and buffers, the arrays themselves and not copies."""
    found = {path: parameter.data for path, parameter in network.named_parameters().items()}
    found |= {path: getattr(layer, buffer) for path, (layer, buffer) in network._named_buffers().items()}
    return found
