"""The grammar's entropies, each checked by a second way of getting it."""
import itertools

import numpy as np
import pytest

from scratchnets.data import load
from scratchnets.data.grammar import RULES, Grammar

GRAMMAR = Grammar()


def sentences(state="start"):
    """Every sentence from here on with its probability, written out from the rules."""
    for probability, words, after in RULES[state]:
        for word, share in words.items():
            if after == "start":
                yield probability * share, (word,)
            else:
                for rest, tail in sentences(after):
                    yield probability * share * rest, (word, *tail)


@pytest.fixture(scope="module")
def all_sentences():
    return list(sentences())


def ids_of(text):
    return GRAMMAR.vocabulary.encode(text.split())


def test_listing_every_sentence_gives_the_same_entropy_and_length(all_sentences):
    probability = np.array([p for p, _ in all_sentences])
    length = np.array([len(words) for _, words in all_sentences])
    entropy = -(probability * np.log(probability)).sum()
    assert len({words for _, words in all_sentences}) == len(all_sentences)     # no sentence in two ways
    assert probability.sum() == pytest.approx(1, abs=1e-12)
    assert GRAMMAR.mean_sentence_length == pytest.approx(probability @ length, rel=1e-12)
    assert GRAMMAR.sentence_entropy == pytest.approx(entropy, rel=1e-9)
    assert GRAMMAR.entropy_rate == pytest.approx(entropy / (probability @ length), rel=1e-9)


def test_log_probability_of_each_listed_sentence(all_sentences):
    for probability, words in all_sentences[::997]:
        assert GRAMMAR.log_probability(GRAMMAR.vocabulary.encode(words)) == pytest.approx(np.log(probability))


def test_the_surprise_of_a_long_sample_is_the_entropy_rate():
    blocks = [GRAMMAR.sample(2000, seed) for seed in range(40)]
    surprise = np.array([-GRAMMAR.log_probability(block) / len(block) for block in blocks])
    assert abs(surprise.mean() - GRAMMAR.entropy_rate) < 4 * surprise.std() / np.sqrt(len(blocks))


def test_three_words_of_context_tell_everything_and_one_or_two_do_not():
    bounds = [GRAMMAR.markov_entropy(order) for order in range(5)]
    assert bounds[0] > bounds[1] > bounds[2] > bounds[3]
    assert bounds[1] - bounds[3] > 0.2 and bounds[2] - bounds[3] > 0.1         # more than noise hides
    assert bounds[3] == pytest.approx(GRAMMAR.entropy_rate, rel=1e-12)
    assert bounds[4] == pytest.approx(GRAMMAR.entropy_rate, rel=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_counts_in_a_long_text_approach_the_bound_of_their_order(order):
    ids = GRAMMAR.sample(200_000, 5)
    windows = np.lib.stride_tricks.sliding_window_view(ids, order + 1)
    contexts, which = np.unique(windows[:, :-1], axis=0, return_inverse=True)
    counts = np.zeros((len(contexts), len(GRAMMAR.vocabulary)))
    np.add.at(counts, (which.ravel(), windows[:, -1]), 1)
    share = counts / counts.sum(axis=1, keepdims=True)
    surprise = -(counts * np.log(np.where(share > 0, share, 1))).sum() / counts.sum()
    # Counts fit their own text a little too well: by half a nat a free parameter, in all.
    parameters = (counts > 0).sum() - len(contexts)
    bound = GRAMMAR.markov_entropy(order)
    assert surprise == pytest.approx(bound - parameters / (2 * len(windows)), abs=0.006)


def test_next_word_given_one_word_is_the_bigram_table():
    ids = GRAMMAR.sample(300_000, 6)
    for word in ("the", "dog", "saw", "."):
        (code,) = ids_of(word)
        after = np.bincount(ids[1:][ids[:-1] == code], minlength=len(GRAMMAR.vocabulary))
        share = after / after.sum()
        expected = GRAMMAR.next_word([code])
        assert expected.sum() == pytest.approx(1)
        spread = np.sqrt(expected * (1 - expected) / after.sum())
        assert (np.abs(share - expected) <= 5 * spread).all()


def test_number_agrees_three_words_back():
    plural, singular = ids_of("sleep")[0], ids_of("sleeps")[0]
    after = GRAMMAR.next_word(ids_of("dogs we saw"))
    assert after[plural] > 0 and after[singular] == 0
    both = GRAMMAR.next_word(ids_of("we saw"))
    assert both[plural] > 0 and both[singular] > 0


@pytest.mark.parametrize("text, grammatical", [
    ("the old dogs we saw follow this cat .", True), ("every child sleeps today .", True),
    ("the old dogs we saw follows this cat .", False), ("these old dog sleeps .", False),
    ("the dog .", False), ("dog sleeps .", False)])
def test_what_the_grammar_can_say(text, grammatical):
    assert np.isfinite(GRAMMAR.log_probability(ids_of(text))) == grammatical


def test_samples_are_grammatical_and_follow_the_seed():
    ids = GRAMMAR.sample(5000, 1)
    assert ids.dtype == np.int64 and ids.shape == (5000,)
    assert np.isfinite(GRAMMAR.log_probability(ids))
    np.testing.assert_array_equal(ids, GRAMMAR.sample(5000, np.random.default_rng(1)))
    assert (ids != GRAMMAR.sample(5000, 2)).any()


def test_the_stationary_distribution_is_the_share_of_time_in_each_state():
    # The state before each word of a long text, followed by the rules.
    after = {(state, word): next_state for state, arcs in RULES.items()
             for _, words, next_state in arcs for word in words}
    words = GRAMMAR.vocabulary.decode(GRAMMAR.sample(100_000, 3))
    path = itertools.accumulate(words, lambda state, word: after[state, word], initial="start")
    share = np.bincount([GRAMMAR.states.index(state) for state in path], minlength=len(RULES)) / len(words)
    np.testing.assert_allclose(share, GRAMMAR.stationary, atol=0.005)


def test_loading():
    data = load("grammar", count=1000, seed=2)
    assert data.x_train.shape == (800,) and data.x_test.shape == (200,) and data.y_train is None
    assert data.vocabulary.decode(data.x_train[:1]) != ["."]
    assert np.isfinite(data.distribution.log_probability(data.x_test))
    np.testing.assert_array_equal(data.x_train, load("grammar", count=1000, seed=2).x_train)


@pytest.mark.parametrize("rules, cause", [
    ({"a": [(0.5, {"x": 1}, "a")]}, "state 'a' sum to 0.5"),
    ({"a": [(1, {"x": 1}, "b")]}, "leads to 'b', which has no rules"),
    ({"a": [(0.5, {"x": 1}, "a"), (0.5, {"x": 1}, "a")]}, "emits 'x' on two arcs"),
    ({"a": [(1.5, {"x": 1}, "a"), (-0.5, {"y": 1}, "a")]}, "'y' must be above 0"),
])
def test_wrong_rules_are_named(rules, cause):
    with pytest.raises(ValueError, match=cause):
        Grammar(rules)


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="never says 'dog dog'"):
        GRAMMAR.next_word(ids_of("dog dog"))
    with pytest.raises(ValueError, match="order must be at least 0"):
        GRAMMAR.markov_entropy(-1)
    with pytest.raises(ValueError, match="n_tokens must be at least 1"):
        GRAMMAR.sample(0)
    with pytest.raises(ValueError, match="0 … 30, got 99"):
        GRAMMAR.log_probability([99])


def test_a_coin_has_the_entropy_of_a_coin():
    coin = Grammar({"toss": [(0.25, {"heads": 1}, "toss"), (0.75, {"tails": 1}, "toss")]})
    entropy = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    for order in range(3):
        assert coin.markov_entropy(order) == pytest.approx(entropy)
    assert coin.entropy_rate == pytest.approx(entropy)
