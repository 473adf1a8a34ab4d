"""Rows of figures in a file, trial by trial, so that a stopped computation goes on where it was.

NAME.json holds ``{"machines": [facts, …], "parts": {part: [row, …]}}``. A row names its machine by the place
in that list, and how many seconds it took; rows without were computed before that was noted. What is no
figure lies beside it, in NAME.npz.
"""
import json
import math
from pathlib import Path

import numpy as np

from scratchnets import archive, reading
from scratchnets.arguments import brief, integer, number
from scratchnets.backend import to_numpy
from scratchnets.benchmarks.machine import facts
from scratchnets.files import atomic_write, write_text

BOOKKEEPING = ("seconds", "machine")


class Store:
    """The rows of one experiment in a folder.

    Parameters
    ----------
    folder : path
        Made when the first row is added.
    name : str
        Of the experiment.

    Raises
    ------
    ValueError
        The file is there, and is not one of these.
    """

    def __init__(self, folder, name):
        self.file = Path(folder) / f"{name}.json"
        self._held = {"machines": [], "parts": {}}
        if self.file.exists():
            self._held = self._read()

    @property
    def rows(self):
        """{part: list of rows}"""
        return self._held["parts"]

    @property
    def machines(self):
        return self._held["machines"]

    @property
    def arrays(self):
        """{name: array}"""
        file = self.file.with_suffix(".npz")
        if not file.exists():
            return {}
        return archive.load(file, "the arrays of this experiment")

    def of(self, trial):
        """The rows of a trial; none if it has not been run."""
        return [row for row in self.rows.get(trial.part, []) if trial.owns(row)]

    def add(self, trial, rows):
        """Write the rows of a finished trial; those that it had before go."""
        here = facts()
        if here not in self.machines:
            self.machines.append(here)
        rows = [dict(row) for row in rows]
        arrays = {name: to_numpy(array) for row in rows for name, array in row.pop("arrays", {}).items()}
        others = [row for row in self.rows.get(trial.part, []) if not trial.owns(row)]
        new = [trial.key | plain(row) | {"machine": self.machines.index(here)} for row in rows]
        self.rows[trial.part] = others + new
        self.file.parent.mkdir(parents=True, exist_ok=True)
        if arrays:
            with atomic_write(self.file.with_suffix(".npz")) as file:
                np.savez_compressed(file, **self.arrays | arrays)
        write_text(self.file, as_json(self._held))

    def _read(self):
        held = reading.json_of(self.file, "the rows of an experiment")
        try:
            _check(held)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"{self.file} does not hold the rows of an experiment: {brief(error)}; take it away, and "
                             "they are computed again") from error
        return held


def _check(held):
    """Refuse what `Store.add` has not written: the machines, and rows of figures by name that each name one."""
    if not isinstance(held["machines"], list) or not all(isinstance(facts, dict) for facts in held["machines"]):
        raise TypeError("machines is no list of facts")
    for part, rows in held["parts"].items():
        for row in rows if isinstance(rows, list) else [rows]:
            if not isinstance(row, dict):
                raise TypeError(f"a row of {brief(repr(part), 40)} is {brief(repr(row), 40)}")
            number("its seconds", row.get("seconds", 0), at_least=0)
            if row.get("machine") is not None:
                integer("its machine", row["machine"], at_most=len(held["machines"]) - 1)


def plain(row):
    """What JSON can hold: NumPy's numbers become Python's."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


def as_json(held):
    """One row a line, so that a change can be read."""
    def listed(rows):
        return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]"
    parts = ",\n".join(f"{json.dumps(part)}: {listed(rows)}" for part, rows in held["parts"].items())
    return f'{{"machines": {json.dumps(held["machines"])},\n"parts": {{\n{parts}}}}}\n'


def largest_difference(rows, others):
    """How far rows are from the same rows computed elsewhere: (relative difference, what differs most).

    A figure a differs from b by |a − b| / max(|a|, |b|); of a curve, the last value counts.
    """
    if len(rows) != len(others):
        return math.inf, f"{len(rows)} rows instead of {len(others)}"
    found = [(difference(ours[name], theirs[name]), name)
             for ours, theirs in zip(map(figures, rows), map(figures, others)) for name in ours
             if name in theirs]
    return max(found, default=(0.0, ""))


def figures(row):
    """{name: value} of all that was measured, that within dictionaries by a name with a full stop.

    Of a curve the end; a list of lists (a path, codes) is no figure.
    """
    found = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": figure for inner, figure in figures(value).items()}
        elif name not in BOOKKEEPING and not isinstance(last(value), list):
            found[name] = last(value)
    return found


def difference(a, b):
    if not all(isinstance(value, (int, float)) for value in (a, b)):
        return 0.0 if a == b else math.inf
    if a == b or math.isnan(a) and math.isnan(b):
        return 0.0
    if not (math.isfinite(a) and math.isfinite(b)):         # NaN is as far from a figure as can be
        return math.inf
    return abs(a - b) / max(abs(a), abs(b))


def last(value):
    """A curve's end; any other value as it is."""
    return value[-1] if isinstance(value, list) and value else value
