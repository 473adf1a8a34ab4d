import numpy as np


def loops(dy, x, kernel, stride):
    dx = np.zeros(x.shape)
    for n, u, v, c in np.ndindex(dy.shape):
        best, place = -np.inf, None
        for i in range(kernel):
            for j in range(kernel):
                at = n, u * stride + i, v * stride + j, c
                if x[at] > best:
                    best, place = x[at], at
        dx[place] += dy[n, u, v, c]
    return dx


def argmax(dy, x, kernel, stride):
    n, u, v, c = dy.shape
    views = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(1, 2))[:, ::stride, ::stride]
    i, j = np.divmod(views.reshape(n, u, v, c, -1).argmax(axis=-1), kernel)
    at_n, at_u, at_v, at_c = np.ogrid[:n, :u, :v, :c]
    dx = np.zeros_like(x)
    np.add.at(dx, (at_n, stride * at_u + i, stride * at_v + j, at_c), dy)
    return dx


def window_by_window(dy, x, kernel, stride):
    dx = np.zeros_like(x)
    n, _, _, c = dy.shape
    for u, v in np.ndindex(dy.shape[1:3]):
        window = np.s_[:, stride * u:stride * u + kernel, stride * v:stride * v + kernel]
        flat = x[window].reshape(n, kernel * kernel, c)
        mask = flat == flat.max(axis=1, keepdims=True)
        mask &= mask.cumsum(axis=1) == 1                              # of equals the first
        dx[window] += (mask * dy[:, u, v][:, None]).reshape(n, kernel, kernel, c)
    return {"dx": dx}


def pixel_by_pixel(dy, x, kernel, stride):
    u, v = dy.shape[1:3]
    at = [np.s_[:, i:i + stride * (u - 1) + 1:stride, j:j + stride * (v - 1) + 1:stride]
          for i, j in np.ndindex(kernel, kernel)]
    largest = np.max([x[place] for place in at], axis=0)
    dx, open_ = np.zeros_like(x), np.ones(dy.shape, bool)
    for place in at:
        chosen = (x[place] == largest) & open_
        dx[place] += np.where(chosen, dy, 0)
        open_ &= ~chosen
    return dx


def channel_by_channel(dy, x, kernel, stride):
    dx = np.zeros(x.shape)
    for n in range(len(x)):
        for c in range(x.shape[3]):
            for u in range(dy.shape[1]):
                for v in range(dy.shape[2]):
                    window = x[n, u * stride:u * stride + kernel, v * stride:v * stride + kernel, c]
                    i, j = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, u * stride + i, v * stride + j, c] += dy[n, u, v, c]
    return (dx,)


def in_single_precision(dy, x, kernel, stride):
    return argmax(dy.astype(np.float32), x.astype(np.float32), kernel, stride)
