"""Language models: counts by hand, identity 23, the exact entropy of a grammar, sampling."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.data.text import context_windows
from scratchnets.gradcheck import gradcheck
from scratchnets.models.language import BigramCounts, bigram_softmax, mlp, nats_per_token, perplexity, sample
from scratchnets.models.language.sampling import sharpen
from scratchnets.optimizers import Adam
from scratchnets.training import train

TEXT = np.array([0, 1, 0, 1, 2, 0, 1, 0])       # 0→1 three times, 1→0 twice, 1→2, 2→0; 3 never occurs


def windows(tokens, length):
    return tuple(asarray(np.ascontiguousarray(part)) for part in context_windows(tokens, length))


@pytest.fixture(scope="module")
def grammar():
    return load("grammar")


# ---- counts ----------------------------------------------------------------------------------------

def test_counts_by_hand(float64):
    model = BigramCounts(4, smoothing=0).fit(asarray(TEXT))
    assert to_numpy(model.counts_).tolist() == [[0, 3, 0, 0], [2, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    p = np.exp(to_numpy(model.next_log_proba(asarray([[0], [1], [2], [3]]))))
    np.testing.assert_allclose(p, [[0, 1, 0, 0], [2 / 3, 0, 1 / 3, 0], [1, 0, 0, 0], [1 / 4] * 4], atol=1e-15)


def test_smoothing_counts_every_pair_as_seen_before(float64):
    model = BigramCounts(4, smoothing=0.5).fit(asarray(TEXT))
    p = np.exp(to_numpy(model.next_log_proba(asarray([[1]]))))
    np.testing.assert_allclose(p, [[2.5 / 5, 0.5 / 5, 1.5 / 5, 0.5 / 5]])


def test_counts_reach_the_bigram_entropy_of_the_grammar(grammar, float64):
    # With 80,000 tokens the counts are within 0.01 nats of what any bigram model could reach.
    model = BigramCounts(31, smoothing=0.1).fit(asarray(grammar.x_train))
    nats = nats_per_token(model, *windows(grammar.x_test, 1))
    assert nats == pytest.approx(grammar.distribution.markov_entropy(1), abs=0.01)


# ---- identity 23: the optimum of a bigram softmax is the counts ------------------------------------

def test_gradient_of_the_bigram_softmax_is_zero_at_the_counts(float64):
    model = bigram_softmax(4)
    log_p = to_numpy(BigramCounts(4, smoothing=0).fit(asarray(TEXT)).log_proba_)
    model.network.layers[0].W.data[...] = asarray(np.maximum(log_p, -700))     # log 0, as far as exp goes
    value = model.loss_and_gradients(*windows(TEXT, 1))
    np.testing.assert_allclose(to_numpy(model.parameters()[0].grad), 0, atol=1e-15)
    assert float(value) == pytest.approx((-2 * math.log(2 / 3) - math.log(1 / 3)) / 7)


def test_gradient_of_the_bigram_softmax_is_predicted_less_observed_counts(float64, rng):
    model, (contexts, following) = bigram_softmax(4), windows(TEXT, 1)
    model.network.layers[0].W.data[...] = asarray(rng.standard_normal((4, 4)))
    model.loss_and_gradients(contexts, following)
    counts = to_numpy(BigramCounts(4).fit(asarray(TEXT)).counts_)
    p = np.exp(to_numpy(model.next_log_proba(asarray([[0], [1], [2], [3]]))))
    np.testing.assert_allclose(to_numpy(model.parameters()[0].grad),
                               (counts.sum(axis=1, keepdims=True) * p - counts) / 7)


def test_trained_bigram_softmax_predicts_as_the_counts_do(rng, float64):
    tokens = rng.integers(0, 5, 400)
    contexts, following = windows(tokens, 1)
    model = bigram_softmax(5)
    optimizer = Adam(model.parameters(), lr=0.1)
    for _ in train(model, optimizer, contexts, following, epochs=500, batch_size=400, generator=rng):
        pass
    every = asarray(np.arange(5)[:, None])
    counted = BigramCounts(5, smoothing=0).fit(asarray(tokens))
    np.testing.assert_allclose(to_numpy(model.next_log_proba(every)),
                               to_numpy(counted.next_log_proba(every)), atol=1e-4)


# ---- the network -----------------------------------------------------------------------------------

def test_gradients_of_the_network(rng):
    model = mlp(7, length=3, dim=4, hidden=5, generator=0)
    report = gradcheck(model, asarray(rng.integers(0, 7, (6, 3))), asarray(rng.integers(0, 7, 6)))
    assert report, report
    assert len(report.rows) == 5                                       # the embedding and two dense layers


def test_an_untrained_bigram_softmax_knows_nothing():
    model = bigram_softmax(8)
    contexts = asarray(np.arange(8)[:, None])
    assert nats_per_token(model, contexts, asarray(np.arange(8))) == pytest.approx(math.log(8))
    assert perplexity(math.log(8)) == pytest.approx(8)


def test_the_network_sees_further_than_one_token():
    # 0 0 1 1 0 0 1 1 …: two tokens tell the next one, one token tells nothing.
    tokens = np.tile([0, 0, 1, 1], 50)
    contexts, following = windows(tokens, 2)
    model = mlp(2, length=2, dim=4, hidden=8, generator=0)
    for _ in train(model, Adam(model.parameters(), lr=0.02), contexts, following, epochs=20, batch_size=50,
                   generator=np.random.default_rng(0)):
        pass
    assert nats_per_token(model, contexts, following) < 0.05
    counted = BigramCounts(2).fit(asarray(tokens))
    assert nats_per_token(counted, *windows(tokens, 1)) == pytest.approx(math.log(2), abs=0.01)
    drawn = sample(model, asarray([[0, 0]]), 6, top_k=1)
    assert to_numpy(drawn).tolist() == [[1, 1, 0, 0, 1, 1]]


# ---- evaluation and sampling -----------------------------------------------------------------------

def test_nats_do_not_depend_on_the_batches(grammar, float64):
    model, pairs = BigramCounts(31).fit(asarray(grammar.x_train)), windows(grammar.x_test[:500], 1)
    assert nats_per_token(model, *pairs) == pytest.approx(nats_per_token(model, *pairs, batch_size=7))


def test_samples_follow_the_model(float64):
    model = BigramCounts(4, smoothing=0.5).fit(asarray(TEXT))
    drawn = to_numpy(sample(model, asarray(np.ones((40_000, 1), int)), 1, generator=0))
    np.testing.assert_allclose(np.bincount(drawn[:, 0]) / 40_000, [0.5, 0.1, 0.3, 0.1], atol=0.01)


def test_each_token_follows_the_one_drawn_before():
    model = BigramCounts(3, smoothing=0).fit(asarray(np.array([0, 1, 2, 0])))          # 0→1→2→0
    drawn = sample(model, asarray([[0, 0], [0, 2]]), 5)                     # only the last token counts
    assert to_numpy(drawn).tolist() == [[1, 2, 0, 1, 2], [0, 1, 2, 0, 1]]


def test_temperature_and_top_k():
    log_p = np.log([[0.5, 0.3, 0.2]])
    np.testing.assert_allclose(sharpen(log_p), [[0.5, 0.3, 0.2]])
    np.testing.assert_allclose(sharpen(log_p, temperature=0.5), [[25 / 38, 9 / 38, 4 / 38]])
    np.testing.assert_allclose(sharpen(log_p, temperature=1e6), [[1 / 3] * 3], atol=1e-5)
    np.testing.assert_allclose(sharpen(log_p, temperature=1e-3), [[1, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(sharpen(log_p, top_k=2), [[5 / 8, 3 / 8, 0]])
    np.testing.assert_allclose(sharpen(np.log([[0.4, 0.4, 0.2]]), top_k=1), [[1, 0, 0]])


def test_impossible_tokens_are_never_drawn():
    model = BigramCounts(4, smoothing=0).fit(asarray(TEXT))
    drawn = sample(model, asarray(np.ones((500, 1), int)), 20, temperature=5.0, generator=1)
    assert 3 not in to_numpy(drawn)


def test_same_seed_same_text():
    model = BigramCounts(4).fit(asarray(TEXT))
    first, second = (to_numpy(sample(model, asarray([[0]]), 30, generator=3)) for _ in range(2))
    assert (first == second).all()


# ---- bad input -------------------------------------------------------------------------------------

def test_bad_texts():
    with pytest.raises(ValueError, match="tokens is empty"):
        BigramCounts(4).fit(asarray(np.zeros(0, int)))
    with pytest.raises(ValueError, match="at least 2 tokens, got 1"):
        BigramCounts(4).fit(asarray([1]))
    with pytest.raises(ValueError, match="holds the token 4; tokens run from 0 to 3, unknown words"):
        BigramCounts(4).fit(asarray([0, 4]))
    with pytest.raises(ValueError, match="holds the token -1"):
        bigram_softmax(4).next_log_proba(asarray([[-1]]))
    with pytest.raises(TypeError, match="token ids, integers; got dtype float"):
        mlp(4).forward(asarray(np.zeros((2, 3))))
    with pytest.raises(ValueError, match=r"contexts must have shape \(batch, 3\), got \(2, 4\)"):
        mlp(4).forward(asarray(np.zeros((2, 4), int)))
    with pytest.raises(RuntimeError, match="has not been fitted"):
        BigramCounts(4).next_log_proba(asarray([[0]]))


def test_an_impossible_text_is_refused():
    model = BigramCounts(4, smoothing=0).fit(asarray(TEXT))
    with pytest.raises(ValueError, match="probability 0 to a token that does follow.*smoothing above 0"):
        nats_per_token(model, *windows(np.array([0, 2]), 1))


def test_bad_sampling():
    model = mlp(4)
    with pytest.raises(ValueError, match="looks back 3 tokens, but contexts hold only 2"):
        sample(model, asarray([[0, 1]]), 5)
    with pytest.raises(ValueError, match="top_k=5 is more than the 4 tokens"):
        sample(model, asarray([[0, 1, 2]]), 5, top_k=5)
    with pytest.raises(ValueError, match="temperature must be above 0, got 0"):
        sample(model, asarray([[0, 1, 2]]), 5, temperature=0)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_tokens_of_every_integer_type_are_counted_and_continued_alike(dtype, rng):
    """The number of a pair, i K + j, is beyond a small integer long before the tokens are."""
    text = rng.integers(0, 100, 5000)
    wide, narrow = BigramCounts(100).fit(asarray(text)), BigramCounts(100).fit(asarray(text.astype(dtype)))
    assert (to_numpy(wide.counts_) == to_numpy(narrow.counts_)).all()
    ours, theirs = (to_numpy(sample(model, asarray(given[:4, None]), 6, generator=0))
                    for model, given in ((narrow, text.astype(dtype)), (wide, text)))
    assert (ours == theirs).all() and ours.dtype.kind in "iu"


def test_a_temperature_near_zero_leaves_the_likeliest_and_overflows_nowhere():
    log_proba = np.log(np.array([[0.5, 0.3, 0.2]]))
    assert sharpen(log_proba, temperature=1e-310).tolist() == [[1, 0, 0]]
