"""Hostile answers get the verdict that is due, in time, and leave nothing behind; the rest is tried by learners.py."""
import os

import pytest
from faults import learners

pytestmark = [pytest.mark.long,
              pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into the books of Linux")]


@pytest.mark.parametrize("name", [name for name, answer in learners.ALL.items() if answer.quick])
def test_the_verdict_is_due(name, tmp_path):
    assert learners.tried(name, learners.ALL[name], tmp_path)["faults"] == []
