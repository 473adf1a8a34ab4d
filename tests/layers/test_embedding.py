"""Embedding: looking rows up, and scattering their gradients back."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, Embedding, Flatten, Sequential
from scratchnets.layers.dense import dense, dense_backward
from scratchnets.layers.embedding import embedding, embedding_backward

TABLE = [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]


def test_rows_by_hand():
    y = embedding(asarray([[2, 0], [2, 2]]), asarray(TABLE))
    assert to_numpy(y).tolist() == [[[3, 30], [1, 10]], [[3, 30], [3, 30]]]


def test_a_token_that_occurs_thrice_gets_three_gradients():
    dy = asarray([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
    dW = embedding_backward(dy, asarray([[2, 0], [2, 2]]), asarray(TABLE))
    assert to_numpy(dW).tolist() == [[3, 4], [0, 0], [13, 16]]


@pytest.mark.parametrize("shape", [(6,), (4, 3), (2, 3, 2)])
def test_like_a_loop(float64, rng, shape):
    tokens, W = rng.integers(0, 5, shape), rng.normal(size=(5, 3))
    dy = rng.normal(size=(*shape, 3))
    expected = np.zeros((5, 3))
    for place in np.ndindex(shape):
        expected[tokens[place]] += dy[place]
    dW = embedding_backward(asarray(dy), asarray(tokens), asarray(W))
    np.testing.assert_allclose(to_numpy(dW), expected, rtol=1e-13)


def test_it_is_a_dense_layer_on_one_hot_vectors(float64, rng):
    tokens, W, dy = rng.integers(0, 5, 8), asarray(rng.normal(size=(5, 3))), asarray(rng.normal(size=(8, 3)))
    one_hot = asarray(np.eye(5)[tokens])
    np.testing.assert_allclose(to_numpy(embedding(asarray(tokens), W)), to_numpy(dense(one_hot, W)))
    np.testing.assert_allclose(to_numpy(embedding_backward(dy, asarray(tokens), W)),
                               to_numpy(dense_backward(dy, one_hot, W)[1]), rtol=1e-13, atol=1e-15)


def test_the_layer_adds_up_and_has_no_input_gradient():
    layer = Embedding(3, 2)
    tokens, dy = asarray([1, 1]), asarray([[1.0, 2.0], [3.0, 4.0]])
    for _ in range(2):
        layer.forward(tokens)
        assert layer.backward(dy) is None
    assert to_numpy(layer.W.grad).tolist() == [[0, 0], [8, 12], [0, 0]]


def test_it_trains_at_the_bottom_of_a_network(rng):
    network = Sequential(Embedding(5, 2, generator=0), Flatten(), Dense(6, 1, generator=0))
    tokens = asarray(rng.integers(0, 5, (4, 3)))
    network.backward(asarray(rng.normal(size=network.forward(tokens).shape)), need_dx=False)
    assert float(abs(network.parameters()[0].grad).max()) > 0
    assert "(batch, 3, 2)" in network.summary((3,))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
def test_any_integer_type_will_do(dtype):
    layer = Embedding(200, 2)
    tokens = asarray(np.array([[0, 127]], dtype=dtype))
    np.testing.assert_array_equal(to_numpy(layer.forward(tokens)), to_numpy(layer.W.data)[[[0, 127]]])


@pytest.mark.parametrize("tokens, said", [([[0, 3]], "got the token 3"), ([[-1, 2]], "got the token -1"),
                                          ([[0, 3], [-7, 1]], "got the token -7")])
def test_a_token_out_of_range_is_named(tokens, said):
    with pytest.raises(ValueError, match=rf"Embedding\(3 → 2\) {said}; its tokens run from 0 to 2"):
        Embedding(3, 2).forward(asarray(tokens))


@pytest.mark.parametrize("tokens", [np.array([[0.0, 1.0]]), np.array([True, False])])
def test_tokens_are_integers(tokens):
    with pytest.raises(TypeError, match=r"Embedding\(3 → 2\) expected integers, got dtype"):
        Embedding(3, 2).forward(asarray(tokens))


def test_first_values_are_standard_normal():
    W = to_numpy(Embedding(400, 50, generator=1).W.data)
    assert abs(W.mean()) < 4 / np.sqrt(W.size)
    assert abs(W.var() - 1) < 4 * np.sqrt(2 / W.size)


@pytest.mark.parametrize("sizes", [(0, 2), (3, 0), (-1, 2), (3, 2.5), ("3", 2)])
def test_sizes_that_are_refused(sizes):
    with pytest.raises((TypeError, ValueError), match="(count|dim) must be"):
        Embedding(*sizes)
