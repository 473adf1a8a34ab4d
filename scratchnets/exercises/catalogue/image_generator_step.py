"""The gradient of a convolutional generator's last layer, through a frozen convolutional discriminator."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.layers.activations import leaky_relu, leaky_relu_backward, sigmoid, sigmoid_backward
from scratchnets.layers.convolution import conv2d, conv2d_backward, conv_transpose2d, conv_transpose2d_backward
from scratchnets.losses import non_saturating

SLOPE = 0.2


def draw(rng):
    k = int(rng.integers(3, 6))
    others = [size for size in range(3, 10) if size != k]
    n, p, q, c, m, f = (int(size) for size in rng.permutation(others)[:6])
    while True:
        h, W = rng.standard_normal((n, p, q, c)), rng.standard_normal((k, k, m, c)) / 4
        V, w = rng.standard_normal((k, k, m, f)) / 2, rng.standard_normal((p, q, f)) / 6
        x = sigmoid(conv_transpose2d(h, W, None, 2, 1))
        a = conv2d(x, V, None, 2, 1)                                # (N, P, Q, F)
        logit = (leaky_relu(a, SLOPE) * w).sum(axis=(1, 2, 3))
        if np.abs(a).min() > 1e-4 and np.ptp(logit) > 1 and np.abs(logit).max() < 6:       # off the kink
            break
    return {"h": h, "W": W, "V": V, "w": w, "x": x, "a": a, "logit": logit, "n": n, "p": sigmoid(logit)}


def step(h, W, V, w):
    """Forward through both networks; back through the discriminator, which only passes on."""
    x = sigmoid(conv_transpose2d(h, W, None, 2, 1))
    a = leaky_relu(conv2d(x, V, None, 2, 1), SLOPE)
    value, dlogit = non_saturating.generator((a * w).sum(axis=(1, 2, 3)))
    da = leaky_relu_backward(dlogit[:, np.newaxis, np.newaxis, np.newaxis] * w, a, SLOPE)
    dx, _, _ = conv2d_backward(da, x, V, 2, 1, need_dW=False)
    dh, dW, _ = conv_transpose2d_backward(sigmoid_backward(dx, x), h, W, 2, 1)
    return value, dh, dW


def behind(dlogit, h, W, V, w, x, a, leak=SLOPE, slope=None, turned=False):
    """dh and dW from another gradient at the logits, or with a mistake on the way."""
    da = dlogit[:, np.newaxis, np.newaxis, np.newaxis] * w * np.where(a > 0, 1, leak)
    dx, _, _ = conv2d_backward(da, x, V[::-1, ::-1] if turned else V, 2, 1, need_dW=False)
    dh, dW, _ = conv_transpose2d_backward(dx * (x * (1 - x) if slope is None else slope), h, W, 2, 1)
    return {"dh": dh, "dW": dW}


exercise = Exercise(
    name="image_generator_step", lecture=18, place=1, derivation="docs/derivations/transposed-convolution.md",
    title="A generator's gradient, through a frozen convolutional discriminator",
    task="""
    The end of a generator makes images x of maps h; a small discriminator gives each image a logit:

        x = σ(convᵀ(h, W))        a = conv(x, V)        b = a where a > 0, else 0.2 a        logit = Σ b w

    with stride 2 and padding 1 in both, no biases, and the last sum over all pixels and channels of one
    image. The generator pays L = −1/N Σₙ log σ(logitₙ). Return L and its gradients with respect to h, which
    the layers before receive, and W. The discriminator is frozen: V and w get none. (Logits are small here; a
    plain log σ will do.)

    Use the library's parts; they are the subject of lecture 12:

        from scratchnets.layers.convolution import (
            conv2d, conv2d_backward, conv_transpose2d, conv_transpose2d_backward)
        x = σ(conv_transpose2d(h, W, None, 2, 1))        dh, dW, _ = conv_transpose2d_backward(dy, h, W, 2, 1)
        a = conv2d(x, V, None, 2, 1)                     dx, _, _ = conv2d_backward(da, x, V, 2, 1)
    """,
    takes={"h": "(N, P, Q, C)  maps in the generator", "W": "(K, K, M, C)  its last weights",
           "V": "(K, K, M, F)  weights of the discriminator", "w": "(P, Q, F)  its weights to the logit"},
    returns={"value": "the loss", "dh": "(N, P, Q, C)  ∂L/∂h", "dW": "(K, K, M, C)  ∂L/∂W"},
    draw=draw, reference=step, solution=(step,), library=True, objective=lambda h, W, V, w: step(h, W, V, w)[0],
    hints=(
        "Forward, keep x, a and the logits. Then go back through the same five steps in reverse: the loss, "
        "the sum, the leak, the convolution, the sigmoid; the transposed convolution is the last.",
        "dlogit = −(1 − σ(logit))/N, one number an image. db = dlogit w, so da = dlogit w (1 where a > 0, "
        "else 0.2); conv2d_backward makes dx of it, and x (1 − x) is the slope of the sigmoid.",
        "da = (sigmoid(logit) − 1)[:, None, None, None] / N * w * np.where(a > 0, 1, 0.2); dx, _, _ = "
        "conv2d_backward(da, x, V, 2, 1); dh, dW, _ = conv_transpose2d_backward(dx * x * (1 − x), h, W, "
        "2, 1).",
    ),
    lesson="""
    Going back, the discriminator's convolution acts as a transposed one and the generator's transposed one
    as a convolution: each is the other's way back. That V is frozen means that nobody adds up its gradient;
    the gradient still passes through it.
    """)


@exercise.mutant
def saturating_for_non_saturating(logit, p, n, h, W, V, w, x, a):
    """This is the notes' generator: log(1 − D), with the slope −D at the logit. Asked for is −log D, whose
    slope is −(1 − D), large for images that are found out."""
    return {"value": -np.logaddexp(0, logit).mean(), **behind(-p / n, h, W, V, w, x, a)}


@exercise.mutant
def samples_called_fake(logit, p, n, h, W, V, w, x, a):
    """You descend −log(1 − D), the discriminator's cost of samples. The generator wants D to say 1 to them:
    −log D."""
    return {"value": np.logaddexp(0, logit).mean(), **behind(p / n, h, W, V, w, x, a)}


@exercise.mutant
def value_not_averaged(logit):
    """The value is the sum over the batch; it is the mean: divide by N."""
    return {"value": np.logaddexp(0, -logit).sum()}


@exercise.mutant
def gradient_not_averaged(p, h, W, V, w, x, a):
    """The gradients lack the 1/N of the mean. It stands in dlogit, and the layers behind carry it on."""
    return behind(p - 1, h, W, V, w, x, a)


@exercise.mutant
def averaged_twice(p, n, h, W, V, w, x, a):
    """The gradients are divided by N twice. The 1/N of the loss is in dlogit; the layers behind it add up
    over the batch."""
    return behind((p - 1) / n ** 2, h, W, V, w, x, a)


@exercise.mutant
def sign(p, n, h, W, V, w, x, a):
    """The gradients have the wrong sign: with them the generator flees from what D takes for data."""
    return behind((1 - p) / n, h, W, V, w, x, a)


@exercise.mutant
def slope_of_the_sigmoid_missing(p, n, h, W, V, w, x, a):
    """Between the transposed convolution and x stands a sigmoid. Its slope x (1 − x) is missing on the way
    back."""
    return behind((p - 1) / n, h, W, V, w, x, a, slope=1)


@exercise.mutant
def sigmoid_of_the_sigmoid(p, n, h, W, V, w, x, a):
    """The slope of the pixels' sigmoid is taken at x, as σ(x)(1 − σ(x)). x is already the output: the slope
    is x (1 − x)."""
    return behind((p - 1) / n, h, W, V, w, x, a, slope=sigmoid(x) * (1 - sigmoid(x)))


@exercise.mutant
def leak_forgotten(p, n, h, W, V, w, x, a):
    """Where a is below 0 nothing passes, as if this were a ReLU. A fifth passes there: the leak."""
    return behind((p - 1) / n, h, W, V, w, x, a, leak=0)


@exercise.mutant
def leaky_relu_forgotten(p, n, h, W, V, w, x, a):
    """The leaky ReLU is missing on the way back: where a is below 0, only a fifth passes."""
    return behind((p - 1) / n, h, W, V, w, x, a, leak=1)


@exercise.mutant
def kernel_turned(p, n, h, W, V, w, x, a):
    """On the way back through the discriminator V is turned by 180°. The library's pair needs no turn: it
    sends each number back through the weight through which it came."""
    return behind((p - 1) / n, h, W, V, w, x, a, turned=True)


@exercise.mutant
def never_reaches_the_generator(h, W):
    """The gradient never reaches the generator: it is 0. Frozen means that V and w get no gradient of their
    own; what comes from above still passes through them."""
    return {"dh": 0 * h, "dW": 0 * W}


@exercise.mutant
def slope_of_the_logit_twice(p, n, h, W, V, w, x, a):
    """There is a factor D (1 − D) too many at the logit. The slope of that sigmoid has already cancelled the
    1/D of the logarithm: −(1 − D)/N is all."""
    return behind((p - 1) * p * (1 - p) / n, h, W, V, w, x, a)
