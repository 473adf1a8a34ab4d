"""English sentences from a source whose entropy is known exactly.

A finite-state source walks from state to state; each step emits one word::

    the old dogs we saw follow this cat .
    every child sleeps today .

State and word decide the next state. The source is therefore *unifilar*: who knows the state at the
start and reads the words knows every later state, and the entropy rate is what the next word leaves
open given the state, on average over the stationary distribution π of the states (Shannon 1948)::

    h = Σ_s π(s) H(word | s)        nats per token

A model that sees only the k last words does not always know the state, and no such model, however
trained, gets below H(word | k words before) ≥ h. Two things in this grammar need more than one word:

- number: after *saw* the verb agrees with the noun three words back, *the dogs we saw sleep*; after
  *old* the noun agrees with the word before, *this old dog*, *these old dogs*;
- place: *the dog* is a subject, and a verb follows, if a sentence has just begun; it is an object,
  and the sentence ends, if a verb came before.

Three words always tell the state. So the bounds fall from k = 0 to 3, and from 3 on stay at h.
"""
import bisect
import functools
import itertools

import numpy as np

from scratchnets import arguments
from scratchnets.data.dataset import Dataset, last_fifth
from scratchnets.data.vocabulary import Vocabulary
from scratchnets.randomness import generator as as_generator

STOP = {".": 1.0}
OPEN = {"the": 1.0}                                     # leaves the number open
THIS = {"this": 0.6, "every": 0.4}                      # … and these say it
THESE = {"these": 0.7, "many": 0.3}
ADJECTIVE = {"old": 0.5, "small": 0.3, "quiet": 0.2}
NOUN = {"dog": 0.5, "cat": 0.3, "child": 0.2}
NOUNS = {"dogs": 0.5, "cats": 0.3, "children": 0.2}
PRONOUN = {"we": 0.4, "they": 0.4, "you": 0.2}
KNEW = {"saw": 0.5, "met": 0.3, "knew": 0.2}
SLEEPS, SLEEP = {"sleeps": 0.6, "sings": 0.4}, {"sleep": 0.6, "sing": 0.4}
SEES, SEE = {"sees": 0.6, "follows": 0.4}, {"see": 0.6, "follow": 0.4}
ADVERB = {"today": 0.6, "again": 0.4}

# From each state: with this probability, one of these words, into that state.
# A final 1 stands for singular, 2 for plural.
RULES = {
    "start":    [(0.50, OPEN, "subject"), (0.30, THIS, "subject1"), (0.20, THESE, "subject2")],
    "subject":  [(0.35, ADJECTIVE, "old"), (0.40, NOUN, "named1"), (0.25, NOUNS, "named2")],
    "subject1": [(0.35, ADJECTIVE, "old1"), (0.65, NOUN, "named1")],
    "subject2": [(0.35, ADJECTIVE, "old2"), (0.65, NOUNS, "named2")],
    "old":      [(0.60, NOUN, "named1"), (0.40, NOUNS, "named2")],
    "old1":     [(1.00, NOUN, "named1")],
    "old2":     [(1.00, NOUNS, "named2")],
    "named1":   [(0.40, PRONOUN, "clause1"), (0.25, SLEEPS, "done"), (0.35, SEES, "object")],
    "named2":   [(0.40, PRONOUN, "clause2"), (0.25, SLEEP, "done"), (0.35, SEE, "object")],
    "clause1":  [(1.00, KNEW, "verb1")],
    "clause2":  [(1.00, KNEW, "verb2")],
    "verb1":    [(0.40, SLEEPS, "done"), (0.60, SEES, "object")],
    "verb2":    [(0.40, SLEEP, "done"), (0.60, SEE, "object")],
    "object":   [(0.50, OPEN, "object0"), (0.30, THIS, "object1"), (0.20, THESE, "object2")],
    "object0":  [(0.60, NOUN, "done"), (0.40, NOUNS, "done")],
    "object1":  [(1.00, NOUN, "done")],
    "object2":  [(1.00, NOUNS, "done")],
    "done":     [(0.75, STOP, "start"), (0.25, ADVERB, "stop")],
    "stop":     [(1.00, STOP, "start")],
}


class Grammar:
    """A unifilar finite-state source of words.

    Parameters
    ----------
    rules : dict, optional
        From each state to its arcs: probability, words with their probabilities, next state. The
        first state is where a sentence starts.

    Attributes
    ----------
    vocabulary : Vocabulary
    states : tuple of str
    """

    def __init__(self, rules=RULES):
        self.states = tuple(rules)
        self.vocabulary = Vocabulary(dict.fromkeys(
            word for arcs in rules.values() for _, words, _ in arcs for word in words))
        shape = len(self.states), len(self.vocabulary)
        self._emission = np.zeros(shape)                    # P(word | state)
        self._next = np.full(shape, -1)                     # the state after it
        for state, (name, arcs) in enumerate(rules.items()):
            for probability, words, after in arcs:
                for word, share in words.items():
                    self._add(name, state, word, probability * share, after)
        totals = self._emission.sum(axis=1)
        for name, total in zip(self.states, totals):
            if not np.isclose(total, 1, rtol=0, atol=1e-9):
                raise ValueError(f"the probabilities of state {name!r} sum to {total:g}, not to 1")
        self._emission /= totals[:, np.newaxis]             # exact to the last digit

    def _add(self, name, state, word, probability, after):
        (word_id,) = self.vocabulary.encode([word])
        if not probability > 0:
            raise ValueError(f"state {name!r}: the probability of {word!r} must be above 0, "
                             f"got {probability:g}")
        if after not in self.states:
            raise ValueError(f"state {name!r} leads to {after!r}, which has no rules")
        if self._next[state, word_id] >= 0:
            raise ValueError(f"state {name!r} emits {word!r} on two arcs; state and word must decide "
                             "the next state")
        self._emission[state, word_id] = probability
        self._next[state, word_id] = self.states.index(after)

    # Drawing, and the probability of what was drawn.

    def sample(self, n_tokens, generator=None):
        """Draw `n_tokens` token ids, int64 (n_tokens,), from the start of a sentence on."""
        n_tokens, generator = arguments.positive_integer("n_tokens", n_tokens), as_generator(generator)
        # Plain lists: one token at a time, they are ten times as fast as arrays.
        cumulative = np.cumsum(self._emission, axis=1)
        # Against rounding: from the last possible word on, exactly 1.
        cumulative[cumulative == cumulative[:, -1:]] = 1
        cumulative, after = cumulative.tolist(), self._next.tolist()
        ids, state = np.empty(n_tokens, np.int64), 0
        for position, uniform in enumerate(generator.random(n_tokens).tolist()):
            word = bisect.bisect_right(cumulative[state], uniform)
            ids[position] = word
            state = after[state][word]
        return ids

    def log_probability(self, ids):
        """log P(ids) in nats, from the start of a sentence on; −inf for what the grammar cannot say."""
        self.vocabulary.decode(ids)                         # refuses what is no token
        total, state = 0.0, 0
        for word in ids:
            if self._emission[state, word] == 0:
                return -np.inf
            total += np.log(self._emission[state, word])
            state = self._next[state, word]
        return total

    def next_word(self, context):
        """P(word | the words before), float64 (V,), for a context that may begin anywhere in the text."""
        self.vocabulary.decode(context)
        joint = functools.reduce(self._advance, context, self.stationary)
        if joint.sum() == 0:
            raise ValueError(f"the grammar never says {' '.join(self.vocabulary.decode(context))!r}")
        return joint @ self._emission / joint.sum()

    # Exact entropies, all in nats.

    @functools.cached_property
    def stationary(self):
        """π, the share of time spent in each state, (S,): π T = π, Σ π = 1."""
        n_states = len(self.states)
        transition = np.zeros((n_states, n_states))
        state, word = np.nonzero(self._emission)
        np.add.at(transition, (state, self._next[state, word]), self._emission[state, word])
        equations = np.vstack([transition.T - np.eye(n_states), np.ones(n_states)])
        return np.linalg.lstsq(equations, np.append(np.zeros(n_states), 1), rcond=None)[0]

    @functools.cached_property
    def entropy_rate(self):
        """h = Σ_s π(s) H(word | s): what no model can beat, per token."""
        return float(self.stationary @ _entropies(self._emission))

    @functools.cached_property
    def mean_sentence_length(self):
        """In tokens, the full stop included: 1 over the share of tokens that open a sentence."""
        return float(1 / self.stationary[0])

    @property
    def sentence_entropy(self):
        """Of a whole sentence: entropy rate × mean length, since sentences are independent."""
        return self.entropy_rate * self.mean_sentence_length

    def markov_entropy(self, order):
        """H(word | `order` words before): the best cross-entropy of any model that sees only those.

        0: word frequencies; 1: bigrams; 2: trigrams. Summed over all contexts that can occur.
        """
        order = arguments.integer("order", order)
        joints = [self.stationary]              # P(context, state after it), one vector a context
        for _ in range(order):
            longer = (self._advance(joint, word) for joint, word in
                      itertools.product(joints, range(len(self.vocabulary))))
            joints = [joint for joint in longer if joint.any()]
        joints = np.array(joints)                                           # (contexts, S)
        weight = joints.sum(axis=1)
        return float(weight @ _entropies(joints @ self._emission / weight[:, np.newaxis]))

    def _advance(self, joint, word):
        """From P(context, state) to P(context and word, state after)."""
        weight = joint * self._emission[:, word]
        possible = weight > 0
        return np.bincount(self._next[possible, word], weights=weight[possible], minlength=len(self.states))


def load(count=100_000, seed=0):
    """Two texts of the grammar: four fifths of `count` tokens to train, one fifth to test.

    Returns
    -------
    Dataset
        Token ids, int64 (T,); `distribution` is the `Grammar`, `vocabulary` its vocabulary.
    """
    count = arguments.integer("count", count, at_least=2)
    generator, grammar = as_generator(arguments.integer("seed", seed)), Grammar()
    n_train = last_fifth(count)
    return Dataset("grammar", grammar.sample(n_train, generator), None,
                   grammar.sample(count - n_train, generator), None,
                   description=f"{count:,} tokens of English from a finite-state source",
                   licence="none: drawn here", source=f"scratchnets.data.grammar, seed {seed}",
                   distribution=grammar, vocabulary=grammar.vocabulary)


def _entropies(probabilities):
    """−Σ p log p of each row, with 0 log 0 = 0."""
    logs = np.log(np.where(probabilities > 0, probabilities, 1))
    return -(probabilities * logs).sum(axis=1)
