"""How well a language model foresees a text."""
import math

from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.models.language.checks import expect_tokens


def nats_per_token(model, contexts, following, batch_size=1024):
    """−1/N Σₙ log p(followingₙ | contextₙ): the cross-entropy of the text under the model.

    It is what the model leaves open, and never below the entropy of the source on average.

    Parameters
    ----------
    model
        Has ``next_log_proba(contexts)``.
    contexts : array (N, length) of token ids
    following : array (N,) of token ids

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Where the model holds a token for impossible that does follow: its surprise is infinite.
    """
    expect_tokens("nats_per_token", "following", following, model.count, len(contexts))
    total, batch_size, following = 0.0, positive_integer("batch_size", batch_size), following.astype("int64")
    for start in range(0, len(contexts), batch_size):
        log_proba = model.next_log_proba(contexts[start:start + batch_size])                  # (batch, K)
        came = xp.take_along_axis(log_proba, following[start:start + batch_size, None], axis=1)
        total -= float(came.sum())
    if math.isinf(total):
        raise ValueError(f"{type(model).__name__} gives probability 0 to a token that does follow, which "
                         "costs infinitely many nats; counts need smoothing above 0")
    return total / len(contexts)


def perplexity(nats):
    """e^nats: the next token is as open as a choice among this many equally likely ones."""
    return math.exp(nats)
