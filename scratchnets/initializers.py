"""How weights start: large enough that signals live, small enough that they do not explode.

An initialiser is a function ``initializer(shape, generator)`` → NumPy array, for weights of shape
(fan_in, fan_out) or, of a convolution, (kh, kw, C_in, C_out), where fan_in = kh kw C_in.

With independent weights of variance σ², a sum over fan_in inputs has fan_in · σ² times their mean
square; each rule below chooses σ² so that this factor is right for its kind of activation.
Variances and bounds are derived in docs/derivations/initialization.md.
"""
import math

import numpy as np

from scratchnets.arguments import positive


def fans(shape):
    """(fan_in, fan_out): how many inputs an output sums over, and outputs an input reaches."""
    if len(shape) < 2:
        raise ValueError(f"weights have a shape (…, inputs, outputs), got {tuple(shape)}; "
                         "biases start at zeros")
    receptive = math.prod(shape[:-2])          # kh kw of a convolution, 1 of a dense layer
    return receptive * shape[-2], receptive * shape[-1]


def fan_in_uniform(shape, generator):
    """U(−1/√fan_in, 1/√fan_in), variance 1/(3 fan_in): what PyTorch's layers do by default.

    Biases are drawn from the same interval. Runs that start so compare with PyTorch's.
    """
    bound = 1 / math.sqrt(fans(shape)[0])
    return generator.uniform(-bound, bound, shape)


def lecun_normal(shape, generator):
    """N(0, 1/fan_in): a linear layer passes the mean square on unchanged.

    LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
    """
    return math.sqrt(1 / fans(shape)[0]) * generator.standard_normal(shape)


def glorot_normal(shape, generator):
    """N(0, 2/(fan_in + fan_out)): as `glorot_uniform`, with the same variance."""
    return math.sqrt(2 / sum(fans(shape))) * generator.standard_normal(shape)


def glorot_uniform(shape, generator):
    """U(−a, a), a = √(6/(fan_in + fan_out)): variance 2/(fan_in + fan_out).

    The middle between what the forward pass asks for (1/fan_in) and what the backward pass asks
    for (1/fan_out). For linear, tanh and sigmoid layers. Glorot and Bengio, 2010.
    """
    bound = math.sqrt(6 / sum(fans(shape)))
    return generator.uniform(-bound, bound, shape)


def he_normal(shape, generator):
    """N(0, 2/fan_in): ReLU passes half of the second moment, so the weights carry twice as much.

    He, Zhang, Ren and Sun, 2015.
    """
    return math.sqrt(2 / fans(shape)[0]) * generator.standard_normal(shape)


def he_uniform(shape, generator):
    """U(−a, a), a = √(6/fan_in): as `he_normal`, with the same variance 2/fan_in."""
    bound = math.sqrt(6 / fans(shape)[0])
    return generator.uniform(-bound, bound, shape)


def orthogonal(shape, generator):
    """Orthonormal rows or columns, whichever are fewer: W Wᵀ = 1 or Wᵀ W = 1, as (fan_in, outputs).

    Norms pass unchanged where they can, through a stack of any depth. Drawn uniformly: the Q of a
    normal matrix's QR decomposition, with the signs that make R's diagonal positive.
    Saxe, McClelland and Ganguli, 2014.
    """
    rows, columns = fans(shape)[0], shape[-1]
    normal = generator.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q *= np.sign(np.diag(r))                   # without this, the signs depend on the QR algorithm
    return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)


def normal(std=0.01):
    """The initialiser N(0, std²), whatever the fans: ``Dense(2, 3, initializer=normal(0.02))``."""
    std = positive("std", std)

    def initializer(shape, generator):
        return std * generator.standard_normal(shape)

    return initializer


def zeros(shape, generator=None):
    """All zero: for biases, and for a last layer that shall start neutral.

    Not for hidden weights: units that start equal receive equal gradients and stay equal.
    """
    return np.zeros(shape)


def bias_like(initializer, shape, generator):
    """The bias to go with weights of this shape: zeros, but for `fan_in_uniform`, which draws it."""
    if initializer is fan_in_uniform:
        bound = 1 / math.sqrt(fans(shape)[0])
        return generator.uniform(-bound, bound, shape[-1])
    return np.zeros(shape[-1])


INITIALIZERS = {"fan-in-uniform": fan_in_uniform, "lecun": lecun_normal, "glorot": glorot_uniform,
                "he": he_normal, "orthogonal": orthogonal}
