"""A generator's gradient, through a discriminator of two layers."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import relu, relu_backward, sigmoid
from scratchnets.layers.dense import dense, dense_backward
from scratchnets.losses import non_saturating


def draw(rng):
    n, k, d, h = sizes(rng, 4)
    while True:
        z, W, b = rng.standard_normal((n, k)), rng.standard_normal((k, d)) / 2, rng.standard_normal(d) / 2
        V1, c1, v2 = rng.standard_normal((d, h)), rng.standard_normal(h), rng.standard_normal(h)
        u = dense(dense(z, W, b), V1, c1)
        logit = relu(u) @ v2
        if np.abs(u).min() > 0.02 and np.ptp(logit) > 1 and np.abs(logit).max() < 6:      # off the kink
            break
    p = sigmoid(logit)
    return {"z": z, "W": W, "b": b, "V1": V1, "c1": c1, "v2": v2, "n": n, "u": u, "logit": logit, "p": p}


def step(z, W, b, V1, c1, v2):
    """Forward through both networks; back through the discriminator, which only passes on."""
    x = dense(z, W, b)                                              # (N, D)  samples
    h = relu(dense(x, V1, c1))                                      # (N, H)
    value, da = non_saturating.generator(h @ v2)                    # da (N,)
    du = relu_backward(da[:, np.newaxis] * v2, h)                   # (N, H)
    dx, _, _ = dense_backward(du, x, V1)                            # (N, D)
    _, dW, db = dense_backward(dx, z, W)
    return value, dW, db


def behind(da, z, V1, v2, u, mask=None):
    """The generator's gradients for another gradient da at the logits, or another mask."""
    dx = (np.outer(da, v2) * ((u > 0) if mask is None else mask)) @ V1.T
    return {"dW": z.T @ dx, "db": dx.sum(axis=0)}


exercise = Exercise(
    name="generator_step", lecture=15, place=2, derivation="docs/derivations/minimax-game.md",
    title="The generator's gradient, through the discriminator",
    task="""
    A linear generator makes samples x from noise z; a discriminator of two layers gives each a logit a:

        x = z W + b        h = max(x V₁ + c₁, 0)        a = h v₂        D = σ(a)

    The generator pays L = −1/N Σₙ log D(xₙ), the non-saturating cost. Return L and its gradients with
    respect to W and b. The discriminator is frozen: its V₁, c₁ and v₂ get none, but the way to the
    generator leads through them. (Logits are small here; a plain log σ will do.)
    """,
    takes={"z": "(N, K)  noise", "W": "(K, D)  the generator's weights", "b": "(D,)  its biases",
           "V1": "(D, H)  weights of the discriminator", "c1": "(H,)  its biases",
           "v2": "(H,)  its weights to the logit"},
    returns={"value": "the loss", "dW": "(K, D)  ∂L/∂W", "db": "(D,)  ∂L/∂b"},
    draw=draw, reference=step, objective=lambda z, W, b, V1, c1, v2: step(z, W, b, V1, c1, v2)[0],
    hints=(
        "Forward, keep x, u = x V₁ + c₁, h and a. Then go back from the loss: da (N,), dh and du (N, H), "
        "dx (N, D), and only there turn to W and b.",
        "da = −(1 − D)/N. Each logit is a product with v₂, so dh = da v₂ (an outer product), du = dh "
        "where u > 0, "
        "and dx = du V₁ᵀ.",
        "dW = zᵀ dx and db = Σₙ dxₙ, with dx = (outer(da, v₂) · (u > 0)) V₁ᵀ and da = (σ(a) − 1)/N.",
    ),
    lesson="""
    dx has one row for each sample: −N dx is the arrow that GAN Lab draws. All that a generator ever learns
    of the data comes through such arrows, and where D is flat, they have no length.
    """)


@exercise.mutant
def saturating_for_non_saturating(logit, p, z, V1, v2, u, n):
    """This is the notes' generator: log(1 − D), with the slope −D at the logit. Asked for is −log D, whose
    slope is −(1 − D), large for samples that are found out."""
    return {"value": -np.logaddexp(0, logit).mean(), **behind(-p / n, z, V1, v2, u)}


@exercise.mutant
def samples_called_fake(logit, p, z, V1, v2, u, n):
    """Real and fake are swapped: you descend −log(1 − D), the discriminator's cost of samples. The generator
    wants D to say 1 to them: −log D."""
    return {"value": np.logaddexp(0, logit).mean(), **behind(p / n, z, V1, v2, u)}


@exercise.mutant
def value_not_averaged(logit):
    """The value is the sum over the batch; it is the mean: divide by N."""
    return {"value": np.logaddexp(0, -logit).sum()}


@exercise.mutant
def gradient_not_averaged(p, z, V1, v2, u):
    """The gradients lack the 1/N of the mean: da = −(1 − D)/N, and from there it is carried through."""
    return behind(p - 1, z, V1, v2, u)


@exercise.mutant
def averaged_twice(p, z, V1, v2, u, n):
    """The gradients are divided by N twice. The 1/N of the loss is in da; the layers behind it add up over
    the batch."""
    return behind((p - 1) / n ** 2, z, V1, v2, u)


@exercise.mutant
def sigmoid_twice(p, z, V1, v2, u, n):
    """The sigmoid is applied twice: da uses σ(D) where D = σ(a) belongs."""
    return behind((sigmoid(p) - 1) / n, z, V1, v2, u)


@exercise.mutant
def slope_of_the_sigmoid_twice(p, z, V1, v2, u, n):
    """There is a factor D (1 − D) too many in da. The slope of the sigmoid has already cancelled the 1/D of
    the logarithm: −(1 − D)/N is all."""
    return behind((p - 1) * p * (1 - p) / n, z, V1, v2, u)


@exercise.mutant
def at_the_probability(p, z, V1, v2, u, n):
    """da is −1/(D N), the gradient with respect to D. Between D and a stands the sigmoid with its slope D (1
    − D)."""
    return behind(-1 / p / n, z, V1, v2, u)


@exercise.mutant
def sign(p, z, V1, v2, u, n):
    """The gradients have the sign the wrong way round: with them the generator flees from what D finds
    real."""
    return behind((1 - p) / n, z, V1, v2, u)


@exercise.mutant
def never_reaches_the_generator(W, b):
    """The gradient never reaches the generator: it is 0. The discriminator is frozen, which spares its own
    parameters alone; what comes from above still passes through it, times v₂, the mask and V₁ᵀ."""
    return {"dW": 0 * W, "db": 0 * b}


@exercise.mutant
def relu_forgotten(p, z, V1, v2, u, n):
    """The ReLU is missing on the way back: where u = x V₁ + c₁ is negative, nothing passes."""
    return behind((p - 1) / n, z, V1, v2, u, mask=np.ones_like(u))


@exercise.mutant
def multiplied_by_h(p, z, V1, v2, u, n):
    """On the way back you multiply with h. The slope of the ReLU is 1 where it is on: the mask u > 0."""
    return behind((p - 1) / n, z, V1, v2, u, mask=np.maximum(u, 0))


@exercise.mutant
def bias_averaged(p, z, V1, v2, u, n):
    """db is the mean over the batch. The 1/N is already in da: sum."""
    return {"db": behind((p - 1) / n, z, V1, v2, u)["db"] / n}
