import numpy as np

from scratchnets.layers.activations import sigmoid
from scratchnets.layers.convolution import conv2d, conv2d_backward, conv_transpose2d, conv_transpose2d_backward


def step_by_step(h, W, V, w):
    x = sigmoid(conv_transpose2d(h, W, None, 2, 1))
    a = conv2d(x, V, None, 2, 1)
    logit = (np.where(a > 0, a, 0.2 * a) * w).sum(axis=(1, 2, 3))
    value = np.logaddexp(0, -logit).mean()
    dlogit = (sigmoid(logit) - 1) / len(h)
    da = dlogit[:, None, None, None] * w * np.where(a > 0, 1, 0.2)
    dx, _, _ = conv2d_backward(da, x, V, 2, 1)
    dh, dW, _ = conv_transpose2d_backward(dx * x * (1 - x), h, W, 2, 1)
    return value, dh, dW


def roles_exchanged(h, W, V, w):
    """Each convolution is the way back of the other."""
    x = sigmoid(conv_transpose2d(h, W, None, 2, 1))
    a = conv2d(x, V, None, 2, 1)
    b = np.maximum(a, 0.2 * a)
    logit = np.einsum("nuvf,uvf->n", b, w)
    da = np.einsum("n,uvf->nuvf", -1 / (1 + np.exp(logit)), w) / len(h)
    da[a < 0] /= 5
    dy = conv_transpose2d(da, V, None, 2, 1) * x * (1 - x)
    dh = conv2d(dy, W, None, 2, 1)
    dW = conv2d_backward(h, dy, W, 2, 1)[1]
    return {"value": -np.log(sigmoid(logit)).sum() / len(h), "dh": dh, "dW": dW}


def image_by_image(h, W, V, w):
    values, dh, dW = [], np.zeros_like(h), np.zeros_like(W)
    for n in range(len(h)):
        value, dh[n:n + 1], one = step_by_step(h[n:n + 1], W, V, w)
        values.append(value)
        dW += one / len(h)
    return np.mean(values), dh / len(h), dW


def by_matrices(h, W, V, w):
    """Both convolutions as the matrices that they are."""
    (n, u, v, c), (k, _, m, f) = h.shape, V.shape
    rows, columns = 2 * (u - 1) - 2 + k, 2 * (v - 1) - 2 + k

    def matrix(kernel, channels):
        unit = np.eye(u * v * channels).reshape(-1, u, v, channels)
        return conv_transpose2d(unit, kernel, None, 2, 1).reshape(len(unit), -1)

    up, down = matrix(W, c), matrix(V, f).T                     # (U·V·C, H·W·M), (H·W·M, U·V·F)
    x = sigmoid(h.reshape(n, -1) @ up)
    a = x @ down
    logit = np.where(a > 0, a, a / 5) @ w.reshape(-1)
    da = np.outer((sigmoid(logit) - 1) / n, w.reshape(-1)) * np.where(a > 0, 1, 0.2)
    dy = (da @ down.T) * x * (1 - x)
    dW = conv_transpose2d_backward(dy.reshape(n, rows, columns, m), h, W, 2, 1)[1]
    return np.log1p(np.exp(-logit)).mean(), (dy @ up.T).reshape(h.shape), dW


def averaged_at_the_end(h, W, V, w):
    x = 0.5 + 0.5 * np.tanh(conv_transpose2d(h, W, None, 2, 1) / 2)
    a = conv2d(x, V, None, 2, 1)
    slope = np.where(a > 0, 1.0, 0.2)
    logit = (a * slope * w).reshape(len(h), -1).sum(1)
    da = (-np.exp(-np.logaddexp(0, logit))).reshape(-1, 1, 1, 1) * w * slope
    dh, dW, _ = conv_transpose2d_backward(conv2d_backward(da, x, V, 2, 1)[0] * (x - x ** 2), h, W, 2, 1)
    return np.logaddexp(0, -logit).sum() / len(h), dh / len(h), dW / len(h)


def in_single_precision(h, W, V, w):
    value, dh, dW = step_by_step(*(array.astype(np.float32) for array in (h, W, V, w)))
    return np.float32(value), dh.astype(np.float32), dW.astype(np.float32)
