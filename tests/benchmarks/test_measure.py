"""Timing by turns. What is checked is the order of the calls, never how long they took."""
import pytest

from scratchnets.backend import name
from scratchnets.benchmarks.measure import measure, peak, spread, threads

pytestmark = pytest.mark.skipif(name() != "numpy", reason="the double of CuPy has no device to wait for")


@pytest.fixture(autouse=True)
def short_turns(monkeypatch):
    monkeypatch.setattr("scratchnets.benchmarks.measure.WARM_UP", 0)
    monkeypatch.setattr("scratchnets.benchmarks.measure.TURN", 0)          # one call a turn


def test_the_steps_take_turns():
    calls, ticks = [], []
    seconds = measure([lambda: calls.append("a"), lambda: calls.append("b")], rounds=4,
                      tick=lambda: ticks.append(len(calls)))
    turns = [call for position, call in enumerate(calls) if position == 0 or calls[position - 1] != call]
    assert turns[-8:] == ["a", "b"] * 4
    assert [len(times) for times in seconds] == [4, 4] and len(ticks) == 4
    assert all(time > 0 for times in seconds for time in times)


def test_the_spread_is_that_of_the_middle_half():
    assert spread([2, 2, 2, 2, 90]) == 0
    assert spread([1, 2, 3, 4, 5]) == pytest.approx(2 / 3)
    assert spread([1]) == 0


def test_the_peak_is_positive():
    assert peak(rounds=1, n=8) > 0


@pytest.mark.parametrize("variable", ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"])
def test_threads_follow_the_environment(variable, monkeypatch):
    for other in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(other, raising=False)
    assert threads() >= 1
    monkeypatch.setenv(variable, "3")
    assert threads() == 3
