"""Networks that predict the next token: softmax over the vocabulary, cross-entropy for a loss.

The class is the loss; the functions below it are networks to open, copy and change.
"""
from scratchnets.arguments import positive_integer
from scratchnets.layers import Dense, Embedding, Flatten, Layer, Sequential, Tanh
from scratchnets.losses import softmax_cross_entropy
from scratchnets.models.classical.log_domain import log_softmax
from scratchnets.models.language.checks import expect_tokens
from scratchnets.randomness import generator as resolve


class LanguageModel(Layer):
    """p(next | context) = softmax(network(context)).

    Parameters
    ----------
    network : Layer
        From contexts (N, length) of token ids to logits (N, count).
    count : int
        K, how many different tokens there are.
    length : int
        How many tokens a context holds.
    """

    def __init__(self, network, count, length):
        self.network = network
        self.count, self.length = positive_integer("count", count), positive_integer("length", length)

    def forward(self, contexts):
        expect_tokens("LanguageModel", "contexts", contexts, self.count, "batch", self.length)
        return self.network.forward(contexts)

    def backward(self, dlogits, need_dx=False):
        """Tokens have no gradient: only the parameters get theirs."""
        self.network.backward(dlogits, need_dx=False)

    def loss_and_gradients(self, contexts, following):
        """Nats a token of the batch, contexts (N, length) and following (N,); adds up the gradients."""
        value, dlogits = softmax_cross_entropy(self.forward(contexts), following)
        self.backward(dlogits)
        return value

    def next_log_proba(self, contexts):
        """log p(next | context), in evaluation mode:  (N, length) → (N, K)."""
        return log_softmax(self.predict(contexts))

    def __repr__(self):
        return f"LanguageModel({self.network!r})"


def bigram_softmax(count):
    """One layer: the logits of what follows token i are the i-th row of a table W (K, K).

    The same as a dense layer without bias on one-hot tokens. It starts at zero, all tokens equally
    likely, and its optimum is the shares that `BigramCounts` counts.
    """
    table = Embedding(count, count)
    table.W.data[...] = 0
    return LanguageModel(Sequential(table, Flatten()), count, length=1)


def mlp(count, length=3, dim=64, hidden=256, generator=None):
    """Tokens become vectors, a hidden layer mixes them: length × dim → hidden → count.

    Tokens that are used alike get vectors that lie close, and what is learned of one context holds
    for those like it. Bengio, Ducharme, Vincent and Jauvin, 2003.

    Parameters
    ----------
    count : int
        K, how many different tokens there are.
    length : int
        How many tokens it looks back.
    dim, hidden : int
        Numbers that describe a token, and hidden units.
    generator : numpy.random.Generator, int or None
    """
    generator, length, dim = resolve(generator), positive_integer("length", length), positive_integer("dim", dim)
    network = Sequential(Embedding(count, dim, generator=generator), Flatten(),
                         Dense(length * dim, hidden, generator=generator), Tanh(),
                         Dense(hidden, count, generator=generator))
    return LanguageModel(network, count, length)
