"""Text from a language model: draw the next token, append it, and ask again."""
import numpy as np

from scratchnets.arguments import positive, positive_integer
from scratchnets.backend import asarray, to_numpy
from scratchnets.models.language.checks import expect_tokens
from scratchnets.randomness import generator as resolve


def sample(model, contexts, tokens, temperature=1.0, top_k=None, generator=None):
    """Continue each context by as many tokens, each drawn from p(next | the last `model.length`).

    Parameters
    ----------
    model
        Has ``next_log_proba(contexts)``, ``length`` and ``count``.
    contexts : array (N, T) of token ids
        How N texts start; T is at least ``model.length``.
    tokens : int
        How many to draw for each.
    temperature : float
        p^(1/temperature), normalised: below 1 likely tokens become likelier, towards 0 only the
        likeliest is left; above 1 all come closer to each other. 1 is the model's own distribution.
    top_k : int, optional
        Draw among the k likeliest tokens only; 1 always takes the likeliest.
    generator : numpy.random.Generator, int or None

    Returns
    -------
    array (N, tokens) of token ids
    """
    expect_tokens("sample", "contexts", contexts, model.count, "texts", "tokens")
    if contexts.shape[1] < model.length:
        raise ValueError(f"sample: the model looks back {model.length} tokens, but contexts hold only "
                         f"{contexts.shape[1]}")
    tokens, generator = positive_integer("tokens", tokens), resolve(generator)
    temperature = positive("temperature", temperature)
    if top_k is not None and positive_integer("top_k", top_k) > model.count:
        raise ValueError(f"top_k={top_k} is more than the {model.count} tokens there are")
    text = to_numpy(contexts).astype(np.int64)          # with what is drawn, uint64 would turn to floats
    for _ in range(tokens):
        log_proba = to_numpy(model.next_log_proba(asarray(text[:, -model.length:])))
        p = sharpen(log_proba.astype(np.float64), temperature, top_k)
        text = np.concatenate([text, _draw(p, generator)[:, None]], axis=1)
    return asarray(text[:, contexts.shape[1]:])


def sharpen(log_proba, temperature=1.0, top_k=None):
    """The distribution to draw from: p^(1/temperature) over the `top_k` likeliest, (N, K) NumPy → (N, K)."""
    if top_k is not None:
        # Of equally likely tokens at the edge, the first ones.
        beyond = np.argsort(-log_proba, axis=1, kind="stable")[:, top_k:]
        log_proba = log_proba.copy()
        np.put_along_axis(log_proba, beyond, -np.inf, axis=1)
    below = log_proba - log_proba.max(axis=1, keepdims=True)
    p = np.exp(np.maximum(below, -1000 * temperature) / temperature)     # e⁻¹⁰⁰⁰ is 0, and no quotient overflows
    return p / p.sum(axis=1, keepdims=True)


def _draw(p, generator):
    """One column for each row of p (N, K), by inverting the cumulative distribution."""
    cumulative = p.cumsum(axis=1)
    uniform = generator.random((len(p), 1)) * cumulative[:, -1:]       # their last is 1 but for rounding
    return (cumulative <= uniform).sum(axis=1)
