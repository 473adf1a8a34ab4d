"""Convolutions: values by hand, loops over random geometry, the transpose, sizes, what is spared."""
import re

import numpy as np
import pytest
import reference
from hypothesis import given, settings, strategies as st

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Conv2D, ConvTranspose2D, ReLU, Sequential, convolution
from scratchnets.layers.convolution import (
    col2im,
    conv2d,
    conv2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    im2col,
)

often = settings(max_examples=100, deadline=None, derandomize=True)


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    pass


def close(ours, theirs, tolerance=1e-12):
    theirs = to_numpy(theirs)
    scale = max(abs(theirs).max(), 1)
    np.testing.assert_allclose(to_numpy(ours), theirs, rtol=tolerance, atol=tolerance * scale)


@st.composite
def problems(draw, channels=3):
    """x, W, stride and padding: any kernel and stride, padding beyond the kernel, images of one pixel."""
    kernel, stride = (tuple(draw(st.integers(1, most)) for _ in "hw") for most in (5, 4))
    padding = tuple(draw(st.integers(0, 6)) for _ in "hw")
    size = [draw(st.integers(max(1, k - 2 * p), max(1, k - 2 * p) + 5)) for k, p in zip(kernel, padding)]
    n, c, m = (draw(st.integers(1, channels)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.standard_normal((n, *size, c)), rng.standard_normal((*kernel, c, m)), stride, padding, rng


@st.composite
def transposed_problems(draw):
    kernel, stride = (tuple(draw(st.integers(1, most)) for _ in "hw") for most in (5, 4))
    output_padding = tuple(draw(st.integers(0, s - 1)) for s in stride)
    size = [draw(st.integers(1, 5)) for _ in "hw"]
    whole = [(extent - 1) * s + k + o for extent, s, k, o in zip(size, stride, kernel, output_padding)]
    padding = tuple(draw(st.integers(0, min(5, (extent - 1) // 2))) for extent in whole)
    n, c, m = (draw(st.integers(1, 3)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return (rng.standard_normal((n, *size, c)), rng.standard_normal((*kernel, m, c)), stride, padding,
            output_padding, rng)


# ---- by hand ------------------------------------------------------------------------------------------

def test_a_convolution_by_hand():
    x = asarray(np.arange(9.0).reshape(1, 3, 3, 1))               # 0 1 2 / 3 4 5 / 6 7 8
    W = asarray([[[[1.0]], [[10.0]]], [[[100.0]], [[1000.0]]]])
    y = conv2d(x, W, asarray([0.5]))
    # The kernel is not flipped: its upper left corner meets the window's.
    close(y[0, :, :, 0], [[0 + 10 + 300 + 4000 + 0.5, 1 + 20 + 400 + 5000 + 0.5],
                          [3 + 40 + 600 + 7000 + 0.5, 4 + 50 + 700 + 8000 + 0.5]])
    dy = np.zeros((1, 2, 2, 1))
    dy[0, 0, 0], dy[0, 1, 1] = 1, 2
    dx, dW, db = conv2d_backward(asarray(dy), x, W)
    close(dx[0, :, :, 0], [[1, 10, 0], [100, 1000 + 2, 20], [0, 200, 2000]])
    close(dW[:, :, 0, 0], [[0 + 2 * 4, 1 + 2 * 5], [3 + 2 * 7, 4 + 2 * 8]])
    close(db, [3])


def test_a_transposed_convolution_by_hand():
    W = asarray([[[[1.0]], [[2.0]], [[3.0]]]])                    # 1×3
    x = asarray(np.array([[[[1.0], [10.0]]]]))                    # 1×2
    close(conv_transpose2d(x, W, stride=(1, 2))[0, 0, :, 0], [1, 2, 3 + 10, 20, 30])
    close(conv_transpose2d(x, W, stride=(1, 2), padding=(0, 1))[0, 0, :, 0], [2, 13, 20])
    close(conv_transpose2d(x, W, None, (1, 2), (0, 1), output_padding=(0, 1))[0, 0, :, 0], [2, 13, 20, 30])


def test_im2col_by_hand():
    x = asarray(np.arange(12.0).reshape(1, 2, 3, 2))
    close(im2col(x, (1, 2)), [[[[0, 1, 2, 3], [2, 3, 4, 5]], [[6, 7, 8, 9], [8, 9, 10, 11]]]])
    close(im2col(x, 2, stride=2, padding=(0, 1)), [[[[0, 0, 0, 1, 0, 0, 6, 7], [2, 3, 4, 5, 8, 9, 10, 11]]]])


# ---- against loops ------------------------------------------------------------------------------------

@often
@given(problems())
def test_a_convolution_is_its_loops(problem):
    x, W, stride, padding, rng = problem
    b = rng.standard_normal(W.shape[3])
    expected = reference.conv2d(x, W, b, stride, padding)
    close(conv2d(asarray(x), asarray(W), asarray(b), stride, padding), expected)
    dy = rng.standard_normal(expected.shape)
    ours = conv2d_backward(asarray(dy), asarray(x), asarray(W), stride, padding)
    for gradient, loops in zip(ours, reference.conv2d_backward(dy, x, W, stride, padding), strict=True):
        close(gradient, loops)


@often
@given(transposed_problems())
def test_a_transposed_convolution_is_its_loops(problem):
    x, W, stride, padding, output_padding, rng = problem
    b = rng.standard_normal(W.shape[2])
    expected = reference.conv_transpose2d(x, W, b, stride, padding, output_padding)
    close(conv_transpose2d(asarray(x), asarray(W), asarray(b), stride, padding, output_padding), expected)
    dy = rng.standard_normal(expected.shape)
    ours = conv_transpose2d_backward(asarray(dy), asarray(x), asarray(W), stride, padding)
    expected = reference.conv_transpose2d_backward(dy, x, W, stride, padding)
    for gradient, loops in zip(ours, expected, strict=True):
        close(gradient, loops)


# ---- the transpose ------------------------------------------------------------------------------------

@often
@given(problems())
def test_the_transposed_convolution_is_the_transpose(problem):
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ with one array W for both, where no pixels are left over."""
    x, W, stride, padding, rng = problem
    left_over = tuple((extent + 2 * p - k) % s
                      for extent, p, k, s in zip(x.shape[1:3], padding, W.shape, stride))
    conv_x = to_numpy(conv2d(asarray(x), asarray(W), None, stride, padding))
    y = rng.standard_normal(conv_x.shape)
    back = to_numpy(conv_transpose2d(asarray(y), asarray(W), None, stride, padding, left_over))
    assert back.shape == x.shape
    left, right = (conv_x * y).sum(), (x * back).sum()
    assert abs(left - right) <= 1e-12 * np.sqrt((conv_x ** 2).sum() * (y ** 2).sum())


@often
@given(problems())
def test_col2im_is_the_transpose_of_im2col(problem):
    x, W, stride, padding, rng = problem
    columns = to_numpy(im2col(asarray(x), W.shape[:2], stride, padding))
    other = rng.standard_normal(columns.shape)
    back = to_numpy(col2im(asarray(other), x.shape[1:3], W.shape[:2], stride, padding))
    scale = np.sqrt((columns ** 2).sum() * (other ** 2).sum())
    assert abs((columns * other).sum() - (x * back).sum()) <= 1e-12 * scale


def matrix_of(function, shape):
    """The matrix of a linear map of images: its columns are what becomes of single pixels."""
    units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    return to_numpy(function(asarray(units))).reshape(len(units), -1).T


def test_the_matrices_are_each_others_transpose(rng):
    W = asarray(rng.standard_normal((3, 2, 2, 3)))
    C = matrix_of(lambda x: conv2d(x, W, stride=(2, 1), padding=(1, 0)), (5, 4, 2))
    T = matrix_of(lambda y: conv_transpose2d(y, W, stride=(2, 1), padding=(1, 0)), (3, 3, 3))
    assert C.shape == (3 * 3 * 3, 5 * 4 * 2)
    np.testing.assert_array_equal(T, C.T)


def test_a_transpose_is_no_inverse(rng):
    """"Deconvolution" undoes the shape, not the convolution."""
    W, x = asarray(rng.standard_normal((4, 4, 1, 1))), asarray(rng.standard_normal((1, 8, 8, 1)))
    back = conv_transpose2d(conv2d(x, W, stride=2, padding=1), W, stride=2, padding=1)
    assert back.shape == x.shape
    assert np.linalg.norm(to_numpy(back - x)) > 0.5 * np.linalg.norm(to_numpy(x))


# ---- identities ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5, 6])
def test_checkerboards_where_the_stride_does_not_divide_the_kernel(kernel, stride):
    """Of ones with a kernel of ones, each number counts the kernels that lie there."""
    x, W = asarray(np.ones((1, 9, 9, 1))), asarray(np.ones((kernel, kernel, 1, 1)))
    y = to_numpy(conv_transpose2d(x, W, stride=stride))[0, :, :, 0]
    assert y.shape == (8 * stride + kernel,) * 2
    inside = y[kernel:-kernel, kernel:-kernel]
    assert len(inside) > stride
    assert (inside.min() == inside.max()) == (kernel % stride == 0)
    if kernel % stride == 0:
        assert inside.min() == (kernel / stride) ** 2


@often
@given(problems())
def test_dx_is_zero_where_nothing_was_read(problem):
    x, W, stride, padding, rng = problem
    dy, W = np.ones(reference.conv2d(x, W, None, stride, padding).shape), abs(W) + 0.1
    dx = to_numpy(conv2d_backward(asarray(dy), asarray(x), asarray(W), stride, padding)[0])
    read = np.zeros(x.shape[1:3], bool)
    for _, _, _, _, r, c in reference.windows_of(dy.shape[1:3], W.shape[:2], stride, padding):
        if reference.inside(r, c, x):
            read[r, c] = True
    assert (dx[:, ~read] == 0).all()                 # to the bit: rows left over, gaps between windows
    assert (dx[:, read] > 0).all()


def test_a_single_pixel_moves_to_its_place(rng):
    """A kernel with a single 1 in the middle copies the image."""
    x, W = asarray(rng.standard_normal((2, 5, 7, 3))), np.zeros((3, 5, 3, 3))
    W[1, 2] = np.eye(3)
    close(conv2d(x, asarray(W), padding=(1, 2)), x)
    close(conv_transpose2d(x, asarray(W), padding=(1, 2)), x)


def test_a_kernel_as_large_as_the_image_is_a_dense_layer(rng):
    x, W = rng.standard_normal((4, 3, 5, 2)), rng.standard_normal((3, 5, 2, 6))
    close(conv2d(asarray(x), asarray(W)).reshape(4, 6), x.reshape(4, -1) @ W.reshape(-1, 6))


def test_shifting_the_image_shifts_the_result(rng):
    """By the stride: the only shifts that a strided convolution commutes with."""
    x, W = np.zeros((1, 12, 12, 1)), asarray(rng.standard_normal((3, 3, 1, 2)))
    x[0, 4:8, 4:8, 0] = rng.standard_normal((4, 4))
    moved = asarray(np.roll(x, (2, 2), axis=(1, 2)))
    close(conv2d(moved, W, stride=2)[:, 1:, 1:], conv2d(asarray(x), W, stride=2)[:, :-1, :-1])


# ---- the layers ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("output_padding", [0, 1])
def test_sizes_go_down_and_back_up(output_padding):
    down = Conv2D(1, 3, 5, stride=2, padding=1)
    up = ConvTranspose2D(3, 1, 5, stride=2, padding=1, output_padding=output_padding)
    x = asarray(np.zeros((2, 11 + output_padding, 9 + output_padding, 1)))
    assert down.forward(x).shape == (2, 5, 4, 3)
    assert up.forward(down.forward(x)).shape == x.shape


def test_one_array_serves_a_convolution_and_its_transpose():
    assert Conv2D(2, 5, (3, 4)).W.shape == ConvTranspose2D(5, 2, (3, 4)).W.shape == (3, 4, 2, 5)


def test_weights_start_as_in_pytorch():
    """U(±1/√fan_in), biases too; of a transposed convolution, PyTorch counts kh·kw·c_out as fan_in."""
    for layer, fan_in in ((Conv2D(30, 7, (5, 4), generator=0), 5 * 4 * 30),
                          (ConvTranspose2D(7, 30, (5, 4), generator=0), 5 * 4 * 30)):
        bound = fan_in ** -0.5
        for parameter in layer.parameters():
            reach = abs(to_numpy(parameter.data)).max()
            assert 0.6 * bound < reach <= bound
        assert abs(to_numpy(layer.W.data)).max() > 0.99 * bound
        assert layer.b.shape == (layer.c_out,)


def test_a_first_layer_does_not_compute_dx(monkeypatch, rng):
    network = Sequential(Conv2D(1, 2, 3), ReLU(), Conv2D(2, 2, 3))
    calls = spied(monkeypatch, "spread")
    x = asarray(rng.standard_normal((2, 8, 8, 1)))
    network.backward(network.forward(x), need_dx=False)
    assert len(calls) == 1                           # for the second layer alone
    network.backward(network.forward(x))
    assert len(calls) == 3


def test_a_frozen_layer_does_not_compute_dW(monkeypatch, rng):
    calls = spied(monkeypatch, "correlate_weights")
    for layer, x in ((Conv2D(1, 2, 3), rng.standard_normal((2, 8, 8, 1))),
                     (ConvTranspose2D(2, 1, 3), rng.standard_normal((2, 4, 4, 2)))):
        layer.freeze()
        layer.backward(layer.forward(asarray(x)))
        assert not calls
        layer.unfreeze()
        layer.backward(layer.forward(asarray(x)))
        assert calls.pop() and not calls


def spied(monkeypatch, name):
    """A list that grows with each call of this function of the module."""
    calls, function = [], getattr(convolution, name)
    monkeypatch.setattr(convolution, name, lambda *args: (calls.append(name), function(*args))[1])
    return calls


def test_a_layer_keeps_its_input_and_nothing_else(rng):
    """No padded copy, no columns: what is kept between forward and backward is x itself."""
    layer, x = Conv2D(1, 2, 3, padding=1), asarray(rng.standard_normal((2, 8, 8, 1)))
    layer.forward(x)
    _, kept = layer._slot
    assert len(kept) == 1 and kept[0] is x


def test_without_a_bias():
    layer = Conv2D(1, 2, 3, bias=False)
    assert layer.b is None and list(layer.named_parameters()) == ["W"]
    assert repr(layer) == "Conv2D(1 → 2, kernel=3, bias=False)"


def test_their_names_tell_what_is_not_default():
    assert repr(Conv2D(3, 8, 5)) == "Conv2D(3 → 8, kernel=5)"
    assert repr(Conv2D(3, 8, (5, 4), 2, (1, 0))) == "Conv2D(3 → 8, kernel=(5, 4), stride=2, padding=(1, 0))"
    assert (repr(ConvTranspose2D(8, 3, 4, 2, 1, output_padding=(0, 1)))
            == "ConvTranspose2D(8 → 3, kernel=4, stride=2, padding=1, output_padding=(0, 1))")


# ---- what does not fit --------------------------------------------------------------------------------

def test_a_kernel_that_does_not_fit_is_refused_with_the_arithmetic():
    with pytest.raises(ValueError, match=r"Conv2D\(1 → 2, kernel=5, padding=1\) got images of height 2: a "
                                         r"window of height 5 does not fit, 2 \+ 2·1 − 5 = -1 < 0"):
        Conv2D(1, 2, 5, padding=1).forward(asarray(np.zeros((1, 2, 9, 1))))
    with pytest.raises(ValueError, match=r"im2col got images of width 3.*3 \+ 2·0 − 4 = -1 < 0"):
        im2col(asarray(np.zeros((1, 9, 3, 1))), 4)


def test_an_image_of_which_nothing_is_left_is_refused_with_the_arithmetic():
    layer = ConvTranspose2D(1, 2, 2, stride=2, padding=3)
    with pytest.raises(ValueError, match=re.escape(repr(layer)) + " got images of height 2, and nothing is "
                                         r"left of them: \(2 − 1\)·2 − 2·3 \+ 2 \+ 0 = -2"):
        layer.forward(asarray(np.zeros((1, 2, 9, 1))))


def test_channels_first_are_recognised():
    with pytest.raises(ValueError, match=r"expected \(batch, height, width, 3\), got \(8, 3, 28, 28\); "
                                         r"channels stand last here: x.transpose\(0, 2, 3, 1\)"):
        Conv2D(3, 4, 3).forward(asarray(np.zeros((8, 3, 28, 28))))
    with pytest.raises(ValueError, match=r"got \(8, 784\); images are \(batch, height, width, channels\)"):
        Conv2D(1, 4, 3).forward(asarray(np.zeros((8, 784))))


@pytest.mark.parametrize("settings, message", [
    ({"kernel": 0}, r"kernel \(height\) must be at least 1, got 0"),
    ({"kernel": (3, 2, 1)}, r"kernel must be one number or two, \(height, width\); got \(3, 2, 1\)"),
    ({"stride": (1, 0)}, r"stride \(width\) must be at least 1, got 0"),
    ({"padding": -1}, r"padding \(height\) must be at least 0, got -1"),
    ({"output_padding": 2}, r"output_padding \(height\) must be less than the stride 2, got 2"),
])
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ConvTranspose2D(**{"c_in": 1, "c_out": 1, "kernel": 3, "stride": 2} | settings)


def test_precision_is_that_of_the_input(rng):
    for dtype in ("float32", "float64"):
        with backend.use(backend.name(), dtype=dtype):
            layer, x = Conv2D(1, 2, 3, 2), asarray(rng.standard_normal((2, 8, 8, 1)))
            assert layer.forward(x).dtype == dtype


def test_the_gradient_of_a_bias_rounds_little(rng):
    """Sums of sums: to add 50,000 pixels one after the other is off by about 0.005 here, in float32."""
    with backend.use(backend.name(), dtype="float32"):
        dy, W = asarray(rng.standard_normal((64, 28, 28, 4))), asarray(np.zeros((1, 1, 4, 4)))
        for backward in conv2d_backward, conv_transpose2d_backward:
            *_, db = backward(dy, dy, W, need_dx=False)
            exact = to_numpy(dy).astype("float64").sum(axis=(0, 1, 2))
            np.testing.assert_allclose(to_numpy(db), exact, rtol=0, atol=1e-3)
