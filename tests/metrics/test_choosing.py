"""Who is beaten whatever one wants, and how far behind the others are."""
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from scratchnets.backend import asarray
from scratchnets.metrics import behind_the_best, undominated

tables = arrays("float64", st.tuples(st.integers(1, 7), st.integers(1, 4)), elements=st.integers(-3, 3))


@pytest.mark.parametrize("quality, expected", [
    ([[1, 0], [0, 1], [0.4, 0.4], [0.4, 0.3]], [1, 1, 1, 0]),          # the third is best for no prices
    ([[1, 1], [1, 1]], [1, 1]),                                        # equals do not beat each other
    ([[1, 1], [1, 2]], [0, 1]),
    ([[3], [1], [3]], [1, 0, 1])])
def test_fronts_by_hand(quality, expected):
    assert undominated(asarray(quality)).tolist() == [bool(each) for each in expected]


@given(tables)
@settings(deadline=None)
def test_it_is_the_definition_word_by_word(quality):
    def dominates(one, other):
        return all(a >= b for a, b in zip(one, other)) and any(a > b for a, b in zip(one, other))
    expected = [not any(dominates(one, other) for one in quality) for other in quality]
    assert undominated(quality).tolist() == expected and any(expected)


@given(tables, st.lists(st.integers(1, 9), min_size=4, max_size=4))
@settings(deadline=None)
def test_the_best_for_some_prices_is_on_the_front(quality, prices):
    total = quality @ np.array(prices[:quality.shape[1]])
    assert undominated(quality)[total == total.max()].all()


def test_distances_by_hand():
    np.testing.assert_allclose(behind_the_best([[3.0], [1.0], [2.0]], [[0.3], [0.4], [0.4]]), [[0], [4], [2]])


def test_what_is_shared_comes_on_top():
    """A triangle of 3, 4 and 12: the error of the difference is 13."""
    assert behind_the_best([[26.0], [0.0]], [[3.0], [4.0]], [[0.0], [12.0]]).tolist() == [[0], [2]]
    with pytest.raises(ValueError, match=r"got shapes \(1, 1\) and \(2, 1\)"):
        behind_the_best([[26.0], [0.0]], [[3.0], [4.0]], [[12.0]])


def test_without_errors_every_difference_is_certain():
    assert behind_the_best([[2.0], [1.0], [2.0]], np.zeros((3, 1))).tolist() == [[0], [np.inf], [0]]


@pytest.mark.parametrize("quality, error, said", [
    ([[1.0, np.nan]], [[1.0, 1.0]], "quality: expected finite numbers"),
    ([[1.0], [2.0]], [[1.0]], r"got shapes \(1, 1\) and \(2, 1\)"),
    ([[1.0]], [[-1.0]], "a standard error is never below 0")])
def test_bad_input_is_refused(quality, error, said):
    with pytest.raises(ValueError, match=said):
        behind_the_best(quality, error)
