"""Counting with a longer memory: what was not seen after three tokens is asked of the last two, and so on.

Derived in docs/derivations/bigram.md.
"""
from scratchnets.arguments import number, positive_integer
from scratchnets.backend import default_dtype, xp
from scratchnets.models.language.checks import expect_tokens


class KneserNey:
    """Counts of n-grams, each order interpolated with the next shorter one (Kneser and Ney, 1995).

    With N(c w) how often token w followed the context c, n(c) how many *different* tokens did, and c'
    the context without its first token::

        p(w | c) = max(N(c w) − d, 0) / N(c) + d n(c) / N(c) · p(w | c')

    Only the longest contexts count how often. The shorter ones are asked where a longer one does not
    know, so they count differently: N(c' w) is after how many different tokens c' w has occurred. The
    shortest is interpolated with 1/K. A context that was never seen leaves the word to the next shorter.

    Parameters
    ----------
    count : int
        K, how many different tokens there are.
    length : int
        How many tokens it looks back.
    discount : float
        d in (0, 1), what each count gives away to what was not seen.

    Attributes
    ----------
    tables_ : list of (grams, counts)
        For contexts of 0, 1, …, length tokens: the grams c w that occur, sorted, each one whole number
        in base K; and N(c w).

    References
    ----------
    Kneser and Ney, "Improved backing-off for m-gram language modeling", 1995. Interpolated as in Chen and
    Goodman, "An empirical study of smoothing techniques for language modeling", 1999, with one discount
    for all orders.
    """

    def __init__(self, count, length=2, discount=0.75):
        self.count, self.length = positive_integer("count", count), positive_integer("length", length)
        self.discount = number("discount", discount, above=0, below=1)
        if self.count ** (self.length + 1) > 2 ** 63:
            raise ValueError(f"KneserNey: {self.length + 1} tokens out of {self.count} do not fit into one 64-bit "
                             "number; take a shorter length or a smaller vocabulary")

    def fit(self, tokens):
        """Count the grams of the text tokens (T,); returns self."""
        expect_tokens("KneserNey", "tokens", tokens, self.count, "tokens")
        if len(tokens) <= self.length:
            raise ValueError(f"KneserNey needs a text of at least {self.length + 1} tokens to look back "
                             f"{self.length}, got {len(tokens)}")
        starts = len(tokens) - self.length
        grams = self._numbers([tokens[i:i + starts] for i in range(self.length + 1)])
        self.tables_ = []
        for order in range(self.length, -1, -1):
            grams, counts = xp.unique(grams, return_counts=True)
            self.tables_.insert(0, (grams, counts))
            grams = grams % self.count ** order          # without its first token; each different one counts once
        return self

    def next_log_proba(self, contexts):
        """log p(next | tokens before):  contexts (N, length) → (N, K)."""
        if not hasattr(self, "tables_"):
            raise RuntimeError("KneserNey has not been fitted; call fit(tokens) first")
        expect_tokens("KneserNey", "contexts", contexts, self.count, "batch", self.length)
        p, every_token = 1 / self.count, xp.arange(self.count)
        for order, (grams, counts) in enumerate(self.tables_):
            last = self._numbers([contexts[:, i] for i in range(self.length - order, self.length)], len(contexts))
            wanted = last[:, None] * self.count + every_token                              # c w for every w, (N, K)
            place = xp.minimum(xp.searchsorted(grams, wanted), len(grams) - 1)
            N = xp.where(grams[place] == wanted, counts[place], 0)
            total, different = N.sum(axis=1, keepdims=True), (N > 0).sum(axis=1, keepdims=True)
            kept, given_away = xp.maximum(N - self.discount, 0), self.discount * different
            p = xp.where(total > 0, (kept + given_away * p) / xp.maximum(total, 1), p)
        return xp.log(p).astype(default_dtype())

    def _numbers(self, columns, rows=0):
        """Tokens side by side as one number in base K; 0 where there are none."""
        numbers = xp.zeros(rows or len(columns[0]), dtype="int64")
        for column in columns:
            numbers = numbers * self.count + column.astype("int64")
        return numbers
