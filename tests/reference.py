"""Every formula again, as slowly and plainly as it can be written: one loop for each index.

The library's functions are compared with these (test_reference.py). A gradient check proves that
backward belongs to forward; this proves that forward is the formula. Functions bear the names of
those they mirror, take NumPy arrays, and compute in float64. Losses return their value alone.
"""
import itertools
import math

import numpy as np


def elementwise(f):
    """y[i] = f(x[i], …) for each index i; arguments that are single numbers are the same for all."""
    def applied(x, *others):
        y = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            y[index] = f(x[index], *(other[index] if np.ndim(other) else other for other in others))
        return y
    return applied


def summed(f):
    """1/N Σ f(x[i], …), over the features and averaged over the batch."""
    def applied(x, *others):
        return sum(elementwise(f)(x, *others).flat) / len(x)
    return applied


# ---- layers -----------------------------------------------------------------------------------------

def dense(x, W, b):
    y = np.zeros((len(x), W.shape[1]))
    for n, m in np.ndindex(y.shape):
        y[n, m] = b[m]
        for d in range(W.shape[0]):
            y[n, m] += x[n, d] * W[d, m]
    return y


def tied_dense(h, W, b):
    y = np.zeros((len(h), W.shape[0]))
    for n, d in np.ndindex(y.shape):
        y[n, d] = b[d]
        for m in range(W.shape[1]):
            y[n, d] += h[n, m] * W[d, m]
    return y


def embedding(tokens, W):
    y = np.zeros((*tokens.shape, W.shape[1]))
    for place in np.ndindex(tokens.shape):
        for m in range(W.shape[1]):
            y[place][m] = W[tokens[place], m]
    return y


sigmoid = elementwise(lambda x: 1 / (1 + math.exp(-x)))
tanh = elementwise(lambda x: (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x)))
relu = elementwise(lambda x: x if x > 0 else 0)
leaky_relu = elementwise(lambda x, slope: x if x > 0 else slope * x)
elu = elementwise(lambda x: x if x > 0 else math.exp(x) - 1)
softplus = elementwise(lambda x: math.log(1 + math.exp(x)))


def softmax(x):
    y = np.zeros(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        total = sum(math.exp(value) for value in x[place])
        for k, value in enumerate(x[place]):
            y[place][k] = math.exp(value) / total
    return y


def standardized(values, epsilon):
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return [(value - mean) / math.sqrt(variance + epsilon) for value in values]


def batch_norm(x, gamma, beta, epsilon=1e-5):
    y = np.zeros(x.shape)
    for d in range(x.shape[1]):
        for n, u in enumerate(standardized([x[n, d] for n in range(len(x))], epsilon)):
            y[n, d] = gamma[d] * u + beta[d]
    return y


def layer_norm(x, gamma, beta, epsilon=1e-5):
    y = np.zeros(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        for d, u in enumerate(standardized(list(x[place]), epsilon)):
            y[place][d] = gamma[d] * u + beta[d]
    return y


dropout = elementwise(lambda x, mask, rate: x / (1 - rate) if mask else 0)
masking_noise = elementwise(lambda x, mask: x if mask else 0)
gaussian_noise = elementwise(lambda x, noise, std: x + std * noise)
salt_and_pepper = elementwise(lambda x, noise: {-1: 0, 0: x, 1: 1}[noise])

gaussian_sample = elementwise(lambda mean, log_var, noise: mean + math.sqrt(math.exp(log_var)) * noise)


# ---- windows: in each loop, (r, c) is the pixel of the image, which may lie outside ------------------------

def both(value):
    return value if isinstance(value, tuple) else (value, value)


def windows_of(size, kernel, stride, padding):
    """(u, v, i, j, r, c): pixel (i, j) of the window (u, v) is the pixel (r, c) of the image."""
    (kh, kw), (sh, sw), (ph, pw) = both(kernel), both(stride), both(padding)
    for u, v, i, j in itertools.product(range(size[0]), range(size[1]), range(kh), range(kw)):
        yield u, v, i, j, u * sh + i - ph, v * sw + j - pw


def inside(r, c, x):
    return 0 <= r < x.shape[1] and 0 <= c < x.shape[2]


def count_of_windows(x, kernel, stride, padding):
    """How often a window can be laid into the padded image, counted."""
    counts = []
    for extent, k, s, p in zip(x.shape[1:3], both(kernel), both(stride), both(padding)):
        start = counts.append(0) or -p
        while start + k <= extent + p:
            start, counts[-1] = start + s, counts[-1] + 1
    return counts


def conv2d(x, W, b=None, stride=1, padding=0):
    y = np.zeros((len(x), *count_of_windows(x, W.shape[:2], stride, padding), W.shape[3]))
    for n, m in itertools.product(range(len(x)), range(W.shape[3])):
        y[n, :, :, m] = 0 if b is None else b[m]
        for u, v, i, j, r, c in windows_of(y.shape[1:3], W.shape[:2], stride, padding):
            for d in range(W.shape[2]):
                y[n, u, v, m] += x[n, r, c, d] * W[i, j, d, m] if inside(r, c, x) else 0
    return y


def conv_transpose2d(x, W, b=None, stride=1, padding=0, output_padding=0):
    size = [(extent - 1) * s - 2 * p + k + o for extent, s, p, k, o in zip(
        x.shape[1:3], both(stride), both(padding), W.shape[:2], both(output_padding))]
    y = np.zeros((len(x), *size, W.shape[2]))
    for n, m in itertools.product(range(len(x)), range(W.shape[2])):
        y[n, :, :, m] = 0 if b is None else b[m]
        for u, v, i, j, r, c in windows_of(x.shape[1:3], W.shape[:2], stride, padding):
            for d in range(W.shape[3]):
                if inside(r, c, y):
                    y[n, r, c, m] += x[n, u, v, d] * W[i, j, m, d]
    return y


def conv2d_backward(dy, x, W, stride=1, padding=0):
    """Each number of dy goes back along each product that its y is a sum of."""
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[3])
    for n, m in itertools.product(range(len(x)), range(W.shape[3])):
        db[m] += sum(dy[n, :, :, m].flat)
        for u, v, i, j, r, c in windows_of(dy.shape[1:3], W.shape[:2], stride, padding):
            for d in range(W.shape[2]):
                if inside(r, c, x):
                    dx[n, r, c, d] += dy[n, u, v, m] * W[i, j, d, m]
                    dW[i, j, d, m] += dy[n, u, v, m] * x[n, r, c, d]
    return dx, dW, db


def conv_transpose2d_backward(dy, x, W, stride=1, padding=0):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[2])
    for n, m in itertools.product(range(len(x)), range(W.shape[2])):
        db[m] += sum(dy[n, :, :, m].flat)
        for u, v, i, j, r, c in windows_of(x.shape[1:3], W.shape[:2], stride, padding):
            for d in range(W.shape[3]):
                if inside(r, c, dy):
                    dx[n, u, v, d] += dy[n, r, c, m] * W[i, j, m, d]
                    dW[i, j, m, d] += dy[n, r, c, m] * x[n, u, v, d]
    return dx, dW, db


def max_pool2d(x, kernel, stride=None, padding=0):
    stride = kernel if stride is None else stride
    y = np.full((len(x), *count_of_windows(x, kernel, stride, padding), x.shape[3]), -np.inf)
    for n, m in itertools.product(range(len(x)), range(x.shape[3])):
        for u, v, _, _, r, c in windows_of(y.shape[1:3], kernel, stride, padding):
            if inside(r, c, x):
                y[n, u, v, m] = max(y[n, u, v, m], x[n, r, c, m])
    return y


def max_pool2d_backward(dy, x, kernel, stride=None, padding=0):
    """Look for the pixel that is the maximum, and go no further once it is found."""
    stride = kernel if stride is None else stride
    dx, y, found = np.zeros(x.shape), max_pool2d(x, kernel, stride, padding), np.zeros(dy.shape, bool)
    for n, m in itertools.product(range(len(x)), range(x.shape[3])):
        for u, v, _, _, r, c in windows_of(y.shape[1:3], kernel, stride, padding):
            if inside(r, c, x) and x[n, r, c, m] == y[n, u, v, m] and not found[n, u, v, m]:
                dx[n, r, c, m] += dy[n, u, v, m]
                found[n, u, v, m] = True
    return dx


def max_unpool2d(x, place, size, kernel, stride=None, padding=0):
    stride = kernel if stride is None else stride
    y = np.zeros((len(x), *both(size), x.shape[3]))
    for n, m in itertools.product(range(len(x)), range(x.shape[3])):
        for u, v, i, j, r, c in windows_of(x.shape[1:3], kernel, stride, padding):
            if place[n, u, v, m] == i * both(kernel)[1] + j and inside(r, c, y):
                y[n, r, c, m] += x[n, u, v, m]
    return y


def avg_pool2d(x, kernel, stride=None, padding=0):
    stride = kernel if stride is None else stride
    y = np.zeros((len(x), *count_of_windows(x, kernel, stride, padding), x.shape[3]))
    for n, m in itertools.product(range(len(x)), range(x.shape[3])):
        for u, v, _, _, r, c in windows_of(y.shape[1:3], kernel, stride, padding):
            if inside(r, c, x):
                y[n, u, v, m] += x[n, r, c, m] / math.prod(both(kernel))
    return y


def upsample2d(x, factor):
    fh, fw = both(factor)
    y = np.zeros((len(x), x.shape[1] * fh, x.shape[2] * fw, x.shape[3]))
    for n, r, c, m in np.ndindex(y.shape):
        y[n, r, c, m] = x[n, r // fh, c // fw, m]
    return y


# ---- penalties and losses -----------------------------------------------------------------------------

l1_activity = summed(lambda x, weight: weight * abs(x))


def pack(x, m):
    y = np.zeros((len(x) // m, *x.shape[1:-1], m * x.shape[-1]))
    for n in range(len(x)):
        for c in range(x.shape[-1]):
            y[n // m, ..., n % m * x.shape[-1] + c] = x[n, ..., c]
    return y


def minibatch_std(x, strength=1.0, epsilon=1e-8):
    deviations = [np.sqrt(x[:, j].var() + epsilon) for j in range(x.shape[1])]
    return np.array([[*row, strength * sum(deviations) / len(deviations)] for row in x])


def spectral_normalize(W):
    return W / np.linalg.svd(W, compute_uv=False)[0]


def kl_sparsity(x, rho, weight):
    total = 0
    for unit in np.ndindex(x.shape[1:]):
        mean = sum(x[(n, *unit)] for n in range(len(x))) / len(x)
        total += weight * (rho * math.log(rho / mean) + (1 - rho) * math.log((1 - rho) / (1 - mean)))
    return total


squared_error = summed(lambda prediction, target: (prediction - target) ** 2 / 2)
cross_entropy = summed(lambda prediction, target: -target * math.log(prediction))
binary_cross_entropy = summed(
    lambda prediction, target: -target * math.log(prediction) - (1 - target) * math.log(1 - prediction))


def binary_cross_entropy_with_logits(logits, target):
    return binary_cross_entropy(sigmoid(logits), target)


gaussian_nll = summed(
    lambda mean, log_var, target: -math.log(math.exp(-(target - mean) ** 2 / (2 * math.exp(log_var)))
                                            / math.sqrt(2 * math.pi * math.exp(log_var))))


def softmax_cross_entropy(logits, labels):
    probabilities, total = softmax(logits), 0
    for n, k in itertools.product(*map(range, logits.shape)):
        share = labels[n, k] if labels.ndim == 2 else float(labels[n] == k)
        total -= share * math.log(probabilities[n, k])
    return total / len(logits)


def gaussian_kl(mean, log_var, prior_mean=None, prior_log_var=None):
    total = 0
    for index in np.ndindex(mean.shape):
        prior = (0, 1) if prior_mean is None else (prior_mean[index], math.exp(prior_log_var[index]))
        ratio = math.exp(log_var[index]) / prior[1]
        total += ((mean[index] - prior[0]) ** 2 / prior[1] + ratio - 1 - math.log(ratio)) / 2
    return total / len(mean)


# ---- losses/adversarial.py ------------------------------------------------------------------------------------

def mean_over_logits(term):
    """The mean over the batch of term(a), for the one logit a of each example."""
    def loss(logits):
        total = 0.0
        for row in np.reshape(logits, (len(logits), 1)):
            total += term(float(row[0]))
        return total / len(logits)
    return loss


def probability(a):
    return 1 / (1 + math.exp(-a))


minimax_real = non_saturating_real = non_saturating_generator = mean_over_logits(lambda a: -math.log(probability(a)))
minimax_fake = non_saturating_fake = mean_over_logits(lambda a: -math.log(1 - probability(a)))
minimax_generator = mean_over_logits(lambda a: math.log(1 - probability(a)))
least_squares_real = least_squares_generator = mean_over_logits(lambda a: (a - 1) ** 2 / 2)
least_squares_fake = mean_over_logits(lambda a: a ** 2 / 2)
wasserstein_real = wasserstein_generator = hinge_generator = mean_over_logits(lambda a: -a)
wasserstein_fake = mean_over_logits(lambda a: a)
hinge_real = mean_over_logits(lambda a: max(0.0, 1 - a))
hinge_fake = mean_over_logits(lambda a: max(0.0, 1 + a))
