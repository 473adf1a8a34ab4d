"""Max-pooling with windows that overlap, backwards."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.images import pixels_of_windows, windows
from scratchnets.layers.pooling import max_pool2d, max_pool2d_backward, max_unpool2d, maxima


def draw(rng, stride=None):
    sizes = windows(rng, padding=False)
    n, h, w, c, k = (sizes[name] for name in "nhwck")
    stride = stride or sizes["stride"]
    x = rng.permutation(n * h * w * c).reshape(n, h, w, c) / 100 - 1.234         # no two equal, none 0
    return {"dy": rng.standard_normal(max_pool2d(x, k, stride).shape), "x": x, "kernel": k, "stride": stride}


exercise = Exercise(
    name="max_pool2d_backward", lecture=12, place=4, derivation="docs/derivations/pooling.md",
    title="Max-pooling with windows that overlap, backwards",
    task="""
    Forward takes the largest number of each window, for every channel by itself:

        y[n, u, v, c] = max over i, j of x[n, s·u + i, s·v + j, c]          i, j = 0 … K − 1

    with K = kernel and s = stride. Windows may overlap, s < K. If several numbers of a window are equally
    large, the first one in reading order counts as the maximum. Given dy = ∂L/∂y, return dx.
    """,
    takes={"dy": "(N, U, V, C)  ∂L/∂y, what comes from above", "x": "(N, H, W, C)  the images",
           "kernel": "K", "stride": "s"},
    returns={"dx": "(N, H, W, C)  ∂L/∂x"},
    draw=draw, reference=max_pool2d_backward, solution=(max_pool2d_backward, maxima, max_unpool2d),
    objective=lambda dy, x, kernel, stride: (dy * max_pool2d(x, kernel, stride)).sum(),
    hints=(
        "If one number of a window grows a little, what happens to the maximum? There are two cases.",
        "The slope is 1 for the number that is the maximum, and 0 for the others: each dy goes to one "
        "pixel of x. A pixel may be the maximum of several windows, and gets the sum.",
        "For all u, v: window = x[:, s·u:s·u + K, s·v:s·v + K].reshape(N, K·K, C); place = "
        "window.argmax(axis=1), which takes the first of equals; i, j = divmod(place, K). Then add dy[n, "
        "u, v, c] to dx[n, s·u + i, s·v + j, c], with += in loops over n and c, or with np.add.at.",
    ))


def scattered(dy, x, kernel, stride, share):
    """dx, where ``share(window)`` says how much each pixel (N, K, K, C) of a window gets of its dy."""
    dx = np.zeros_like(x)
    for u, v in np.ndindex(*dy.shape[1:3]):
        rows, columns = (slice(stride * at, stride * at + kernel) for at in (u, v))
        dx[:, rows, columns] += share(x[:, rows, columns]) * dy[:, u:u + 1, v:v + 1]
    return dx


@exercise.mutant
def overlap_forgotten(dy, x, kernel, stride):
    """A pixel that is the maximum of several windows gets the dy of the last of them alone. It moves all
    of their outputs, so their gradients add up: += instead of =. (dx[index] += dy with an array of indices
    does not do it: of an index that occurs twice only one is added. np.add.at adds all.)"""
    _, place = maxima(x, kernel, stride)
    dx = np.zeros_like(x)
    for a, b, i, j, r, c in pixels_of_windows(*dy.shape[1:3], kernel, stride):
        dx[:, r, c] = np.where(place[:, a, b] == i * kernel + j, dy[:, a, b], dx[:, r, c])
    return {"dx": dx}


@exercise.mutant
def overwritten_window(dy, x, kernel, stride):
    """Each window overwrites all of its pixels in dx, with zeros where it has no maximum: what an earlier,
    overlapping window has put there is lost. Add to dx instead of assigning."""
    _, place = maxima(x, kernel, stride)
    dx = np.zeros_like(x)
    for a, b, i, j, r, c in pixels_of_windows(*dy.shape[1:3], kernel, stride):
        dx[:, r, c] = np.where(place[:, a, b] == i * kernel + j, dy[:, a, b], 0)
    return {"dx": dx}


@exercise.mutant
def to_all_pixels(dy, x, kernel, stride):
    """Every pixel of the window gets dy. Only the largest one moves the output; the slope of all the others
    is 0."""
    return {"dx": scattered(dy, x, kernel, stride, np.ones_like)}


@exercise.mutant
def shared_out_evenly(dy, x, kernel, stride):
    """Every pixel of the window gets 1/K² of dy: that is the backward pass of a mean. Of a maximum, one pixel
    gets all."""
    return {"dx": scattered(dy, x, kernel, stride, np.ones_like) / kernel ** 2}


@exercise.mutant
def to_the_smallest(dy, x, kernel, stride):
    """dy goes to the smallest number of the window, argmin for argmax."""
    _, place = maxima(-x, kernel, stride)
    return {"dx": max_unpool2d(dy, place, x.shape[1:3], kernel, stride)}


@exercise.mutant
def to_the_corner(dy, x, kernel, stride):
    """dy goes to the upper left pixel of each window, wherever its maximum stands. Find it again in backward:
    it depends on n, u, v and c."""
    return {"dx": max_unpool2d(dy, np.zeros(dy.shape, int), x.shape[1:3], kernel, stride)}


@exercise.mutant
def place_transposed(dy, x, kernel, stride):
    """The place of the maximum is read with rows and columns swapped. argmax over a flattened window counts
    in reading order: row = place // K, column = place % K."""
    _, place = maxima(x, kernel, stride)
    swapped = place % kernel * kernel + place // kernel
    return {"dx": max_unpool2d(dy, swapped, x.shape[1:3], kernel, stride)}


@exercise.mutant
def stride_is_kernel(dy, x, kernel, stride):
    """The windows are taken to lie K pixels apart, as if they tiled the image. Here they lie s apart, and
    overlap."""
    dx = np.zeros_like(x)
    for u, v in np.ndindex(*dy.shape[1:3]):
        window = np.s_[:, kernel * u:kernel * u + kernel, kernel * v:kernel * v + kernel]
        if x[window].size:
            largest = x[window] == x[window].max(axis=(1, 2), keepdims=True)
            dx[window] += largest * dy[:, u:u + 1, v:v + 1]
    return {"dx": dx}


@exercise.mutant
def one_place_for_all_channels(dy, x, kernel, stride):
    """All channels of a window send their dy to one place, that of the first channel's maximum. Each
    channel has its own maximum."""
    _, place = maxima(x, kernel, stride)
    return {"dx": max_unpool2d(dy, place[..., :1] + 0 * place, x.shape[1:3], kernel, stride)}


@exercise.mutant
def one_place_for_the_batch(dy, x, kernel, stride):
    """All images send their dy to one place, that of the first image's maximum. Each image has its own."""
    _, place = maxima(x, kernel, stride)
    return {"dx": max_unpool2d(dy, place[:1] + 0 * place, x.shape[1:3], kernel, stride)}


@exercise.mutant
def one_maximum_over_all_channels(dy, x, kernel, stride):
    """The maximum is looked for in all channels of a window together, and all channels send their dy to its
    place. Each channel has a maximum of its own."""
    def share(window):
        largest = window.max(axis=(1, 2, 3), keepdims=True)
        return (window == largest).any(axis=3, keepdims=True)
    return {"dx": scattered(dy, x, kernel, stride, share)}


@exercise.mutant
def to_the_second_largest(dy, x, kernel, stride):
    """dy goes to the second largest number of the window. Sorted upwards, the largest comes last: index −1."""
    def share(window):
        pixels = window.reshape(len(window), -1, window.shape[3])
        return (window == np.sort(pixels, axis=1)[:, -2][:, None, None])
    return {"dx": scattered(dy, x, kernel, stride, share)}


@exercise.mutant
def place_mirrored(dy, x, kernel, stride):
    """dy goes to the pixel that lies opposite in the window, turned by 180°. Row i and column j of the maximum
    count from the window's upper left pixel, as in forward."""
    _, place = maxima(x, kernel, stride)
    return {"dx": max_unpool2d(dy, kernel ** 2 - 1 - place, x.shape[1:3], kernel, stride)}


@exercise.mutant
def window_one_short(dy, x, kernel, stride):
    """The windows are one row and one column too small, K − 1. A slice from a to a + K has K entries."""
    dx = np.zeros_like(x)
    for u, v in np.ndindex(*dy.shape[1:3]):
        window = np.s_[:, stride * u:stride * u + kernel - 1, stride * v:stride * v + kernel - 1]
        dx[window] += (x[window] == x[window].max(axis=(1, 2), keepdims=True)) * dy[:, u:u + 1, v:v + 1]
    return {"dx": dx}


@exercise.mutant
def without_dy(dy, x, kernel, stride):
    """dx counts of how many windows a pixel is the maximum: the slope of y alone. The chain rule weights each
    with its dy."""
    _, place = maxima(x, kernel, stride)
    return {"dx": max_unpool2d(np.ones_like(dy), place, x.shape[1:3], kernel, stride)}


@exercise.mutant
def times_the_maximum(dy, x, kernel, stride):
    """dy comes multiplied with the maximum itself. The output is a copy of one number, and a copy has the
    slope 1, however large the number is."""
    y, place = maxima(x, kernel, stride)
    return {"dx": max_unpool2d(dy * y, place, x.shape[1:3], kernel, stride)}


@exercise.case
def ties(rng):
    """Where several numbers of a window are equally large, your dx is not right. A mask such as window ==
    window.max() gives the whole dy to each of them, and counts it several times. Behind a ReLU whole windows
    are 0, so this happens all the time. Let one of them have it: the first in reading order, which is
    what argmax gives."""
    drawn = draw(rng)
    return drawn | {"x": rng.integers(-1, 2, drawn["x"].shape).astype(float)}


@exercise.case
def tiles(rng):
    """With windows that tile the image, s = K, your answer is not right."""
    sizes = windows(rng, padding=False)
    return draw(rng, stride=sizes["k"])


@exercise.case
def negative_numbers(rng):
    """Where all numbers of a window are negative, your dx is not right. Does your maximum start at 0? Start
    at the window's first number."""
    drawn = draw(rng)
    return drawn | {"x": drawn["x"] - drawn["x"].max() - 1}
