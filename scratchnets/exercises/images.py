"""Small images and windows for the exercises on convolutions: all extents different, windows that overlap."""
import numpy as np

LARGEST = 4000          # numbers in the images: answers may be loops


def windows(rng, padding=True):
    """{"n", "h", "w", "c", "u", "v", "k", "m", "stride", "padding"} for images (n, h, w, c).

    u × v windows of k × k pixels fit into an image with its padding. They overlap, at a stride of 2 or
    3, and some rows and columns may be left over at the end.
    """
    while True:
        k, stride = int(rng.integers(3, 6)), int(rng.integers(2, 4))
        around = int(rng.integers(1, k - 1)) if padding else 0
        n, c, m, u, v = (int(size) for size in rng.permutation(np.arange(3, 9))[:5])
        h, w = ((count - 1) * stride + k - 2 * around + int(rng.integers(0, stride)) for count in (u, v))
        different = len({n, h, w, c, u, v, k, m}) == 8
        if different and stride < k and min(h, w) >= 3 and n * h * w * c <= LARGEST:
            return {"n": n, "h": h, "w": w, "c": c, "u": u, "v": v, "k": k, "m": m,
                    "stride": stride, "padding": around}


def pixels_of_windows(u, v, k, stride, padding=0):
    """(a, b, i, j, r, c): pixel (i, j) of the window (a, b) is the image's pixel (r, c), perhaps outside."""
    for a, b, i, j in np.ndindex(u, v, k, k):
        yield a, b, i, j, a * stride + i - padding, b * stride + j - padding


def framed(x, padding):
    """x (N, H, W, C) with `padding` rows and columns of zeros on each side."""
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
