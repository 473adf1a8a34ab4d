"""The adjoint of im2col, known as col2im."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.images import framed, pixels_of_windows, windows
from scratchnets.layers.convolution import col2im, im2col


def draw(rng, stride=None, padding=True):
    sizes = windows(rng, padding)
    n, h, w, c, k = (sizes[name] for name in "nhwck")
    stride, padding = stride or sizes["stride"], sizes["padding"]
    x = rng.standard_normal((n, h, w, c))
    return {"dcolumns": rng.standard_normal(im2col(x, k, stride, padding).shape), "x": x, "kernel": k,
            "stride": stride, "padding": padding}


def reference(dcolumns, x, kernel, stride, padding):
    """Of x, only the shape counts: im2col copies, and computes nothing."""
    return col2im(dcolumns, x.shape[1:3], kernel, stride, padding)


exercise = Exercise(
    name="im2col_backward", lecture=12, place=2, derivation="docs/derivations/convolution.md",
    title="im2col, backwards: its adjoint",
    task="""
    im2col writes each window of an image, with p rows and columns of zeros around it, as a row of
    Q = K·K·C numbers:

        columns[n, u, v, (i·K + j)·C + c] = x[n, s·u + i − p, s·v + j − p, c]        i, j = 0 … K − 1

    It is a linear map without a single multiplication. Given dcolumns = ∂L/∂columns, return dx. This is
    the transpose of im2col, col2im: for all arrays, Σ im2col(x) · z = Σ x · col2im(z).
    """,
    takes={"dcolumns": "(N, U, V, Q)  ∂L/∂columns, what comes from above", "x": "(N, H, W, C)  the images",
           "kernel": "K", "stride": "s", "padding": "p"},
    returns={"dx": "(N, H, W, C)  ∂L/∂x"},
    draw=draw, reference=reference, solution=(col2im, im2col),
    objective=lambda dcolumns, x, kernel, stride, padding: (
        dcolumns * im2col(x, kernel, stride, padding)).sum(),
    hints=(
        "What happens to the gradient of a number that has been copied to several places?",
        "Each entry of dcolumns goes back to the pixel that it was copied from; the shares of all copies "
        "add up. Reshape to (N, U, V, K, K, C), add into a padded image, and cut the frame off at the end.",
        "for i, j: padded[:, i:i + s·U:s, j:j + s·V:s] += d[:, :, :, i, j], with d = dcolumns.reshape(N, "
        "U, V, K, K, C). For one (i, j), no two windows meet. At the end padded[:, p:p + H, p:p + W].",
    ))


def by_pixel(dcolumns, x, kernel):
    """(N, U, V, K, K, C)."""
    return dcolumns.reshape(*dcolumns.shape[:3], kernel, kernel, x.shape[3])


def unframed(padded, x, padding):
    return padded[:, padding:padding + x.shape[1], padding:padding + x.shape[2]]


def put_back(columns, x, kernel, stride, offset, wrap=False):
    """col2im by hand: the window (u, v) goes to row s·u + offset; what lies outside is lost, or wraps round."""
    n, u, v, _ = columns.shape
    (_, h, w, c), pixels = x.shape, columns.reshape(n, u, v, kernel, kernel, -1)
    dx = np.zeros((n, h, w, c))
    for a, b, i, j, row, column in pixels_of_windows(u, v, kernel, stride, -offset):
        if row < h and column < w and (wrap or min(row, column) >= 0):
            dx[:, row, column] += pixels[:, a, b, i, j]
    return dx



@exercise.mutant
def overlap_forgotten(dcolumns, x, kernel, stride, padding):
    """Where windows overlap, one of them overwrites the others: = instead of +=. A pixel that was copied
    several times gets the sum of what all its copies send back."""
    padded, d = framed(np.zeros_like(x), padding), by_pixel(dcolumns, x, kernel)
    for u, v in np.ndindex(*dcolumns.shape[1:3]):
        padded[:, stride * u:stride * u + kernel, stride * v:stride * v + kernel] = d[:, u, v]
    return {"dx": unframed(padded, x, padding)}


@exercise.mutant
def overlap_forgotten_pixel_by_pixel(dcolumns, x, kernel, stride, padding):
    """The slices for each pixel (i, j) of the window are assigned, not added: a later (i, j) overwrites
    what an earlier one has put to the same pixel of the image. += instead of =."""
    padded, d = framed(np.zeros_like(x), padding), by_pixel(dcolumns, x, kernel)
    u, v = dcolumns.shape[1:3]
    for i, j in np.ndindex(kernel, kernel):
        padded[:, i:i + stride * u:stride, j:j + stride * v:stride][:, :u, :v] = d[:, :, :, i, j]
    return {"dx": unframed(padded, x, padding)}


@exercise.mutant
def averaged_over_copies(dcolumns, x, kernel, stride, padding):
    """A pixel gets the mean of what its copies send back. That would *undo* im2col; the gradient, and the
    transpose, is the sum."""
    ones = im2col(np.ones_like(x), kernel, stride, padding)
    counts = reference(ones, x, kernel, stride, padding)
    return {"dx": reference(dcolumns, x, kernel, stride, padding) / np.maximum(counts, 1)}


@exercise.mutant
def stride_forgotten(dcolumns, x, kernel, stride, padding):
    """The window u is put back at u − p. It was cut out at s·u − p."""
    return {"dx": reference(dcolumns, x, kernel, 1, padding)}


@exercise.mutant
def padding_not_cropped(dcolumns, x, kernel, stride, padding):
    """dx still has its frame of p rows and columns. What was copied from the zeros around the image belongs
    to no pixel: cut the frame off."""
    size = x.shape[1] + 2 * padding, x.shape[2] + 2 * padding
    return {"dx": col2im(dcolumns, size, kernel, stride, 0)}


@exercise.mutant
def padding_cropped_at_one_side(dcolumns, x, kernel, stride, padding):
    """The frame is cut off at the bottom and on the right only, so that all pixels stand p too low and too
    far right: take the rows from p to p + H."""
    size = x.shape[1] + 2 * padding, x.shape[2] + 2 * padding
    return {"dx": col2im(dcolumns, size, kernel, stride, 0)[:, :x.shape[1], :x.shape[2]]}


@exercise.mutant
def padding_added(dcolumns, x, kernel, stride, padding):
    """The window u is put back at s·u + p: the padding has the wrong sign. It was cut out at s·u − p."""
    return {"dx": put_back(dcolumns, x, kernel, stride, padding)}


@exercise.mutant
def wrapped_round(dcolumns, x, kernel, stride, padding):
    """What belongs to the frame of zeros lands at the other end of dx. Above and left of the image the index
    s·u + i − p is negative, and Python counts a negative index from the end: leave such places out, or add
    into a padded image and cut its frame off."""
    return {"dx": put_back(dcolumns, x, kernel, stride, -padding, wrap=True)}


@exercise.mutant
def channels_first(dcolumns, x, kernel, stride, padding):
    """The rows are read as (C, K, K), channels first. They were written as (K, K, C): of the Q numbers, the C
    channels of one pixel lie side by side."""
    n, u, v, _ = dcolumns.shape
    d = dcolumns.reshape(n, u, v, x.shape[3], kernel, kernel).transpose(0, 1, 2, 4, 5, 3)
    return {"dx": reference(d.reshape(dcolumns.shape), x, kernel, stride, padding)}


@exercise.mutant
def window_transposed(dcolumns, x, kernel, stride, padding):
    """The windows are read with rows and columns swapped: (K, K, C) is (i, j, c), and i is the row."""
    d = by_pixel(dcolumns, x, kernel).transpose(0, 1, 2, 4, 3, 5)
    return {"dx": reference(d.reshape(dcolumns.shape), x, kernel, stride, padding)}


@exercise.mutant
def window_turned(dcolumns, x, kernel, stride, padding):
    """The windows are put back turned by 180°. Pixel (i, j) of the window goes back to row s·u + i − p: the
    way it came."""
    d = by_pixel(dcolumns, x, kernel)[:, :, :, ::-1, ::-1]
    return {"dx": reference(d.reshape(dcolumns.shape), x, kernel, stride, padding)}


@exercise.mutant
def corner_of_each_window(dcolumns, x, kernel, stride, padding):
    """Only the upper left pixel of each window goes back. All K·K pixels of the window were copied, and
    each of them sends its gradient back."""
    kept = np.zeros_like(by_pixel(dcolumns, x, kernel))
    kept[:, :, :, 0, 0] = by_pixel(dcolumns, x, kernel)[:, :, :, 0, 0]
    return {"dx": reference(kept.reshape(dcolumns.shape), x, kernel, stride, padding)}


@exercise.mutant
def times_x(dcolumns, x, kernel, stride, padding):
    """dx comes multiplied with x. A copy has the slope 1, whatever is copied; of x, only the shape counts."""
    return {"dx": x * reference(dcolumns, x, kernel, stride, padding)}


@exercise.case
def stride_one(rng):
    """With a stride of 1 your answer is not right. Is a stride written into your code as a number?"""
    return draw(rng, stride=1)


@exercise.case
def windows_apart(rng):
    """With a stride larger than the kernel your answer is not right. Pixels between the windows were not
    copied: their dx is 0."""
    return draw(rng, stride=6)


@exercise.case
def no_padding(rng):
    """Without padding your answer is not right. Is there a slice such as [p:-p], which is empty for p = 0?"""
    return draw(rng, padding=False)
