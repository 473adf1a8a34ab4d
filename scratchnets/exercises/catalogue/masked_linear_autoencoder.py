"""Masking noise in closed form: the best linear reconstruction of what was hidden."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    n, d = sizes(rng, 2)
    n = max(n, d + 1)
    x = rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + rng.standard_normal(d)
    q = float(rng.uniform(0.35, 0.65))
    G = x.T @ x / n
    return {"x": x, "q": q, "n": n, "G": G, "diagonal": np.diag(np.diag(G)), "identity": np.eye(d)}


def masked_linear_autoencoder(x, q):
    """W of x̂ = x̃ W and its error, averaged over all masks."""
    G = x.T @ x / len(x)
    C = q * q * G + q * (1 - q) * np.diag(np.diag(G))
    W = np.linalg.solve(C, q * G)
    return C, W, np.trace(G) - q * np.trace(G @ W)


def answer(G, C, B):
    """What follows for W and the error from E[x̃ᵀx̃] = C and E[x̃ᵀx] = B."""
    W = np.linalg.solve(C, B)
    return W, np.trace(G) - np.trace(B.T @ W)


def wrong(G, C, B):
    W, error = answer(G, C, B)
    return {"C": C, "W": W, "error": error}


exercise = Exercise(
    name="masked_linear_autoencoder", lecture=10, place=1, derivation="docs/derivations/denoising.md",
    title="Masking, in closed form",
    task="""
    Each number of x is kept with probability q and set to 0 otherwise, x̃ = m ⊙ x. A linear network
    x̂ = x̃ W, without a bias, is to give back x as it was. Over *all* masks, not a sample of them, it is
    to minimise

        1/N Σₙ E_m ‖x̃ₙ W − xₙ‖²

    Let G = 1/N xᵀx. Return

        C       1/N Σₙ E_m[x̃ₙᵀ x̃ₙ], the second moments of what the network sees
        W       the best weights
        error   the minimum itself
    """,
    takes={"x": "(N, D)  clean examples", "q": "the probability that a number is kept"},
    returns={"C": "(D, D)  second moments of x̃", "W": "(D, D)  the best weights", "error": "what is left"},
    draw=draw, reference=masked_linear_autoencoder,
    lesson="Where all pixels were independent (G diagonal) W would be the identity: each pixel could only "
           "stand for itself. What is off the diagonal of W is what the pixels know about each other, and "
           "hiding them is what made the network learn it.",
    hints=(
        "It is least squares: the gradient 2 (C W − B) vanishes, with B = 1/N Σ E[x̃ᵀ x]. What are the means "
        "of mᵢ, of mᵢ mⱼ for i ≠ j, and of mᵢ mᵢ?",
        "E[mᵢ] = q and E[mᵢ mⱼ] = q², but mᵢ² = mᵢ, so on the diagonal it is q. Hence B = q G, and C is q² G "
        "with a diagonal of q Gᵢᵢ.",
        "C = q² G + q (1 − q) diag G, W = solve(C, q G), error = tr G − q tr(G W).",
    ))


@exercise.mutant
def diagonal_like_the_rest(G, q):
    """C = q² G takes the diagonal for the rest. There mᵢ meets itself, and mᵢ² = mᵢ has the mean q, not q².
    Without it W is the identity over q: nothing is learned from the neighbours."""
    return wrong(G, q * q * G, q * G)


@exercise.mutant
def rest_like_the_diagonal(G, q):
    """C = q G takes one mask for the whole example. The numbers are hidden independently: two different ones
    are both there with probability q²."""
    return wrong(G, q * G, q * G)


@exercise.mutant
def variance_added(G, q, identity):
    """You added q (1 − q) to the diagonal, as if noise of one size were added to each pixel. The variance of
    mᵢ xᵢ is q (1 − q) times xᵢ²: it is diag G that is added."""
    return wrong(G, q * q * G + q * (1 - q) * identity, q * G)


@exercise.mutant
def kept_and_hidden_exchanged(G, diagonal, q):
    """q is the probability to be *kept*. You used it as that to be hidden, which is 1 − q."""
    return wrong(G, (1 - q) ** 2 * G + q * (1 - q) * diagonal, (1 - q) * G)


@exercise.mutant
def inverted_masking(G, diagonal, q):
    """This is for dropout, which divides what it keeps by q. Here a kept number stays as it is, so that x̃ has
    the mean q x, and the weights have to make up for it."""
    C = G + (1 - q) / q * diagonal
    return {"C": C, "W": np.linalg.solve(C, G)}


@exercise.mutant
def diagonal_added_whole(G, diagonal, q):
    """The diagonal of C is q² Gᵢᵢ + q Gᵢᵢ. What is missing there to q Gᵢᵢ is q − q² = q (1 − q) of it."""
    return wrong(G, q * q * G + q * diagonal, q * G)


@exercise.mutant
def summed_over_examples(G, diagonal, q, n):
    """C is summed over the examples. The loss averages over them, so G = xᵀx/N."""
    return {"C": n * (q * q * G + q * (1 - q) * diagonal)}


@exercise.mutant
def centred(x, q):
    """You took the covariance of x. There is no bias that could take the mean away, so the second moments
    count: xᵀx/N, with the mean left in."""
    centred = x - x.mean(axis=0)
    G = centred.T @ centred / len(x)
    return wrong(G, q * q * G + q * (1 - q) * np.diag(np.diag(G)), q * G)


@exercise.mutant
def target_masked(identity):
    """These weights give back x̃, what the network was shown: the target has to be the clean x. A linear
    network reaches that with the identity, and learns nothing."""
    return {"W": identity}


@exercise.mutant
def q_missing(G, diagonal, q):
    """W lacks a q. Input and target meet in B = E[x̃ᵀx], and a kept number is there with probability q."""
    C = q * q * G + q * (1 - q) * diagonal
    return {"W": np.linalg.solve(C, G)}


@exercise.mutant
def columns_for_rows(G, diagonal, q):
    """This is q G C⁻¹, which belongs to columns, x̂ = W x̃. Examples are rows here, x̂ = x̃ W: the transpose,
    C⁻¹ q G."""
    C = q * q * G + q * (1 - q) * diagonal
    return {"W": np.linalg.solve(C, q * G).T}


@exercise.mutant
def right_hand_side_for_weights(G, q):
    """This is B = q G, the right-hand side. The normal equations are C W = B: solve them."""
    return {"W": q * G}


@exercise.mutant
def what_is_explained(G, diagonal, q):
    """This is the part that the network explains, q tr(G W). The error is the rest: tr G minus it."""
    C = q * q * G + q * (1 - q) * diagonal
    return {"error": np.trace(G) - answer(G, C, q * G)[1]}


@exercise.mutant
def error_averaged_over_pixels(G, diagonal, q):
    """The error is averaged over the D numbers of an example. Squared errors are summed over them."""
    return {"error": answer(G, q * q * G + q * (1 - q) * diagonal, q * G)[1] / len(G)}


@exercise.mutant
def error_without_masks(G, diagonal, q):
    """This is the error on *clean* inputs. The minimum asked for is the one that was minimised, with the masks
    on."""
    W, _ = answer(G, q * q * G + q * (1 - q) * diagonal, q * G)
    rest = np.eye(len(G)) - W
    return {"error": np.trace(rest.T @ G @ rest)}


@exercise.mutant
def error_halved(G, diagonal, q):
    """There is a ½ too much. The loss of the task is ‖x̃W − x‖² without one."""
    return {"error": answer(G, q * q * G + q * (1 - q) * diagonal, q * G)[1] / 2}


@exercise.follows_from("W")
def weights_from(C, G, q):
    return np.linalg.solve(C, q * G)


@exercise.follows_from("error")
def error_from(W, G, q):
    return np.trace(G) - q * np.trace(G @ W)
