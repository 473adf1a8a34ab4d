"""The dense layer and its tied twin: values by hand, loops, two paths into one gradient."""
import numpy as np
import pytest

from scratchnets import layers
from scratchnets.backend import asarray, to_numpy
from scratchnets.initializers import glorot_uniform
from scratchnets.layers import Dense, Sequential, Sigmoid, TiedDense
from scratchnets.layers.dense import dense, dense_backward, tied_dense, tied_dense_backward


def close(a, b, rtol=1e-12, atol=1e-14):
    np.testing.assert_allclose(to_numpy(a), to_numpy(b), rtol=rtol, atol=atol)


X, W, B = [[1.0, 2.0], [3.0, 4.0], [0.0, -1.0]], [[1.0, 0.0, -1.0], [2.0, 1.0, 0.5]], [10.0, 20.0, 30.0]
DY = [[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 4.0]]


def test_by_hand(float64):
    close(dense(asarray(X), asarray(W), asarray(B)), [[15, 22, 30], [21, 24, 29], [8, 19, 29.5]])
    close(dense(asarray(X), asarray(W)), [[5, 2, 0], [11, 4, -1], [-2, -1, -0.5]])
    dx, dW, db = dense_backward(asarray(DY), asarray(X), asarray(W))
    close(dx, [[-1, 3], [0, 1], [-5, 0]])
    close(dW, [[1, 3, 2], [3, 4, 0]])
    close(db, [0, 1, 6])


def test_like_a_loop(float64, rng):
    x, W, b, dy = (rng.normal(size=shape) for shape in ((3, 4), (4, 5), (5,), (3, 5)))
    y, dx, dW, db = np.zeros((3, 5)), np.zeros((3, 4)), np.zeros((4, 5)), np.zeros(5)
    for n in range(3):
        for m in range(5):
            y[n, m] = b[m]
            db[m] += dy[n, m]
            for d in range(4):
                y[n, m] += x[n, d] * W[d, m]
                dx[n, d] += dy[n, m] * W[d, m]
                dW[d, m] += x[n, d] * dy[n, m]
    close(dense(asarray(x), asarray(W), asarray(b)), y)
    for got, expected in zip(dense_backward(asarray(dy), asarray(x), asarray(W)), (dx, dW, db)):
        close(got, expected)


def test_what_is_not_needed_is_none(float64):
    dx, dW, db = dense_backward(asarray(DY), asarray(X), asarray(W), need_dx=False)
    assert dx is None and dW is not None and db is not None
    dx, dW, db = dense_backward(asarray(DY), asarray(X), asarray(W), need_dW=False)
    assert dx is not None and dW is None and db is None


def test_the_backward_pass_is_the_adjoint(float64, rng):
    """⟨dy, x W⟩ = ⟨dy Wᵀ, x⟩ = ⟨xᵀ dy, W⟩ for any three matrices."""
    x, weights, dy = (asarray(rng.normal(size=shape)) for shape in ((3, 4), (4, 5), (3, 5)))
    dx, dW, _ = dense_backward(dy, x, weights)
    product = (dy * dense(x, weights)).sum()
    close((dx * x).sum(), product)
    close((dW * weights).sum(), product)


def test_tied_is_dense_with_the_transpose(float64, rng):
    h, weights, b, dy = (asarray(rng.normal(size=shape)) for shape in ((3, 5), (4, 5), (4,), (3, 4)))
    close(tied_dense(h, weights, b), dense(h, weights.T, b))
    dh, dW, db = tied_dense_backward(dy, h, weights)
    for got, expected in zip((dh, dW.T, db), dense_backward(dy, h, weights.T)):
        close(got, expected)


def test_the_tied_gradient_is_the_sum_of_both_untied_ones(float64, rng):
    encoder = Dense(4, 3, generator=1)
    tied = Sequential(encoder, Sigmoid(), TiedDense(encoder))
    untied = Sequential(Dense(4, 3), Sigmoid(), Dense(3, 4))
    untied.load_state_dict({"0.W": to_numpy(encoder.W.data), "0.b": to_numpy(encoder.b.data),
                            "2.W": to_numpy(encoder.W.data).T, "2.b": np.zeros(4)})
    x, dy = asarray(rng.normal(size=(5, 4))), asarray(rng.normal(size=(5, 4)))
    close(tied.forward(x), untied.forward(x))
    close(tied.backward(dy), untied.backward(dy))
    close(encoder.W.grad, untied.layers[0].W.grad + untied.layers[2].W.grad.T)


def test_tied_weights_are_one_object_and_count_once():
    encoder = Dense(4, 3)
    network = Sequential(encoder, TiedDense(encoder))
    assert network.layers[1].W is encoder.W
    assert list(network.named_parameters()) == ["0.W", "0.b", "1.b"]
    assert sum(p.size for p in network.parameters()) == 12 + 3 + 4


def test_a_frozen_tied_layer_leaves_the_shared_gradient_to_the_other(rng):
    encoder = Dense(4, 3)
    decoder = TiedDense(encoder).freeze()
    network = Sequential(encoder, decoder)
    network.forward(asarray(rng.normal(size=(5, 4))))
    decoder.backward(asarray(rng.normal(size=(5, 4))))
    assert not to_numpy(encoder.W.grad).any()


def test_without_bias():
    layer = Dense(2, 3, bias=False)
    assert layer.b is None and list(layer.named_parameters()) == ["W"]
    assert repr(layer) == "Dense(2 → 3, bias=False)"
    assert not to_numpy(layer.forward(asarray([[0.0, 0.0]]))).any()


def test_one_seed_one_start():
    a, b, c = (to_numpy(Dense(4, 3, generator=seed).W.data) for seed in (1, 1, 2))
    assert (a == b).all() and (a != c).any()
    assert abs(a).max() <= 0.5                                   # 1/√fan_in
    assert not to_numpy(Dense(4, 3, initializer=glorot_uniform).b.data).any()


def test_images_are_to_be_flattened():
    with pytest.raises(ValueError, match=r"Dense\(784 → 2\) expected \(batch, 784\), got \(3, 28, 28, 1\); "
                                         "flatten images first"):
        Dense(784, 2).forward(asarray(np.zeros((3, 28, 28, 1))))


@pytest.mark.parametrize("sizes", [(0, 2), (2, 0), (2.5, 2), ("2", 2), (None, 2)])
def test_sizes_that_are_refused(sizes):
    with pytest.raises((TypeError, ValueError), match="n_(in|out) must be"):
        Dense(*sizes)


def test_only_a_dense_layer_can_be_tied():
    with pytest.raises(TypeError, match="TiedDense takes the Dense layer whose weights it shares, got ReLU"):
        TiedDense(layers.ReLU())
