"""How sure the scoreboard is: by hand, and against figures of the library."""
import numpy as np
import pytest

from scratchnets.experiments import BOOK
from scratchnets.experiments.board import Board
from scratchnets.experiments.store import Store
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import auroc, auroc_difference, auroc_error


@pytest.fixture
def board(tmp_path):
    """Two models, two seeds, four test digits and two crossed ones; PCA's copies are those of two digits alone."""
    store = Store(tmp_path, "scoreboard")
    store.add(Trial("real", {"model": "ink"}, None), [{"detect": 0.6}])
    for model, seed, copied, seems, wrong in (
            ("net", 0, [1, 2, 3, 6], [0, 1, 2, 4, 3, 5], [0, 10, 0, 2]),
            ("net", 1, [3, 4, 5, 8], [0, 1, 3, 5, 2, 4], [0, 10, 4, 2]),
            ("PCA", 0, [2, 5], [5, 4, 3, 2, 1, 0], [5, 5, 5, 5])):
        arrays = {"copied": copied, "seems": seems, "wrong": wrong}
        store.add(Trial("models", {"model": model, "seed": seed}, None), [{
            "reconstruct": float(np.mean(copied)), "frechet": 10.0 * seed, "label_error": 10 * float(np.mean(wrong)),
            "label_errors": {"0": 1.0 * seed, "1": 4.0},
            "arrays": {f"{model}, seed {seed}, {name}": np.array(values) for name, values in arrays.items()}}])
    return Board(tmp_path)


def test_means_and_errors_of_seeds(board):
    assert board.models == ["net", "PCA"] and board.yardstick("ink", "detect") == 0.6
    assert board.mean("net", "reconstruct") == 4 and board.seed_error("net", "reconstruct") == pytest.approx(1)
    assert board.seed_error("PCA", "reconstruct") == 0                              # one seed says nothing


def test_other_digits_count_by_the_mean_over_the_seeds(board):
    expected = np.std([2, 3, 4, 7], ddof=1) / 2
    assert board.shared_error("net", "reconstruct") == pytest.approx(expected)
    assert board.error("net", "reconstruct") == pytest.approx(np.hypot(1, expected))
    assert board.shared_error("net", "label_error") == pytest.approx(np.hypot(
        np.std([0, 100, 20, 20], ddof=1) / 2, np.std([0.5, 4], ddof=1) / 2 ** 0.5))          # of digits, of draws
    assert board.shared_error("net", "frechet") == 0 == board.paired_error("net", "PCA", "frechet")


def test_a_difference_is_taken_digit_by_digit(board):
    error = np.std([0, -2], ddof=1) / 2 ** 0.5
    assert board.paired_error("net", "PCA", "reconstruct", slice(2)) == pytest.approx(error)
    assert board.paired_error("net", "net", "label_error") == 0


def test_areas_have_the_errors_of_the_library(board):
    crossed, seeds = np.arange(6) > 3, board.by_digit("net", "detect")
    assert board.shared_error("net", "detect") == pytest.approx(np.mean([auroc_error(each, crossed) for each in seeds]))
    assert board.paired_error("net", "PCA", "detect") == pytest.approx(
        auroc_difference(seeds[0], board.by_digit("PCA", "detect")[0], crossed)[1])


def test_the_arrays_of_the_book_are_those_of_its_figures():
    """Per seed: the means over the digits, and the area by the ranks, are the stored figures."""
    board = Board(BOOK)
    for model in board.models:
        for figure in ("reconstruct", "label_error"):
            means = board.by_digit(model, figure).mean(axis=1)
            np.testing.assert_allclose(means, board.seeds(model, figure), rtol=1e-5)
        ranks = board.by_digit(model, "detect")
        areas = [auroc(each, np.arange(ranks.shape[1]) >= 1000) for each in ranks]
        np.testing.assert_allclose(areas, board.seeds(model, "detect"), rtol=1e-12)
