import numpy as np


def broadcast(samples, centres, std, least):
    apart = np.linalg.norm(samples[:, None] - centres, axis=-1)
    nearest, good = apart.argmin(axis=1), apart.min(axis=1) <= 3 * std
    counts = np.bincount(nearest[good], minlength=len(centres))
    q = np.bincount(nearest, minlength=len(centres)) / len(samples)
    q = q[q > 0]
    return counts, (counts >= least).sum(), good.mean(), (q * np.log(q * len(centres))).sum()


def loops(samples, centres, std, least):
    counts, everyone = [0] * len(centres), [0] * len(centres)
    for sample in samples:
        squared = [((sample - centre) ** 2).sum() for centre in centres]
        j = squared.index(min(squared))
        everyone[j] += 1
        counts[j] += squared[j] <= 9 * std ** 2
    n, m = len(samples), len(centres)
    kl = sum(c / n * np.log(m * c / n) for c in everyone if c)
    return {"counts": np.array(counts), "covered": sum(c >= least for c in counts),
            "high_quality": sum(counts) / n, "reverse_kl": kl}


def one_hot(samples, centres, std, least):
    squared = (samples ** 2).sum(1)[:, None] - 2 * samples @ centres.T + (centres ** 2).sum(1)
    member = np.eye(len(centres))[squared.argmin(axis=1)]
    exact = ((samples - member @ centres) ** 2).sum(axis=1)
    good = (exact <= (3 * std) ** 2).astype(float)
    counts, q = good @ member, member.mean(axis=0)
    entropy = -sum(share * np.log(share) for share in q if share > 0)
    return counts, np.count_nonzero(counts >= least), good.sum() / len(good), np.log(len(q)) - entropy


def mode_by_mode(samples, centres, std, least):
    apart = np.sqrt(((samples - centres[:, None]) ** 2).sum(axis=2))             # (M, N)
    nearest = np.argmin(apart, axis=0)
    counts, kl = np.zeros(len(centres)), 0.0
    for j, row in enumerate(apart):
        own = nearest == j
        counts[j] = (own & (row <= 3 * std)).sum()
        kl += own.mean() * np.log(max(own.mean(), 1e-300) * len(centres))
    return counts, (counts > least - 1).sum(), counts.sum() / len(samples), kl


def with_where(samples, centres, std, least):
    squared = np.einsum("nmd,nmd->nm", *[samples[:, None] - centres] * 2)
    nearest = np.argmin(squared, axis=1)
    good = np.take_along_axis(squared, nearest[:, None], 1)[:, 0] <= 9 * std * std
    counts, everyone = np.zeros(len(centres)), np.zeros(len(centres))
    np.add.at(counts, nearest, good)
    np.add.at(everyone, nearest, 1)
    q = everyone / everyone.sum()
    terms = q * np.log(np.where(q > 0, q * len(q), 1))
    return [counts, np.sum(counts >= least), np.mean(good), np.sum(terms)]


def in_single_precision(samples, centres, std, least):
    samples, centres = samples.astype(np.float32), centres.astype(np.float32)
    counts, covered, quality, kl = broadcast(samples, centres, std, least)
    return counts, covered, np.float32(quality), np.float32(kl)
