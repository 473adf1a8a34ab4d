"""Rows of figures outlive crashes, and say what they are."""
import json

import numpy as np
import pytest
from toy import toy

from scratchnets.backend import asarray
from scratchnets.experiments.store import Store, difference, largest_difference
from scratchnets.experiments.trial import Trial


def trial(part="part", run=tuple, **key):
    return Trial(part, key, run)


def test_rows_come_back_with_the_key_and_the_machine(tmp_path):
    Store(tmp_path / "new" / "folder", "one").add(trial(seed=1), [{"value": np.float64(0.1), "name": "µ"}])
    store = Store(tmp_path / "new" / "folder", "one")
    assert store.rows == {"part": [{"seed": 1, "value": 0.1, "name": "µ", "machine": 0}]}
    assert store.machines[0]["numpy"] == np.__version__ and store.machines[0]["threads"] >= 1


def test_a_trial_that_is_run_again_takes_the_place_of_its_old_rows(tmp_path):
    store = Store(tmp_path, "one")
    store.add(trial(seed=1), [{"value": 1}, {"value": 2}])
    store.add(trial(seed=2), [{"value": 3}])
    store.add(trial(seed=1), [{"value": 4}])
    assert [row["value"] for row in Store(tmp_path, "one").rows["part"]] == [3, 4]


def test_arrays_lie_beside_the_rows(tmp_path):
    store = Store(tmp_path, "one")
    store.add(trial(seed=1), [{"value": 1, "arrays": {"a": asarray(np.eye(2))}}])
    store.add(trial(seed=2), [{"value": 1, "arrays": {"b": np.zeros(3, "uint8")}}])
    assert sorted(Store(tmp_path, "one").arrays) == ["a", "b"]
    np.testing.assert_array_equal(store.arrays["a"], np.eye(2))
    assert "arrays" not in store.rows["part"][0]


def test_a_power_cut_while_writing_leaves_the_rows_before(tmp_path, power_cut):
    store = Store(tmp_path, "one")
    store.add(trial(seed=1), [{"value": 1}])
    with power_cut("os.replace"):
        store.add(trial(seed=2), [{"value": 2}])
    assert [row["value"] for row in Store(tmp_path, "one").rows["part"]] == [1]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"parts": {"a": 1}, "machines": []}', '{"parts": {}}'])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path, text):
    (tmp_path / "one.json").write_text(text)
    with pytest.raises(ValueError, match="one.json .*the rows of an experiment"):
        Store(tmp_path, "one")


def test_a_row_stands_in_a_line_of_its_own(tmp_path):
    Store(tmp_path, "one").add(trial(seed=1), [{"value": 1}, {"value": 2}])
    lines = (tmp_path / "one.json").read_text().splitlines()
    assert sum(line.startswith('{"seed"') for line in lines) == 2
    json.loads((tmp_path / "one.json").read_text())


@pytest.mark.parametrize("a, b, expected", [(1.0, 1.0, 0.0), (1.0, 2.0, 0.5), (0, 0, 0.0), (-1.0, 1.0, 2.0),
                                            (float("nan"), float("nan"), 0.0), ("a", "a", 0.0),
                                            (float("nan"), 1.0, np.inf), (1.0, float("nan"), np.inf),
                                            (np.inf, 1.0, np.inf), (np.inf, -np.inf, np.inf)])
def test_differences_are_relative(a, b, expected):
    assert difference(a, b) == expected


def test_other_words_and_missing_rows_differ_as_much_as_can_be():
    assert difference("a", "b") == np.inf
    assert largest_difference([{"a": 1}], [])[0] == np.inf


def test_of_a_curve_the_end_counts_and_the_seconds_do_not():
    ours, book = [{"curve": [1, 2], "seconds": 1, "machine": 0}], [{"curve": [5, 2], "seconds": 9}]
    assert largest_difference(ours, book)[0] == 0
    assert largest_difference([{"curve": [1, 2], "b": 1}], [{"curve": [1, 4], "b": 1}]) == (0.5, "curve")


def test_figures_within_figures_count():
    ours, book = {"errors": {"a": 1.0, "b": {"c": [1, 2.0]}}}, {"errors": {"a": 1.0, "b": {"c": [1, 4.0]}}}
    assert largest_difference([ours], [book]) == (0.5, "errors.b.c")


def test_the_toy_has_trials_of_three_seeds():
    assert [str(each) for each in toy().trials] == ["seed 0", "seed 1", "seed 2"]
