import numpy as np


def largest_taken_out(x, weights, means, variances):
    squares = (x[:, None] - means) ** 2 / variances
    a = np.log(weights) - 0.5 * (squares + np.log(2 * np.pi * variances)).sum(axis=-1)
    m = a.max(axis=1, keepdims=True)
    e = np.exp(a - m)
    total = e.sum(axis=1, keepdims=True)
    return e / total, (m + np.log(total))[:, 0]


def with_logaddexp(x, weights, means, variances):
    squares = (x[:, None] - means) ** 2 / variances
    a = np.log(weights) - 0.5 * (squares + np.log(2 * np.pi * variances)).sum(axis=-1)
    log_p = np.logaddexp.reduce(a, axis=1)
    return {"log_p": log_p, "r": np.exp(a - log_p[:, None])}


def loops(x, weights, means, variances):
    r, log_p = np.zeros((len(x), len(means))), np.zeros(len(x))
    for n in range(len(x)):
        a = np.zeros(len(means))
        for j in range(len(means)):
            a[j] = np.log(weights[j])
            for d in range(x.shape[1]):
                v = variances[j, d]
                a[j] -= 0.5 * np.log(2 * np.pi * v) + (x[n, d] - means[j, d]) ** 2 / (2 * v)
        log_p[n] = a.max() + np.log(np.exp(a - a.max()).sum())
        r[n] = np.exp(a - log_p[n])
    return r, log_p


def squares_multiplied_out(x, weights, means, variances):
    precision = 1 / variances
    quadratic = x ** 2 @ precision.T - 2 * x @ (means * precision).T + (means ** 2 * precision).sum(axis=1)
    a = np.log(weights) - 0.5 * (quadratic + np.log(2 * np.pi * variances).sum(axis=1))
    r = np.exp(a - a.max(axis=1, keepdims=True))
    return r / r.sum(axis=1, keepdims=True), np.logaddexp.reduce(a, axis=1)


def odds_against_each_other(x, weights, means, variances):
    squares = (x[:, None] - means) ** 2 / variances
    a = np.log(weights) - 0.5 * (squares + np.log(2 * np.pi * variances)).sum(axis=-1)
    with np.errstate(over="ignore"):
        r = 1 / np.exp(a[:, None, :] - a[:, :, None]).sum(axis=-1)
    return [r, np.logaddexp.reduce(a, axis=1)]


def in_single_precision(x, weights, means, variances):
    return tuple(part.astype(np.float32) for part in largest_taken_out(x, weights, means, variances))
