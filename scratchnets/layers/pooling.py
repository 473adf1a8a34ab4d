"""Pooling: one number for each window of each channel, and the ways back.

Derived in docs/derivations/pooling.md.

Pixel (i, j) of a window stands, for all windows at once, in the slice x[:, i::s, j::s] of the padded
images. So each function here is a loop over the few pixels of one window.
"""
import math

from scratchnets.backend import xp
from scratchnets.layers.base import Layer
from scratchnets.layers.geometry import SIDES, pair, shortest, transposed_size, windows_size


def max_pool2d(x, kernel, stride=None, padding=0):
    """y = the largest number of each window;  x (N, H, W, C) → y (N, H', W', C).

    The stride is the kernel unless it is given. Padding is never the largest.
    """
    return maxima(x, kernel, stride, padding)[0]


def max_pool2d_backward(dy, x, kernel, stride=None, padding=0):
    """∂L/∂x = the sum of dy over those windows of which x is the maximum: `max_unpool2d` of dy.

    Of equally large numbers in a window, the first in reading order gets all of dy.
    """
    _, place = maxima(x, kernel, stride, padding)
    return max_unpool2d(dy, place, x.shape[1:3], kernel, stride, padding)


def maxima(x, kernel, stride=None, padding=0):
    """The maximum of each window and its place there, 0, 1, … in reading order: of equals the first."""
    kernel, stride, padding = geometry(kernel, stride, padding)
    size = windows_size("max_pool2d", x.shape[1:3], kernel, stride, padding)
    x = frame(x, padding, -math.inf)
    y = place = None
    for number, pixels in enumerate(pixels_of_windows(kernel, stride, size)):
        if y is None:
            y, place = x[pixels], xp.zeros((len(x), *size, x.shape[3]), dtype="int16")
        else:
            place = xp.where(x[pixels] > y, number, place)
            y = xp.maximum(y, x[pixels])
    return y, place


def max_unpool2d(x, place, size, kernel, stride=None, padding=0):
    """y = each number of x at that place of its window, added up where windows overlap, and 0 elsewhere.

    x, place (N, H', W', C) → y (N, *size, C): the transpose of max-pooling with these places.
    """
    kernel, stride, padding = geometry(kernel, stride, padding)
    y = framed_zeros(x, pair("size", size), padding)
    for number, pixels in enumerate(pixels_of_windows(kernel, stride, x.shape[1:3])):
        y[pixels] += x * (place == number)
    return unframe(y, padding)


def max_unpool2d_backward(dy, place, size, kernel, stride=None, padding=0):
    """∂L/∂x = dy at the place that x was put to;  dy (N, *size, C) → dx (N, H', W', C)."""
    kernel, stride, padding = geometry(kernel, stride, padding)
    dy = frame(dy, padding, 0)
    dx = xp.zeros(place.shape, dtype=dy.dtype)
    for number, pixels in enumerate(pixels_of_windows(kernel, stride, place.shape[1:3])):
        dx += dy[pixels] * (place == number)
    return dx


def avg_pool2d(x, kernel, stride=None, padding=0):
    """y = Σ over the window of x / (kh·kw);  x (N, H, W, C) → y (N, H', W', C).

    Padding counts as zeros, as in PyTorch: a window that is half outside has half the average.
    """
    kernel, stride, padding = geometry(kernel, stride, padding)
    size = windows_size("avg_pool2d", x.shape[1:3], kernel, stride, padding)
    x = frame(x, padding, 0)
    y = xp.zeros((len(x), *size, x.shape[3]), dtype=x.dtype)
    for pixels in pixels_of_windows(kernel, stride, size):
        y += x[pixels]
    y /= math.prod(kernel)
    return y


def avg_pool2d_backward(dy, x, kernel, stride=None, padding=0):
    """∂L/∂x = the sum of dy / (kh·kw) over all windows that x is in. Of x, only the shape counts."""
    return average_back(dy, x.shape[1:3], *geometry(kernel, stride, padding))


def average_back(dy, size, kernel, stride, padding):
    """The transpose of averaging:  dy (N, H', W', C) → dx (N, *size, C)."""
    share = dy / math.prod(kernel)
    dx = framed_zeros(dy, size, padding)
    for pixels in pixels_of_windows(kernel, stride, dy.shape[1:3]):
        dx[pixels] += share
    return unframe(dx, padding)


def upsample2d(x, factor):
    """Each pixel as a block of fh·fw pixels like it;  x (N, H, W, C) → y (N, H·fh, W·fw, C)."""
    (n, height, width, channels), (fh, fw) = x.shape, pair("factor", factor)
    y = xp.empty((n, height, fh, width, fw, channels), dtype=x.dtype)
    y[...] = x[:, :, None, :, None]
    return y.reshape(n, height * fh, width * fw, channels)


def upsample2d_backward(dy, factor):
    """∂L/∂x = Σ of dy over the block of each pixel."""
    (n, height, width, channels), (fh, fw) = dy.shape, pair("factor", factor)
    return dy.reshape(n, height // fh, fh, width // fw, fw, channels).sum(axis=(2, 4))


# ---- windows, and the frame around an image --------------------------------------------------------------

def geometry(kernel, stride, padding):
    """The three as pairs; the stride is the kernel unless it is given."""
    kernel, padding = pair("kernel", kernel), pair("padding", padding, at_least=0)
    for word, k, p in zip(SIDES, kernel, padding):
        if p >= k:
            raise ValueError(f"padding ({word}) must be less than the kernel {k}, got {p}: "
                             "a window would see nothing but padding")
    return kernel, kernel if stride is None else pair("stride", stride), padding


def pixels_of_windows(kernel, stride, size):
    """For each pixel of a window, in reading order, the slices that pick it from all windows at once."""
    (kh, kw), (sh, sw), (rows, columns) = kernel, stride, size
    for i in range(kh):
        for j in range(kw):
            yield (slice(None), slice(i, i + (rows - 1) * sh + 1, sh),
                   slice(j, j + (columns - 1) * sw + 1, sw))


def frame(x, padding, value):
    """x with `value` around each image."""
    ph, pw = padding
    return xp.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)), constant_values=value) if ph or pw else x


def framed_zeros(like, size, padding):
    """Zeros for framed images of this size, as many and of as many channels as those of `like`."""
    (height, width), (ph, pw) = size, padding
    return xp.zeros((len(like), height + 2 * ph, width + 2 * pw, like.shape[3]), dtype=like.dtype)


def unframe(y, padding):
    """The images within their frames."""
    ph, pw = padding
    return y[:, ph:y.shape[1] - ph, pw:y.shape[2] - pw]


# ---- layers ----------------------------------------------------------------------------------------------

class Pool2D(Layer):
    """What the two kinds of pooling share.

    Parameters
    ----------
    kernel : int or (int, int)
        Height and width of a window.
    stride : int or (int, int), optional
        From one window to the next; the kernel unless it is given, so that windows tile the image.
        Rows and columns that no window fits on any more are left out.
    padding : int or (int, int)
        Rows and columns around the image, on each side.
    """

    def __init__(self, kernel, stride=None, padding=0):
        self.kernel, self.stride, self.padding = geometry(kernel, stride, padding)

    def expect_images(self, x):
        self.expect(x, "batch", "height", "width", "channels")
        windows_size(repr(self), x.shape[1:3], self.kernel, self.stride, self.padding)

    def __repr__(self):
        shown = [("", self.kernel)] + [("stride=", self.stride)] * (self.stride != self.kernel)
        shown += [("padding=", self.padding)] * any(self.padding)
        return f"{type(self).__name__}({', '.join(f'{name}{shortest(both)}' for name, both in shown)})"


class MaxPool2D(Pool2D):
    """y = the largest number of each window, for each channel;  (N, H, W, C) → (N, H', W', C).

    H' = ⌊(H + 2p − kh)/s⌋ + 1. Backward sends dy to the pixel that was the maximum, of equals to the
    first in reading order.

    Parameters as for all pooling: `Pool2D`.

    Attributes
    ----------
    switches : Switches or None
        Where the maxima of the last forward stand: kept for a `MaxUnpool2D`, if there is one.
    """

    switches = None

    def forward(self, x):
        self.expect_images(x)
        y, place = maxima(x, self.kernel, self.stride, self.padding)
        if self.switches:
            self.switches.place, self.switches.size = place, x.shape[1:3]
        return self.keep(y, place, x.shape[1:3])

    def backward(self, dy, need_dx=True):
        place, size = self.take(dy)
        return max_unpool2d(dy, place, size, self.kernel, self.stride, self.padding) if need_dx else None


class Switches:
    """Where the maxima stood, and how large the images were: what a pooling tells its unpooling."""

    place = size = None


class MaxUnpool2D(Layer):
    """Each number back to where the maximum of its window stood, and 0 elsewhere.

    Not an inverse: what was not the maximum is lost.

    Parameters
    ----------
    pool : MaxPool2D
        The layer that is undone; its windows must not overlap.

    References
    ----------
    Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014.
    """

    def __init__(self, pool):
        if not isinstance(pool, MaxPool2D):
            raise TypeError("MaxUnpool2D takes the MaxPool2D layer that it undoes, "
                            f"got {type(pool).__name__}")
        self.kernel, self.stride, self.padding = pool.kernel, pool.stride, pool.padding
        self.pool = repr(pool)             # not the layer itself: it has its own place in the network
        if any(s < k for s, k in zip(self.stride, self.kernel)):
            raise ValueError(f"{self!r}: its windows overlap, so that two numbers may belong to one pixel; "
                             "take a stride of at least the kernel")
        pool.switches = self.switches = pool.switches or Switches()

    def forward(self, x, place=None):
        """y (N, H, W, C).

        Parameters
        ----------
        x : array (N, H', W', C)
        place : array (N, H', W', C) of int, optional
            Where in its window each number belongs, 0, 1, … in reading order; the smallest image with
            these windows is made. Without it, as the pooling's last forward found it.
        """
        self.expect(x, "batch", "height", "width", "channels")
        if place is None:
            place, size = self.switches.place, self.switches.size
            if place is None or place.shape != x.shape:
                raise ValueError(f"{self!r} got {x.shape}, but its pooling "
                                 + ("has not run yet" if place is None else f"last gave {place.shape}"))
        else:
            self.expect(place, *x.shape, integers=True, hint="one place for each number of x")
            size = transposed_size(repr(self), x.shape[1:3], self.kernel, self.stride, self.padding, (0, 0))
            last = math.prod(self.kernel) - 1
            if bool((place < 0).any()) or bool((place > last).any()):
                raise ValueError(f"{self!r} got places outside a window; they run from 0 to {last}")
        return self.keep(max_unpool2d(x, place, size, self.kernel, self.stride, self.padding), place, size)

    def backward(self, dy, need_dx=True):
        place, size = self.take(dy)
        if not need_dx:
            return None
        return max_unpool2d_backward(dy, place, size, self.kernel, self.stride, self.padding)

    def __repr__(self):
        return f"MaxUnpool2D({self.pool})"


class AvgPool2D(Pool2D):
    """y = the mean of each window, for each channel;  (N, H, W, C) → (N, H', W', C).

    H' = ⌊(H + 2p − kh)/s⌋ + 1. Padding counts as zeros.

    Parameters as for all pooling: `Pool2D`.
    """

    def forward(self, x):
        self.expect_images(x)
        return self.keep(avg_pool2d(x, self.kernel, self.stride, self.padding), x.shape[1:3])

    def backward(self, dy, need_dx=True):
        size, = self.take(dy)
        return average_back(dy, size, self.kernel, self.stride, self.padding) if need_dx else None


class Upsample2D(Layer):
    """Each pixel becomes a block of fh·fw pixels like it: nearest neighbours.

    (N, H, W, C) → (N, H·fh, W·fw, C).

    Parameters
    ----------
    factor : int or (int, int)
        fh and fw.
    """

    def __init__(self, factor):
        self.factor = pair("factor", factor)

    def forward(self, x):
        self.expect(x, "batch", "height", "width", "channels")
        return self.keep(upsample2d(x, self.factor))

    def backward(self, dy, need_dx=True):
        self.take(dy)
        return upsample2d_backward(dy, self.factor) if need_dx else None

    def __repr__(self):
        return f"Upsample2D({shortest(self.factor)})"
