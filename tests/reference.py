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


# ---- penalties and losses -----------------------------------------------------------------------------

l1_activity = summed(lambda x, weight: weight * abs(x))


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
