"""Tokens as vectors: a table with one row for each. Derived in docs/derivations/embedding.md."""
import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import asarray, xp
from scratchnets.layers.base import Layer
from scratchnets.parameter import Parameter
from scratchnets.randomness import generator as resolve


def embedding(tokens, W):
    """y = W[tokens];  tokens (N, …) of integers in [0, K), W (K, M) → y (N, …, M)."""
    return W[tokens]


def embedding_backward(dy, tokens, W):
    """∂L/∂W[k] = Σ dy over all places that hold token k: a row used twice gets both gradients.

    ``dW[tokens] += dy`` would keep only the last of them. A token is a name and no quantity, so
    there is no gradient with respect to it.
    """
    dW = xp.zeros_like(W)
    xp.add.at(dW, tokens, dy)                     # (N, …, M) scattered into (K, M)
    return dW


class Embedding(Layer):
    """y = W[tokens]: the product of a one-hot vector and W, without the product.

    Parameters
    ----------
    count, dim : int
        K tokens, each a vector of M numbers.
    generator : numpy.random.Generator, int or None
        What the table's first values are drawn from, N(0, 1).

    Attributes
    ----------
    W : Parameter (count, dim)
    """

    def __init__(self, count, dim, generator=None):
        self.count, self.dim = positive_integer("count", count), positive_integer("dim", dim)
        self.W = Parameter(resolve(generator).standard_normal((self.count, self.dim)), "W")

    def forward(self, tokens):
        self.expect(tokens, "batch", ..., integers=True)
        # The array library would read −1 as the last row, and CuPy any other number as some row.
        low, high = int(tokens.min()), int(tokens.max())
        if low < 0 or high >= self.count:
            raise ValueError(f"{self!r} got the token {low if low < 0 else high}; "
                             f"its tokens run from 0 to {self.count - 1}")
        return self.keep(embedding(tokens, self.W.data), tokens)

    def backward(self, dy, need_dx=True):
        """Adds into ``W.grad``; returns None, for tokens have no gradient."""
        tokens, = self.take(dy)
        if not self.frozen:
            self.W.grad += embedding_backward(dy, tokens, self.W.data)

    def blank(self, shape):
        return asarray(np.zeros(shape, dtype="int64"))

    def __repr__(self):
        return f"Embedding({self.count} → {self.dim})"
