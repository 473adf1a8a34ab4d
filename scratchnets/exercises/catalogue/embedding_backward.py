"""The embedding, backwards: a scatter that adds."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.embedding import embedding, embedding_backward


def draw(rng):
    n, t, k, m = sizes(rng, 4)
    tokens = rng.integers(0, k - 1, (n, t))                 # the last token never occurs: its row stays 0
    tokens[0, :2], tokens[1, 0], tokens[-1, -1] = 1, 1, 1   # one that surely occurs in a row and in a column
    return {"dy": rng.standard_normal((n, t, m)), "tokens": tokens, "W": rng.standard_normal((k, m))}


def counts(tokens, W):
    """How often each token occurs, as a column."""
    return np.bincount(tokens.ravel(), minlength=len(W))[:, None]


exercise = Exercise(
    name="embedding_backward", lecture=3, place=3, derivation="docs/derivations/embedding.md",
    title="The embedding, backwards",
    task="""
    The forward pass looks up one row of W for each token:

        y[n, t] = W[tokens[n, t]]

    Return dW. A token may occur often, or never. (Tokens are names and have no gradient; of W only
    the shape is needed.)
    """,
    takes={"dy": "(N, T, M)  ∂L/∂y, what comes from above", "tokens": "(N, T)  integers, 0 … K − 1",
           "W": "(K, M)  the table"},
    returns={"dW": "(K, M)  ∂L/∂W"},
    draw=draw, reference=embedding_backward,
    objective=lambda dy, tokens, W: (dy * embedding(tokens, W)).sum(),
    hints=(
        "Row k of W is copied to every place that holds the token k. What becomes of a number that is used "
        "several times?",
        "dW[k] is the sum of dy[n, t] over all places with tokens[n, t] = k. Start from zeros of W's "
        "shape. What does dW[tokens] += dy do when a token occurs twice?",
        "Indexing with repeated indices writes only once a row. Use np.add.at(dW, tokens, dy), a loop, or "
        "a one-hot matrix: onehotᵀ dy.",
    ))


@exercise.mutant
def last_occurrence_only(dy, tokens, W):
    """Of a token that occurs several times only the last dy is there: dW[tokens] += dy reads all rows,
    adds, and writes them back, the later over the earlier. np.add.at adds one after the other."""
    dW = np.zeros_like(W)
    dW[tokens] = dy
    return {"dW": dW}


@exercise.mutant
def first_occurrence_only(dy, tokens, W):
    """Of a token that occurs several times only the first dy is there. All its places were filled from
    the same row: their gradients add up."""
    dW = np.zeros_like(W)
    dW[tokens.ravel()[::-1]] = dy.reshape(-1, dy.shape[-1])[::-1]
    return {"dW": dW}


@exercise.mutant
def mean_of_occurrences(dy, tokens, W):
    """Each row is the mean over the places where its token occurs. A row that is used five times moves
    the loss along five paths: sum, do not average."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens, dy)
    return {"dW": dW / np.maximum(counts(tokens, W), 1)}


@exercise.mutant
def averaged_over_batch(dy, tokens, W):
    """dW is divided by N. A layer sums; the 1/N of the loss's average is already in dy."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens, dy)
    return {"dW": dW / len(dy)}


@exercise.mutant
def added_to_w(dy, tokens, W):
    """dW starts from W itself: np.add.at was given (a copy of) W. Start from np.zeros_like(W)."""
    dW = W.copy()
    np.add.at(dW, tokens, dy)
    return {"dW": dW}


@exercise.mutant
def step_taken(dy, tokens, W):
    """This is W − dW: a step of descent was taken already. Return the gradient; the optimiser steps."""
    dW = W.copy()
    np.subtract.at(dW, tokens, dy)
    return {"dW": dW}


@exercise.mutant
def dy_missing(dy, tokens, W):
    """This counts how often each token occurs. The counts say how often a row was used, not in which
    direction the loss wants to move it: add up dy, not ones."""
    return {"dW": np.broadcast_to(counts(tokens, W), W.shape)}


@exercise.mutant
def times_w(dy, tokens, W):
    """dy is multiplied with the looked-up rows. y is a copy of the row, with the slope 1: dy alone is
    added."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens, dy * W[tokens])
    return {"dW": dW}


@exercise.mutant
def first_example_only(dy, tokens, W):
    """Only the first example's tokens are there. Go through all N."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens[0], dy[0])
    return {"dW": dW}


@exercise.mutant
def last_example_only(dy, tokens, W):
    """Only the last example's tokens are there: is dW made anew for each example of a loop?"""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens[-1], dy[-1])
    return {"dW": dW}


@exercise.mutant
def first_position_only(dy, tokens, W):
    """Only the first position of each example is there. Each has T tokens."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens[:, 0], dy[:, 0])
    return {"dW": dW}


@exercise.mutant
def every_row_the_same(dy, tokens, W):
    """Every row of dW gets the sum of all dy. A row gets only what comes from the places of its token."""
    return {"dW": np.broadcast_to(dy.sum(axis=(0, 1)), W.shape)}


@exercise.mutant
def not_scattered(dy):
    """This is dy itself, one vector for each place. dW has one row for each token of the vocabulary: add
    each dy to the row of its token."""
    return {"dW": dy}


@exercise.mutant
def one_place_only(dy, tokens, W):
    """dW holds the last place alone: is it made anew for each token of a loop?"""
    dW = np.zeros_like(W)
    dW[tokens[-1, -1]] = dy[-1, -1]
    return {"dW": dW}


@exercise.mutant
def repeats_in_a_position_lost(dy, tokens, W):
    """A token that stands at the same position in several examples is counted once a position: in a loop
    over t, dW[tokens[:, t]] += dy[:, t] reads all rows, adds, and writes them back, the later over the
    earlier. np.add.at adds one after the other."""
    dW = np.zeros_like(W)
    for t in range(tokens.shape[1]):
        dW[tokens[:, t]] += dy[:, t]
    return {"dW": dW}


@exercise.mutant
def repeats_in_an_example_lost(dy, tokens, W):
    """A token that stands several times in one example is counted once an example: in a loop over n,
    dW[tokens[n]] += dy[n] reads all rows, adds, and writes them back, the later over the earlier.
    np.add.at adds one after the other."""
    dW = np.zeros_like(W)
    for n in range(len(tokens)):
        dW[tokens[n]] += dy[n]
    return {"dW": dW}


@exercise.mutant
def tokens_read_by_columns(dy, tokens, W):
    """The right dy are added to the wrong tokens: tokens is read column by column (tokens.T) and dy row by
    row. Both have to be flattened in the same order: tokens.reshape(-1), dy.reshape(-1, M)."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens.T.reshape(-1), dy.reshape(-1, dy.shape[-1]))
    return {"dW": dW}


@exercise.mutant
def dy_read_by_columns(dy, tokens, W):
    """The right dy are added to the wrong tokens: dy is read column by column and tokens row by row. Both
    have to be flattened in the same order: tokens.reshape(-1), dy.reshape(-1, M)."""
    dW = np.zeros_like(W)
    np.add.at(dW, tokens.reshape(-1), dy.swapaxes(0, 1).reshape(-1, dy.shape[-1]))
    return {"dW": dW}
