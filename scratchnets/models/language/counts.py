"""Bigram counts: what followed this token, and how often. Derived in docs/derivations/bigram.md."""
from scratchnets.arguments import number, positive_integer
from scratchnets.backend import default_dtype, xp
from scratchnets.models.language.checks import expect_tokens


def bigram_counts(tokens, count):
    """N_ij = how often token j follows token i:  tokens (T,) of integers in [0, K) → (K, K)."""
    count = positive_integer("count", count)
    tokens = tokens.astype("int64")                           # in uint8 the products below would wrap at 256
    pairs = tokens[:-1] * count + tokens[1:]                  # each pair is a number of its own
    return xp.bincount(pairs, minlength=count ** 2).reshape(count, count)


class BigramCounts:
    """p(j | i) = (N_ij + α) / (Σ_j N_ij + α K): the shares in which tokens followed i.

    Parameters
    ----------
    count : int
        K, how many different tokens there are.
    smoothing : float
        α, how often every pair is taken to have been seen before the text starts. With 0 the shares
        are the maximum of the likelihood, and a pair that was not seen is impossible; with 1 every
        pair counts once (Laplace).

    Attributes
    ----------
    counts_ : array (K, K) of int
        N.
    log_proba_ : array (K, K)
        log p(j | i). A token that nothing followed yet: all are equally likely.
    """

    length = 1

    def __init__(self, count, smoothing=1.0):
        self.count = positive_integer("count", count)
        self.smoothing = number("smoothing", smoothing, at_least=0)

    def fit(self, tokens):
        """Count the pairs of the text tokens (T,); returns self."""
        expect_tokens("BigramCounts", "tokens", tokens, self.count, "tokens")
        if len(tokens) < 2:
            raise ValueError("BigramCounts needs a text of at least 2 tokens, got 1")
        self.counts_ = bigram_counts(tokens, self.count)
        shares = self.counts_.astype("float64") + self.smoothing      # float32 counts to 2²⁴ only
        shares = xp.where(shares.sum(axis=1, keepdims=True) > 0, shares, 1)
        p = shares / shares.sum(axis=1, keepdims=True)
        self.log_proba_ = xp.where(p > 0, xp.log(xp.where(p > 0, p, 1)), -xp.inf).astype(default_dtype())
        return self

    def next_log_proba(self, contexts):
        """log p(next | token before):  contexts (N, 1) → (N, K)."""
        if not hasattr(self, "log_proba_"):
            raise RuntimeError("BigramCounts has not been fitted; call fit(tokens) first")
        expect_tokens("BigramCounts", "contexts", contexts, self.count, "batch", 1)
        return self.log_proba_[contexts[:, 0]]
