"""Interpolated Kneser–Ney counts: by hand, against a reading of the formula in loops, and their own identity."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.data.text import context_windows
from scratchnets.models.language import BigramCounts, KneserNey, nats_per_token, sample
from scratchnets.models.language.counts import bigram_counts

TEXT = np.array([0, 1, 0, 1, 2, 0, 1, 0])       # 0→1 three times, 1→0 twice, 1→2, 2→0; 3 never occurs


def proba(model, contexts):
    return np.exp(to_numpy(model.next_log_proba(asarray(np.asarray(contexts)))))


def by_the_formula(text, count, length, discount, context):
    """p(· | context), one count at a time."""
    def grams(order):                                      # the grams of `order` + 1 tokens, as often as they count
        if order == length:
            return [tuple(text[i:i + length + 1]) for i in range(len(text) - length)]
        return [gram[1:] for gram in sorted(set(grams(order + 1)))]

    p = [1 / count] * count
    for order in range(length + 1):
        last = tuple(context[len(context) - order:])
        followers = [gram[-1] for gram in grams(order) if gram[:-1] == last]
        if followers:
            total, different = len(followers), len(set(followers))
            p = [max(followers.count(w) - discount, 0) / total + discount * different / total * p[w]
                 for w in range(count)]
    return p


def test_by_hand(float64):
    # After how many different tokens? 0 after two (1 and 2), 1 after one, 2 after one: four pairs.
    p = proba(KneserNey(4, length=1, discount=0.5).fit(asarray(TEXT)), [[0], [1], [3]])
    single = np.array([1.5, 0.5, 0.5, 0]) / 4 + 0.5 * 3 / 4 / 4
    np.testing.assert_allclose(p[0], np.array([0, 2.5, 0, 0]) / 3 + 0.5 * 1 / 3 * single)
    np.testing.assert_allclose(p[1], np.array([1.5, 0, 0.5, 0]) / 3 + 0.5 * 2 / 3 * single)
    np.testing.assert_allclose(p[2], single)                # nothing ever followed 3


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("discount", [0.1, 0.75])
def test_is_the_formula(length, discount, rng, float64):
    text = rng.integers(0, 5, 60)
    contexts = np.stack(np.meshgrid(*[np.arange(5)] * length, indexing="ij"), axis=-1).reshape(-1, length)
    expected = [by_the_formula(text.tolist(), 5, length, discount, context.tolist()) for context in contexts]
    model = KneserNey(5, length, discount).fit(asarray(text))
    np.testing.assert_allclose(proba(model, contexts), expected, rtol=1e-12)


@pytest.mark.parametrize("length", [1, 2, 4])
def test_every_context_has_a_distribution_in_which_nothing_is_impossible(length, rng, float64):
    model = KneserNey(7, length, 0.9).fit(asarray(rng.integers(0, 6, 100)))           # token 6 never occurs
    p = proba(model, rng.integers(0, 7, (200, length)))
    assert p.min() > 0
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_how_often_a_word_is_written_is_how_often_it_occurred(rng, float64):
    # What the shorter contexts' way of counting is for: Σᵢ Nᵢ p(j | i) = N_j, up to what goes to 1/K.
    text, K, d = rng.integers(0, 6, 300) ** 2 // 5, 6, 0.75
    N = to_numpy(bigram_counts(asarray(text), K))
    p = proba(KneserNey(K, 1, d).fit(asarray(text)), np.arange(K)[:, None])
    written, after = N.sum(axis=1) @ p, (N > 0).sum(axis=0)
    single = np.maximum(after - d, 0) / after.sum() + d * (after > 0).sum() / after.sum() / K
    np.testing.assert_allclose(written, N.sum(axis=0) + d * (after.sum() * single - after))
    # Counting occurrences for the shorter context, too, would miss it by more.
    shares = N.sum(axis=0) / N.sum()
    other = np.maximum(N - d, 0).sum(axis=0) + d * (N > 0).sum() * shares
    assert abs(other - N.sum(axis=0)).max() > 3 * abs(written - N.sum(axis=0)).max()


def test_a_longer_memory_pays_in_the_grammar():
    grammar = load("grammar")
    nats = {}
    for length in (1, 3):
        model = KneserNey(31, length).fit(asarray(grammar.x_train))
        test = (asarray(np.ascontiguousarray(part)) for part in context_windows(grammar.x_test, length))
        nats[length] = nats_per_token(model, *test)
    assert nats[1] == pytest.approx(grammar.distribution.markov_entropy(1), abs=0.01)
    assert nats[3] == pytest.approx(grammar.distribution.markov_entropy(3), abs=0.02)


def test_with_little_to_give_away_it_is_the_counts(float64):
    contexts = [[0], [1], [2]]
    np.testing.assert_allclose(proba(KneserNey(4, 1, 1e-9).fit(asarray(TEXT)), contexts),
                               proba(BigramCounts(4, smoothing=0).fit(asarray(TEXT)), contexts), atol=1e-8)


def test_writes(rng):
    model = KneserNey(4, 2).fit(asarray(TEXT))
    text = to_numpy(sample(model, asarray(np.array([[0, 1, 0]])), 50, generator=0))
    assert text.shape == (1, 50) and set(text.ravel()) <= {0, 1, 2, 3}


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_any_integer_type_will_do(dtype, rng):
    text = rng.integers(0, 200, 500)
    wide, narrow = KneserNey(200, 2).fit(asarray(text)), KneserNey(200, 2).fit(asarray(text.astype(dtype)))
    contexts = rng.integers(0, 200, (9, 2))
    np.testing.assert_array_equal(proba(wide, contexts), proba(narrow, contexts.astype(dtype)))


def test_bad_arguments_are_refused_by_name():
    for discount in (0, 1, -0.5, float("nan")):
        with pytest.raises(ValueError, match="discount"):
            KneserNey(4, 1, discount)
    with pytest.raises(ValueError, match="length"):
        KneserNey(4, 0)
    with pytest.raises(ValueError, match="64-bit"):
        KneserNey(2000, 5)
    KneserNey(2 ** 21, 2)                                           # 2⁶³ grams, the last of them 2⁶³ − 1
    with pytest.raises(ValueError, match="at least 3 tokens"):
        KneserNey(4, 2).fit(asarray(np.array([0, 1])))
    with pytest.raises(RuntimeError, match="fit"):
        KneserNey(4, 2).next_log_proba(asarray(np.array([[0, 1]])))
    with pytest.raises(ValueError, match=r"\(batch, 2\)"):
        KneserNey(4, 2).fit(asarray(TEXT)).next_log_proba(asarray(np.array([[0]])))


def test_the_largest_grams_fit_into_their_numbers(float64):
    count = 2 ** 21
    top = np.array([count - 1, count - 1, count - 2, count - 1, count - 1])
    (grams, counts) = KneserNey(count, 2).fit(asarray(top)).tables_[2]
    assert len(grams) == 3 and int(grams.min()) >= 0 and to_numpy(counts).tolist() == [1, 1, 1]
