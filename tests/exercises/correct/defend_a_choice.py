import numpy as np


def direct(figures, signs):
    quality = signs * figures.mean(axis=0)
    error = figures.std(axis=0, ddof=1) / np.sqrt(len(figures))
    best, tasks = quality.argmax(axis=0), np.arange(len(signs))
    behind = (quality[best, tasks] - quality) / np.sqrt(error ** 2 + error[best, tasks] ** 2)
    dominates = (quality[:, None] >= quality[None]).all(axis=2) & (quality[:, None] > quality[None]).any(axis=2)
    return quality, error, behind, ~dominates.any(axis=0)


def loops(figures, signs):
    s, m, t = figures.shape
    quality, error, behind, front = np.zeros((m, t)), np.zeros((m, t)), np.zeros((m, t)), np.ones(m)
    for i in range(m):
        for k in range(t):
            mean = sum(figures[:, i, k]) / s
            quality[i, k] = signs[k] * mean
            error[i, k] = (sum((value - mean) ** 2 for value in figures[:, i, k]) / (s - 1) / s) ** 0.5
    for k in range(t):
        best = max(range(m), key=lambda i: quality[i, k])
        for i in range(m):
            behind[i, k] = (quality[best, k] - quality[i, k]) / (error[i, k] ** 2 + error[best, k] ** 2) ** 0.5
    for i in range(m):
        for j in range(m):
            if all(quality[j] >= quality[i]) and any(quality[j] > quality[i]):
                front[i] = 0
    return quality, error, behind, front


def by_dictionary(figures, signs):
    turned = figures * signs
    quality, error = turned.mean(0), np.sqrt(turned.var(0, ddof=1) / turned.shape[0])
    top = np.take_along_axis(error, quality.argmax(0)[None], axis=0)
    worse = np.array([any((q >= mine).all() and (q > mine).any() for q in quality) for mine in quality])
    return {"quality": quality, "error": error, "front": np.where(worse, 0, 1),
            "behind": (quality.max(0) - quality) / np.hypot(error, top)}


def by_sums_of_squares(figures, signs):
    s = len(figures)
    mean = np.einsum("smt->mt", figures) / s
    error = np.sqrt(((figures - mean) ** 2).sum(0) / (s * (s - 1)))
    quality = np.einsum("t,mt->mt", signs, mean)
    best = error[quality.argmax(0), range(len(signs))]
    gap = quality[:, None] - quality                            # (M, M, T)
    beaten = [bool(np.any([(g >= 0).all() and g.max() > 0 for g in gap[:, i]])) for i in range(len(quality))]
    return quality, error, (quality.max(axis=0) - quality) / np.sqrt(error ** 2 + best ** 2), 1 - np.array(beaten)


def one_after_the_other(figures, signs):
    quality, error, behind, _ = direct(figures, signs)
    front = [True] * len(quality)
    for i, mine in enumerate(quality):
        for other in quality:
            if np.array_equal(other, mine):
                continue
            if np.min(other - mine) >= 0:
                front[i] = False
    return quality, error, behind, np.array(front)


def in_single_precision(figures, signs):
    return direct(figures.astype(np.float32), signs.astype(np.float32))
