"""Several images in one, backwards: which axis travels where."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.layers.packing import pack, pack_backward as library


def draw(rng, m=None):
    while True:
        m_, packs, h, w, c = m or rng.integers(2, 5), *rng.integers(3, 8, 4)
        n, q = m_ * packs, m_ * c
        if len({n, packs, h, w, c, q}) == 6:
            x = rng.standard_normal((n, h, w, c))
            return {"dy": rng.standard_normal((packs, h, w, q)), "x": x, "m": int(m_)}


def reference(dy, x, m):
    """Of x, only the shape counts: packing copies, and computes nothing."""
    return library(dy, m)


exercise = Exercise(
    name="pack_backward", lecture=17, place=4, derivation="docs/derivations/packing.md",
    title="Packing, backwards",
    task="""
    A discriminator of packs sees m images at once, laid over each other as channels. Images n = K·m of C
    channels become K packs of Q = m·C channels:

        y[i, h, w, j·C + c] = x[i·m + j, h, w, c]        j = 0 … m − 1

    Given dy = ∂L/∂y, return dx. No number is changed; all are only moved.
    """,
    takes={"dy": "(K, H, W, Q)  ∂L/∂y, what comes from above", "x": "(N, H, W, C)  the images",
           "m": "images in a pack"},
    returns={"dx": "(N, H, W, C)  ∂L/∂x"},
    draw=draw, reference=reference, solution=(library,),
    objective=lambda dy, x, m: (dy * pack(x, m)).sum(),
    hints=(
        "A plain reshape of dy to x's shape has the right size and is wrong: in dy the m images of a pack "
        "are interleaved pixel by pixel.",
        "Split Q first: dy.reshape(K, H, W, m, C). Now every axis is by itself, and only their order is "
        "wrong.",
        "dy.reshape(K, H, W, m, C).transpose(0, 3, 1, 2, 4).reshape(x.shape).",
    ),
    lesson="""
    For points, (N, D) → (N/m, m·D), a plain reshape would have been right. Code that was tried on points
    alone gives images that are mixed from several.
    """)


def split(dy, m):
    """(K, H, W, m, C)."""
    return dy.reshape(*dy.shape[:3], m, -1)


def joined(parts):
    """(K, m, H, W, C) → (N, H, W, C)."""
    return parts.reshape(-1, *parts.shape[2:])


@exercise.mutant
def plain_reshape(dy, x):
    """dy is reshaped to x's shape as it is. In memory the m images of a pack lie interleaved, pixel by
    pixel, and each of your images is cut together from several: split the channels into (m, C), and
    let the m travel past height and width."""
    return {"dx": dy.reshape(x.shape)}


@exercise.mutant
def channels_before_images(dy, m):
    """The channels are split as (C, m). They stand as j·C + c, image by image: (m, C)."""
    parts = dy.reshape(*dy.shape[:3], -1, m)
    return {"dx": joined(parts.transpose(0, 4, 1, 2, 3))}


@exercise.mutant
def packs_across_the_batch(dy, m):
    """Pack i is made of the images i, i + K, i + 2K, …. A pack holds m images that *follow each other*: i·m
    + j."""
    parts = split(dy, m).transpose(3, 0, 1, 2, 4)
    return {"dx": joined(parts)}


@exercise.mutant
def order_reversed(dy, m):
    """Within each pack the images stand in reverse order. Image j of a pack has the channels from j·C on."""
    return {"dx": joined(split(dy, m)[..., ::-1, :].transpose(0, 3, 1, 2, 4))}


@exercise.mutant
def windows_of_channels_that_slide(dy, x, m):
    """Image j of a pack takes the channels from j on, so that neighbours share all but one. Its own are the C
    channels from j·C to (j + 1)·C."""
    dx = np.zeros_like(x)
    for n in range(len(x)):
        dx[n] = dy[n // m, :, :, n % m:n % m + x.shape[-1]]
    return {"dx": dx}


@exercise.mutant
def first_of_each_pack(dy, x, m):
    """Only the first image of each pack gets a gradient. All m of them were copied into the pack."""
    dx = np.zeros_like(x)
    dx[::m] = split(dy, m)[:, :, :, 0]
    return {"dx": dx}


@exercise.mutant
def the_sum_to_each(dy, m):
    """Each image of a pack gets the sum over all of them. Each was copied to channels of its own, and gets
    what those send back."""
    return {"dx": split(dy, m).sum(axis=3).repeat(m, axis=0)}


@exercise.mutant
def averaged_over_the_pack(dy, m):
    """The gradients are divided by m. Nothing is averaged in a pack: numbers are moved, with the slope 1."""
    return {"dx": library(dy, m) / m}


@exercise.mutant
def images_transposed(dy, m):
    """Height and width are swapped on the way. Only the axis of the m travels; the others keep their order."""
    parts = split(dy, m).transpose(0, 3, 2, 1, 4)
    return {"dx": parts.reshape(-1, dy.shape[1], dy.shape[2], parts.shape[-1])}


@exercise.mutant
def times_x(dy, x, m):
    """dx comes multiplied with x. A copy has the slope 1, whatever is copied; of x, only the shape counts."""
    return {"dx": x * library(dy, m)}


@exercise.case
def packs_of_one(rng):
    """For m = 1 your answer is not right. Then a pack is the image itself, and dx is dy."""
    return draw_one(rng)


def draw_one(rng):
    n, h, w, c = rng.permutation(np.arange(3, 8))[:4]
    return {"dy": rng.standard_normal((n, h, w, c)), "x": rng.standard_normal((n, h, w, c)), "m": 1}
