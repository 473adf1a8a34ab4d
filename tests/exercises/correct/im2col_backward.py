import numpy as np


def loops(dcolumns, x, kernel, stride, padding):
    dx, (_, height, width, channels) = np.zeros(x.shape), x.shape
    for n, u, v, q in np.ndindex(dcolumns.shape):
        pixel, c = divmod(q, channels)
        i, j = divmod(pixel, kernel)
        r, column = u * stride + i - padding, v * stride + j - padding
        if 0 <= r < height and 0 <= column < width:
            dx[n, r, column, c] += dcolumns[n, u, v, q]
    return dx


def windows(dcolumns, x, kernel, stride, padding):
    n, u, v, _ = dcolumns.shape
    d = dcolumns.reshape(n, u, v, kernel, kernel, -1)
    framed = np.zeros((n, x.shape[1] + 2 * padding, x.shape[2] + 2 * padding, x.shape[3]))
    for a, b in np.ndindex(u, v):
        framed[:, a * stride:a * stride + kernel, b * stride:b * stride + kernel] += d[:, a, b]
    return framed[:, padding:padding + x.shape[1], padding:padding + x.shape[2]]


def pixels(dcolumns, x, kernel, stride, padding):
    n, u, v, _ = dcolumns.shape
    d = dcolumns.reshape(n, u, v, kernel, kernel, -1)
    framed = np.pad(np.zeros(x.shape, d.dtype), ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    for i in range(kernel):
        for j in range(kernel):
            place = np.s_[:, i:i + stride * (u - 1) + 1:stride, j:j + stride * (v - 1) + 1:stride]
            framed[place] += d[:, :, :, i, j]
    return {"dx": framed[:, padding:padding + x.shape[1], padding:padding + x.shape[2]]}


def numbered(dcolumns, x, kernel, stride, padding):
    """Send an image of numbers through im2col to see where each entry comes from; then count."""
    where = np.pad(np.arange(1, x[0].size + 1).reshape(x.shape[1:]), ((padding,) * 2, (padding,) * 2, (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(where, (kernel, kernel), axis=(0, 1))
    index = views[::stride, ::stride].transpose(0, 1, 3, 4, 2).ravel()
    rows = [np.bincount(index, weights=row.ravel(), minlength=x[0].size + 1)[1:] for row in dcolumns]
    return np.array(rows).reshape(x.shape)


def scatter(dcolumns, x, kernel, stride, padding):
    n, u, v, _ = dcolumns.shape
    rows = stride * np.arange(u)[:, None] + np.arange(kernel)
    columns = stride * np.arange(v)[:, None] + np.arange(kernel)
    framed = np.zeros((n, x.shape[1] + 2 * padding, x.shape[2] + 2 * padding, x.shape[3]))
    rows, columns = rows[None, :, None, :, None], columns[None, None, :, None, :]
    index = np.arange(n)[:, None, None, None, None], rows, columns
    np.add.at(framed, index, dcolumns.reshape(n, u, v, kernel, kernel, -1))
    return (framed[:, padding:padding + x.shape[1], padding:padding + x.shape[2]],)


def in_single_precision(dcolumns, x, kernel, stride, padding):
    return pixels(dcolumns.astype(np.float32), x.astype(np.float32), kernel, stride, padding)
