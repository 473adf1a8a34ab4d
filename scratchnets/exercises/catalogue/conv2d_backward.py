"""A convolution, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.images import framed, pixels_of_windows, windows
from scratchnets.layers.convolution import col2im, conv2d, conv2d_backward, im2col


def draw(rng, stride=None, padding=True):
    sizes = windows(rng, padding)
    n, h, w, c, k, m = (sizes[name] for name in "nhwckm")
    stride, padding = stride or sizes["stride"], sizes["padding"]
    x, W = rng.standard_normal((n, h, w, c)), rng.standard_normal((k, k, c, m))
    dy = rng.standard_normal(conv2d(x, W, None, stride, padding).shape)
    return {"dy": dy, "x": x, "W": W, "stride": stride, "padding": padding, "b": rng.standard_normal(m)}


exercise = Exercise(
    name="conv2d_backward", lecture=12, place=1, derivation="docs/derivations/convolution.md",
    title="A convolution, backwards",
    task="""
    The forward pass lays a window of K × K pixels on the image, multiplies it with the weights, sums, and
    moves on by the stride s. Around the image lie p rows and columns of zeros:

        y[n, u, v, m] = b[m] + Σ_ijc x[n, s·u + i − p, s·v + j − p, c] W[i, j, c, m]

    Given dy = ∂L/∂y, return the gradients with respect to x, W and b. Loops are allowed; the images
    are small.
    """,
    takes={"dy": "(N, U, V, M)  ∂L/∂y, what comes from above", "x": "(N, H, W, C)  the images",
           "W": "(K, K, C, M)  the weights", "stride": "s", "padding": "p"},
    returns={"dx": "(N, H, W, C)  ∂L/∂x", "dW": "(K, K, C, M)  ∂L/∂W", "db": "(M,)  ∂L/∂b"},
    draw=draw, reference=conv2d_backward, solution=(conv2d_backward, im2col, col2im),
    objective=lambda dy, x, W, b, stride, padding: (dy * conv2d(x, W, b, stride, padding)).sum(),
    hints=(
        "Write the forward pass as loops over n, u, v, i, j, c, m with one line y[n, u, v, m] += x[…] * W[…] "
        "inside. Which two things does this line multiply, and where does each get its gradient from?",
        "Each product of the forward pass sends two gradients back, with the same indices: dx[…] += dy[n, "
        "u, v, m] * W[i, j, c, m] and dW[i, j, c, m] += dy[n, u, v, m] * x[…]. Pad x first, add into a "
        "padded dx, and cut the frame off at the end: dx[:, p:p + H, p:p + W].",
        "Without loops over n, c and m: for each u and v take window = x_padded[:, s·u:s·u + K, s·v:s·v + "
        "K], then dx_padded[the same] += np.einsum('nm,ijcm->nijc', dy[:, u, v], W), and dW += "
        "np.einsum('nm,nijc->ijcm', dy[:, u, v], window). db = dy.sum(axis=(0, 1, 2)).",
    ))


def columns_of_dx(dy, W):
    """What each window sends to its pixels, (N, U, V, K·K·C)."""
    return dy @ W.reshape(-1, W.shape[-1]).T


def dx_of(dy, x, W, stride, padding):
    return col2im(columns_of_dx(dy, W), x.shape[1:3], W.shape[:2], stride, padding)


def dw_of(dy, x, W, stride, padding):
    columns = im2col(x, W.shape[:2], stride, padding)[:, :dy.shape[1], :dy.shape[2]]
    dy = dy[:, :columns.shape[1], :columns.shape[2]]
    return (columns.reshape(-1, columns.shape[-1]).T @ dy.reshape(-1, dy.shape[-1])).reshape(W.shape)


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
def unflipped_kernel(dy, x, W, stride, padding):
    """dx goes back through the kernel turned by 180°. Scattering needs no turn: the pixel that was
    multiplied with W[i, j] gets its gradient through the same W[i, j]. (The turned kernel appears when
    dx is *gathered*, as a convolution of dy; whoever turns it and scatters has turned it once too often.)"""
    return {"dx": dx_of(dy, x, W[::-1, ::-1], stride, padding)}


@exercise.mutant
def kernel_transposed(dy, x, W, stride, padding):
    """In dx the two axes of the kernel are swapped: W[j, i] where W[i, j] is due. i counts rows, and goes
    with the height, s·u + i; j counts columns."""
    return {"dx": dx_of(dy, x, W.transpose(1, 0, 2, 3), stride, padding)}


@exercise.mutant
def overlap_forgotten(dy, x, W, stride, padding):
    """Where windows overlap, dx keeps the last window's share alone: each assignment (=) throws the earlier
    ones away. A pixel that stands in several windows gets the sum of what they send back: +=."""
    shares = columns_of_dx(dy, W).reshape(*dy.shape[:3], *W.shape[:3])
    dx = framed(np.zeros_like(x), padding)
    for u, v in np.ndindex(*dy.shape[1:3]):
        dx[:, stride * u:stride * u + len(W), stride * v:stride * v + len(W)] = shares[:, u, v]
    return {"dx": dx[:, padding:padding + x.shape[1], padding:padding + x.shape[2]]}


@exercise.mutant
def swapped_channels(dy, x, W, stride, padding):
    """In dx the channels of the weights are mixed up: reshape to (K, K, M, C) keeps the order of reading and
    changes which weight belongs to which pair of channels. Swap the axes, with transpose(0, 1, 3, 2), or
    name them in an einsum."""
    k, _, c, m = W.shape
    mixed = W.reshape(k, k, m, c).transpose(0, 1, 3, 2)
    return {"dx": dx_of(dy, x, mixed, stride, padding)}


@exercise.mutant
def stride_forgotten_in_dx(dy, x, W, stride, padding):
    """dx puts the window u at u − p instead of s·u − p. Backward has to walk over the image in the same steps
    as forward."""
    return {"dx": dx_of(dy, x, W, 1, padding)}


@exercise.mutant
def padding_not_cropped(dy, x, W, stride, padding):
    """dx still has its frame: it is the gradient of the padded image, with 2p rows and columns too many. The
    zeros around the image are no input; cut them off, dx[:, p:p + H, p:p + W]."""
    size = x.shape[1] + 2 * padding, x.shape[2] + 2 * padding
    return {"dx": col2im(columns_of_dx(dy, W), size, W.shape[:2], stride, 0)}


@exercise.mutant
def padding_cropped_at_one_side(dy, x, W, stride, padding):
    """dx is cut out of its frame at the wrong place, from 0 to H instead of from p to p + H: everything is p
    pixels too low and too far right."""
    size = x.shape[1] + 2 * padding, x.shape[2] + 2 * padding
    dx = col2im(columns_of_dx(dy, W), size, W.shape[:2], stride, 0)
    return {"dx": dx[:, :x.shape[1], :x.shape[2]]}


@exercise.mutant
def padding_added_in_dx(dy, x, W, stride, padding):
    """dx puts the window u at s·u + p: the padding has the wrong sign. Forward read it from s·u − p on."""
    return {"dx": put_back(columns_of_dx(dy, W), x, len(W), stride, padding)}


@exercise.mutant
def wrapped_round_in_dx(dy, x, W, stride, padding):
    """What belongs to the frame of zeros lands at the other end of dx. Above and left of the image the index
    s·u + i − p is negative, and Python counts a negative index from the end: leave such places out, or add
    into a padded image and cut its frame off."""
    return {"dx": put_back(columns_of_dx(dy, W), x, len(W), stride, -padding, wrap=True)}


@exercise.mutant
def dx_without_dy(dy, x, W, stride, padding):
    """dx holds the slopes of y alone, as if all of dy were ones. The chain rule weights each of them with
    the dy of its window."""
    return {"dx": dx_of(np.ones_like(dy), x, W, stride, padding)}


@exercise.mutant
def stride_forgotten_in_dw(dy, x, W, stride, padding):
    """dW takes the window u from the rows u − p on instead of s·u − p: it multiplies dy with pixels that its
    window never saw."""
    return {"dW": dw_of(dy, x, W, 1, padding)}


@exercise.mutant
def dw_without_padding(dy, x, W, stride, padding):
    """dW reads the windows from the image itself, p pixels away from where forward read them. Put the same
    frame of zeros around x as forward did."""
    later = np.pad(x, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))
    return {"dW": dw_of(dy, later, W, stride, 0)}


@exercise.mutant
def padding_added_in_dw(dy, x, W, stride, padding):
    """dW reads its windows from s·u + p on: the padding has the wrong sign. Forward read them from s·u − p on."""
    later = np.pad(x[:, padding:, padding:], ((0, 0), (0, 3 * padding), (0, 3 * padding), (0, 0)))
    return {"dW": dw_of(dy, later, W, stride, 0)}


@exercise.mutant
def wrapped_round_in_dw(dy, x, W, stride, padding):
    """dW takes pixels from the other end of the image. Above and left of it the index s·u + i − p is negative,
    and Python counts a negative index from the end: put a frame of zeros around x."""
    p = padding
    around = np.concatenate([x[:, -p:], x], axis=1)
    around = np.pad(np.concatenate([around[:, :, -p:], around], axis=2), ((0, 0), (0, p), (0, p), (0, 0)))
    return {"dW": dw_of(dy, around, W, stride, 0)}


@exercise.mutant
def dw_turned(dy, x, W, stride, padding):
    """dW comes out turned by 180°: the pixel (i, j) of the window belongs to W[i, j], not to
    W[K − 1 − i, K − 1 − j]."""
    return {"dW": dw_of(dy, x, W, stride, padding)[::-1, ::-1]}


@exercise.mutant
def dw_last_window(dy, x, W, stride, padding):
    """dW is that of the last window alone. The same weights are used in every window, so their gradients add
    up over u and v as well as over the batch: +=, not =."""
    columns = im2col(x, W.shape[:2], stride, padding)[:, dy.shape[1] - 1, dy.shape[2] - 1]
    return {"dW": (columns.T @ dy[:, -1, -1]).reshape(W.shape)}


@exercise.mutant
def dw_averaged_over_windows(dy, x, W, stride, padding):
    """dW is averaged over the windows of an image. Each window uses the weights, and what they send back
    adds up; the only average is that of the loss over the batch, and dy carries it."""
    return {"dW": dw_of(dy, x, W, stride, padding) / (dy.shape[1] * dy.shape[2])}


@exercise.mutant
def dw_with_swapped_channels(dy, x, W, stride, padding):
    """dW has its channels the wrong way round: (K, K, M, C). A gradient has the shape of what it belongs to,
    (K, K, C, M)."""
    return {"dW": dw_of(dy, x, W, stride, padding).transpose(0, 1, 3, 2)}


@exercise.mutant
def db_for_each_pixel(dy):
    """db is summed over the batch only and has an entry for each pixel. One b[m] is added at all pixels of
    channel m: sum over axes 0, 1 and 2."""
    return {"db": dy.sum(axis=0)}


@exercise.mutant
def db_averaged_over_pixels(dy):
    """db is averaged over the pixels. b was added to each of them, and their gradients add up."""
    return {"db": dy.sum(axis=(0, 1, 2)) / (dy.shape[1] * dy.shape[2])}


@exercise.mutant
def db_averaged(dy):
    """db is the mean over all images and pixels, where a sum is due: b was added to each of these numbers,
    and what they send back adds up. The average over the batch is the loss's, and dy carries it."""
    return {"db": dy.mean(axis=(0, 1, 2))}


@exercise.case
def stride_one(rng):
    """With a stride of 1 your answer is not right. Is the stride, or how far windows overlap, written into
    your code as a number?"""
    return draw(rng, stride=1)


@exercise.case
def no_padding(rng):
    """Without padding your answer is not right. A slice such as [p:-p] is empty for p = 0; write
    [p:p + H]."""
    return draw(rng, padding=False)


@exercise.case
def windows_apart(rng):
    """With a stride larger than the kernel your answer is not right. Pixels between the windows were never
    read: their dx is 0."""
    return draw(rng, stride=6)
