"""A sample of the bad inputs, in a few seconds; all of them: python tests/faults, or pytest -m faults."""
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent))
import runner
from families import FAMILIES, every_case
from ground import lay

SAMPLE, AT_LEAST = 40, 3000
pytestmark = pytest.mark.skipif(not hasattr(runner.os, "fork"), reason="each case runs in a fork of this process")


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def cases(ground):
    return every_case(ground)


def faults(cases, folder):
    endings = [(case, runner.fault(case, runner.run(case, folder))) for case in cases]
    return [f"{case}\n    {found}" for case, found in endings if found]


def test_there_are_thousands_and_no_two_alike(cases):
    assert len(cases) >= AT_LEAST
    assert len({str(case) for case in cases}) > 0.95 * len(cases)
    assert all(case.names for case in cases if case.ends != "done")


def test_a_sample_of_each_family_ends_in_one_line_that_names_the_cause(cases, tmp_path):
    rng = np.random.default_rng(0)
    quick = [case for case in cases if not case.fresh]
    chosen = [quick[place] for place in rng.choice(len(quick), SAMPLE, replace=False)]
    found = faults(chosen, tmp_path)
    assert not found, "\n".join(found)


@pytest.mark.faults
def test_every_fifth_of_all(cases, tmp_path):
    found = faults(cases[::5], tmp_path)
    assert not found, "\n".join(found)


def test_the_judge_of_endings_is_no_rubber_stamp():
    """It tells a traceback, silence, a message without a name and a good one apart."""
    from case import Case
    case = Case("x", "x", ["data", "bad.npz"], ("bad.npz",))

    def kind(status, text, memory=0):
        found = runner.fault(case, runner.Ending(status, text, 0.1, memory))
        return found and found[0]

    good = "scratchnets: error: bad.npz: images must be (N, H, W)\n"
    assert kind(2, good) is None
    assert kind(2, "Traceback (most recent call last):\n  …\nKeyError: 'x'\n") == "traceback"
    assert kind(0, "all well") == "accepted" and kind(None, good) == "no end" and kind(-9, good) == "crash"
    assert kind(2, "scratchnets: error: images must be (N, H, W)\n") == "no name"
    assert kind(2, "scratchnets: error: bad.npz\n") == "no remedy" and kind(2, good * 2) == "messages"
    assert kind(2, good.strip() + "x" * 5000) == "length" and kind(2, good, memory=2 * 10 ** 9) == "memory"
    assert len(FAMILIES) == 9
