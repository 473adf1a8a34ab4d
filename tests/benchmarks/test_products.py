"""The products of a step, and what they cost, counted by hand."""
import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.benchmarks import products
from scratchnets.benchmarks.products import Product, alone, operations, products_of
from scratchnets.layers import BatchNorm, Conv2D, ConvTranspose2D, Dense, MaxPool2D, ReLU, Sequential
from scratchnets.models.autoencoder import autoencoder, tied


def step_operations(model, step):
    return operations(products_of(model, step))


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
    products_of(model, lambda: model.loss_and_gradients(x))
    assert not any({"forward", "backward"} & vars(layer).keys() for layer in model.walk())


def both_ways(layer, x):
    return products_of(layer, lambda: layer.backward(layer.forward(x)))


def test_their_shapes_are_those_of_the_plain_lines(rng):
    """im2col(x) W of a convolution, x Wᵀ of its transpose, x W of a dense layer; then dx and dW."""
    for layer, shape, sizes in ((Dense(4, 3), (5, 4), (5, 4, 3)),
                                (Conv2D(2, 3, (4, 1), stride=2), (5, 8, 6, 2), (5 * 3 * 3, 4 * 2, 3)),
                                (ConvTranspose2D(2, 3, (4, 1), stride=2), (5, 8, 6, 2), (5 * 8 * 6, 2, 4 * 3))):
        assert both_ways(layer, asarray(rng.random(shape))) == [Product(of, *sizes) for of in ("C", "dA", "dB")]


def test_what_lies_between_has_none(rng):
    x = asarray(rng.random((2, 4, 4, 3)))
    assert both_ways(Sequential(BatchNorm(3), ReLU(), MaxPool2D(2)), x) == [] and operations([]) == 0


def test_what_is_not_needed_is_not_among_them(rng):
    layer, x = Dense(4, 3), asarray(rng.random((5, 4)))
    assert [product.of for product in
            products_of(layer, lambda: layer.backward(layer.forward(x), need_dx=False))] == ["C", "dB"]
    assert [product.of for product in both_ways(layer.freeze(), x)] == ["C", "dA"]


def test_alone_they_are_taken_one_by_one(monkeypatch):
    """Each product once a step, its factors and the room for it in the shapes that belong to it."""
    taken = []

    class Watched:
        ones, empty = np.ones, np.empty

        @staticmethod
        def matmul(left, right, out):
            taken.append((left.shape, right.shape, out.shape))
            return np.matmul(left, right, out=out)

    monkeypatch.setattr(products, "xp", Watched)
    step = alone([Product(of, 7, 5, 3) for of in ("C", "dA", "dB")])
    assert taken == []
    step()
    step()
    assert taken == 2 * [((7, 5), (5, 3), (7, 3)), ((7, 3), (3, 5), (7, 5)), ((5, 7), (7, 3), (5, 3))]
