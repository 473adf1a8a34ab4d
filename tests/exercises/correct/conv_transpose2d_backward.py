import numpy as np


def loops(dy, x, W, stride, padding):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(dy.shape[3])
    for h in range(dy.shape[1]):
        for b in range(dy.shape[2]):
            db += dy[:, h, b].sum(axis=0)
    for u in range(x.shape[1]):
        for v in range(x.shape[2]):
            for i in range(W.shape[0]):
                for j in range(W.shape[1]):
                    r, c = u * stride + i - padding, v * stride + j - padding
                    if 0 <= r < dy.shape[1] and 0 <= c < dy.shape[2]:
                        dx[:, u, v] += dy[:, r, c] @ W[i, j]
                        dW[i, j] += dy[:, r, c].T @ x[:, u, v]
    return dx, dW, db


def windows(dy, x, W, stride, padding):
    p, s, K = padding, stride, len(W)
    framed = np.pad(dy, ((0, 0), (p, p), (p, p), (0, 0)))
    dx, dW = np.empty_like(x), np.zeros_like(W)
    for u, v in np.ndindex(x.shape[1], x.shape[2]):
        window = framed[:, s * u:s * u + K, s * v:s * v + K]
        dx[:, u, v] = np.einsum("nijm,ijmc->nc", window, W)
        dW += np.einsum("nijm,nc->ijmc", window, x[:, u, v])
    return dx, dW, dy.sum(axis=(0, 1, 2))


def pixels_of_the_kernel(dy, x, W, stride, padding):
    p, s = padding, stride
    U, V = x.shape[1:3]
    framed = np.pad(dy, ((0, 0), (p, p), (p, p), (0, 0)))
    dx, dW = np.zeros(x.shape), np.empty(W.shape)
    for i, j in np.ndindex(W.shape[:2]):
        seen = framed[:, i:i + s * (U - 1) + 1:s, j:j + s * (V - 1) + 1:s]
        dx += seen @ W[i, j]
        dW[i, j] = np.tensordot(seen, x, ([0, 1, 2], [0, 1, 2]))
    return {"db": dy.sum((0, 1, 2)), "dx": dx, "dW": dW}


def sliding(dy, x, W, stride, padding):
    p, s, K = padding, stride, len(W)
    framed = np.pad(dy, ((0, 0), (p, p), (p, p), (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(framed, (K, K), axis=(1, 2))[:, ::s, ::s]
    views = views[:, :x.shape[1], :x.shape[2]]                                          # (N, U, V, M, K, K)
    return [np.einsum("nuvmij,ijmc->nuvc", views, W), np.einsum("nuvmij,nuvc->ijmc", views, x),
            np.einsum("nhbm->m", dy)]


def as_a_matrix(dy, x, W, stride, padding):
    """The map from x to y, written out for one image: its transpose takes dy to dx."""
    (_, H, B, M), (N, U, V, C) = dy.shape, x.shape
    T = np.zeros((H, B, M, U, V, C))
    for u, v, i, j in np.ndindex(U, V, *W.shape[:2]):
        r, c = u * stride + i - padding, v * stride + j - padding
        if 0 <= r < H and 0 <= c < B:
            T[r, c, :, u, v] = W[i, j]
    dx = (dy.reshape(N, -1) @ T.reshape(H * B * M, -1)).reshape(x.shape)
    return dx, windows(dy, x, W, stride, padding)[1], dy.sum(axis=2).sum(axis=1).sum(axis=0)


def in_single_precision(dy, x, W, stride, padding):
    return windows(*(a.astype(np.float32) for a in (dy, x, W)), stride, padding)
