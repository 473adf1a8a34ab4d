import numpy as np


def look_up_and_scatter(W, tokens):
    before, after = tokens[:-1], tokens[1:]
    shifted = W[before] - W[before].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    places = np.arange(len(before))
    dlogits = np.exp(log_p)
    dlogits[places, after] -= 1
    dW = np.zeros_like(W)
    np.add.at(dW, before, dlogits / len(before))
    return -log_p[places, after].mean(), dW


def by_counts(W, tokens):
    counts = np.zeros_like(W)
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    log_p = W - np.logaddexp.reduce(W, axis=1, keepdims=True)
    n, expected = counts.sum(), counts.sum(axis=1, keepdims=True) * np.exp(log_p)
    return {"dW": (expected - counts) / n, "value": -(counts * log_p).sum() / n}


def loops(W, tokens):
    value, dW, n = 0.0, np.zeros_like(W), len(tokens) - 1
    for t in range(n):
        row = W[tokens[t]]
        log_p = row - row.max() - np.log(np.exp(row - row.max()).sum())
        value -= log_p[tokens[t + 1]] / n
        dW[tokens[t]] += np.exp(log_p) / n
        dW[tokens[t], tokens[t + 1]] -= 1 / n
    return value, dW


def one_hot(W, tokens):
    x, y = np.eye(len(W))[tokens[:-1]], np.eye(len(W))[tokens[1:]]
    shifted = x @ (W - W.max(axis=1, keepdims=True))
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(y * log_p).sum() / len(x), x.T @ (np.exp(log_p) - y) / len(x)


def with_logaddexp(W, tokens):
    rows = W[tokens[:-1]]
    log_p = rows - np.logaddexp.reduce(rows, axis=1)[:, None]
    y = (tokens[1:, None] == np.arange(len(W))).astype(float)
    dW = np.array([(np.exp(log_p) - y)[tokens[:-1] == i].sum(axis=0) for i in range(len(W))]) / len(rows)
    return [-(log_p * y).sum(axis=1).mean(), dW]


def in_single_precision(W, tokens):
    value, dW = look_up_and_scatter(W.astype(np.float32), tokens)
    return np.float32(value), dW.astype(np.float32)
