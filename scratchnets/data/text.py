"""English text, as words or as letters: Python's own help topics, or a file of the reader's."""
import re
import sys
from pathlib import Path

import numpy as np

from scratchnets import arguments, reading
from scratchnets.data.dataset import Dataset, last_fifth
from scratchnets.data.vocabulary import UNKNOWN, Vocabulary

UNITS = ("word", "letter")
# Words, with an apostrophe inside, and the marks that end or divide a sentence.
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.,;:!?]")


def load(file=None, unit="word", size=2000):
    """A text as one long row of token ids: the first four fifths to train, the rest to test.

    Parameters
    ----------
    file : str or Path, optional
        A text file in UTF-8. Without it, the paragraphs of Python's help topics (what ``help("if")``
        prints). These belong to the standard library, so **the text depends on the version of
        Python**: compare results only between equal versions.
    unit : {"word", "letter"}
        What a token is. Both in lower case; letters include spaces and marks.
    size : int
        At most so many different tokens: ``<unk>``, which is id 0 and stands for all rare ones, and
        the most frequent of the training part. The test part has no say in it.

    Returns
    -------
    Dataset
        `x_train`, `x_test` int64 (T,), and `vocabulary`.
    """
    unit, size = arguments.choice("unit", unit, UNITS), arguments.integer("size", size, at_least=2)
    if file is None:
        text, source = help_topics(), f"pydoc_data.topics of Python {sys.version.split()[0]}"
        licence = "PSF-2.0"
    else:
        text, source, licence = read(file), str(file), "your own"
    tokens = tokenize(text, unit)
    if len(tokens) < 10:
        raise ValueError(f"{source}: expected a text of at least 10 {unit}s, found {len(tokens)}")
    n_train = last_fifth(len(tokens))
    vocabulary = Vocabulary.most_frequent(tokens[:n_train], size)
    ids = vocabulary.encode(tokens)
    return Dataset("text" if file is None else Path(file).stem, ids[:n_train], None, ids[n_train:], None,
                   description=f"{len(tokens):,} {unit}s, {len(vocabulary):,} different, "
                               f"{np.mean(ids == 0):.1%} {UNKNOWN}",
                   licence=licence, source=source, vocabulary=vocabulary)


def tokenize(text, unit="word"):
    """The text in tokens, in lower case: words and sentence marks, or letters.

    >>> tokenize("It doesn't  sleep.")
    ['it', "doesn't", 'sleep', '.']
    >>> tokenize("It  is", unit="letter")
    ['i', 't', ' ', 'i', 's']
    """
    if arguments.choice("unit", unit, UNITS) == "word":
        return WORD.findall(text.lower())
    return list(" ".join(text.lower().split()))


def context_windows(ids, length):
    """Every run of `length` tokens, and the token that follows it.

    Parameters
    ----------
    ids : ndarray (T,)
    length : int

    Returns
    -------
    contexts : ndarray (T − length, length)
        Views into `ids`, no copy.
    following : ndarray (T − length,)
    """
    length = arguments.positive_integer("length", length)
    ids = np.asarray(ids)
    if ids.ndim != 1 or len(ids) <= length:
        raise ValueError(f"expected more than {length} token ids in one row, got shape {ids.shape}")
    return np.lib.stride_tricks.sliding_window_view(ids, length)[:-1], ids[length:]


def help_topics():
    """The prose of Python's help topics, each paragraph once.

    Many topics repeat whole pages of others; repeated, they would stand in the training and in the
    test part. What does not end like a sentence is code, grammar, a heading or a table.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise ImportError("this Python comes without its help topics (pydoc_data); name a text file of "
                          'your own: load("text", file=...)') from None
    paragraphs = (" ".join(paragraph.split()) for topic in sorted(topics)
                  for paragraph in re.split(r"\n\s*\n", topics[topic]))
    return "\n".join(dict.fromkeys(paragraph for paragraph in paragraphs if _is_prose(paragraph)))


def _is_prose(paragraph):
    return (paragraph.endswith((".", ":")) and not paragraph.endswith("...")
            and "::=" not in paragraph and ">>>" not in paragraph)


def read(file):
    """The text of a UTF-8 file."""
    return reading.text(file)
