"""A useless perfect copier: an overcomplete ReLU autoencoder, by hand."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import relu


def draw(rng):
    n, d = sizes(rng, 2)
    while n == 2 * d:
        n += 1
    x = rng.standard_normal((n, d))
    return {"x": x + 0.1 * np.sign(x), "gain": rng.uniform(1.5, 3, 2 * d), "eye": np.eye(d)}


def copier(x, gain):
    """The code has a unit for the positive part of each number, and one for the negative part."""
    eye = np.eye(x.shape[1])
    W, V = np.concatenate([eye, -eye], axis=1) * gain, np.concatenate([eye, -eye]) / gain[:, np.newaxis]
    h = relu(x @ W)
    return W, V, h, h @ V


def parts(x):
    """relu(x) and relu(−x), side by side."""
    return np.concatenate([relu(x), relu(-x)], axis=1)


def rows(eye, gain):
    """The right V: I above −I, each row divided by its gain."""
    return np.concatenate([eye, -eye]) / gain[:, np.newaxis]


exercise = Exercise(
    name="perfect_copier", lecture=7, place=1, derivation="docs/derivations/activations.md",
    title="A useless perfect copier",
    task="""
    An autoencoder with a code of M = 2D numbers and no biases,

        h = relu(x W)        the code, D → M
        x̂ = h V              the copy, M → D

    copies *every* x exactly, images, noise and nonsense, with weights that nobody has to train. Write
    them down. So that there is one answer: unit j of the code, for j < D, is the positive part of x_j
    times gain_j; unit D + j is the positive part of −x_j times gain_{D+j}. The gains are given, all of
    them positive; the copy must not depend on them. Return W and V, and for the given x the code and the
    copy.
    """,
    takes={"x": "(N, D)  anything, of either sign", "gain": "(M,)  how large each unit is to be, M = 2D"},
    returns={"W": "(D, M)  of the encoder", "V": "(M, D)  of the decoder", "h": "(N, M)  the code of x",
             "copy": "(N, D)  x̂"},
    draw=draw, reference=copier, solution=(copier,),
    hints=(
        "relu loses what is negative. Which other number, also through a relu, has kept it?",
        "x = relu(x) − relu(−x). The code is the two parts side by side, each times its gain; the decoder "
        "has to undo the gain.",
        "W = [I, −I] with column j times gain_j; V is I above −I, with row j divided by gain_j; h = relu(x W) "
        "and copy = h V.",
    ),
    lesson="""
    Loss zero, and nothing learned: W does not depend on the data. On images, whose pixels are not
    negative, half of the code is always 0 and the other half *is* the image, so a linear classifier sees
    the same as before. And the gains: h can be made as small as you like while the copy stays. A penalty
    λ Σ|h| alone does not keep this network from copying; it only drives the gains down, unless the
    decoder's weights are held, too.
    """)


@exercise.mutant
def both_halves_alike(eye, gain):
    """The second half of W repeats the first, so both keep the positive part and nobody keeps the negative
    one. It is to be −I."""
    return {"W": np.concatenate([eye, eye], axis=1) * gain}


@exercise.mutant
def halves_of_w_swapped(eye, gain):
    """The halves of W are swapped: the first D units are to keep what is positive in x, with I."""
    return {"W": np.concatenate([-eye, eye], axis=1) * gain}


@exercise.mutant
def two_units_a_pixel_side_by_side(eye, gain):
    """The two units of a number stand next to each other. A fine copier, but the agreed order is: the D
    units for positive parts first, then the D for negative ones."""
    return {"W": np.stack([eye, -eye], axis=2).reshape(len(eye), -1) * gain}


@exercise.mutant
def rows_of_v_side_by_side(eye, gain):
    """The two rows of a number stand next to each other in V. The agreed order is: the D rows for positive parts
    first, then the D for negative ones."""
    return {"V": np.stack([eye, -eye], axis=1).reshape(-1, len(eye)) / gain[:, np.newaxis]}


@exercise.mutant
def absolute_value(eye, gain, x):
    """V adds both parts, and relu(x) + relu(−x) = |x|. The negative part has to be taken off: its half of V
    is −I."""
    return {"V": abs(rows(eye, gain)), "copy": np.abs(x)}


@exercise.mutant
def negative_part_dropped(eye, gain, x):
    """V reads the first half of the code alone, so the copy is relu(x). On images nobody would notice; on
    anything negative the copy is 0."""
    return {"V": rows(eye, gain).clip(0), "copy": relu(x)}


@exercise.mutant
def pseudo_inverse(eye, gain, x):
    """V is the pseudo-inverse of W, which undoes x W. But of the two units of a number relu has switched
    one off: V must not count on both. Each row undoes its own unit, ±1/gain."""
    V = np.linalg.pinv(np.concatenate([eye, -eye], axis=1) * gain)
    return {"V": V, "copy": parts(x) * gain @ V}


@exercise.mutant
def gain_not_undone(eye, gain, x):
    """V does not undo the gains, so the copy comes out too large. What the encoder multiplies, the decoder
    has to divide: 1/gain in each row."""
    V = np.concatenate([eye, -eye])
    return {"V": V, "copy": parts(x) * gain @ V}


@exercise.mutant
def gain_twice(eye, gain, x):
    """V multiplies by the gains once more. The decoder has to undo them: divide."""
    V = np.concatenate([eye, -eye]) * gain[:, np.newaxis]
    return {"V": V, "copy": parts(x) * gain @ V}


@exercise.mutant
def gain_left_out(eye, x):
    """W leaves the gains out. The code is to be gain times the positive part, so column j of W has the
    factor gain_j."""
    return {"W": np.concatenate([eye, -eye], axis=1), "h": parts(x)}


@exercise.mutant
def v_with_signs_swapped(eye, gain, x):
    """V has the signs the wrong way round: the copy is −x, a negative."""
    return {"V": -rows(eye, gain), "copy": -x}


@exercise.mutant
def code_without_relu(gain, x):
    """The code is x W, without the relu: its negative numbers are still there. Put it through relu."""
    return {"h": np.concatenate([x, -x], axis=1) * gain}


@exercise.mutant
def code_in_absolute_values(gain, x):
    """Both halves of the code hold |x|. relu sets what is negative to 0, it does not turn its sign."""
    return {"h": np.concatenate([np.abs(x), np.abs(x)], axis=1) * gain}


@exercise.mutant
def code_with_signs(gain, x):
    """The second half of the code is the negative part with its sign, below 0. A relu gives nothing below
    0: it is relu(−x), and V takes it off."""
    return {"h": np.concatenate([relu(x), -relu(-x)], axis=1) * gain}


@exercise.mutant
def code_of_zeros_and_ones(x):
    """The code says which units are on, and not how much. relu(x) is x where it is on."""
    return {"h": np.concatenate([x > 0, x < 0], axis=1).astype(float)}


@exercise.mutant
def first_gains_for_both_halves(x, eye, gain):
    """Both halves use the gains of the first one, gain[:D]. Unit D + j has a gain of its own, gain[D + j]."""
    gain = np.tile(gain[:len(eye)], 2)
    return {"W": np.concatenate([eye, -eye], axis=1) * gain, "V": rows(eye, gain), "h": parts(x) * gain}


@exercise.follows_from("h")
def code_from(W, x):
    return relu(x @ W)


@exercise.follows_from("copy")
def copy_from(h, V):
    return h @ V
