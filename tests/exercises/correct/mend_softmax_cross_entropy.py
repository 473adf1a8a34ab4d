import numpy as np


def mended(logits, labels):
    rows = np.arange(len(labels))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    pi = e / e.sum(axis=1, keepdims=True)
    dlogits = pi.copy()
    dlogits[rows, labels] -= 1
    return -np.log(pi[rows, labels]).mean(), dlogits / len(labels)


def one_hot(logits, labels):
    x = (labels[:, None] == np.arange(logits.shape[1])).astype(float)
    pi = np.exp(logits) / np.exp(logits).sum(axis=1)[:, None]
    return -np.sum(x * np.log(pi)) / len(x), (pi - x) / len(x)


def loops(logits, labels):
    n, d = len(labels), np.zeros_like(logits)
    value = 0
    for i in range(n):
        pi = np.exp(logits[i]) / np.exp(logits[i]).sum()
        value -= np.log(pi[labels[i]]) / n
        d[i] = pi / n
        d[i, labels[i]] -= 1 / n
    return [value, d]


def logsumexp(logits, labels):
    total = np.log(np.exp(logits).sum(1))
    d = np.exp(logits - total[:, None]) / len(labels)
    np.add.at(d, (np.arange(len(labels)), labels), -1 / len(labels))
    return {"value": (total - logits[np.arange(len(labels)), labels]).mean(), "dlogits": d}


def take_along_axis(logits, labels):
    pi = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    chosen = np.take_along_axis(pi, labels[:, None], 1)
    np.put_along_axis(pi, labels[:, None], chosen - 1, 1)
    return -np.log(chosen).mean(), pi / len(pi)


def in_single_precision(logits, labels):
    return mended(logits.astype(np.float32), labels)
