"""Run the trials of an experiment that are still missing, and set their figures beside the book's."""
import importlib.util
import math
import time
from dataclasses import dataclass

from tqdm import tqdm

from scratchnets.experiments import BOOK
from scratchnets.experiments.store import Store, largest_difference


@dataclass(frozen=True)
class Outcome:
    """How far a folder has come with an experiment, and how far its figures are from the book's.

    Attributes
    ----------
    name : str
    done, wanted, trials : int
        Trials that are in the folder, that were asked for, and that there are.
    seconds : float
        That those in the folder took, when they were run.
    difference : float or None
        The largest relative difference of a figure from the book's; None where the book has none of them.
    figure : str
        Which figure that is, and of which trial.
    lacking : tuple of str
        Packages that were needed and are not installed.
    """

    name: str
    done: int
    wanted: int
    trials: int
    seconds: float
    difference: float | None
    figure: str
    lacking: tuple = ()

    def __str__(self):
        parts = [f"{self.name:<24} {self.done:>3} of {self.trials:>3} trials in {self.seconds:>6.0f} s",
                 self.verdict]
        parts += [f"{self.wanted - self.done} left out: they need {package}, pip install {package}"
                  for package in self.lacking]
        return "; ".join(parts)

    @property
    def verdict(self):
        if not self.wanted:
            return "none of its trials is quick"
        if not self.done:
            return "nothing of it was run"
        if self.difference is None:
            return "not in the book"
        if self.difference == 0:
            return "every figure is the book's"
        if math.isinf(self.difference):
            return f"not the book's figures ({self.figure})"
        return f"at most {percent(self.difference)} from the book's figures ({self.figure})"


def reproduce(experiment, folder, quick=False):
    """Run what is missing in `folder`, trial by trial; each is written as soon as it is over.

    Parameters
    ----------
    experiment : Experiment
    folder : path
    quick : bool
        Only the trials that are marked so.

    Returns
    -------
    Outcome
    """
    store = Store(folder, experiment.name)
    wanted = [trial for trial in experiment.trials if trial.quick or not quick]
    missing = [trial for trial in wanted if not store.of(trial)]
    possible = [trial for trial in missing if installed(trial.needs)]
    with tqdm(possible, desc=experiment.name, unit=" trials", disable=not possible) as bar:
        for trial in bar:
            bar.set_postfix_str(str(trial))
            store.add(trial, timed(trial.run()))
    return outcome(experiment, store, len(wanted), lacking(missing))


def outcome(experiment, store, wanted, lacking=()):
    """Of the rows that are in the store."""
    book = Store(BOOK, experiment.name)
    run = [trial for trial in experiment.trials if store.of(trial)]
    compared = [(*largest_difference(store.of(trial), book.of(trial)), trial) for trial in run if book.of(trial)]
    worst = max(compared, key=lambda found: found[0], default=None)
    seconds = sum(row.get("seconds", 0) for trial in run for row in store.of(trial))
    return Outcome(experiment.name, len(run), wanted, len(experiment.trials), seconds,
                   worst[0] if worst else None, f"{worst[1]}, {worst[2]}" if worst else "", lacking)


def lacking(trials):
    return tuple(sorted({trial.needs for trial in trials if not installed(trial.needs)}))


def installed(package):
    return package is None or importlib.util.find_spec(package) is not None


def timed(rows):
    """The rows, each with the seconds that it took."""
    began = time.perf_counter()
    for row in rows:
        yield row | {"seconds": round(time.perf_counter() - began, 1)}
        began = time.perf_counter()


def percent(share):
    """``0.00032`` → ``0.03 %``: two digits."""
    return f"{100 * share:.2g} %"
