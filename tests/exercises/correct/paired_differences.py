import numpy as np


def direct(scratch, pretrained):
    d = scratch - pretrained
    gain, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    unpaid = gain <= 2 * error
    return gain, error, unpaid.argmax() if unpaid.any() else len(d)


def loops(scratch, pretrained):
    m, n = scratch.shape
    gain, error, stops = np.zeros(m), np.zeros(m), m
    for i in range(m):
        d = [scratch[i, j] - pretrained[i, j] for j in range(n)]
        gain[i] = sum(d) / n
        error[i] = (sum((each - gain[i]) ** 2 for each in d) / (n - 1) / n) ** 0.5
        if gain[i] <= 2 * error[i]:
            stops = min(stops, i)
    return gain, error, stops


def by_t_ratio(scratch, pretrained):
    d = (scratch - pretrained).T
    error = np.sqrt(d.var(axis=0, ddof=1) / len(d))
    return {"gain": d.mean(axis=0), "error": error,
            "stops": next((row for row, t in enumerate(d.mean(axis=0) / error) if t <= 2), len(error))}


def by_covariances(scratch, pretrained):
    error = []
    for a, b in zip(scratch, pretrained):
        c = np.cov(a, b)
        error.append(np.sqrt((c[0, 0] + c[1, 1] - 2 * c[0, 1]) / len(a)))
    gain = scratch.mean(axis=1) - pretrained.mean(axis=1)
    return gain, np.array(error), np.cumprod(gain > 2 * np.array(error)).sum()


def in_place(scratch, pretrained):
    d = scratch.copy()
    d -= pretrained
    gain = np.einsum("mn->m", d) / d.shape[1]
    d -= gain[:, None]
    error = np.sqrt((d * d).sum(axis=1) / (d.shape[1] - 1)) / d.shape[1] ** 0.5
    return gain, error, np.flatnonzero(np.append(gain <= 2 * error, True))[0]


def in_single_precision(scratch, pretrained):
    return direct(scratch.astype(np.float32), pretrained.astype(np.float32))
