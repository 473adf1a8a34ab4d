"""The scoreboard's figures and how sure they are: what other seeds would change, other test digits, other labels."""
import numpy as np

from scratchnets.experiments.store import Store
from scratchnets.metrics import auroc_difference, auroc_error

# figure: the array that has it digit by digit, and its unit there. "wrong" counts the ten draws of labels.
BY_DIGIT = {"reconstruct": ("copied", 1.0), "label_error": ("wrong", 10.0), "detect": ("seems", 1)}


class Board:
    """The rows of the experiment "scoreboard" in a folder, model by model.

    New images are drawn by each seed anew: for "frechet" and "confidence" other digits are in the error of the seeds.

    Parameters
    ----------
    folder : path

    Attributes
    ----------
    models : list of str
    rows : list of dict
        One for each model and seed.
    arrays : dict
        What was measured digit by digit, and pictures.
    """

    def __init__(self, folder):
        store = Store(folder, "scoreboard")
        self.rows, self.arrays, self._real = store.rows["models"], store.arrays, store.rows["real"]
        self.models = list(dict.fromkeys(row["model"] for row in self.rows))

    def seeds(self, model, figure):
        """A figure of each seed: (S,). PCA has one: its training uses no random numbers."""
        return np.array([row[figure] for row in self.rows if row["model"] == model])

    def mean(self, model, figure):
        return self.seeds(model, figure).mean()

    def yardstick(self, model, figure):
        """A figure of the part "real"."""
        return next(row[figure] for row in self._real if row["model"] == model)

    def by_digit(self, model, figure):
        """A figure of each seed and test digit, (S, N); of "detect" the ranks, the strange ones behind the digits."""
        kind, unit = BY_DIGIT[figure]
        return unit * np.array([self.arrays[f"{model}, seed {row['seed']}, {kind}"] for row in self.rows
                                if row["model"] == model])

    def seed_error(self, model, figure):
        """Standard error of the mean over the seeds."""
        return standard_error(self.seeds(model, figure))

    def by_draw(self, model):
        """The label error of each seed and draw of labels, (S, 10)."""
        return np.array([list(errors.values()) for errors in self.seeds(model, "label_errors")])

    def shared_error(self, model, figure):
        """What all models share: how much other test digits would change, and with few labels other draws of them."""
        if figure == "detect":
            return np.mean([auroc_error(seems, self._crossed(model)) for seems in self.by_digit(model, figure)])
        errors = [standard_error(values) for values in self._shared(model, figure)]
        return np.hypot.reduce(errors) if errors else 0.0

    def error(self, model, figure):
        """All of it: drawn independently of each other, so that the variances add up."""
        return np.hypot(self.seed_error(model, figure), self.shared_error(model, figure))

    def paired_error(self, model, other, figure, digits=slice(None)):
        """The same for how far two models are apart: less, for they saw the same digits and the same labels."""
        if figure == "detect":
            both = zip(self.by_digit(model, figure), self.by_digit(other, figure))
            return np.mean([auroc_difference(one, two, self._crossed(model))[1] for one, two in both])
        both = zip(self._shared(model, figure, digits), self._shared(other, figure, digits))
        errors = [standard_error(one - two) for one, two in both]
        return np.hypot.reduce(errors) if errors else 0.0

    def _shared(self, model, figure, digits=slice(None)):
        """Means over the seeds: digit by digit, and of the label error draw by draw, too."""
        found = [self.by_digit(model, figure).mean(axis=0)[digits]] if figure in BY_DIGIT else []
        return found + ([self.by_draw(model).mean(axis=0)] if figure == "label_error" else [])

    def _crossed(self, model):
        """Which of the ranks are those of crossed digits: all behind the test digits."""
        return np.arange(self.by_digit(model, "detect").shape[1]) >= self.by_digit(model, "label_error").shape[1]


def standard_error(values):
    """Of the mean of independent values; 0 where there is only one, which says nothing."""
    return values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else 0.0
