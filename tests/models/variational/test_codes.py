"""Codes to look at: rows along a unit, a line between two, the plane in steps of probability."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.models.variational.codes import grid, interpolate, traverse


def test_a_traversal_moves_one_unit_and_leaves_the_others(float64):
    z = np.array([0.5, -1.0, 2.0])
    rows = to_numpy(traverse(asarray(z), units=(2, 0), values=[-1, 0, 1])).reshape(2, 3, 3)
    assert rows[0].tolist() == [[0.5, -1, -1], [0.5, -1, 0], [0.5, -1, 1]]
    assert rows[1].tolist() == [[-1, -1, 2], [0, -1, 2], [1, -1, 2]]
    assert traverse(asarray(z)).shape == (3 * 9, 3) and z.tolist() == [0.5, -1.0, 2.0]


def test_an_interpolation_is_a_straight_line_with_both_ends(float64):
    line = to_numpy(interpolate(asarray([0.0, 1.0]), asarray([4.0, -1.0]), steps=5))
    assert line.tolist() == [[0, 1], [1, 0.5], [2, 0], [3, -0.5], [4, -1]]


def test_a_grid_has_equal_steps_of_probability(float64):
    side = 4
    points = to_numpy(grid(side)).reshape(side, side, 2)
    assert (points[0, :, 0] == points[-1, :, 0]).all() and (np.diff(points[0, :, 0]) > 0).all()
    assert (points[:, 0, 1] == points[:, -1, 1]).all() and (np.diff(points[:, 0, 1]) < 0).all()    # top: high
    normal = np.random.default_rng(0).standard_normal(400_000)
    shares = [(normal < value).mean() for value in points[0, :, 0]]
    assert shares == pytest.approx([1 / 8, 3 / 8, 5 / 8, 7 / 8], abs=5e-3)


@pytest.mark.parametrize("call, words", [
    (lambda: traverse(asarray([0.0, 1.0]), units=(2,)), "units of a code of 2 numbers are 0 … 1"),
    (lambda: interpolate(asarray([0.0, 1.0]), asarray([0.0])), "two ends are codes of shape"),
    (lambda: interpolate(asarray([0.0]), asarray([1.0]), steps=0), "steps must be at least 1"),
    (lambda: grid(0), "side must be at least 1"),
])
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
