"""What `load` returns: arrays for training, arrays for testing, and where they come from."""
from dataclasses import dataclass
from typing import Any

import numpy as np


def last_fifth(count):
    """Where the test part starts, for data that are drawn: four fifths train, the rest tests."""
    return count - max(1, count // 5)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples on the host, split into a training and a test part.

    Attributes
    ----------
    name : str
    x_train, x_test : ndarray
        Images: float32 (N, H, W, C) in [0, 1]. Points in the plane: float32 (N, 2).
        Text: int64 (T,), one token id after the other.
    y_train, y_test : ndarray or None
        Labels, int64 (N,); None where there are none.
    description, licence, source : str
    factors, factors_test : structured ndarray or None
        How each example of `x_train` (of `x_test`) was made, where that is known: ``factors["slant"]``.
    distribution : object or None
        What the examples were drawn from, where that is known: a density with ``sample``,
        ``log_density`` and ``score``, or a grammar with its entropy.
    vocabulary : Vocabulary or None
        Between tokens and ids, for text.

    The arrays are plain NumPy; the training loop casts batches to the default dtype and moves them
    to the backend in use.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray | None
    x_test: np.ndarray
    y_test: np.ndarray | None
    description: str = ""
    licence: str = ""
    source: str = ""
    factors: np.ndarray | None = None
    factors_test: np.ndarray | None = None
    distribution: Any = None
    vocabulary: Any = None

    def __post_init__(self):
        for part, x, others in (("train", self.x_train, {"labels": self.y_train, "factors": self.factors}),
                                ("test", self.x_test, {"labels": self.y_test, "factors": self.factors_test})):
            for what, values in others.items():
                if values is not None and len(values) != len(x):
                    raise ValueError(f"{self.name}: {len(x)} examples in x_{part}, but {len(values)} {what}")
        if self.x_train.shape[1:] != self.x_test.shape[1:]:
            raise ValueError(f"{self.name}: x_train holds examples of shape {self.x_train.shape[1:]}, "
                             f"x_test of shape {self.x_test.shape[1:]}")

    @property
    def example_shape(self):
        """The shape of one example: ``(28, 28, 1)``, ``(2,)``, or ``()`` for a token."""
        return self.x_train.shape[1:]

    @property
    def classes(self):
        """How many classes the labels tell apart (labels count from 0), or None without labels."""
        if self.y_train is None:
            return None
        return 1 + int(max(self.y_train.max(initial=-1), self.y_test.max(initial=-1)))

    def __repr__(self):
        what = f"examples of shape {self.example_shape}" if self.example_shape else "tokens"
        labels = "no labels" if self.y_train is None else f"{self.classes} classes"
        return f"<Dataset {self.name}: {len(self.x_train):,} + {len(self.x_test):,} {what}, {labels}>"
