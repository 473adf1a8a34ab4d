"""Activations: values and slopes by hand, identities between them, and numbers far out."""
import math

import numpy as np
import pytest

from scratchnets import layers
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers.activations import (
    elu,
    elu_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    softplus,
    softplus_backward,
    tanh,
    tanh_backward,
)

LOG2, E = math.log(2), math.e

BY_HAND = [
    # name, function, x, y, slope
    ("sigmoid", sigmoid, sigmoid_backward, 0.0, 0.5, 0.25),
    ("sigmoid", sigmoid, sigmoid_backward, math.log(3), 0.75, 0.1875),
    ("tanh", tanh, tanh_backward, 0.0, 0.0, 1.0),
    ("tanh", tanh, tanh_backward, math.log(2), 0.6, 0.64),            # (2 − ½) / (2 + ½)
    ("relu", relu, relu_backward, 2.0, 2.0, 1.0),
    ("relu", relu, relu_backward, -2.0, 0.0, 0.0),
    ("relu", relu, relu_backward, 0.0, 0.0, 0.0),                     # the slope chosen at the kink
    ("leaky_relu", leaky_relu, leaky_relu_backward, 2.0, 2.0, 1.0),
    ("leaky_relu", leaky_relu, leaky_relu_backward, -2.0, -0.02, 0.01),
    ("leaky_relu", leaky_relu, leaky_relu_backward, 0.0, 0.0, 0.01),
    ("elu", elu, elu_backward, 2.0, 2.0, 1.0),
    ("elu", elu, elu_backward, -1.0, 1 / E - 1, 1 / E),
    ("elu", elu, elu_backward, 0.0, 0.0, 1.0),                        # no kink: both sides agree
    ("softplus", softplus, softplus_backward, 0.0, LOG2, 0.5),
    ("softplus", softplus, softplus_backward, math.log(3), 2 * LOG2, 0.75),
    ("softplus", softplus, softplus_backward, -math.log(3), math.log(4 / 3), 0.25),
]


@pytest.mark.parametrize("name, f, f_backward, x, y, slope", BY_HAND,
                         ids=[f"{case[0]}({case[3]:.3g})" for case in BY_HAND])
def test_values_and_slopes_by_hand(float64, name, f, f_backward, x, y, slope):
    got = f(asarray([x]))
    assert to_numpy(got) == pytest.approx([y], rel=1e-14, abs=1e-16)
    # An upstream gradient other than 1 tells dy · f' from f' alone.
    assert to_numpy(f_backward(asarray([-3.0]), got)) == pytest.approx([-3 * slope], rel=1e-14, abs=1e-16)


def test_softmax_by_hand(float64):
    y = softmax(asarray([[0.0, math.log(2), math.log(5)]]))
    assert to_numpy(y) == pytest.approx(np.array([[1, 2, 5]]) / 8, rel=1e-15)
    # Σ dy y = (8 + 2·2 + 0) / 8 = 1.5
    dx = softmax_backward(asarray([[8.0, 2.0, 0.0]]), y)
    assert to_numpy(dx) == pytest.approx(np.array([[1 * 6.5, 2 * 0.5, 5 * -1.5]]) / 8, rel=1e-15)


def test_softmax_backward_is_the_product_with_the_jacobian(float64, rng):
    y = softmax(asarray(rng.normal(size=(3, 2, 4))))
    dy = rng.normal(size=(3, 2, 4))
    dx = to_numpy(softmax_backward(asarray(dy), y))
    for place in np.ndindex(3, 2):
        p = to_numpy(y)[place]
        jacobian = np.diag(p) - np.outer(p, p)                        # ∂y_j/∂x_i
        np.testing.assert_allclose(dx[place], dy[place] @ jacobian, rtol=1e-13)


# ---- identities ---------------------------------------------------------------------------------

@pytest.fixture
def x(float64, rng):
    return asarray(rng.normal(scale=3, size=(50, 7)))


def equal(a, b):
    np.testing.assert_allclose(to_numpy(a), to_numpy(b), rtol=1e-12, atol=1e-14)


def test_sigmoid_and_its_mirror_sum_to_1(x):
    equal(sigmoid(x) + sigmoid(-x), 0 * x + 1)


def test_tanh_is_a_stretched_sigmoid(x):
    equal(tanh(x), 2 * sigmoid(2 * x) - 1)


def test_softplus_less_its_mirror_is_x(x):
    equal(softplus(x) - softplus(-x), x)


def test_the_slope_of_softplus_is_the_sigmoid(x):
    equal(softplus_backward(0 * x + 1, softplus(x)), sigmoid(x))


def test_leaky_relu_is_x_less_what_it_holds_back(x):
    equal(leaky_relu(x, 0.2), relu(x) - 0.2 * relu(-x))
    equal(leaky_relu(x, 0.0), relu(x))


def test_elu_continues_the_exponential(x):
    below = -abs(x)
    equal(elu(below) + 1, np.exp(to_numpy(below)))
    equal(elu(-below), -below)


def test_softmax_is_a_distribution_and_ignores_a_constant(x):
    y = softmax(x)
    equal(y.sum(axis=-1), 0 * x[:, 0] + 1)
    equal(softmax(x + 17.0), y)


def test_softmax_of_two_is_the_sigmoid_of_their_difference(x):
    equal(softmax(x[:, :2])[:, 0], sigmoid(x[:, 0] - x[:, 1]))


def test_softmax_gradients_of_an_example_sum_to_0(x, rng):
    dx = softmax_backward(asarray(rng.normal(size=x.shape)), softmax(x))
    equal(dx.sum(axis=-1), 0 * x[:, 0])
    assert abs(dx).max() > 1e-2                                       # and not because all of them are 0


# ---- far out ------------------------------------------------------------------------------------

FAR = [(layers.Sigmoid(), [0, 1], [0, 0]), (layers.Tanh(), [-1, 1], [0, 0]),
       (layers.ReLU(), [0, 1e4], [0, 1]), (layers.LeakyReLU(0.25), [-2500, 1e4], [0.25, 1]),
       (layers.ELU(), [-1, 1e4], [0, 1]),
       (layers.Softplus(), [0, 1e4], [0, 1]), (layers.Softmax(), [0, 1], [0, 0])]


@pytest.mark.parametrize("layer, y, slope", FAR, ids=[repr(case[0]) for case in FAR])
def test_ten_thousand_in_float32_is_exact(layer, y, slope):
    got = layer.forward(asarray([[-1e4, 1e4]]))
    dx = layer.backward(asarray([[1.0, 1.0]]))
    assert got.dtype == dx.dtype == np.float32
    assert to_numpy(got).tolist() == [y]
    assert to_numpy(dx).tolist() == [slope]


@pytest.mark.parametrize("f", [sigmoid, tanh, relu, leaky_relu, elu, softplus])
def test_no_float32_overflows(f):
    largest = float(np.finfo("float32").max)
    assert np.isfinite(to_numpy(f(asarray([-largest, largest])))).all()


def test_small_values_of_softplus_keep_their_digits(float64):
    y = softplus(asarray([-30.0]))
    assert to_numpy(y) == pytest.approx([math.exp(-30)], rel=1e-12)
    assert to_numpy(softplus_backward(asarray([1.0]), y)) == pytest.approx([math.exp(-30)], rel=1e-12)


# ---- the layers ---------------------------------------------------------------------------------

@pytest.mark.parametrize("slope", [1, 1.5, -0.1, float("nan"), "steep", None])
def test_slopes_that_are_refused(slope):
    with pytest.raises((TypeError, ValueError), match="slope must be"):
        layers.LeakyReLU(slope)


def test_the_slope_is_the_layers_own():
    steep, flat = layers.LeakyReLU(0.5), layers.LeakyReLU()
    x = asarray([[-2.0]])
    assert float(steep.forward(x)[0, 0]) == -1
    assert float(flat.forward(x)[0, 0]) == pytest.approx(-0.02)
    assert repr(steep) == "LeakyReLU(0.5)"


def test_softmax_refuses_to_mix_the_examples():
    with pytest.raises(ValueError, match=r"Softmax\(\) expected \(batch, features, …\), got \(3\)"):
        layers.Softmax().forward(asarray([1.0, 2.0, 3.0]))
