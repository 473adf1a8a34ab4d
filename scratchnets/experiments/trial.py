"""What an experiment is made of: trials, each of which yields rows of figures."""
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """One training, say: its settings, its seed, and how to run it.

    Attributes
    ----------
    part : str
        Which table its rows belong to.
    key : dict
        The settings and the seed, which tell this trial from all others of its part. They stand in each
        of its rows.
    run : callable
        ``run()`` yields one row or several: dicts of measurements. Under ``"arrays"`` a row may bring
        ``{name: array}``, pictures for instance, which are kept apart from the figures.
    quick : bool
        Whether it belongs to the choice that is made for ``--quick``: the same trial, only fewer of them.
    needs : str or None
        The package without which it cannot run.
    """

    part: str
    key: dict
    run: Callable
    quick: bool = False
    needs: str | None = None

    def owns(self, row):
        """Whether a row is one of this trial's."""
        return self.key.items() <= row.items()

    def __str__(self):
        return ", ".join(f"{name} {value}" for name, value in self.key.items())


@dataclass(frozen=True)
class Experiment:
    """A file of the catalogue.

    Attributes
    ----------
    name : str
    lecture : int
        The first that uses it.
    about : str
        The file's docstring.
    trials : list of Trial
    """

    name: str
    lecture: int
    about: str
    trials: list

    @property
    def title(self):
        return self.about.split("\n", 1)[0]

    @property
    def needs(self):
        """The packages without which some of its trials cannot run."""
        return sorted({trial.needs for trial in self.trials if trial.needs})
