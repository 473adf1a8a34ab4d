"""The long computations behind the book: which there are, and what they found.

trial.py says what an experiment is made of, catalogue/ holds them, one file each, and results/ what they
found when the book was written. store.py keeps rows in files, reproduce.py computes them again beside the
book's, machine.py names the machine that did, published.py sets figures of papers beside ours, and page.py
writes all of it down for a reader. What several experiments share: digits.py, the data and the usual training;
contestants.py, every kind of model under the same four questions; identities/, what is known without this code.
"""
from pathlib import Path

from scratchnets.experiments.store import Store

BOOK = Path(__file__).with_name("results")


def stored(name):
    """The book's rows of an experiment, {part: list of rows}."""
    return Store(BOOK, name).rows


def stored_arrays(name):
    """The book's arrays of an experiment, {name: array}: pictures, and what was measured digit by digit."""
    return Store(BOOK, name).arrays
