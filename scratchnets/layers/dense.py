"""The dense layer, and the one that borrows its weights. Derived in docs/derivations/dense.md."""
from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.initializers import bias_like, fan_in_uniform
from scratchnets.layers.base import Layer
from scratchnets.parameter import Parameter
from scratchnets.randomness import generator as resolve


def dense(x, W, b=None):
    """y = x W + b;  x (N, D), W (D, M), b (M,) → y (N, M)."""
    y = x @ W
    if b is not None:
        y += b                                    # broadcast over the batch
    return y


def dense_backward(dy, x, W, need_dx=True, need_dW=True):
    """∂L/∂x = dy Wᵀ,  ∂L/∂W = xᵀ dy,  ∂L/∂b = Σₙ dy.  What is not needed is None."""
    dx = dy @ W.T if need_dx else None            # (N, D)
    dW = x.T @ dy if need_dW else None            # (D, M); the product sums over the batch
    db = dy.sum(axis=0) if need_dW else None      # (M,);   b was broadcast over the batch: sum it back
    return dx, dW, db


class Dense(Layer):
    """y = x W + b.

    Parameters
    ----------
    n_in, n_out : int
        D and M: features of an example before and after.
    bias : bool
        Without it, y = x W.
    initializer : callable
        Draws W, and b to go with it: see `scratchnets.initializers`.
    generator : numpy.random.Generator, int or None
        What the initial weights are drawn from.

    Attributes
    ----------
    W : Parameter (n_in, n_out)
    b : Parameter (n_out,), or None
    """

    def __init__(self, n_in, n_out, bias=True, initializer=fan_in_uniform, generator=None):
        self.n_in, self.n_out = positive_integer("n_in", n_in), positive_integer("n_out", n_out)
        generator = resolve(generator)
        self.W = Parameter(initializer((self.n_in, self.n_out), generator), "W")
        self.b = Parameter(bias_like(initializer, self.W.shape, generator), "b") if bias else None

    def forward(self, x):
        images = isinstance(x, xp.ndarray) and x.ndim > 2
        self.expect(x, "batch", self.n_in, hint="flatten images first" if images else "")
        return self.keep(dense(x, self.W.data, self.b.data if self.b else None), x)

    def tangent(self, v):
        x, = self.kept()
        self.expect_direction(v, x.shape)
        return self.keep_tangent(dense(v, self.W.data), v)     # no b: it moves no difference

    def backward(self, dy, need_dx=True):
        x, = self.take(dy)
        dx, dW, db = dense_backward(dy, x, self.W.data, need_dx, need_dW=not self.frozen)
        if not self.frozen:
            self.W.grad += dW
            if self.b and not self._along_v:
                self.b.grad += db
        return dx

    def __repr__(self):
        return f"Dense({self.n_in} → {self.n_out}{'' if self.b else ', bias=False'})"


def tied_dense(h, W, b):
    """y = h Wᵀ + b;  h (N, M), W (D, M), b (D,) → y (N, D)."""
    return dense(h, W.T, b)


def tied_dense_backward(dy, h, W, need_dx=True, need_dW=True):
    """∂L/∂h = dy W,  ∂L/∂W = dyᵀ h,  ∂L/∂b = Σₙ dy: the dense layer's with Wᵀ in place of W."""
    dh, dWt, db = dense_backward(dy, h, W.T, need_dx, need_dW)
    return dh, (dWt.T if need_dW else None), db


class TiedDense(Layer):
    """y = h Wᵀ + b, where W belongs to another dense layer: the notes' decoder σ(Wᵀh + b').

    W then gets a gradient along two paths, and because both layers *add* into its one ``grad``,
    the sum of the paths comes about by itself.

    Parameters
    ----------
    dense : Dense
        The layer that owns W (D, M).

    Attributes
    ----------
    W : Parameter (D, M)
        The very object of `dense`.
    b : Parameter (D,)
        Its own; starts at zero.
    """

    def __init__(self, dense):
        if not isinstance(dense, Dense):
            raise TypeError("TiedDense takes the Dense layer whose weights it shares, "
                            f"got {type(dense).__name__}")
        self.W = dense.W
        self.b = Parameter(xp.zeros(dense.n_in), "b")

    def forward(self, h):
        self.expect(h, "batch", self.W.shape[1])
        return self.keep(tied_dense(h, self.W.data, self.b.data), h)

    def backward(self, dy, need_dx=True):
        h, = self.take(dy)
        dh, dW, db = tied_dense_backward(dy, h, self.W.data, need_dx, need_dW=not self.frozen)
        if not self.frozen:
            self.W.grad += dW
            self.b.grad += db
        return dh

    def __repr__(self):
        return f"TiedDense({self.W.shape[1]} → {self.W.shape[0]})"
