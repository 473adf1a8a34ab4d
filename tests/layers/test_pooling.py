"""Pooling and its ways back: values by hand, loops over random geometry, transposes, ties."""
import copy

import numpy as np
import pytest
import reference
from hypothesis import given, settings, strategies as st

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import AvgPool2D, Conv2D, Dense, MaxPool2D, MaxUnpool2D, Sequential, Upsample2D
from scratchnets.layers.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_unpool2d,
    max_unpool2d_backward,
    maxima,
    upsample2d,
    upsample2d_backward,
)

often = settings(max_examples=100, deadline=None, derandomize=True)


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    pass


def close(ours, theirs, tolerance=1e-12):
    np.testing.assert_allclose(to_numpy(ours), to_numpy(theirs), rtol=tolerance, atol=tolerance)


@st.composite
def problems(draw):
    """Images of few different values, so that there are ties; windows that overlap, tile or leave gaps."""
    kernel, stride = (tuple(draw(st.integers(1, most)) for _ in "hw") for most in (4, 5))
    padding = tuple(draw(st.integers(0, k - 1)) for k in kernel)
    size = [draw(st.integers(max(1, k - 2 * p), k + 4)) for k, p in zip(kernel, padding)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.integers(1, 3)), *size, draw(st.integers(1, 3))
    return rng.integers(-2, 3, shape) * 0.5, kernel, stride, padding, rng


# ---- by hand ------------------------------------------------------------------------------------------

X = np.array([[1.0, 5, 2, 0], [3, 4, 8, 7], [0, 6, 9, 1]]).reshape(1, 3, 4, 1)


def test_max_pooling_by_hand():
    x = asarray(X)
    close(max_pool2d(x, 2)[0, :, :, 0], [[5, 8]])                 # the last row is in no window
    close(max_pool2d(x, 2, stride=1)[0, :, :, 0], [[5, 8, 8], [6, 9, 9]])
    dy = asarray(np.arange(1.0, 7).reshape(1, 2, 3, 1))
    close(max_pool2d_backward(dy, x, 2, stride=1)[0, :, :, 0],
          [[0, 1, 0, 0], [0, 0, 2 + 3, 0], [0, 4, 5 + 6, 0]])     # 8 and 9 win twice, and get both


def test_average_pooling_by_hand():
    x = asarray(X)
    close(avg_pool2d(x, 2)[0, :, :, 0], [[13 / 4, 17 / 4]])
    close(avg_pool2d(x, (3, 2), padding=(1, 0))[0, :, :, 0], [[13 / 6, 17 / 6]])
    close(avg_pool2d_backward(asarray([[[[4.0], [8.0]]]]), x, 2)[0, :, :, 0],
          [[1, 1, 2, 2], [1, 1, 2, 2], [0, 0, 0, 0]])


def test_upsampling_by_hand():
    y = upsample2d(asarray([[[[1.0], [2.0]]]]), (2, 3))
    close(y[0, :, :, 0], [[1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2]])
    close(upsample2d_backward(asarray(np.arange(12.0).reshape(1, 2, 6, 1)), (2, 3))[0, :, :, 0],
          [[0 + 1 + 2 + 6 + 7 + 8, 3 + 4 + 5 + 9 + 10 + 11]])


def test_unpooling_by_hand():
    place = asarray(np.array([[[[3], [0]]]]))
    y = max_unpool2d(asarray([[[[5.0], [8.0]]]]), place, (2, 4), 2)
    close(y[0, :, :, 0], [[0, 0, 8, 0], [0, 5, 0, 0]])


# ---- against loops ------------------------------------------------------------------------------------

@often
@given(problems())
def test_max_pooling_is_its_loops(problem):
    x, kernel, stride, padding, rng = problem
    expected = reference.max_pool2d(x, kernel, stride, padding)
    close(max_pool2d(asarray(x), kernel, stride, padding), expected)
    dy = rng.standard_normal(expected.shape)
    close(max_pool2d_backward(asarray(dy), asarray(x), kernel, stride, padding),
          reference.max_pool2d_backward(dy, x, kernel, stride, padding))


@often
@given(problems())
def test_average_pooling_is_its_loops_and_its_backward_the_transpose(problem):
    x, kernel, stride, padding, rng = problem
    expected = reference.avg_pool2d(x, kernel, stride, padding)
    y = avg_pool2d(asarray(x), kernel, stride, padding)
    close(y, expected)
    dy = rng.standard_normal(y.shape)
    dx = to_numpy(avg_pool2d_backward(asarray(dy), asarray(x), kernel, stride, padding))
    assert dx.shape == x.shape
    np.testing.assert_allclose((dy * expected).sum(), (dx * x).sum(), rtol=1e-12, atol=1e-12)


@often
@given(problems())
def test_unpooling_is_the_transpose_of_pooling_with_these_places(problem):
    x, kernel, stride, padding, rng = problem
    y, place = maxima(asarray(x), kernel, stride, padding)
    # x at the maxima is y, and ⟨P x, y⟩ = ⟨x, Pᵀ y⟩ for any y.
    close(max_unpool2d_backward(asarray(x), place, x.shape[1:3], kernel, stride, padding), y)
    other = rng.standard_normal(y.shape)
    back = to_numpy(max_unpool2d(asarray(other), place, x.shape[1:3], kernel, stride, padding))
    np.testing.assert_allclose((to_numpy(y) * other).sum(), (x * back).sum(), rtol=1e-12, atol=1e-12)


# ---- ties, and what is never chosen -------------------------------------------------------------------

def test_of_equals_the_first_in_reading_order_gets_all():
    """As in PyTorch. Each window passes on its dy exactly once."""
    x, dy = asarray(np.ones((1, 3, 3, 1))), asarray(np.array([[1.0, 10], [100, 1000]]).reshape(1, 2, 2, 1))
    close(max_pool2d_backward(dy, x, 2, stride=1)[0, :, :, 0], [[1, 10, 0], [100, 1000, 0], [0, 0, 0]])


@often
@given(problems())
def test_the_sum_of_dx_is_the_sum_of_dy(problem):
    x, kernel, stride, padding, rng = problem
    dy = rng.standard_normal(reference.max_pool2d(x, kernel, stride, padding).shape)
    dx = max_pool2d_backward(asarray(dy), asarray(x), kernel, stride, padding)
    np.testing.assert_allclose(float(dx.sum()), dy.sum(), rtol=1e-11, atol=1e-11)


def test_padding_is_never_the_maximum():
    x = asarray(np.full((1, 2, 2, 1), -5.0))
    close(max_pool2d(x, 2, padding=1), np.full((1, 2, 2, 1), -5))
    close(avg_pool2d(x, 2, padding=1), np.full((1, 2, 2, 1), -5 / 4))          # and counts as 0 in an average


# ---- unpooling in a network ---------------------------------------------------------------------------

def test_unpooling_puts_numbers_where_its_pooling_found_them(rng):
    pool = MaxPool2D(2)
    network = Sequential(pool, MaxUnpool2D(pool))
    x = 0.1 * (1 + rng.permutation(3 * 5 * 4 * 2).reshape(3, 5, 4, 2))     # no two equal, none 0
    y = to_numpy(network.forward(asarray(x)))
    assert y.shape == x.shape                        # the odd row too, as zeros
    np.testing.assert_array_equal(y, np.where(y != 0, x, 0))
    assert (y != 0).sum() == 3 * 2 * 2 * 2 and (y[:, 4] == 0).all()
    dy = rng.standard_normal(y.shape)
    close(network.backward(asarray(dy)), np.where(y != 0, dy, 0), tolerance=1e-12)


def test_prediction_in_batches_unpools_each_batch_by_itself(rng):
    pool = MaxPool2D(2)
    network = Sequential(Conv2D(1, 2, 3), pool, MaxUnpool2D(pool), Conv2D(2, 1, 3))
    x = asarray(rng.standard_normal((7, 8, 8, 1)))
    close(network.predict(x, batch_size=3), network.predict(x))


def test_a_copied_network_has_its_own_switches(rng):
    pool = MaxPool2D(2)
    network = Sequential(pool, MaxUnpool2D(pool))
    twin = copy.deepcopy(network)
    x = asarray(rng.standard_normal((2, 4, 4, 1)))
    expected = network.forward(x)
    twin.forward(-x)
    close(network.layers[1].forward(max_pool2d(x, 2)), expected)


def test_a_pooling_without_an_unpooling_keeps_no_switches(rng):
    pool = MaxPool2D(2)
    pool.predict(asarray(rng.standard_normal((2, 4, 4, 1))))
    assert pool.switches is None


def test_unpooling_before_its_pooling_is_refused(rng):
    pool = MaxPool2D(2)
    unpool, x = MaxUnpool2D(pool), asarray(rng.standard_normal((2, 2, 2, 1)))
    with pytest.raises(ValueError, match=r"MaxUnpool2D\(MaxPool2D\(2\)\) got .* its pooling has not run yet"):
        unpool.forward(x)
    pool.forward(asarray(rng.standard_normal((3, 4, 4, 1))))
    with pytest.raises(ValueError, match=r"its pooling last gave \(3, 2, 2, 1\)"):
        unpool.forward(x)
    with pytest.raises(ValueError, match="got places outside a window; they run from 0 to 3"):
        unpool.forward(x, asarray(np.full((2, 2, 2, 1), 4)))


def test_what_cannot_be_unpooled_is_refused():
    with pytest.raises(ValueError, match=r"MaxUnpool2D\(MaxPool2D\(3, stride=2\)\): its windows overlap"):
        MaxUnpool2D(MaxPool2D(3, 2))
    with pytest.raises(TypeError, match="takes the MaxPool2D layer that it undoes, got Dense"):
        MaxUnpool2D(Dense(2, 3))


# ---- geometry -----------------------------------------------------------------------------------------

def test_a_window_that_does_not_fit_is_refused_with_the_arithmetic():
    for kind in (MaxPool2D, AvgPool2D):
        message = kind.__name__ + r"\(4\) got images of height 3.*3 \+ 2·0 − 4 = -1 < 0"
        with pytest.raises(ValueError, match=message):
            kind(4).forward(asarray(np.zeros((1, 3, 5, 1))))


def test_a_window_of_nothing_but_padding_is_refused():
    with pytest.raises(ValueError, match=r"padding \(width\) must be less than the kernel 2, got 2"):
        MaxPool2D((3, 2), padding=2)


def test_their_names_tell_what_is_not_default():
    assert repr(MaxPool2D(2)) == "MaxPool2D(2)" and repr(AvgPool2D((3, 2))) == "AvgPool2D((3, 2))"
    assert repr(MaxPool2D(3, 2, 1)) == "MaxPool2D(3, stride=2, padding=1)"
    assert repr(Upsample2D((2, 3))) == "Upsample2D((2, 3))"


def test_averaging_undoes_upsampling(rng):
    x = asarray(rng.standard_normal((2, 3, 4, 2)))
    close(avg_pool2d(upsample2d(x, (2, 3)), (2, 3)), x)
    close(max_pool2d(upsample2d(x, (2, 3)), (2, 3)), x)
