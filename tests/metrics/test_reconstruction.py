"""The squared error of an image, by the literature's convention: summed over pixels, without the ½."""
import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.losses import squared_error
from scratchnets.metrics import sum_squared_error


def test_it_is_a_sum_over_pixels_and_a_mean_over_images(rng, float64):
    x, copy = asarray(rng.random((3, 4, 5, 1))), asarray(rng.random((3, 4, 5, 1)))
    by_hand = np.mean([sum((float(a) - float(b)) ** 2 for a, b in zip(one.reshape(-1), other.reshape(-1)))
                       for one, other in zip(copy, x)])
    assert sum_squared_error(copy, x) == pytest.approx(by_hand, rel=1e-12)
    assert sum_squared_error(copy, x) == pytest.approx(2 * float(squared_error(copy, x)[0]), rel=1e-12)
    assert sum_squared_error(x, x) == 0


def test_nothing_is_broadcast(rng):
    with pytest.raises(ValueError, match="sum_squared_error.*must be equal"):
        sum_squared_error(asarray(rng.random((3, 4))), asarray(rng.random((1, 4))))
