"""A transposed convolution, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.images import windows
from scratchnets.layers.convolution import conv_transpose2d, conv_transpose2d_backward, im2col


def draw(rng, stride=None, padding=True):
    """The convolution's images are y here, and its windows are x."""
    sizes = windows(rng, padding)
    n, h, w, c, u, v, k, m = (sizes[name] for name in "nhwcuvkm")
    padding = sizes["padding"]
    x, W = rng.standard_normal((n, u, v, m)), rng.standard_normal((k, k, c, m))
    if stride is None:
        stride = sizes["stride"]
        more = h - ((u - 1) * stride + k - 2 * padding), w - ((v - 1) * stride + k - 2 * padding)
    else:
        more = 0
    dy = rng.standard_normal(conv_transpose2d(x, W, None, stride, padding, more).shape)
    return {"dy": dy, "x": x, "W": W, "stride": stride, "padding": padding, "b": rng.standard_normal(c),
            "output_padding": more}


exercise = Exercise(
    name="conv_transpose2d_backward", lecture=12, place=3,
    derivation="docs/derivations/transposed-convolution.md",
    title="A transposed convolution, backwards",
    task="""
    Forward, each pixel (u, v) of x lays the whole kernel down on y, times its value, with the upper left
    corner at (s·u − p, s·v − p). Where kernels overlap they add up; what lies outside y is lost:

        y[n, s·u + i − p, s·v + j − p, m] += x[n, u, v, c] W[i, j, m, c]        for all u, v, i, j, c

    and b[m] is added everywhere. Given dy = ∂L/∂y, return the gradients with respect to x, W and b. y may
    be larger than all kernels reach: the last rows and columns are then b alone.
    """,
    takes={"dy": "(N, H, W, M)  ∂L/∂y, what comes from above", "x": "(N, U, V, C)  the input",
           "W": "(K, K, M, C)  the weights", "stride": "s", "padding": "p"},
    returns={"dx": "(N, U, V, C)  ∂L/∂x", "dW": "(K, K, M, C)  ∂L/∂W", "db": "(M,)  ∂L/∂b"},
    draw=draw, reference=conv_transpose2d_backward, solution=(conv_transpose2d_backward, im2col),
    objective=lambda dy, x, W, b, stride, padding, output_padding: (
        dy * conv_transpose2d(x, W, b, stride, padding, output_padding)).sum(),
    hints=(
        "A pixel of x was multiplied with each number of the kernel once. Where on y did these products "
        "land? From there its gradient comes back.",
        "dx[n, u, v, c] is the sum over i, j, m of dy[n, s·u + i − p, s·v + j − p, m] W[i, j, m, c]: a "
        "convolution of dy with the same kernel, stride and padding. Put p rows and columns of zeros "
        "around dy, then cut windows out of it.",
        "With window = dy_padded[:, s·u:s·u + K, s·v:s·v + K]: dx[:, u, v] = np.einsum('nijm,ijmc->nc', "
        "window, W) and dW += np.einsum('nijm,nc->ijmc', window, x[:, u, v]). db = dy.sum(axis=(0, 1, 2)).",
    ))


def columns(dy, x, W, stride, padding):
    """The windows of dy that belong to the pixels of x, (N, U, V, K·K·M)."""
    return im2col(dy, W.shape[:2], stride, padding)[:, :x.shape[1], :x.shape[2]]


def dx_of(dy, x, W, stride, padding):
    return columns(dy, x, W, stride, padding) @ W.reshape(-1, W.shape[-1])


def dw_of(dy, x, W, stride, padding):
    seen = columns(dy, x, W, stride, padding)
    return (seen.reshape(-1, seen.shape[-1]).T @ x.reshape(-1, x.shape[-1])).reshape(W.shape)


def shifted(dy, padding):
    """dy with all its padding at the end: what reading without a frame amounts to."""
    return np.pad(dy, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))


def later(dy, padding):
    """dy as it is met when p is added to an index, where it was to be subtracted."""
    return np.pad(dy[:, padding:, padding:], ((0, 0), (0, 3 * padding), (0, 3 * padding), (0, 0)))


def wrapped(dy, padding):
    """dy with its last rows and columns in front, where negative indices find them, and zeros behind."""
    p = padding
    around = np.concatenate([dy[:, -p:], dy], axis=1)
    around = np.concatenate([around[:, :, -p:], around], axis=2)
    return np.pad(around, ((0, 0), (0, p), (0, p), (0, 0)))



@exercise.mutant
def kernel_turned(dy, x, W, stride, padding):
    """dx uses the kernel turned by 180°. Forward laid W[i, j] down at (s·u + i − p, s·v + j − p), and there
    the gradient comes back through the same W[i, j]: no turn."""
    return {"dx": dx_of(dy, x, W[::-1, ::-1], stride, padding)}


@exercise.mutant
def kernel_transposed(dy, x, W, stride, padding):
    """In dx the two axes of the kernel are swapped: i goes with the rows, j with the columns."""
    return {"dx": dx_of(dy, x, W.transpose(1, 0, 2, 3), stride, padding)}


@exercise.mutant
def stride_forgotten_in_dx(dy, x, W, stride, padding):
    """dx reads the window of the pixel u at u − p. Forward laid its kernel down at s·u − p: the stride of a
    transposed convolution is the step on y."""
    return {"dx": dx_of(dy, x, W, 1, padding)}


@exercise.mutant
def padding_forgotten_in_dx(dy, x, W, stride, padding):
    """dx reads its windows p pixels too low and too far right: at s·u instead of s·u − p. What forward has
    cut off comes back as a frame of zeros around dy."""
    return {"dx": dx_of(shifted(dy, padding), x, W, stride, 0)}


@exercise.mutant
def swapped_channels(dy, x, W, stride, padding):
    """In dx the channels of the weights are mixed up. W is (K, K, M, C): its third axis goes with the
    channels of y, the last one with those of x. A reshape that makes the shapes fit reads the numbers in
    another order."""
    k, _, m, c = W.shape
    return {"dx": dx_of(dy, x, W.reshape(k, k, c, m).transpose(0, 1, 3, 2), stride, padding)}


@exercise.mutant
def corner_only(dy, x, W, stride, padding):
    """dx takes back what came through W[0, 0] alone, dy at every s-th pixel. x[u, v] was multiplied with
    all K·K numbers of the kernel: sum over the whole window."""
    window = columns(dy, x, W, stride, padding).reshape(*x.shape[:3], *W.shape[:3])
    return {"dx": window[:, :, :, 0, 0] @ W[0, 0]}


@exercise.mutant
def dx_averaged_over_the_window(dy, x, W, stride, padding):
    """dx is averaged over the K·K numbers of the kernel. Each of them carried x to another pixel of y, and
    what comes back along these paths adds up."""
    return {"dx": dx_of(dy, x, W, stride, padding) / len(W) ** 2}


@exercise.mutant
def padding_added_in_dx(dy, x, W, stride, padding):
    """dx reads its windows at s·u + p: the padding has the wrong sign. Forward laid the kernel down at s·u − p,
    p pixels outside."""
    return {"dx": dx_of(later(dy, padding), x, W, stride, 0)}


@exercise.mutant
def wrapped_round_in_dx(dy, x, W, stride, padding):
    """dx takes pixels from the other end of dy. Above and left of y the index s·u + i − p is negative, and Python
    counts a negative index from the end: leave such places out, or put a frame of zeros around dy."""
    return {"dx": dx_of(wrapped(dy, padding), x, W, stride, 0)}


@exercise.mutant
def dw_turned(dy, x, W, stride, padding):
    """dW comes out turned by 180°: the pixel (i, j) of the window of dy belongs to W[i, j]."""
    return {"dW": dw_of(dy, x, W, stride, padding)[::-1, ::-1]}


@exercise.mutant
def stride_forgotten_in_dw(dy, x, W, stride, padding):
    """dW pairs the pixel u of x with the window of dy at u − p; its kernel lay at s·u − p."""
    return {"dW": dw_of(dy, x, W, 1, padding)}


@exercise.mutant
def padding_forgotten_in_dw(dy, x, W, stride, padding):
    """dW reads dy without its frame of p zeros, so that every window lies p pixels too low and too far
    right."""
    return {"dW": dw_of(shifted(dy, padding), x, W, stride, 0)}


@exercise.mutant
def padding_added_in_dw(dy, x, W, stride, padding):
    """dW reads its windows of dy at s·u + p: the padding has the wrong sign. Forward laid the kernel down at
    s·u − p, p pixels outside."""
    return {"dW": dw_of(later(dy, padding), x, W, stride, 0)}


@exercise.mutant
def wrapped_round_in_dw(dy, x, W, stride, padding):
    """dW takes pixels from the other end of dy. Above and left of y the index s·u + i − p is negative, and Python
    counts a negative index from the end: leave such places out, or put a frame of zeros around dy."""
    return {"dW": dw_of(wrapped(dy, padding), x, W, stride, 0)}


@exercise.mutant
def dw_with_swapped_channels(dy, x, W, stride, padding):
    """dW has its channels the wrong way round, (K, K, C, M). It has the shape of W, whose third axis belongs
    to y here: the same array serves a convolution from M to C channels."""
    return {"dW": dw_of(dy, x, W, stride, padding).transpose(0, 1, 3, 2)}


@exercise.mutant
def dw_last_pixel(dy, x, W, stride, padding):
    """dW is that of the last pixel of x alone. Every pixel lays the same kernel down, and their gradients
    add up: +=, not =."""
    window = columns(dy, x, W, stride, padding)[:, -1, -1]
    return {"dW": (window.T @ x[:, -1, -1]).reshape(W.shape)}


@exercise.mutant
def db_where_kernels_lie(dy, x, W, stride, padding):
    """db counts a pixel of y once for each kernel that lies on it: you sum over the windows of dy. b is added
    once to each pixel, also to those that no kernel reaches: sum dy itself."""
    window = columns(dy, x, W, stride, padding).reshape(-1, *W.shape[:3])
    return {"db": window.sum(axis=(0, 1, 2))}


@exercise.mutant
def db_for_each_pixel(dy):
    """db is summed over the batch only. One b[m] is added at all pixels: sum over axes 0, 1 and 2."""
    return {"db": dy.sum(axis=0)}


@exercise.mutant
def db_averaged(dy):
    """db is the mean over all images and pixels, where a sum is due: b was added to each of these numbers,
    and what they send back adds up. The average over the batch is the loss's, and dy carries it."""
    return {"db": dy.mean(axis=(0, 1, 2))}


@exercise.case
def stride_one(rng):
    """With a stride of 1 your answer is not right. Is a stride written into your code as a number?"""
    return draw(rng, stride=1)


@exercise.case
def no_padding(rng):
    """Without padding your answer is not right. Is there a slice such as [p:-p], which is empty for
    p = 0?"""
    return draw(rng, padding=False)
