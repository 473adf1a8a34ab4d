"""Many at once, in small: each gets a run of its own, one writes a run, and no progress is lost."""
import os

import pytest
from faults import parallel

pytestmark = [pytest.mark.long, pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked from a server")]


def test_starts_without_a_folder_get_one_each(tmp_path):
    assert parallel.starts_without_a_folder(tmp_path, 4) == (4, 4, 4)


def test_of_many_who_start_in_one_folder_one_does(tmp_path):
    assert parallel.starts_in_one_folder(tmp_path, 4) == (1, 3)


def test_no_hint_is_lost(tmp_path):
    assert parallel.hints(tmp_path, 8) == (8, 8, 8)
    assert parallel.hints_of_one(tmp_path / "exercises") == ["1", "2", "3"]


def test_a_second_training_is_told_who_trains_and_a_killed_one_leaves_no_lock(tmp_path):
    assert parallel.second_is_told(tmp_path) == (True, True, True)
