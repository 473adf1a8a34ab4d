"""The bigram softmax: a table of logits, its loss on a text, and the gradient that leads to the counts."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import softmax
from scratchnets.layers.embedding import embedding, embedding_backward
from scratchnets.losses.classification import softmax_cross_entropy
from scratchnets.models.language.counts import bigram_counts


def draw(rng):
    k, _ = sizes(rng, 2)
    t = 4 * k + int(rng.integers(0, 5))
    tokens = rng.integers(0, k - 1, t)                      # the last token never occurs: its row stays 0
    tokens[:4] = 0, 1, 0, 1                                 # pairs that surely repeat, both ways
    W = rng.standard_normal((k, k))
    return {"W": W, "tokens": tokens, "p": softmax(W), "counts": bigram_counts(tokens, k)}


def bigram_gradient(W, tokens):
    """Forward: look up, compare. Backward: scatter."""
    logits = embedding(tokens[:-1], W)                                     # (T − 1, K)
    value, dlogits = softmax_cross_entropy(logits, tokens[1:])
    return value, embedding_backward(dlogits, tokens[:-1], W)


def expected(p, counts):
    """How often each pair would follow under the model: Nᵢ p(j | i)."""
    return counts.sum(axis=1, keepdims=True) * p


exercise = Exercise(
    name="bigram_gradient", lecture=3, place=4, derivation="docs/derivations/bigram.md",
    title="A softmax table learns to count",
    task="""
    The simplest language model: row i of W holds the logits of what follows token i,

        p(j | i) = softmax(W[i])[j],    L = −1/(T − 1) Σₜ log p(tokenₜ₊₁ | tokenₜ)

    over the T − 1 neighbours in a text of T tokens. Return L and dW. Logits may be large: nothing may
    overflow.
    """,
    takes={"W": "(K, K)  the table of logits", "tokens": "(T,)  integers, 0 … K − 1"},
    returns={"value": "the loss, in nats a token", "dW": "(K, K)  ∂L/∂W"},
    draw=draw, reference=bigram_gradient, objective=lambda W, tokens: bigram_gradient(W, tokens)[0],
    hints=(
        "Three steps, forward: look up the rows of tokens[:-1]; softmax; −log of the entry at tokens[1:]. "
        "Backward, the same three from the end.",
        "At the logits of position t the gradient is (π − onehot(tokenₜ₊₁)) / (T − 1). Row i of W was "
        "looked up at every position with tokenₜ = i: their gradients add up (np.add.at).",
        "All in all dW[i, j] = (Nᵢ p(j | i) − Nᵢⱼ) / (T − 1), with Nᵢⱼ how often j follows i, Nᵢ = Σⱼ Nᵢⱼ.",
    ),
    lesson="""
    dW = (what the model expects − what was counted) / (T − 1). It is zero exactly where p(j | i) = Nᵢⱼ / Nᵢ:
    gradient descent on a softmax table ends where counting begins.
    """)


@exercise.mutant
def averaged_over_tokens(p, counts):
    """Value and dW are divided by T. A text of T tokens has T − 1 neighbours: the first token is not
    foretold."""
    n = counts.sum()
    return {"value": -(counts * np.log(p)).sum() / (n + 1), "dW": (expected(p, counts) - counts) / (n + 1)}


@exercise.mutant
def not_averaged(p, counts):
    """Value and dW are sums over the neighbours. The loss is their mean, in nats a token."""
    return {"value": -(counts * np.log(p)).sum(), "dW": expected(p, counts) - counts}


@exercise.mutant
def gradient_not_averaged(p, counts):
    """dW lacks the 1/(T − 1). The value is an average, so each neighbour moves it by 1/(T − 1)."""
    return {"dW": expected(p, counts) - counts}


@exercise.mutant
def sign(p, counts):
    """dW has the wrong sign. Raising the logit of a pair that occurs lowers the loss: there dW is
    negative."""
    return {"dW": (counts - expected(p, counts)) / counts.sum()}


@exercise.mutant
def backwards_in_time(W, tokens):
    """The text is read backwards: p(token before | token). Row i belongs to the token that comes first,
    tokens[:-1]; its row foretells tokens[1:]."""
    value, dW = bigram_gradient(W, tokens[::-1])
    return {"value": value, "dW": dW}


@exercise.mutant
def last_occurrence_only(p, counts, tokens):
    """Of a token that occurs several times only the last place counts: dW[tokens] += … writes one over the
    other. Use np.add.at, or a loop."""
    dW = np.zeros_like(p)
    for before, after in zip(tokens[:-1], tokens[1:]):
        dW[before] = (p[before] - np.eye(len(p))[after]) / counts.sum()
    return {"dW": dW}


@exercise.mutant
def averaged_within_rows(p, counts):
    """Each row is divided by how often its token occurs. The mean runs over the whole text: a frequent
    token's row weighs more, and gets the larger gradient."""
    rows = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return {"dW": (expected(p, counts) - counts) / rows}


@exercise.mutant
def observed_only(counts):
    """dW holds only the counts: −Nᵢⱼ/(T − 1). That would raise the logits of all pairs that occur, for ever.
    What the model expects is missing: + Nᵢ p(j | i)."""
    return {"dW": -counts / counts.sum()}


@exercise.mutant
def expected_only(p, counts):
    """dW holds only what the model expects. Subtract what was counted, or nothing is learned from
    the text."""
    return {"dW": expected(p, counts) / counts.sum()}


@exercise.mutant
def occurring_pairs_only(p, counts):
    """dW is zero for pairs that never occur. Their logits stand in the denominator of the softmax: they
    take probability away from the others, and have the gradient Nᵢ p(j | i)/(T − 1)."""
    return {"dW": np.where(counts > 0, expected(p, counts) - counts, 0) / counts.sum()}


@exercise.mutant
def softmax_over_columns(W, counts):
    """The softmax runs down the columns. Row i is the distribution of what follows i: axis 1."""
    p = np.exp(W) / np.exp(W).sum(axis=0)
    n = counts.sum()
    return {"value": -(counts * np.log(p)).sum() / n, "dW": (expected(p, counts) - counts) / n}


@exercise.mutant
def every_row_expected_alike(p, counts):
    """dW is p − Nᵢⱼ/(T − 1): the model's share is the same for rare and frequent tokens. Row i is asked Nᵢ
    times, so it expects Nᵢ p(j | i)."""
    return {"dW": p - counts / counts.sum()}


@exercise.mutant
def value_sign(p, counts):
    """The minus of the value is missing: log p is below 0, and a loss falls as the text grows more
    probable."""
    return {"value": (counts * np.log(p)).sum() / counts.sum()}


@exercise.case
def overflows(rng):
    """Right for ordinary logits, and not for large ones: e^1000 is infinite in floating point. Only
    differences within a row count, so subtract the largest of each row first, and compute
    log p = a − log Σ eᵃ, not the log of a quotient."""
    W = 3 * rng.standard_normal((4, 4)) + np.array([[1000.0], [-1000], [0], [800]])
    W[2, 1] = -900
    return {"W": W, "tokens": np.array([0, 1, 2, 3, 0, 3, 1, 0, 2, 0, 0, 1, 3, 2, 1])}
