import numpy as np


def shifted(logits, labels):
    a = logits - logits.max(axis=1, keepdims=True)
    log_pi = a - np.log(np.exp(a).sum(axis=1, keepdims=True))
    rows = np.arange(len(a))
    dlogits = np.exp(log_pi)
    dlogits[rows, labels] -= 1
    return -log_pi[rows, labels].mean(), dlogits / len(a)


def one_hot(logits, labels):
    x = np.eye(logits.shape[1])[labels]
    top = logits.max(axis=1, keepdims=True)
    total = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    value = (total[:, 0] - (x * logits).sum(axis=1)).sum() / len(x)
    return {"value": value, "dlogits": (np.exp(logits - total) - x) / len(x)}


def logaddexp(logits, labels):
    total = np.logaddexp.reduce(logits, axis=1)
    value = np.mean(total - np.take_along_axis(logits, labels[:, None], 1).ravel())
    dlogits = np.exp(logits - total[:, None])
    np.subtract.at(dlogits, (range(len(labels)), labels), 1.0)
    dlogits /= len(labels)
    return float(value), dlogits


def loops(logits, labels):
    n, k = logits.shape
    value, dlogits = 0.0, np.zeros((n, k))
    for i in range(n):
        top = max(logits[i])
        e = [np.exp(a - top) for a in logits[i]]
        for j in range(k):
            dlogits[i, j] = (e[j] / sum(e) - (labels[i] == j)) / n
        value += (np.log(sum(e)) + top - logits[i, labels[i]]) / n
    return [value, dlogits]


def differences_of_logits(logits, labels):
    right = logits[np.arange(len(labels)), labels][:, None]
    value = np.logaddexp.reduce(logits - right, axis=1, keepdims=True).mean()
    pi = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    return value.reshape(1), (pi - (np.arange(logits.shape[1]) == labels[:, None])) / len(labels)


def in_single_precision(logits, labels):
    a = logits.astype(np.float32)
    a = a - a.max(axis=1, keepdims=True)
    log_pi = a - np.log(np.exp(a).sum(axis=1, keepdims=True))
    x = np.eye(a.shape[1], dtype=np.float32)[labels]
    return -(x * log_pi).sum() / len(a), (np.exp(log_pi) - x) / np.float32(len(a))
