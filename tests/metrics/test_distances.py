"""Squared distances: equal to those of the differences, also where a matrix product loses them."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.metrics import distances
from scratchnets.metrics.distances import squared_distances


def by_differences(x, y):
    x, y = np.asarray(x, dtype="float64"), np.asarray(y, dtype="float64")
    return ((x[:, None] - y) ** 2).sum(axis=-1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("far", [0, 1, 1e2, 1e4, 1e8, 1e15])
def test_every_distance_is_right_to_twelve_digits(far, dtype, rng):
    """Three clusters, the third far away: between the points of one of them the product has no digit left."""
    centres = np.array([[0.0, 0], [1, 0], [far, far]])
    x, y = ((centres[np.arange(60) % 3] + 0.05 * rng.standard_normal((60, 2))).astype(dtype) for _ in range(2))
    ours = to_numpy(squared_distances(asarray(x, dtype), asarray(y, dtype)))
    assert ours.dtype == np.float64
    np.testing.assert_allclose(ours, by_differences(x, y), rtol=1e-11)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_point_is_at_distance_zero_from_itself(dtype, rng):
    x = asarray(1e6 + rng.standard_normal((40, 7)), dtype)
    assert (to_numpy(squared_distances(x, x)).diagonal() == 0).all()


def test_distances_whose_squares_float32_cannot_name(rng):
    x = rng.standard_normal((5, 3))
    for size in (1e-30, 1e30):
        ours = squared_distances(asarray(size * x), asarray(-size * x))
        np.testing.assert_allclose(to_numpy(ours), by_differences(*map(np.float32, (size * x, -size * x))), rtol=1e-11)


def test_close_pairs_in_several_portions(monkeypatch, rng):
    monkeypatch.setattr(distances, "PAIRS", 10)
    x = 1e6 + rng.standard_normal((9, 3))
    np.testing.assert_allclose(squared_distances(x, x), by_differences(x, x), rtol=1e-11)
