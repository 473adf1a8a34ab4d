"""The norm of the encoder's Jacobian: closed forms, differences, and that nothing is left behind."""
import copy

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import (
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    KLSparsity,
    L1Activity,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
)
from scratchnets.models.autoencoder import conv_autoencoder, sparse_kl
from scratchnets.models.sensitivity import jacobian_norm


def by_differences(encoder, x, step=1e-5):
    """‖J‖_F of each example, a column of J at a time: one pixel up, one pixel down."""
    x, squares = to_numpy(x), np.zeros(len(x))
    for pixel in np.ndindex(x.shape[1:]):
        up, down = x.copy(), x.copy()
        up[(slice(None), *pixel)] += step
        down[(slice(None), *pixel)] -= step
        column = to_numpy(encoder.predict(asarray(up)) - encoder.predict(asarray(down))) / (2 * step)
        squares += (column ** 2).sum(axis=1)
    return np.sqrt(squares)


def test_of_a_linear_encoder_it_is_the_norm_of_its_weights(rng, float64):
    encoder = Sequential(Flatten(), Dense(6, 4, generator=0), Dense(4, 3, generator=1))
    W = to_numpy(encoder.layers[1].W.data @ encoder.layers[2].W.data)
    norms = to_numpy(jacobian_norm(encoder, asarray(rng.random((5, 3, 2)))))
    np.testing.assert_allclose(norms, np.full(5, np.linalg.norm(W)), rtol=1e-13)


def test_of_one_sigmoid_layer_it_has_the_known_form(rng, float64):
    """‖J‖² = Σ_j (h_j (1 − h_j))² ‖w_j‖², as in Rifai et al., 2011."""
    encoder = Sequential(Dense(6, 4, generator=0), Sigmoid())
    x = asarray(rng.random((5, 6)))
    h, W = to_numpy(encoder.predict(x)), to_numpy(encoder.layers[0].W.data)
    known = np.sqrt((h * (1 - h)) ** 2 @ (W ** 2).sum(axis=0))
    np.testing.assert_allclose(to_numpy(jacobian_norm(encoder, x)), known, rtol=1e-13)


@pytest.mark.parametrize("make", [
    lambda: Sequential(Dense(6, 5, generator=0), Tanh(), Dropout(0.5), Dense(5, 3, generator=1)),
    lambda: Sequential(Dense(6, 5, generator=0), BatchNorm(5), ReLU(), Dense(5, 3, generator=1)),
    lambda: Sequential(Dense(6, 5, generator=0), ReLU(), L1Activity(7.0)),
    lambda: Sequential(Dense(6, 5, generator=0), Sigmoid(), KLSparsity(0.1, 7.0), Dense(5, 2, generator=1)),
], ids=["dropout", "batch norm", "L1", "KL"])
def test_it_agrees_with_differences_and_belongs_to_each_example_alone(make, rng, float64):
    """In evaluation mode, and without the gradients of penalties, which belong to the loss."""
    encoder, x = make(), asarray(rng.standard_normal((7, 6)))
    norms = to_numpy(jacobian_norm(encoder, x, batch_size=3))
    np.testing.assert_allclose(norms, by_differences(encoder, x), rtol=1e-6)
    np.testing.assert_allclose(norms[2:3], to_numpy(jacobian_norm(encoder, x[2:3])), rtol=1e-12)


def test_it_agrees_with_differences_for_images(rng, float64):
    encoder = conv_autoencoder((4, 8, 1), latent=3, channels=(2, 3), generator=0).encoder
    x = asarray(rng.random((3, 4, 8, 1)))
    np.testing.assert_allclose(to_numpy(jacobian_norm(encoder, x)), by_differences(encoder, x), rtol=1e-6)


def test_nothing_is_left_behind(rng):
    encoder = sparse_kl((4, 2, 1), latent=5, generator=0).encoder
    encoder.layers[1].freeze()
    before = copy.deepcopy(encoder)
    jacobian_norm(encoder, asarray(rng.random((5, 4, 2, 1))))
    assert not any(to_numpy(parameter.grad).any() for parameter in encoder.parameters())
    assert [layer.frozen for layer in encoder.walk()] == [layer.frozen for layer in before.walk()]
    assert all(layer.training and layer._recording for layer in encoder.walk())
    x = asarray(rng.random((5, 4, 2, 1)))
    encoder.forward(x)
    before.forward(x)
    assert float(encoder.layers[3].penalty) == float(before.layers[3].penalty) > 0      # it asks again
    encoder.forget()
    with pytest.raises(RuntimeError, match="backward needs a forward"):
        encoder.backward(asarray(np.zeros((5, 5))))


@pytest.mark.parametrize("x, error, words", [
    (np.zeros((3, 5)), ValueError, r"expected \(batch, 6\)"),
    (np.zeros((0, 6)), ValueError, "empty batch"),
])
def test_bad_input_is_refused(x, error, words):
    with pytest.raises(error, match=words):
        jacobian_norm(Sequential(Dense(6, 2)), asarray(x))


def test_a_code_of_images_is_refused(rng):
    with pytest.raises(ValueError, match=r"jacobian_norm expected an encoder to codes \(N, k\)"):
        jacobian_norm(Sequential(ReLU()), asarray(rng.random((2, 3, 3, 1))))


def test_a_code_that_hardly_moves_has_a_norm(rng):
    """The squares of its slopes, 1e-60, are no float32."""
    encoder = Dense(4, 3, bias=False)
    encoder.W.data[...] = asarray(1e-30 * rng.standard_normal((4, 3)))
    norms = to_numpy(jacobian_norm(encoder, asarray(rng.standard_normal((5, 4)))))
    np.testing.assert_allclose(norms, np.linalg.norm(to_numpy(encoder.W.data).astype("float64")), rtol=1e-6)
