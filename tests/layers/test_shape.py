"""Layers that only reshape: no number is lost, moved or changed."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Flatten, Identity, Reshape, Sequential


@pytest.fixture
def x(rng):
    return asarray(rng.normal(size=(3, 2, 4, 5)))


def test_identity(x):
    layer = Identity()
    np.testing.assert_array_equal(to_numpy(layer.forward(x)), to_numpy(x))
    np.testing.assert_array_equal(to_numpy(layer.backward(2 * x)), 2 * to_numpy(x))


def test_flatten_keeps_row_major_order(x):
    layer = Flatten()
    y = layer.forward(x)
    assert y.shape == (3, 40)
    assert float(y[1, 1 * 20 + 2 * 5 + 3]) == float(x[1, 1, 2, 3])      # (h, w, c) → h·W·C + w·C + c
    np.testing.assert_array_equal(to_numpy(layer.backward(y)), to_numpy(x))


def test_reshape_undoes_flatten(x):
    network = Sequential(Flatten(), Reshape((2, 4, 5)))
    np.testing.assert_array_equal(to_numpy(network.forward(x)), to_numpy(x))
    np.testing.assert_array_equal(to_numpy(network.backward(x)), to_numpy(x))


def test_flatten_leaves_rows_alone(rng):
    x = asarray(rng.normal(size=(3, 7)))
    assert Flatten().forward(x).shape == (3, 7)


def test_a_reshape_that_does_not_fit_says_both_counts(x):
    with pytest.raises(ValueError, match=r"Reshape\(\(3, 3\)\) needs 9 numbers an example, got 40 in shape"):
        Reshape((3, 3)).forward(x)


@pytest.mark.parametrize("shape", [(0, 3), (-1, 3), (2.5,), ("2",)])
def test_shapes_that_are_refused(shape):
    with pytest.raises((TypeError, ValueError), match="an extent of shape must be"):
        Reshape(shape)
