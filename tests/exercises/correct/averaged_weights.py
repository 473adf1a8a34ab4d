import numpy as np


def as_it_stands(first, weights, decay):
    average = first.copy()
    for theta in weights:
        average = decay * average + (1 - decay) * theta
    T = len(weights)
    return average, np.array([(1 - decay) * decay ** (T - t) for t in range(1, T + 1)])


def in_place(first, weights, decay):
    average = np.array(first)
    for theta in weights:
        average += (1 - decay) * (theta - average)
    return {"average": average, "share": (1 - decay) * decay ** np.arange(len(weights))[::-1]}


def by_the_shares(first, weights, decay):
    T = len(weights)
    share = (1 - decay) * decay ** (T - np.arange(1.0, T + 1))
    return decay ** T * first + share @ weights, share


def by_unit_weights(first, weights, decay):
    """The shares as what the recursion makes of unit vectors."""
    def follow(start, path):
        for now in path:
            start = decay * start + (1 - decay) * now
        return start

    T = len(weights)
    return follow(first, weights), follow(np.zeros(T), np.eye(T))


def from_the_last(first, weights, decay):
    average, share, left = np.zeros_like(first), [], 1.0
    for theta in weights[::-1]:
        share.append(left * (1 - decay))
        average = average + share[-1] * theta
        left *= decay
    return average + left * first, share[::-1]


def in_single_precision(first, weights, decay):
    average, share = by_the_shares(first, weights, decay)
    return average.astype(np.float32), share.astype(np.float32)
