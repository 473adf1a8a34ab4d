"""The page of results: tables that are made from rows, and figures of papers beside ours."""
from scratchnets.experiments import BOOK, published
from scratchnets.experiments.page import inner_tables, page, table


def test_results_are_means_over_the_seeds():
    rows = [{"model": "a", "beta": beta, "seed": seed, "error": 10 * beta + seed, "seconds": 3.0, "machine": 0}
            for beta in (0.5, 2.0) for seed in (0, 1, 2)]
    assert table(rows) == ("| beta | error | seeds |\n|---|--:|--:|\n| 0.5 | 6.00 ± 0.58 | 3 |\n"
                           "| 2 | 21.00 ± 0.58 | 3 |\n\nIn all rows: model a.")


def test_what_was_not_stored_does_not_mix_runs():
    """Two runs of one seed that differ in something that no row says: two rows."""
    rows = [{"seed": seed, "error": float(run + seed / 10)} for run in (1, 5) for seed in (0, 1)]
    assert table(rows).count("±") == 2


def test_draws_count_as_seeds_and_rows_without_either_count_nothing():
    assert table([{"labels": 5, "draw": draw, "error": float(draw)} for draw in (0, 1)]).count("| 2 |") == 1
    assert "seeds" not in table([{"identity": "1 + 1 = 2", "exact": 2.0}])


def test_figures_within_a_row_get_a_table_of_their_own():
    rows = [{"labels": 5, "draw": draw, "errors": {"a": float(draw), "of each": [1, 2]}} for draw in (0, 2)]
    inner, = inner_tables(rows)
    assert inner.startswith("*errors*\n\n| a | seeds |") and "1.0 ± 1.0" in inner


def test_a_path_of_the_book_becomes_a_link_where_links_are_asked_for():
    rows = [{"identity": name, "derivation": "docs/derivations/batch-normalization.md"} for name in "ab"]
    assert "[batch normalization](/docs/derivations/batch-normalization.md)" in table(rows, linked=True)
    assert "](" not in table(rows)


def test_the_book_has_ours_beside_each_published_figure():
    assert [each.setup for each in published.PUBLISHED if not each.ours(BOOK)] == []


def test_a_folder_without_rows_has_none_of_them(tmp_path):
    assert published.table(tmp_path) == "" and "Beside published figures" not in page(tmp_path)
