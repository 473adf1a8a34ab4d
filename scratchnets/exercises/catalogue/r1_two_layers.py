"""The penalty R1 of a critic of two layers, and its gradient, by hand."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    n, d, m = sizes(rng, 3)
    while True:
        x, W1, b1 = rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal(m)
        u = x @ W1 + b1
        if np.abs(u).min() > 0.02 and 0.2 < (u > 0).mean() < 0.8 and (u > 0).any(axis=0).all():
            break
    return {"x": x, "W1": W1, "b1": b1, "w2": rng.standard_normal(m), "gamma": float(rng.uniform(0.3, 2)),
            "n": n, "u": u}


def r1_two_layers(x, W1, b1, w2, gamma):
    """The slope of each example, how the penalty changes with it, and that direction pushed forward."""
    on = (x @ W1 + b1 > 0).astype(x.dtype)                          # (N, M)
    delta = on * w2                                                 # (N, M)  ∂a/∂u
    g = delta @ W1.T                                                # (N, D)  ∇D(x)
    v = gamma / len(x) * g                                          # (N, D)  ∂Ω/∂g
    t = on * (v @ W1)                                               # (N, M)  the tangent behind the ReLU
    return gamma / 2 * (g * g).sum() / len(x), v.T @ delta, t.sum(axis=0)


exercise = Exercise(
    name="r1_two_layers", lecture=17, place=1, derivation="docs/derivations/gradient-penalty.md",
    title="R1 for a critic of two layers, by hand",
    task="""
    A critic gives each example one logit:

        u = x W₁ + b₁        h = max(u, 0)        a = h w₂

    Its slope at example n is gₙ = ∇ₓ aₙ, D numbers. The penalty R1 asks a price for steep slopes,

        Ω = γ/2 · 1/N Σₙ ‖gₙ‖².

    Return Ω and its gradients with respect to W₁ and w₂. (With respect to b₁ it is 0: a bias moves no
    slope.)
    """,
    takes={"x": "(N, D)  data", "W1": "(D, M)  weights of the first layer", "b1": "(M,)  its biases",
           "w2": "(M,)  weights to the logit", "gamma": "γ, the weight of the penalty"},
    returns={"penalty": "Ω", "dW1": "(D, M)  ∂Ω/∂W₁", "dw2": "(M,)  ∂Ω/∂w₂"},
    draw=draw, reference=r1_two_layers,
    objective=lambda x, W1, b1, w2, gamma: r1_two_layers(x, W1, b1, w2, gamma)[0],
    hints=(
        "First write down gₙ. Only the units that are on for example n take part: with mₙ the row of M "
        "zeros and ones, gₙ = (mₙ · w₂) W₁ᵀ. The masks are constants for small changes of the weights.",
        "Ω changes with gₙ by vₙ = γ/N gₙ. So the gradient is that of Σₙ ⟨vₙ, gₙ⟩ with v held, and ⟨vₙ, gₙ⟩"
        " = (mₙ · (vₙ W₁)) w₂ᵀ is linear in W₁ and linear in w₂.",
        "dw₂ = Σₙ mₙ · (vₙ W₁), and dW₁ = Σₙ vₙᵀ (mₙ · w₂), which is v.T @ (m * w2).",
    ),
    lesson="""
    Neither x nor h appears in the gradients: what meets the backward pass of ones is v, pushed forward
    through the masks that x has left. `tangent` of the layers does this for critics of any depth.
    """)


def parts(u, W1, w2, gamma, n):
    """The mask, δ, the slopes and v."""
    on = (u > 0).astype(float)
    delta = on * w2
    g = delta @ W1.T
    return on, delta, g, gamma / n * g


@exercise.mutant
def half_forgotten(u, W1, w2, gamma, n):
    """Ω lacks the factor ½: it is γ/2 times the mean of ‖gₙ‖². With it, the derivative has no 2."""
    _, _, g, _ = parts(u, W1, w2, gamma, n)
    return {"penalty": gamma * (g * g).sum() / n}


@exercise.mutant
def penalty_not_averaged(u, W1, w2, gamma, n):
    """Ω is the sum over the examples. It is a loss, and losses are means: divide by N."""
    _, _, g, _ = parts(u, W1, w2, gamma, n)
    return {"penalty": gamma / 2 * (g * g).sum()}


@exercise.mutant
def norm_not_squared(u, W1, w2, gamma, n):
    """Ω takes the norm ‖gₙ‖ itself. R1 takes its square, which has no kink where the slope is 0."""
    _, _, g, _ = parts(u, W1, w2, gamma, n)
    return {"penalty": gamma / 2 * np.sqrt((g * g).sum(axis=1)).mean()}


@exercise.mutant
def slope_of_the_mean(u, W1, w2, gamma, n):
    """You penalise the mean slope, ‖mean gₙ‖². Slopes of opposite signs would cancel in it. R1 squares the
    slope of each example first, and then takes the mean."""
    on, delta, g, _ = parts(u, W1, w2, gamma, n)
    mean = g.mean(axis=0)
    v = np.tile(gamma / n * mean, (n, 1))
    return {"penalty": gamma / 2 * mean @ mean, "dW1": v.T @ delta, "dw2": (on * (v @ W1)).sum(axis=0)}


@exercise.mutant
def relu_forgotten(u, W1, w2, gamma, n):
    """The ReLU is missing: you take W₁ w₂ as the slope everywhere, as if the critic were linear. Units that
    are off for an example have no part in its slope."""
    return {"penalty": (g := W1 @ w2) @ g * gamma / 2, "dW1": gamma * np.outer(W1 @ w2, w2),
            "dw2": gamma * W1.T @ (W1 @ w2)}


@exercise.mutant
def mask_missing_in_the_tangent(u, W1, w2, gamma, n):
    """In dw₂ the mask is missing: the direction v W₁ reaches w₂ only through units that are on."""
    _, _, _, v = parts(u, W1, w2, gamma, n)
    return {"dw2": (v @ W1).sum(axis=0)}


@exercise.mutant
def mask_missing_in_delta(u, W1, w2, gamma, n):
    """In dW₁ the mask is missing: what meets v is δ = m · w₂, not w₂. A weight into a unit that is off
    changes no slope."""
    _, _, _, v = parts(u, W1, w2, gamma, n)
    return {"dW1": np.outer(v.sum(axis=0), w2)}


@exercise.mutant
def x_in_the_place_of_v(x, u, W1, w2, gamma, n):
    """These are the gradients of the logits' sum, times γ/N: xᵀ δ and Σ h. The penalty is made of slopes, in
    which x does not appear: what meets δ is the direction v = γ/N g, and what meets the ones is v
    pushed forward."""
    on, delta, _, _ = parts(u, W1, w2, gamma, n)
    return {"dW1": gamma / n * x.T @ delta, "dw2": gamma / n * (on * u).sum(axis=0)}


@exercise.mutant
def gradient_doubled(u, W1, w2, gamma, n):
    """The gradients are twice too large: the 2 of the square has met the ½ of γ/2 already, v = γ/N g."""
    on, delta, _, v = parts(u, W1, w2, gamma, n)
    return {"dW1": 2 * v.T @ delta, "dw2": 2 * (on * (v @ W1)).sum(axis=0)}


@exercise.mutant
def gradient_not_averaged(u, W1, w2, gamma, n):
    """The gradients lack the 1/N of the mean: v = γ/N g."""
    on, delta, _, v = parts(u, W1, w2, gamma, n)
    return {"dW1": n * v.T @ delta, "dw2": n * (on * (v @ W1)).sum(axis=0)}


@exercise.mutant
def averaged_twice(u, W1, w2, gamma, n):
    """The gradients are divided by N twice. v = γ/N g holds the mean already; after it, add up over the
    batch."""
    on, delta, _, v = parts(u, W1, w2, gamma, n)
    return {"dW1": v.T @ delta / n, "dw2": (on * (v @ W1)).sum(axis=0) / n}


@exercise.mutant
def first_layer_left_out(W1):
    """dW₁ is 0. The slope is a product of both layers, gₙ = (mₙ · w₂) W₁ᵀ, and W₁ stands in it."""
    return {"dW1": 0 * W1}
