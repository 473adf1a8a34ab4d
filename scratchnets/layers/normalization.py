"""Layers that give their inputs mean 0 and variance 1, and then a scale and shift of their own.
Derived in docs/derivations/batch-normalization.md and docs/derivations/layer-normalization.md.

Both compute y = γ u + β with u = (x − μ) r and r = 1/√(σ² + ε₀). Batch normalisation takes mean and
variance of each feature over the batch, layer normalisation of each example over its features.
"""
from scratchnets.arguments import integer, number, positive, positive_integer
from scratchnets.backend import xp
from scratchnets.layers.base import Layer
from scratchnets.parameter import Parameter


def standardize(x, axis, epsilon):
    """u = (x − μ) r along `axis`, where r = 1/√(σ² + ε₀) and σ² is the mean of (x − μ)².

    Returns u (of x's shape), r, μ and σ² (with an extent of 1 along `axis`). Numbers are taken to be below
    10¹⁹ in float32: the square of a larger one overflows, and u is 0 then.
    """
    mean = x.mean(axis=axis, keepdims=True)
    u = x - mean
    var = (u * u).mean(axis=axis, keepdims=True)
    rstd = 1 / xp.sqrt(var + epsilon)
    u *= rstd
    return u, rstd, mean, var


def scale_shift(u, gamma, beta):
    """y = γ u + β;  u (N, …, D), γ (D,), β (D,) → y (N, …, D)."""
    y = u * gamma
    y += beta
    return y


def batch_norm(x, gamma, beta, epsilon=1e-5):
    """y = γ u + β, u standardised over the batch;  x (N, D), γ (D,), β (D,) → y (N, D)."""
    u, _, _, _ = standardize(x, 0, epsilon)
    return scale_shift(u, gamma, beta)


def batch_norm_backward(dy, x, gamma, epsilon=1e-5, standardized=None, need_dx=True):
    """∂L/∂γ = Σₙ dy u,  ∂L/∂β = Σₙ dy,  ∂L/∂x = γ r/N (N dy − dβ − u dγ).

    Every output depends on every example, through μ and σ². The last formula takes from N dy what
    would move the mean, and what would move the variance.

    Parameters
    ----------
    dy, x : array (N, D)
    gamma : array (D,)
    epsilon : float
        ε₀.
    standardized : (u, r), optional
        What `standardize` made of x, where it is at hand; x is then not looked at.

    Returns
    -------
    dx, dgamma, dbeta
        dx is None where it is not needed.
    """
    u, rstd = standardized or standardize(x, 0, epsilon)[:2]
    n = len(dy)
    dgamma = (dy * u).sum(axis=0)                 # (D,)
    dbeta = dy.sum(axis=0)                        # (D,)
    if not need_dx:
        return None, dgamma, dbeta
    dx = n * dy
    dx -= dbeta
    dx -= u * dgamma
    dx *= gamma * rstd / n
    return dx, dgamma, dbeta


def layer_norm(x, gamma, beta, epsilon=1e-5):
    """y = γ u + β, u standardised over the last axis;  x (N, …, D), γ (D,), β (D,) → y (N, …, D)."""
    u, _, _, _ = standardize(x, -1, epsilon)
    return scale_shift(u, gamma, beta)


def layer_norm_backward(dy, x, gamma, epsilon=1e-5, standardized=None, need_dx=True):
    """du = γ dy,  ∂L/∂x = r (du − mean(du) − u mean(du u)), the means over the last axis;
    ∂L/∂γ = Σ dy u,  ∂L/∂β = Σ dy, over all other axes.

    The same as batch normalisation's with rows for columns, except that γ varies *along* the axis
    that the means are taken over, and so cannot be put in front of them.

    Parameters and returned values as of `batch_norm_backward`, with dy, x (N, …, D).
    """
    u, rstd = standardized or standardize(x, -1, epsilon)[:2]
    others = tuple(range(dy.ndim - 1))
    dgamma = (dy * u).sum(axis=others)            # (D,)
    dbeta = dy.sum(axis=others)                   # (D,)
    if not need_dx:
        return None, dgamma, dbeta
    dx = dy * gamma                               # du
    along_u = (dx * u).mean(axis=-1, keepdims=True)
    dx -= dx.mean(axis=-1, keepdims=True)
    dx -= u * along_u
    dx *= rstd
    return dx, dgamma, dbeta


class BatchNorm(Layer):
    """y = γ u + β, u standardised over the batch, for each feature.

    For (N, D) and, with one mean and variance a channel, for images (N, H, W, C): there every
    pixel counts as an example. Evaluation mode uses running averages of mean and variance instead
    of the batch's, so that an example's output depends on itself alone.

    As in PyTorch, the batch is normalised by its biased variance (divided by N), while the running
    average collects the one divided by N − 1, for it stands for data beyond the batch. That is unbiased for
    independent examples; the pixels of an image, which count as examples, are none.

    Parameters
    ----------
    features : int
        D, or C of images.
    momentum : float
        In [0, 1]: how far the running averages move to each new batch (PyTorch's convention; 1 minus
        that of others).
    epsilon : float
        ε₀, added to the variance.

    Attributes
    ----------
    gamma, beta : Parameter (features,)
        Start at 1 and 0.
    running_mean, running_var : array (features,)
        Start at 0 and 1; updated by each forward in training mode, even of a frozen layer.

    References
    ----------
    Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
    covariate shift", 2015.
    """

    buffers = ("running_mean", "running_var")
    least_batch = 2                 # examples: one alone has no variance
    _no_tangent = ("it couples the examples of a batch: the slope at one of them depends on all, so that "
                   "there is no ∇D(x) of one x; LayerNorm does not, but is curved")

    def __init__(self, features, momentum=0.1, epsilon=1e-5):
        self.features = positive_integer("features", features)
        self.momentum = number("momentum", momentum, at_least=0, at_most=1)
        self.epsilon = positive("epsilon", epsilon)
        self.gamma = Parameter(xp.ones(self.features), "gamma")
        self.beta = Parameter(xp.zeros(self.features), "beta")
        self.running_mean = xp.zeros_like(self.beta.data)
        self.running_var = xp.ones_like(self.gamma.data)

    def forward(self, x):
        if getattr(x, "ndim", 2) == 4:
            self.expect(x, "batch", "height", "width", self.features)
        else:
            self.expect(x, "batch", self.features)
        rows = x.reshape(-1, self.features)       # of an image, every pixel
        u, rstd = self._standardize_by_batch(rows) if self.training else self._standardize_by_running(rows)
        y = scale_shift(u, self.gamma.data, self.beta.data).reshape(x.shape)
        return self.keep(y, u, rstd, self.training)

    def _standardize_by_batch(self, rows):
        n = len(rows)
        if n == 1:
            raise ValueError(f"{self!r} got a single example in training mode: its variance over the batch "
                             "is 0 and tells nothing; take a larger batch, or call eval()")
        u, rstd, mean, var = standardize(rows, 0, self.epsilon)
        self.running_mean += self.momentum * (mean[0] - self.running_mean)
        self.running_var += self.momentum * (n / (n - 1) * var[0] - self.running_var)
        return u, rstd[0]

    def _standardize_by_running(self, rows):
        rstd = 1 / xp.sqrt(self.running_var + self.epsilon)
        return (rows - self.running_mean) * rstd, rstd

    def backward(self, dy, need_dx=True):
        u, rstd, training = self.take(dy)
        rows = dy.reshape(-1, self.features)
        gamma = self.gamma.data
        dx, dgamma, dbeta = batch_norm_backward(rows, None, gamma, standardized=(u, rstd),
                                                need_dx=need_dx and training)
        if not self.frozen:
            self.gamma.grad += dgamma
            self.beta.grad += dbeta
        if not need_dx:
            return None
        if not training:
            dx = rows * (gamma * rstd)            # the statistics are constants: a linear map
        return dx.reshape(dy.shape)

    def __repr__(self):
        return f"BatchNorm({self.features})"


class LayerNorm(Layer):
    """y = γ u + β, u standardised over the features of each example (or pixel, or token).

    The same in training and in evaluation, for no example sees another.

    Parameters
    ----------
    features : int
        D, the extent of the last axis; at least 2, for a single number minus its mean is 0.
    epsilon : float
        ε₀, added to the variance.

    Attributes
    ----------
    gamma, beta : Parameter (features,)
        Start at 1 and 0.

    References
    ----------
    Ba, Kiros and Hinton, "Layer normalization", 2016.
    """

    _no_tangent = ("it is curved: its slope moves with the weights below it, which adds a second term that "
                   "is not derived here")

    def __init__(self, features, epsilon=1e-5):
        self.features = integer("features", features, at_least=2)
        self.epsilon = positive("epsilon", epsilon)
        self.gamma = Parameter(xp.ones(self.features), "gamma")
        self.beta = Parameter(xp.zeros(self.features), "beta")

    def forward(self, x):
        self.expect(x, "batch", ...)
        if x.ndim < 2 or x.shape[-1] != self.features:
            raise ValueError(f"{self!r} expected (batch, …, {self.features}), got {x.shape}")
        u, rstd, _, _ = standardize(x, -1, self.epsilon)
        return self.keep(scale_shift(u, self.gamma.data, self.beta.data), u, rstd)

    def backward(self, dy, need_dx=True):
        standardized = self.take(dy)
        dx, dgamma, dbeta = layer_norm_backward(dy, None, self.gamma.data, standardized=standardized,
                                                need_dx=need_dx)
        if not self.frozen:
            self.gamma.grad += dgamma
            self.beta.grad += dbeta
        return dx

    def __repr__(self):
        return f"LayerNorm({self.features})"
