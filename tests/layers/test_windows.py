"""The fast products of a convolution: the same as the lines that they replace, whatever the geometry."""
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import windows
from scratchnets.layers.convolution import col2im, im2col
from scratchnets.layers.geometry import windows_size

often = settings(max_examples=150, deadline=None, derandomize=True)


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    pass


@st.composite
def problems(draw):
    """x, W, dy, b, stride and padding, and how many numbers a chunk of images may have."""
    kernel, stride = (tuple(draw(st.integers(1, most)) for _ in "hw") for most in (5, 4))
    padding = tuple(draw(st.integers(0, 6)) for _ in "hw")
    size = [draw(st.integers(max(1, k - 2 * p), max(1, k - 2 * p) + 5)) for k, p in zip(kernel, padding)]
    n, c, m = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    outputs = windows_size("the problem", size, kernel, stride, padding)
    shapes = (n, *size, c), (*kernel, c, m), (n, *outputs, m)
    budget = draw(st.sampled_from([1, 100, 1000, 10**6]))
    return *(asarray(rng.standard_normal(shape)) for shape in shapes), rng, stride, padding, budget


def rows(array):
    return array.reshape(-1, array.shape[-1])


def close(ours, theirs):
    theirs = to_numpy(theirs)
    np.testing.assert_allclose(to_numpy(ours), theirs, rtol=1e-12, atol=1e-12 * max(abs(theirs).max(), 1))


def spoil_kept_memory():
    """Whatever earlier calls have left there, no result may depend on it."""
    for memory in windows.workspace.kept.values():
        memory.fill(np.nan)


@often
@given(problems())
def test_they_are_the_lines_that_they_replace(problem):
    x, W, dy, rng, stride, padding, budget = problem
    (*kernel, c, m), size = W.shape, x.shape[1:3]
    columns = im2col(x, tuple(kernel), stride, padding)
    b, c_b = asarray(rng.standard_normal(m)), asarray(rng.standard_normal(c))
    before, windows.BUDGET = windows.BUDGET, budget
    try:
        spoil_kept_memory()
        close(windows.correlate(x, W, b, stride, padding, dy.shape[1:3]), columns @ W.reshape(-1, m) + b)
        spoil_kept_memory()
        close(windows.correlate_weights(x, dy, tuple(kernel), stride, padding),
              (rows(columns).T @ rows(dy)).reshape(W.shape))
        spoil_kept_memory()
        close(windows.spread(dy, W, c_b, stride, padding, size),
              col2im(dy @ W.reshape(-1, m).T, size, tuple(kernel), stride, padding) + c_b)
    finally:
        windows.BUDGET = before


def test_images_outside_a_chunk_are_not_seen(rng, monkeypatch):
    """What the last chunk leaves unused holds old numbers; they must reach no result."""
    monkeypatch.setattr(windows, "BUDGET", 2 * 4 * 4 * 3)
    x, W = asarray(rng.standard_normal((3, 4, 4, 1))), asarray(rng.standard_normal((3, 3, 1, 2)))
    together = windows.correlate(x, W, None, (1, 1), (1, 1), (4, 4))
    for n in range(3):
        close(together[n:n + 1], windows.correlate(x[n:n + 1], W, None, (1, 1), (1, 1), (4, 4)))


@pytest.mark.skipif(backend.name() != "numpy", reason="measures NumPy's memory")
def test_their_memory_does_not_grow_with_the_batch(rng):
    """im2col would need nine times x here. They need a few chunks, beside their result."""
    x, W = rng.standard_normal((200, 20, 20, 8)), rng.standard_normal((3, 3, 8, 8))
    chunk = windows.BUDGET * 8
    for product in (lambda: windows.correlate(x, W, None, (1, 1), (1, 1), (20, 20)),
                    lambda: windows.correlate_weights(x, x, (3, 3), (1, 1), (1, 1)),
                    lambda: windows.spread(x, W, None, (1, 1), (1, 1), (20, 20))):
        tracemalloc.start()
        result = product()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak - result.nbytes < 2 * chunk + 100_000 < 9 * x.nbytes


def test_a_later_call_leaves_earlier_results_alone(rng):
    """The products are taken in memory that stays; what is returned is not part of it."""
    x, W, dy = (asarray(rng.standard_normal(shape)) for shape in ((3, 6, 5, 2), (3, 2, 2, 4), (3, 4, 4, 4)))

    def products(x):
        return (windows.correlate(x, W, None, (1, 1), (0, 0), (4, 4)),
                windows.correlate_weights(x, dy, (3, 2), (1, 1), (0, 0)),
                windows.spread(x[:, :4, :4, :1] * W[0, 0, 0], W, None, (1, 1), (0, 0), (6, 5)))

    first = products(x)
    kept = [to_numpy(array).copy() for array in first]
    products(2 * x)
    for array, copy in zip(first, kept):
        np.testing.assert_array_equal(to_numpy(array), copy)
