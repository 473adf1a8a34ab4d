import numpy as np


def loops(dy, x, W, stride, padding):
    N, U, V, M = dy.shape
    _, H, B, C = x.shape
    K = W.shape[0]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(M)
    for u in range(U):
        for v in range(V):
            db += dy[:, u, v].sum(axis=0)
            for i in range(K):
                for j in range(K):
                    r, c = u * stride + i - padding, v * stride + j - padding
                    if 0 <= r < H and 0 <= c < B:
                        dx[:, r, c] += dy[:, u, v] @ W[i, j].T
                        dW[i, j] += x[:, r, c].T @ dy[:, u, v]
    return dx, dW, db


def windows(dy, x, W, stride, padding):
    p, s, K = padding, stride, len(W)
    framed = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    dframed, dW = np.zeros_like(framed), np.zeros_like(W)
    for u, v in np.ndindex(dy.shape[1], dy.shape[2]):
        window = np.s_[:, s * u:s * u + K, s * v:s * v + K]
        dframed[window] += np.einsum("nm,ijcm->nijc", dy[:, u, v], W)
        dW += np.einsum("nm,nijc->ijcm", dy[:, u, v], framed[window])
    return dframed[:, p:p + x.shape[1], p:p + x.shape[2]], dW, dy.sum(axis=(0, 1, 2))


def pixels_of_the_kernel(dy, x, W, stride, padding):
    p, s = padding, stride
    U, V = dy.shape[1:3]
    framed = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    dframed, dW = 0 * framed, np.empty(W.shape)
    for i, j in np.ndindex(W.shape[:2]):
        place = np.s_[:, i:i + s * (U - 1) + 1:s, j:j + s * (V - 1) + 1:s]
        dframed[place] += dy @ W[i, j].T
        dW[i, j] = np.tensordot(framed[place], dy, ([0, 1, 2], [0, 1, 2]))
    return {"dx": dframed[:, p:p + x.shape[1], p:p + x.shape[2]], "dW": dW, "db": dy.sum((0, 1, 2))}


def gathered(dy, x, W, stride, padding):
    """dx as a convolution of the spread-out dy with the kernel turned and its channels swapped."""
    N, U, V, M = dy.shape
    K, p, s = len(W), padding, stride
    apart = np.zeros((N, (U - 1) * s + 1, (V - 1) * s + 1, M))
    apart[:, ::s, ::s] = dy
    H, B = x.shape[1] + 2 * p, x.shape[2] + 2 * p
    apart = np.pad(apart, ((0, 0), (K - 1, H - apart.shape[1]), (K - 1, B - apart.shape[2]), (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(apart, (K, K), axis=(1, 2))      # (N, H, B, M, K, K)
    dframed = np.einsum("nhbmij,ijcm->nhbc", views, W[::-1, ::-1])
    framed = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(framed, (K, K), axis=(1, 2))[:, ::s, ::s]
    dW = np.einsum("nuvcij,nuvm->ijcm", seen, dy)
    return dframed[:, p:H - p, p:B - p], dW, np.einsum("nuvm->m", dy)


def columns(dy, x, W, stride, padding):
    N, U, V, M = dy.shape
    K, C, p = len(W), x.shape[3], padding
    rows = (np.arange(U) * stride)[:, None] + np.arange(K)
    cols = (np.arange(V) * stride)[:, None] + np.arange(K)
    framed = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    where = np.ix_(range(N), range(U), range(V), range(K), range(K))
    index = (where[0], rows[:, None, :, None][None], cols[None, :, None, :][None])
    X = framed[index]                                                                   # (N, U, V, K, K, C)
    dX = (dy.reshape(-1, M) @ W.reshape(-1, M).T).reshape(N, U, V, K, K, C)
    dframed = np.zeros_like(framed)
    np.add.at(dframed, index, dX)
    dW = (X.reshape(-1, K * K * C).T @ dy.reshape(-1, M)).reshape(W.shape)
    return dframed[:, p:p + x.shape[1], p:p + x.shape[2]], dW, dy.reshape(-1, M).sum(0)


def in_single_precision(dy, x, W, stride, padding):
    return windows(*(a.astype(np.float32) for a in (dy, x, W)), stride, padding)
