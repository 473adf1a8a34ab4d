"""Weights divided by their largest singular value, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.spectral import spectral_normalize_backward


def draw(rng):
    p, m = sizes(rng, 2)
    while True:
        W, dnormalized = rng.standard_normal((p, m)), rng.standard_normal((p, m))
        left, values, right = np.linalg.svd(W)
        if values[0] > 1.2 * values[1] and abs((dnormalized * W).sum()) > values[0] > 1.5:
            return {"dnormalized": dnormalized, "W": W, "u": left[:, 0].copy(), "v": right[0].copy(),
                    "sigma": values[0]}


def reference(dnormalized, W, u, v):
    """The library's, for these u and v."""
    return spectral_normalize_backward(dnormalized, W, (u, v))


exercise = Exercise(
    name="spectral_norm_backward", lecture=17, place=3, derivation="docs/derivations/spectral-normalization.md",
    title="Spectral normalisation, backwards",
    task="""
    A layer computes with normalised weights

        W̄ = W / σ        σ = uᵀ W v

    where u and v are W's first singular vectors, of length 1, so that σ is its largest singular value.
    They come from a power iteration and count as constants. Its backward pass gives dnormalized = ∂L/∂W̄.
    Return ∂L/∂W.
    """,
    takes={"dnormalized": "(P, M)  ∂L/∂W̄, what comes from above", "W": "(P, M)  the weights",
           "u": "(P,)  the left singular vector", "v": "(M,)  the right singular vector"},
    returns={"dW": "(P, M)  ∂L/∂W"},
    draw=draw, reference=reference, solution=(spectral_normalize_backward,),
    objective=lambda dnormalized, W, u, v: (dnormalized * W).sum() / (u @ W @ v),
    hints=(
        "W̄ depends on W twice: in the numerator, and through σ. Two paths, two terms.",
        "∂σ/∂W = u vᵀ, for σ = Σ u_p W_pm v_m. And ∂L/∂σ = −⟨dnormalized, W⟩/σ².",
        "dW = (dnormalized − ⟨dnormalized, W̄⟩ u vᵀ)/σ, with np.outer(u, v).",
    ),
    lesson="""
    ⟨dW, W⟩ = 0: making W longer changes nothing, so the gradient has no part along it.
    """)


def inner(a, b):
    return (a * b).sum()


@exercise.mutant
def path_through_sigma_forgotten(dnormalized, sigma):
    """This is the first path alone, as if σ were a constant. σ changes with W, too, and all of W̄ with it."""
    return {"dW": dnormalized / sigma}


@exercise.mutant
def sign_of_the_second_path(dnormalized, W, u, v, sigma):
    """The path through σ has the wrong sign. A larger σ makes W̄ *smaller*: the derivative of 1/σ is −1/σ²."""
    return {"dW": (dnormalized + inner(dnormalized, W) / sigma * np.outer(u, v)) / sigma}


@exercise.mutant
def not_divided(dnormalized, W, u, v, sigma):
    """The whole lacks the factor 1/σ that stands between W and W̄."""
    return {"dW": dnormalized - inner(dnormalized, W) / sigma * np.outer(u, v)}


@exercise.mutant
def w_in_the_place_of_w_normalised(dnormalized, W, u, v, sigma):
    """The inner product is taken with W in place of W̄ = W/σ: the second path carries 1/σ² in all, one from
    each factor."""
    return {"dW": (dnormalized - inner(dnormalized, W) * np.outer(u, v)) / sigma}


@exercise.mutant
def projected_on_w(dnormalized, W, sigma):
    """The slope of σ is taken to be W̄. That would be so for ‖W‖ of a vector. Of all directions, σ sees only
    u vᵀ."""
    return {"dW": (dnormalized - inner(dnormalized, W) / sigma * W / sigma) / sigma}


@exercise.mutant
def projected_on_uv(dnormalized, u, v, sigma):
    """The gradient is projected on u vᵀ: ⟨dnormalized, u vᵀ⟩. What changes L when σ changes is all of W̄:
    ⟨dnormalized, W̄⟩."""
    return {"dW": (dnormalized - (u @ dnormalized @ v) * np.outer(u, v)) / sigma}


@exercise.mutant
def number_by_number(dnormalized, W, u, v, sigma):
    """dnormalized · W̄ is not summed. σ is one number for all of W̄, so that what all of them send back to
    it adds up."""
    return {"dW": (dnormalized - dnormalized * W / sigma * np.outer(u, v)) / sigma}


@exercise.mutant
def frobenius(dnormalized, W):
    """σ is taken as √(Σ W²), and its slope accordingly. The spectral norm is the largest singular value, uᵀ
    W v; the other one is the root of the sum of all their squares."""
    norm = np.sqrt(inner(W, W))
    return {"dW": (dnormalized - inner(dnormalized, W) / norm ** 2 * W) / norm}


@exercise.mutant
def sigma_squared(dnormalized, W, u, v, sigma):
    """σ² in the place of σ: WᵀW has the eigenvalue σ², and the singular value is its root."""
    return {"dW": (dnormalized - inner(dnormalized, W) / sigma ** 2 * np.outer(u, v)) / sigma ** 2}


@exercise.mutant
def multiplied_with_sigma(dnormalized, W, u, v, sigma):
    """You multiply by σ where W̄ = W/σ divides: the way back has the same factor as the way forth."""
    return {"dW": (dnormalized - inner(dnormalized, W) / sigma * np.outer(u, v)) * sigma}
