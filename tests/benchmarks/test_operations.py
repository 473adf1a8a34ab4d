"""The operations of a step, counted by hand."""
import pytest

from scratchnets.backend import asarray
from scratchnets.benchmarks.operations import step_operations
from scratchnets.layers import Conv2D, ConvTranspose2D, Dense, Sequential
from scratchnets.models.autoencoder import autoencoder, tied


@pytest.fixture
def x(rng):
    return asarray(rng.random((5, 4, 4, 1)))


def test_of_the_deep_autoencoder(x):
    model = autoencoder((4, 4, 1), latent=2, hidden=(8, 6), generator=0)
    weights = 16 * 8 + 8 * 6 + 6 * 2 + 2 * 6 + 6 * 8 + 8 * 16
    # Forward, ∂W and ∂x for each weight and example, but no ∂x of the first layer.
    assert step_operations(model, lambda: model.loss_and_gradients(x)) == 2 * 5 * (3 * weights - 16 * 8)


def test_a_shared_weight_counts_as_often_as_it_is_used(x):
    model = tied((4, 4, 1), latent=3, generator=0)
    assert step_operations(model, lambda: model.loss_and_gradients(x)) == 2 * 5 * (3 * 2 * 16 * 3 - 16 * 3)


def test_a_frozen_layer_spares_the_gradient_of_its_weights(rng):
    network = Sequential(Dense(4, 3), Dense(3, 2))
    x, dy = asarray(rng.random((5, 4))), asarray(rng.random((5, 2)))

    def step():
        network.forward(x)
        network.backward(dy)

    assert step_operations(network, step) == 2 * 5 * 3 * (4 * 3 + 3 * 2)
    assert step_operations(network.freeze(), step) == 2 * 5 * 2 * (4 * 3 + 3 * 2)


def test_of_convolutions(rng):
    down, up = Conv2D(2, 3, 4, stride=2, padding=1), ConvTranspose2D(3, 2, 4, stride=2, padding=1)
    network, x = Sequential(down, up), asarray(rng.random((5, 8, 8, 2)))

    def step():
        network.backward(network.forward(x))

    # Both use all weights at each of the 4 × 4 pixels between them.
    assert step_operations(network, step) == 2 * 5 * 3 * (2 * 4 * 4 * 4 * 4 * 2 * 3)


def test_counting_leaves_no_trace(x):
    model = autoencoder((4, 4, 1), latent=2, generator=0)
    step_operations(model, lambda: model.loss_and_gradients(x))
    assert not any({"forward", "backward"} & vars(layer).keys() for layer in model.walk())
