"""The three products of a convolution, fast. Each replaces one line, and computes the same:

    correlate(x, W)            im2col(x) @ W.reshape(-1, M)
    correlate_weights(x, dy)   im2col(x).reshape(-1, K).T @ dy.reshape(-1, M)
    spread(dy, W)              col2im(dy @ W.reshape(-1, M).T)

im2col copies each pixel kh·kw times, and moving these numbers costs more than multiplying them. Two
observations spare most of it (the tests and the derivation keep to the plain lines):

**Stack rows only.** A *strip* holds, for one output row, the kh input rows that it looks at, as one
sequence of columns of kh·C numbers each. A window is kw neighbouring columns: kw·kh·C numbers that lie
side by side already, so windows need no copies of their own. They overlap, and the rows of a matrix
must not; but of windows at the stride s, every R-th one, R = ⌈kw/s⌉, begins where an earlier one has
ended. So the windows are R matrices that share one memory, and the product is R products. A few
images at a time, the strips fit into the processor's cache.

**Spread by gathering.** Where col2im adds numbers up, `spread` collects them: a block of s×s pixels
looks back at ⌈kh/s⌉×⌈kw/s⌉ pixels of dy, which is a correlation at stride 1 with s²·C channels.
"""
import math
import threading

from scratchnets.backend import name as backend_name, xp

BUDGET = 512 * 1024         # numbers in the strips of one chunk of images: 2 MB of float32


class Workspace(threading.local):
    """Memory that stays from one call to the next, for each thread its own.

    New memory comes from the system page by page, which takes longer than to fill it. (CuPy keeps its
    memory by itself.)
    """

    def __init__(self):
        self.kept = {}

    def empty(self, use, shape, dtype):
        """Room for an array; what was last asked for, for the same use, is overwritten."""
        size, key = math.prod(shape), (use, xp.dtype(dtype))
        if size > 4 * BUDGET or backend_name() != "numpy":
            return xp.empty(shape, dtype=dtype)
        if key not in self.kept or self.kept[key].size < size:
            self.kept[key] = xp.empty(size, dtype=dtype)
        return self.kept[key][:size].reshape(shape)


workspace = Workspace()


class Strips:
    """For each output row the input rows under it, ready to be read as windows, some images at a time.

    Iterating gives (images, parts): a slice of the batch, and for each of the R matrices (rows,
    windows): which rows of the result, counted over images, output rows and `width`, are the
    products of these windows. Behind the windows of each output row stand a few that nobody asked for,
    ``width`` in all: they lie across the end of one strip and the beginning of the next.

    Parameters
    ----------
    x : array (N, H, W, C)
    kernel, stride : pair of int
    offset : pair of int
        Where the first window begins, above and left of the image: the padding.
    size : pair of int
        How many windows, down and across. Pixels outside the image are 0.
    """

    def __init__(self, x, kernel, stride, offset, size):
        n, height, width, channels = x.shape
        (kh, kw), (sh, sw), (top, left), (down, across) = kernel, stride, offset, size
        reach = (across - 1) * sw + kw                                    # the columns that windows look at
        # The zeros on the right of the image are those on its left in the next strip.
        self.width = max(across, ceil_div(max(reach - max(left, 0), min(reach, left + width)), sw))
        column = kh * channels
        self.x, self.down, self.apart = x, down, ceil_div(kw, sw)         # R, in windows
        self.step, self.window = sw * column, kw * column                 # in numbers
        strip = self.width * self.step
        images = BUDGET // (down * strip) if backend_name() == "numpy" else n     # a GPU takes all at once
        self.images = min(n, max(1, images))

        numbers = self.images * down * strip
        self.memory = workspace.empty("strips", (numbers + self.apart * self.step,), x.dtype)
        strips = self.memory[:numbers].reshape(self.images, down, self.width * sw, kh, channels)
        self.memory[numbers:] = 0
        columns, of_image = overlap(strips.shape[2], left, width)
        strips[:, :, :columns.start] = 0
        strips[:, :, columns.stop:] = 0
        self.copies = []
        for i in range(kh):                           # row i of the windows that have it inside the image
            begin = min(max(0, ceil_div(top - i, sh)), down)
            end = min(max(begin, (height - 1 + top - i) // sh + 1), down)
            strips[:, :begin, :, i] = 0
            strips[:, end:, :, i] = 0
            rows = slice(begin * sh + i - top, end * sh + i - top, sh)
            if begin < end:
                self.copies.append((strips[:, begin:end, columns, i], x[:, rows, of_image]))

    def __iter__(self):
        for start in range(0, len(self.x), self.images):
            images = slice(start, min(start + self.images, len(self.x)))
            for strips, rows in self.copies:
                strips[:images.stop - start] = rows[images]
            yield images, list(self._windows(images.stop - start))

    def _windows(self, n):
        windows, pitch = n * self.down * self.width, self.apart * self.step
        for r in range(min(self.apart, windows)):
            count = ceil_div(windows - r, self.apart)
            matrix = self.memory[r * self.step:][:count * pitch].reshape(count, pitch)
            yield slice(r, windows, self.apart), matrix[:, :self.window]


def correlate(x, W, b, stride, padding, size):
    """im2col(x) W + b;  x (N, H, W, C), W (kh, kw, C, M), b (M,) or None → y (N, *size, M)."""
    y = xp.empty((len(x), *size, W.shape[3]), dtype=xp.result_type(x, W))
    multiply(x, W, stride, padding, y)
    return add_bias(y, b)


def correlate_weights(x, dy, kernel, stride, padding):
    """im2col(x)ᵀ dy;  x (N, H, W, C), dy (N, H', W', M) → (kh, kw, C, M)."""
    (kh, kw), channels, out = kernel, x.shape[3], dy.shape[3]
    strips = Strips(x, kernel, stride, padding, dy.shape[1:3])
    room = workspace.empty("products", (strips.images, dy.shape[1], strips.width, out), dy.dtype)
    room[:, :, dy.shape[2]:] = 0                      # at the windows that nobody asked for
    rows_of_room = room.reshape(-1, out)
    dW = xp.zeros((kw * kh * channels, out), dtype=dy.dtype)
    for images, parts in strips:
        room[:images.stop - images.start, :, :dy.shape[2]] = dy[images]
        for rows, windows in parts:
            dW += windows.T @ rows_of_room[rows]
    return dW.reshape(kw, kh, channels, out).transpose(1, 0, 2, 3)


def spread(dy, W, b, stride, padding, size):
    """col2im(dy Wᵀ) + b;  dy (N, H', W', M), W (kh, kw, C, M), b (C,) or None → (N, *size, C).

    Pixel s·u + a of the padded image is in the windows u − i, at their row a + s·i, for all i with
    a + s·i < kh. So the block of pixels u, all a at once, is a product of the windows ⌈kh/s⌉ − 1
    before it up to u itself with the weights W[a + s·i], i from large to small.
    """
    (kh, kw, channels, _), (sh, sw), (ph, pw), (height, width) = W.shape, stride, padding, size
    blocks = ceil_div(kh, sh), ceil_div(kw, sw)
    first = ph // sh, pw // sw                        # the blocks before these are padding altogether
    u, v = ceil_div(ph + height, sh) - first[0], ceil_div(pw + width, sw) - first[1]
    offset = blocks[0] - 1 - first[0], blocks[1] - 1 - first[1]
    y = xp.empty((len(dy), u, sh, v, sw, channels), dtype=xp.result_type(dy, W))
    by_block = y.transpose(0, 1, 3, 2, 4, 5)          # (N, u, v, s, s, C)
    multiply(dy, by_blocks(W, blocks, stride), (1, 1), offset, by_block)
    top, left = ph % sh, pw % sw
    return add_bias(y.reshape(-1, u * sh, v * sw, channels), b)[:, top:top + height, left:left + width]


def multiply(x, W, stride, offset, y):
    """Set y (N, H', W', …) to the product of all windows of x with W."""
    strips, out = Strips(x, W.shape[:2], stride, offset, y.shape[1:3]), W.shape[3]
    W = columns_first(W)
    room = workspace.empty("products", (strips.images, y.shape[1], strips.width, out), y.dtype)
    rows_of_room = room.reshape(-1, out)
    for images, parts in strips:
        for rows, windows in parts:
            xp.matmul(windows, W, out=rows_of_room[rows])
        y[images] = room[:images.stop - images.start, :, :y.shape[2]].reshape(-1, *y.shape[1:])


def add_bias(y, b):
    """y + b, in y's memory;  y (N, H, W, M), b (M,) or None. Added a row of pixels at a time: long loops are fast."""
    if b is not None:
        rows = y.reshape(-1, y.shape[2] * y.shape[3])
        rows += xp.tile(b, y.shape[2])
    return y


def by_blocks(W, blocks, stride):
    """W (kh, kw, C, M) → (⌈kh/s⌉, ⌈kw/s⌉, M, s·s·C), filled up with zeros and the blocks in reverse."""
    (kh, kw, channels, out), (sh, sw) = W.shape, stride
    filled = xp.zeros((blocks[0] * sh, blocks[1] * sw, channels, out), dtype=W.dtype)
    filled[:kh, :kw] = W
    filled = filled.reshape(blocks[0], sh, blocks[1], sw, channels, out)[::-1, :, ::-1]
    return filled.transpose(0, 2, 5, 1, 3, 4).reshape(*blocks, out, sh * sw * channels)


def columns_first(W):
    """W (kh, kw, C, M) → (kw·kh·C, M): a strip's order, column by column."""
    kh, kw, channels, out = W.shape
    return W.transpose(1, 0, 2, 3).reshape(kw * kh * channels, out)


def overlap(length, offset, size):
    """Where `size` pixels lie that begin at `offset` of `length`, and which of them: two slices."""
    begin = min(max(0, offset), length)
    end = max(begin, min(length, offset + size))
    return slice(begin, end), slice(begin - offset, end - offset)


def ceil_div(a, b):
    """⌈a / b⌉ of whole numbers."""
    return -(-a // b)
