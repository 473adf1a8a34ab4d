"""Tokens to ids and back."""
import numpy as np
import pytest
from hypothesis import given, strategies as st

from scratchnets.data.vocabulary import UNKNOWN, Vocabulary

tokens = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(text=tokens)
def test_decode_undoes_encode(text):
    vocabulary = Vocabulary("hgfedcba")
    ids = vocabulary.encode(text)
    assert ids.dtype == np.int64 and vocabulary.decode(ids) == text


@given(text=tokens, size=st.integers(1, 12))
def test_the_most_frequent_are_kept_and_all_others_are_unknown(text, size):
    vocabulary = Vocabulary.most_frequent(text, size)
    kept, dropped = vocabulary.tokens[1:], set(text) - set(vocabulary.tokens)
    assert vocabulary.tokens[0] == UNKNOWN and len(vocabulary) == min(size, 1 + len(set(text)))
    assert all(text.count(a) >= text.count(b) for a in kept for b in dropped)
    assert list(kept) == sorted(kept, key=lambda token: -text.count(token))
    assert vocabulary.decode(vocabulary.encode(text)) == [t if t in kept else UNKNOWN for t in text]


def test_the_order_of_the_text_does_not_matter():
    assert Vocabulary.most_frequent("cab", 3).tokens == Vocabulary.most_frequent("bca", 3).tokens


def test_errors():
    vocabulary = Vocabulary(["dog", "dogs"])
    assert "dog" in vocabulary and "cat" not in vocabulary
    with pytest.raises(ValueError, match="'dgo' is not among the 2 tokens; did you mean 'dog'"):
        vocabulary.encode(["dog", "dgo"])
    with pytest.raises(ValueError, match="0 … 1, got 0 … 2"):
        vocabulary.decode([0, 2])
    with pytest.raises(ValueError, match="0 … 1, got -1"):
        vocabulary.decode([-1])
    with pytest.raises(ValueError, match="integers"):
        vocabulary.decode([0.5])
    with pytest.raises(ValueError, match="'dog' occurs twice"):
        Vocabulary(["dog", "dog"])
    assert vocabulary.decode([]) == [] and len(vocabulary.encode([])) == 0
