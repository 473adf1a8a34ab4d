"""Tied weights: one W, used twice, gets a gradient along both paths."""

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.dense import dense, dense_backward, tied_dense, tied_dense_backward


def draw(rng):
    n, d, m = sizes(rng, 3)
    x, W, b = rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal(m)
    return {"dy": rng.standard_normal((n, d)), "x": x, "W": W, "b": b, "h": dense(x, W, b),
            "c": rng.standard_normal(d)}


def tied_autoencoder_backward(dy, x, h, W):
    """The decoder's backward pass, then the encoder's; W adds up what it gets from both."""
    dh, dW_decoder, dc = tied_dense_backward(dy, h, W)
    dx, dW_encoder, db = dense_backward(dh, x, W)
    return dx, dW_encoder + dW_decoder, db, dc


exercise = Exercise(
    name="tied_dense_backward", lecture=4, place=1, derivation="docs/derivations/dense.md",
    title="Tied weights: two paths to one W",
    task="""
    A linear autoencoder uses one W twice, the second time transposed:

        h = x W + b         the encoder, D → M
        y = h Wᵀ + c        the decoder, M → D

    Given dy = ∂L/∂y and the h of the forward pass, return the gradients with respect to x, W, b
    and c. There is one dW: the gradient with respect to the one array W.
    """,
    takes={"dy": "(N, D)  ∂L/∂y, what comes from above", "x": "(N, D)  the input", "h": "(N, M)  the code",
           "W": "(D, M)  the weights of both layers"},
    returns={"dx": "(N, D)  ∂L/∂x", "dW": "(D, M)  ∂L/∂W, along both paths", "db": "(M,)  ∂L/∂b",
             "dc": "(D,)  ∂L/∂c"},
    draw=draw, reference=tied_autoencoder_backward,
    solution=(tied_autoencoder_backward, tied_dense_backward, dense_backward),
    objective=lambda dy, x, W, b, c: (dy * tied_dense(dense(x, W, b), W, c)).sum(),
    hints=(
        "Pretend that the decoder has a matrix V of its own, y = h V + c with V = Wᵀ, and write its "
        "backward pass: dh, dV, dc. Then the encoder's, with dh as what comes from above.",
        "W moves L through the decoder (as V) and through the encoder (by moving h). A small change of W "
        "makes both changes at once: add the two gradients. dV has the shape (M, D); as a gradient of W it "
        "has to be transposed.",
        "dh = dy W;  dW = dyᵀ h + xᵀ dh;  db = Σₙ dh;  dc = Σₙ dy;  dx = dh Wᵀ.",
    ))


@exercise.parts_of("dW")
def paths(dy, x, h, W):
    return {"the decoder's path dyᵀ h": dy.T @ h, "the encoder's path xᵀ dh": x.T @ (dy @ W)}


@exercise.mutant
def dw_decoder_only(dy, h):
    """dW holds the decoder's path alone, dyᵀ h. W also makes h: moving it moves the code, and through
    the code y. Add the encoder's path, xᵀ dh."""
    return {"dW": dy.T @ h}


@exercise.mutant
def dw_encoder_only(dy, x, W):
    """dW holds the encoder's path alone, xᵀ dh. The decoder uses the same W, transposed, and its path
    dyᵀ h comes on top: the gradient of a number that is used twice is the sum over its uses."""
    return {"dW": x.T @ (dy @ W)}


@exercise.mutant
def dw_mean_of_paths(dy, x, h, W):
    """dW is the mean of both paths. They are no two estimates of one thing: each says how L moves
    through one use of W, and a change of W makes both moves at once. Add them, without a ½."""
    return {"dW": (dy.T @ h + x.T @ (dy @ W)) / 2}


@exercise.mutant
def dw_difference_of_paths(dy, x, h, W):
    """The two paths to W are subtracted. Both move L through the same change of W: they add up."""
    return {"dW": x.T @ (dy @ W) - dy.T @ h}


@exercise.mutant
def dw_decoder_path_with_x(dy, x, W):
    """In the decoder's path you multiply with the encoder as if its input were x without the bias:
    the decoder's input is h = x W + b, as the forward pass kept it. Its path is dyᵀ h."""
    return {"dW": dy.T @ (x @ W) + x.T @ (dy @ W)}


@exercise.mutant
def dw_averaged(dy, x, h, W):
    """dW is divided by N. A layer sums over the batch; the 1/N belongs to the loss and is already in dy."""
    return {"dW": (dy.T @ h + x.T @ (dy @ W)) / len(x)}


@exercise.mutant
def db_not_summed(dy, W):
    """db keeps one row for each example. b is one vector, added to all N codes: sum over the batch."""
    return {"db": dy @ W}


@exercise.mutant
def db_averaged(dy, W):
    """db is averaged over the batch. Each example was moved by b, and their effects add up: sum, not mean."""
    return {"db": (dy @ W).mean(axis=0)}


@exercise.mutant
def dc_averaged(dy):
    """dc is averaged over the batch. c is added to each of the N rows, and their gradients add up."""
    return {"dc": dy.mean(axis=0)}


@exercise.mutant
def dc_not_summed(dy):
    """dc keeps one row for each example. c is one vector, shared by all: sum over the batch."""
    return {"dc": dy}


@exercise.mutant
def dx_passed_on(dy):
    """dx is dy: y only has the shape of x, it is not x. On its way back dy goes through the decoder
    (dh = dy W) and then through the encoder (dx = dh Wᵀ)."""
    return {"dx": dy}


@exercise.mutant
def dx_with_a_direct_path(dy, W):
    """dx has dy added on top, as if y were x plus something. This autoencoder has no path around the
    code: x reaches y through h alone, and dx = dy W Wᵀ."""
    return {"dx": dy @ W @ W.T + dy}


@exercise.mutant
def dw_encoder_path_with_h(dy, x, h):
    """In the encoder's path you multiply x with h. h is a value of the forward pass; what comes back to the
    encoder is dh = dy W: its path is xᵀ dh."""
    return {"dW": dy.T @ h + x.T @ h}


@exercise.mutant
def db_sums_h(h):
    """db adds up h. A bias gets the sum of the *gradient* at its place, dh = dy W, over the batch."""
    return {"db": h.sum(axis=0)}


@exercise.mutant
def db_is_dc(dy):
    """db equals dc. b is not added to y but to the code: it sits in front of h, and what comes back there is
    dh = dy W. Sum dh over the batch, not dy."""
    return {"db": dy.sum(axis=0)}


@exercise.mutant
def db_and_dc_swapped(dy, W):
    """db and dc are swapped: b belongs to the encoder and has the shape (M,), c to the decoder, (D,). The
    order is dx, dW, db, dc."""
    return {"db": dy.sum(axis=0), "dc": (dy @ W).sum(axis=0)}


@exercise.mutant
def dx_stops_at_the_code(dy, W):
    """dx is dh = dy W: you stopped at the code. That is the decoder's share of the way; the encoder stands
    between h and x, so go on through it, dx = dh Wᵀ."""
    return {"dx": dy @ W}
