"""Convolution and its transpose: every window of an image times the same weights, and the way back.

Derived in docs/derivations/convolution.md and docs/derivations/transposed-convolution.md.

im2col lays the windows of an image out as rows, which is a linear map; col2im is its transpose, and
adds up again where windows overlap. With them, all is three products of matrices:

                              y              dx             dW
    convolution               im2col(x) W    col2im(dy Wᵀ)  im2col(x)ᵀ dy
    transposed convolution    col2im(x Wᵀ)   im2col(dy) W   im2col(dy)ᵀ x

The functions here say which product they take; windows.py takes the same three products faster than
these lines would.
"""
from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.initializers import bias_like, fan_in_uniform
from scratchnets.layers.base import Layer
from scratchnets.layers.geometry import pair, shortest, transposed_size, windows_size
from scratchnets.layers.windows import correlate, correlate_weights, spread
from scratchnets.parameter import Parameter
from scratchnets.randomness import generator as resolve


def im2col(x, kernel, stride=1, padding=0):
    """Every window of x as a row;  x (N, H, W, C) → (N, H', W', kh·kw·C), with zeros around the image."""
    kernel, (sh, sw), (ph, pw) = pair("kernel", kernel), pair("stride", stride), pair("padding", padding, 0)
    rows, columns = windows_size("im2col", x.shape[1:3], kernel, (sh, sw), (ph, pw))
    padded = xp.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)))
    windows = xp.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))
    windows = windows[:, ::sh, ::sw].transpose(0, 1, 2, 4, 5, 3)      # (N, H', W', kh, kw, C)
    return windows.reshape(len(x), rows, columns, -1)


def col2im(columns, size, kernel, stride=1, padding=0):
    """The transpose of im2col: each number back to its pixel, where those of all windows add up.

    Parameters
    ----------
    columns : array (N, H', W', kh·kw·C)
    size : (int, int)
        H and W of the image.
    kernel, stride, padding : int or (int, int)
        As for `im2col`.

    Returns
    -------
    array (N, H, W, C)
    """
    (kh, kw), (sh, sw), (ph, pw) = pair("kernel", kernel), pair("stride", stride), pair("padding", padding, 0)
    n, rows, cols = columns.shape[:3]
    windows = columns.reshape(n, rows, cols, kh, kw, -1)
    height, width = size
    padded = xp.zeros((n, height + 2 * ph, width + 2 * pw, windows.shape[-1]), dtype=columns.dtype)
    for i in range(kh):
        for j in range(kw):
            padded[:, i:i + sh * rows:sh, j:j + sw * cols:sw][:, :rows, :cols] += windows[:, :, :, i, j]
    return padded[:, ph:ph + height, pw:pw + width]


def conv2d(x, W, b=None, stride=1, padding=0):
    """y = im2col(x) W + b;  x (N, H, W, C), W (kh, kw, C, M), b (M,) → y (N, H', W', M).

    y[n, u, v, m] = b[m] + Σ_ijc x[n, s·u + i − p, s·v + j − p, c] W[i, j, c, m], with x = 0 outside the
    image, and H' = ⌊(H + 2p − kh)/s⌋ + 1.
    """
    stride, padding = pair("stride", stride), pair("padding", padding, 0)
    size = windows_size("conv2d", x.shape[1:3], W.shape[:2], stride, padding)
    return correlate(x, W, b, stride, padding, size)


def conv2d_backward(dy, x, W, stride=1, padding=0, need_dx=True, need_dW=True):
    """∂L/∂x = col2im(dy Wᵀ),  ∂L/∂W = im2col(x)ᵀ dy,  ∂L/∂b = Σ dy.  What is not needed is None."""
    stride, padding = pair("stride", stride), pair("padding", padding, 0)
    dx = spread(dy, W, None, stride, padding, x.shape[1:3]) if need_dx else None
    dW = correlate_weights(x, dy, W.shape[:2], stride, padding) if need_dW else None
    db = sum_over_pixels(dy) if need_dW else None             # b was added at every pixel of every image
    return dx, dW, db


def conv_transpose2d(x, W, b=None, stride=1, padding=0, output_padding=0):
    """y = col2im(x Wᵀ) + b;  x (N, H, W, C), W (kh, kw, M, C), b (M,) → y (N, H', W', M).

    Each pixel of x lays down the kernel, times its value, at s·u − p; where kernels overlap they add
    up. H' = (H − 1) s − 2p + kh + o.
    """
    stride, padding = pair("stride", stride), pair("padding", padding, 0)
    output_padding = pair("output_padding", output_padding, 0)
    size = transposed_size("conv_transpose2d", x.shape[1:3], W.shape[:2], stride, padding, output_padding)
    return spread(x, W, b, stride, padding, size)


def conv_transpose2d_backward(dy, x, W, stride=1, padding=0, need_dx=True, need_dW=True):
    """∂L/∂x = im2col(dy) W,  ∂L/∂W = im2col(dy)ᵀ x,  ∂L/∂b = Σ dy.  What is not needed is None.

    The transpose of a transpose is the map itself: dx is a convolution of dy, and x plays the part
    that dy has in a convolution's dW.
    """
    stride, padding = pair("stride", stride), pair("padding", padding, 0)
    dx = correlate(dy, W, None, stride, padding, x.shape[1:3]) if need_dx else None
    dW = correlate_weights(dy, x, W.shape[:2], stride, padding) if need_dW else None
    db = sum_over_pixels(dy) if need_dW else None
    return dx, dW, db


def sum_over_pixels(dy):
    """Σ dy over images, rows and columns;  dy (N, H, W, M) → (M,).

    The images first: long loops that NumPy is fast at, and sums of sums, which round less in float32
    than to add one pixel after the other.
    """
    return dy.sum(axis=0).sum(axis=(0, 1))


class Convolution(Layer):
    """What Conv2D and ConvTranspose2D share: geometry, weights, and the forms of their input."""

    def __init__(self, c_in, c_out, kernel, stride, padding, bias, initializer, generator):
        self.c_in, self.c_out = positive_integer("c_in", c_in), positive_integer("c_out", c_out)
        self.kernel, self.stride = pair("kernel", kernel), pair("stride", stride)
        self.padding = pair("padding", padding, at_least=0)
        generator = resolve(generator)
        self.W = Parameter(initializer(self.weight_shape(), generator), "W")
        # The bound of the bias follows from fan_in, kh·kw times the channels that stand third in W's shape.
        shape = (*self.W.shape[:3], self.c_out)
        self.b = Parameter(bias_like(initializer, shape, generator), "b") if bias else None

    def expect_images(self, x):
        first = getattr(x, "ndim", 0) == 4 and x.shape[1] == self.c_in
        self.expect(x, "batch", "height", "width", self.c_in,
                    hint="channels stand last here: x.transpose(0, 2, 3, 1)" if first
                    else "images are (batch, height, width, channels)" if getattr(x, "ndim", 4) != 4 else "")

    def add_gradients(self, dW, db):
        if not self.frozen:
            self.W.grad += dW
            if self.b and not self._along_v:
                self.b.grad += db

    def settings(self):
        """kernel, stride, … as they are shown: one number where height and width agree."""
        shown = {"kernel": self.kernel, "stride": self.stride, "padding": self.padding,
                 "output_padding": getattr(self, "output_padding", (0, 0))}
        default = {"stride": (1, 1), "padding": (0, 0), "output_padding": (0, 0)}
        words = [f", {name}={shortest(value)}" for name, value in shown.items() if value != default.get(name)]
        return "".join(words) + ("" if self.b else ", bias=False")

    def __repr__(self):
        return f"{type(self).__name__}({self.c_in} → {self.c_out}{self.settings()})"


class Conv2D(Convolution):
    """y = im2col(x) W + b: the same weights on every window of an image.

    (N, H, W, c_in) → (N, H', W', c_out), with H' = ⌊(H + 2p − kh)/s⌋ + 1. As everywhere in this field
    the kernel is not flipped: mathematics calls this a cross-correlation.

    Parameters
    ----------
    c_in, c_out : int
        Channels before and after.
    kernel : int or (int, int)
        kh and kw, the height and width of a window.
    stride : int or (int, int)
        s: how many pixels lie between a window and the next.
    padding : int or (int, int)
        p: how many rows and columns of zeros are put around the image, on each side.
    bias : bool
    initializer : callable
        Draws W, and b to go with it: see `scratchnets.initializers`.
    generator : numpy.random.Generator, int or None

    Attributes
    ----------
    W : Parameter (kh, kw, c_in, c_out)
    b : Parameter (c_out,), or None

    References
    ----------
    LeCun, Boser, Denker, Henderson, Howard, Hubbard and Jackel, "Backpropagation applied to
    handwritten zip code recognition", 1989.
    """

    def __init__(self, c_in, c_out, kernel, stride=1, padding=0, bias=True, initializer=fan_in_uniform,
                 generator=None):
        super().__init__(c_in, c_out, kernel, stride, padding, bias, initializer, generator)

    def weight_shape(self):
        return (*self.kernel, self.c_in, self.c_out)

    def forward(self, x):
        self.expect_images(x)
        windows_size(repr(self), x.shape[1:3], self.kernel, self.stride, self.padding)
        y = conv2d(x, self.W.data, self.b.data if self.b else None, self.stride, self.padding)
        return self.keep(y, x)

    def tangent(self, v):
        x, = self.kept()
        self.expect_direction(v, x.shape)
        return self.keep_tangent(conv2d(v, self.W.data, None, self.stride, self.padding), v)

    def backward(self, dy, need_dx=True):
        x, = self.take(dy)
        dx, dW, db = conv2d_backward(dy, x, self.W.data, self.stride, self.padding, need_dx,
                                     need_dW=not self.frozen)
        self.add_gradients(dW, db)
        return dx


class ConvTranspose2D(Convolution):
    """y = col2im(x Wᵀ) + b: each pixel lays down the kernel, times its value. "Deconvolution".

    (N, H, W, c_in) → (N, H', W', c_out), with H' = (H − 1) s − 2p + kh + o: the image whose windows a
    `Conv2D` with the same kernel, stride and padding would have seen. It is the transpose of that
    convolution, not its inverse.

    Parameters
    ----------
    c_in, c_out, kernel, stride, padding, bias, initializer, generator
        As for `Conv2D`, with padding counted on the larger side: p rows and columns are cut off y.
    output_padding : int or (int, int)
        o, less than the stride: images of several sizes have equally many windows, this many rows at the
        bottom and columns on the right more than the smallest.

    Attributes
    ----------
    W : Parameter (kh, kw, c_out, c_in)
        As that of the convolution from c_out to c_in, whose transpose it is.
    b : Parameter (c_out,), or None

    References
    ----------
    Zeiler, Krishnan, Taylor and Fergus, "Deconvolutional networks", 2010; Dumoulin and Visin, "A guide to
    convolution arithmetic for deep learning", 2016.
    """

    def __init__(self, c_in, c_out, kernel, stride=1, padding=0, output_padding=0, bias=True,
                 initializer=fan_in_uniform, generator=None):
        self.output_padding = pair("output_padding", output_padding, at_least=0)
        super().__init__(c_in, c_out, kernel, stride, padding, bias, initializer, generator)
        for word, more, step in zip(("height", "width"), self.output_padding, self.stride):
            if more >= step:
                raise ValueError(f"{self!r}: output_padding ({word}) must be less than the stride {step}, "
                                 f"got {more}; it chooses between sizes that have equally many windows")

    def weight_shape(self):
        return (*self.kernel, self.c_out, self.c_in)

    def forward(self, x):
        self.expect_images(x)
        transposed_size(repr(self), x.shape[1:3], self.kernel, self.stride, self.padding, self.output_padding)
        y = conv_transpose2d(x, self.W.data, self.b.data if self.b else None, self.stride, self.padding,
                             self.output_padding)
        return self.keep(y, x)

    def backward(self, dy, need_dx=True):
        x, = self.take(dy)
        dx, dW, db = conv_transpose2d_backward(dy, x, self.W.data, self.stride, self.padding, need_dx,
                                               need_dW=not self.frozen)
        self.add_gradients(dW, db)
        return dx
