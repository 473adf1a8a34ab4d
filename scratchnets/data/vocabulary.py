"""Between tokens (words, letters) and their ids."""
import collections
import difflib

import numpy as np

UNKNOWN = "<unk>"


class Vocabulary:
    """The tokens that a model knows; a token's id is its place.

    Parameters
    ----------
    tokens : iterable of str
        All different. With ``<unk>`` among them, every other token is encoded as that one.
    """

    def __init__(self, tokens):
        self.tokens = tuple(tokens)
        self._ids = {token: index for index, token in enumerate(self.tokens)}
        if len(self._ids) != len(self.tokens):
            twice = next(token for token, count in collections.Counter(self.tokens).items() if count > 1)
            raise ValueError(f"the tokens of a vocabulary must differ; {twice!r} occurs twice")

    @classmethod
    def most_frequent(cls, tokens, size):
        """``<unk>`` and the `size` − 1 most frequent tokens of a text, the most frequent first."""
        counts = collections.Counter(token for token in tokens if token != UNKNOWN)
        # Ties go by the alphabet, so that the ids do not depend on the order of the text.
        ranked = sorted(counts, key=lambda token: (-counts[token], token))
        return cls([UNKNOWN] + ranked[:size - 1])

    def encode(self, tokens):
        """The ids of a sequence of tokens, int64 (T,)."""
        unknown = self._ids.get(UNKNOWN)
        try:
            return np.array([self._ids[token] if unknown is None else self._ids.get(token, unknown)
                             for token in tokens], dtype=np.int64)
        except KeyError as error:
            near = difflib.get_close_matches(str(error.args[0]), self.tokens, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{error.args[0]!r} is not among the {len(self)} tokens{hint}") from None

    def decode(self, ids):
        """The tokens of a sequence of ids, a list."""
        ids = np.asarray(ids)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise ValueError(f"expected token ids, integers (T,), got {ids.dtype}, shape {ids.shape}")
        if ids.size and not 0 <= ids.min() <= ids.max() < len(self):
            raise ValueError(f"token ids must lie in 0 … {len(self) - 1}, got {ids.min()} … {ids.max()}")
        return [self.tokens[index] for index in ids]

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self._ids

    def __repr__(self):
        return f"<Vocabulary of {len(self):,}: {' '.join(map(repr, self.tokens[:5]))} …>"
