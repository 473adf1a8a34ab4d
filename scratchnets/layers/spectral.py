"""Spectral normalisation: weights divided by how much they can stretch an input.
Derived in docs/derivations/spectral-normalization.md.
"""
from contextlib import contextmanager

from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.layers.base import Layer
from scratchnets.layers.convolution import Conv2D
from scratchnets.layers.dense import Dense


def spectral_normalize(W, singular=None):
    """W̄ = W / σ, with σ = uᵀ W v the largest singular value;  W (P, M) → W̄ (P, M).

    Parameters
    ----------
    W : array (P, M)
    singular : (u, v), optional
        The first singular vectors, (P,) and (M,), as far as they are known; else they are computed.
    """
    u, v = singular or leading(W)
    return W / (u @ W @ v)


def spectral_normalize_backward(dnormalized, W, singular=None):
    """∂L/∂W = (∂L/∂W̄ − ⟨∂L/∂W̄, W̄⟩ u vᵀ) / σ: what would only make W longer is taken out; W̄ does not see it.

    dnormalized is ∂L/∂W̄ (P, M). With u and v computed this holds where the largest singular value stands alone,
    σ₁ > σ₂: where two are equal it has no derivative. With u and v given it is the derivative for these, held, always.
    """
    u, v = singular or leading(W)
    sigma = u @ W @ v
    normalized = W / sigma
    return (dnormalized - (dnormalized * normalized).sum() * xp.outer(u, v)) / sigma


def leading(W):
    """u (P,) and v (M,), the first singular vectors: v belongs to the largest eigenvalue of WᵀW, σ²."""
    exact = W.astype("float64")                                # squares of tiny weights underflow in float32
    v = xp.linalg.eigh(exact.T @ exact)[1][:, -1].astype(W.dtype)
    return unit(W @ v), v


def power_iteration(W, v, iterations=1):
    """u ← W v / ‖W v‖, v ← Wᵀ u / ‖Wᵀ u‖: each round draws both nearer to the first singular vectors.

    The error shrinks by (σ₂/σ₁)² a round. Returns u, v.
    """
    for _ in range(iterations):
        u = unit(W @ v)
        v = unit(W.T @ u)
    return u, v


def unit(a):
    """a / ‖a‖, and 0 for a = 0. Squared in float64, where no float32 over- or underflows."""
    exact = a.astype("float64")
    norm = xp.sqrt((exact * exact).sum())
    return (exact / (norm + (norm == 0))).astype(a.dtype)


@contextmanager
def borrowed(parameter, data):
    """For a while the parameter holds these numbers, and an empty gradient for them."""
    own = parameter.data, parameter.grad
    parameter.data, parameter.grad = data, xp.zeros_like(data)
    try:
        yield
    finally:
        parameter.data, parameter.grad = own


class SpectralNorm(Layer):
    """A `Dense` or `Conv2D` layer with W/σ(W) in the place of W, σ the largest singular value.

    A convolution's W counts as the matrix (kh·kw·c_in, c_out): the paper's choice, cheap, and an estimate
    only of what the whole convolution can stretch. Each forward in training mode takes one power
    iteration from where the last one ended, which follows weights that move slowly; u and v count as
    constants then, and the gradient is exact for them. Evaluation mode takes the first half of one,
    u = W v / ‖W v‖, and keeps v.

    σ = uᵀ W v is never above the largest singular value. So while v lags behind the weights the norm of W/σ
    is a little above 1, not below.

    Parameters
    ----------
    layer : Dense or Conv2D
        Owns W, which is what is learned, and the bias, which is left alone.

    Attributes
    ----------
    v : array (c_out,)
        The right singular vector: exact for the weights at the start, then as far as it is known.

    References
    ----------
    Miyato, Kataoka, Koyama and Yoshida, "Spectral normalization for generative adversarial networks", 2018.
    """

    buffers = ("v",)
    _no_tangent = "its weights are scaled anew by each forward, and a penalty needs the same ones twice"

    def __init__(self, layer):
        if not isinstance(layer, (Dense, Conv2D)):
            raise TypeError(f"SpectralNorm takes a Dense or Conv2D layer, got {type(layer).__name__}")
        if not float(abs(layer.W.data).max()):
            raise ValueError(f"SpectralNorm({layer!r}): all weights are 0, which no division gives norm 1")
        self.layer = layer
        _, self.v = leading(self.matrix())

    def matrix(self):
        """W as (P, M): inputs of an output by outputs."""
        return self.layer.W.data.reshape(-1, self.layer.W.shape[-1])

    def sigma(self, iterations=1):
        """The largest singular value of W as a float, from `iterations` more rounds; keeps nothing."""
        W = self.matrix()
        u, v = power_iteration(W, self.v, positive_integer("iterations", iterations))
        return float(u @ W @ v)

    def forward(self, x):
        W = self.matrix()
        u, v = power_iteration(W, self.v)
        if not self.training:
            v = self.v
        normalized = spectral_normalize(W, (u, v)).reshape(self.layer.W.shape)
        with borrowed(self.layer.W, normalized):
            y = self.layer.forward(x)                  # which may refuse x, before anything has moved
        self.v[...] = v
        return self.keep(y, W, u, v, normalized)

    def backward(self, dy, need_dx=True):
        W, u, v, normalized = self.take(dy)
        with borrowed(self.layer.W, normalized):
            dx = self.layer.backward(dy, need_dx)
            dnormalized = self.layer.W.grad.reshape(W.shape)
        if not self.layer.frozen:
            dW = spectral_normalize_backward(dnormalized, W, (u, v))
            self.layer.W.grad += dW.reshape(normalized.shape)
        return dx

    def blank(self, shape):
        return self.layer.blank(shape)

    def __repr__(self):
        return f"SpectralNorm({self.layer!r})"
