"""The mean over the batch: the 1/N of every loss."""


def batch_mean(terms):
    """1/N Σ terms;  terms (N, …) → (). Divided first: a sum of N may overflow where their mean does not."""
    return (terms / len(terms)).sum()
