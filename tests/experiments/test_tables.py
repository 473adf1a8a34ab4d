"""Tables that are made from rows."""
import pytest

from scratchnets.experiments.tables import spread, table, tables


def test_results_are_means_over_the_seeds():
    rows = [{"model": "a", "beta": beta, "seed": seed, "error": 10 * beta + seed, "seconds": 3.0, "machine": 0}
            for beta in (0.5, 2.0) for seed in (0, 1, 2)]
    assert table(rows) == ("| beta | error | seeds |\n|---|--:|--:|\n| 0.5 | 6.00 ± 0.58 | 3 |\n"
                           "| 2 | 21.00 ± 0.58 | 3 |\n\nIn all rows: `model` a.")


def test_what_was_not_stored_does_not_mix_runs():
    """Two runs of one seed that differ in something that no row says: two rows."""
    rows = [{"seed": seed, "error": float(run + seed / 10)} for run in (1, 5) for seed in (0, 1)]
    assert table(rows).count("±") == 2


def test_draws_are_counted_and_rows_without_either_are_not():
    counted = table([{"labels": 5, "draw": draw, "error": float(draw)} for draw in (0, 1)])
    assert "| error | draws |" in counted and "| 0.50 ± 0.50 | 2 |" in counted
    assert "seeds" not in table([{"identity": "1 + 1 = 2", "exact": 2.0}])


def test_a_key_is_a_setting_even_where_not_all_seeds_have_it():
    """PCA of 30 has one seed, the network of 100 two: the seeds do not agree in k, and it is a setting."""
    rows = [{"k": 30, "seed": 0, "error": 3.0}, *({"k": 100, "seed": seed, "error": float(seed)} for seed in (0, 1))]
    assert table(rows, keys={"k"}).split("\n")[2:] == ["| 30 | 3 | 1 |", "| 100 | 0.50 ± 0.50 | 2 |"]


def test_a_figure_that_not_all_seeds_have_says_how_many():
    rows = [{"k": 1, "seed": 0, "a": 1.5, "b": 2.5}, {"k": 1, "seed": 1, "a": 3.5}]
    assert "| 2.5 ± 1.0 | 2.5 (1) | 2 |" in table(rows, keys={"k"})


def test_the_head_says_which_direction_is_better():
    assert "| auroc ↑ | frechet ↓ | nearest |" in table([{"auroc": 0.5, "frechet": 2.5, "nearest": 1.5}])


def test_of_a_curve_the_end_is_shown_and_of_a_histogram_nothing():
    assert table([{"curve": [3.5, 1.5], "classes": [90, 91], "seconds": 1.0}]).startswith("| curve |\n|--:|\n| 1.5 |")


def test_figures_within_a_row_get_a_table_of_their_own():
    rows = [{"labels": 5, "draw": draw, "errors": {"a": float(draw), "of each": [1, 2]}} for draw in (0, 2)]
    assert list(tables(rows)) == ["errors"]                  # the rows themselves hold settings alone
    assert tables(rows)["errors"].startswith("| a | draws |") and "1.0 ± 1.0" in tables(rows)["errors"]
    assert list(tables([row | {"best": row["draw"] / 2} for row in rows])) == ["", "errors"]


@pytest.mark.parametrize("numbers, text", [
    ([], ""), ([3], "3"), ([300, 300, 300], "300"), ([0.001, 0.001], "0.001"), ([1.0, 3.0], "2.0 ± 1.0"),
    ([100.0, 130.0], "115 ± 15"), ([2.0, 2.0000001], "2 ± 5e-08"), ([3e-9, 5e-9], "4e-09 ± 1e-09"),
    ([-0.0], "0"), ([None, 4.0], "4")])
def test_the_error_says_how_many_digits_there_are(numbers, text):
    assert spread(numbers) == text
