"""Grey pixels to zeros and ones: with the right chances, and as often anew as the name says."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.models.variational import Binarization


@pytest.fixture
def x(rng):
    return asarray(rng.random((5, 4, 3, 1)))


@pytest.mark.parametrize("kind", ["dynamic", "fixed"])
def test_a_pixel_is_one_with_its_grey_value_as_probability(kind, rng):
    grey = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    noise = rng.uniform(-1e-3, 1e-3, (20_000, 5)) * [0, 1, 1, 1, 0]            # or all images were one
    drawn = to_numpy(Binarization(kind, generator=1).forward(asarray(grey + noise)))
    assert set(np.unique(drawn)) == {0, 1} and drawn.dtype == np.float32
    assert (abs(drawn.mean(axis=0) - grey) <= 5 * np.sqrt(grey * (1 - grey) / len(drawn)) + 1e-4).all()
    assert (drawn[:, 0] == 0).all() and (drawn[:, -1] == 1).all()
    assert abs(np.corrcoef(drawn[:, 1:4].T) - np.eye(3)).max() < 5 / np.sqrt(len(drawn))


def test_dynamic_draws_anew_each_time(x):
    layer = Binarization("dynamic", generator=1)
    assert (to_numpy(layer.forward(x)) != to_numpy(layer.forward(x))).any()


def test_fixed_draws_each_image_once_in_any_order_batch_and_run(x):
    once = to_numpy(Binarization("fixed").forward(x))
    np.testing.assert_array_equal(to_numpy(Binarization("fixed", generator=9).forward(x[::-1])), once[::-1])
    np.testing.assert_array_equal(to_numpy(Binarization("fixed").forward(x[2:3])), once[2:3])
    same = asarray(np.repeat(to_numpy(x)[:1], 3, axis=0))
    assert (to_numpy(Binarization("fixed").forward(same)) == once[0]).all()


def test_none_leaves_the_grey(x):
    np.testing.assert_array_equal(to_numpy(Binarization("none").forward(x)), to_numpy(x))


@pytest.mark.parametrize("kind", ["dynamic", "fixed", "none"])
def test_zeros_and_ones_stay(kind, x):
    binary = (x > 0.5).astype("float32")
    np.testing.assert_array_equal(to_numpy(Binarization(kind).forward(binary)), to_numpy(binary))


def test_an_evaluation_brings_its_own_generator(x):
    layer = Binarization("dynamic", generator=1)
    before = layer.generator.bit_generator.state
    first = to_numpy(layer.forward(x, generator=7))
    np.testing.assert_array_equal(first, to_numpy(layer.forward(x, generator=7)))
    assert layer.generator.bit_generator.state == before


def test_no_gradient_passes(x):
    layer = Binarization("dynamic")
    layer.forward(x)
    assert layer.backward(x) is None
