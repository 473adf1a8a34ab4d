"""The base of all layers: the slot, the modes, the tree, the state."""
import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.layers import BatchNorm, Dense, Dropout, Identity, ReLU, Sequential
from scratchnets.layers.base import Layer


class Double(Layer):
    """y = 2x: the shortest layer there is."""

    def forward(self, x):
        self.expect(x, "batch", 3)
        return self.keep(2 * x, "a memory")

    def backward(self, dy, need_dx=True):
        memory, = self.take(dy)
        assert memory == "a memory"
        return 2 * dy if need_dx else None


ONES = np.ones((2, 3))


def test_a_layer_of_ones_own():
    layer = Double()
    assert to_numpy(layer.forward(asarray(ONES))).tolist() == [[2, 2, 2]] * 2
    assert to_numpy(layer.backward(asarray(ONES))).tolist() == [[2, 2, 2]] * 2


def test_a_refused_dy_leaves_the_memory_for_another_try():
    layer = Double()
    layer.forward(asarray(ONES))
    for wrong, error in ((asarray(ONES.T), ValueError), (ONES.tolist(), TypeError),
                         (asarray(ONES.astype(int)), TypeError)):
        with pytest.raises(error, match=r"Double\(\).backward expected"):
            layer.backward(wrong)
    assert layer.backward(asarray(ONES)) is not None


def test_forget_empties_all_slots():
    network = Sequential(Double(), Double())
    network.forward(asarray(ONES))
    network.forget()
    for layer in network.layers:
        with pytest.raises(RuntimeError, match="backward needs a forward before it"):
            layer.backward(asarray(ONES))


def test_a_new_forward_replaces_what_was_kept():
    layer = Double()
    layer.forward(asarray(np.ones((5, 3))))
    layer.forward(asarray(ONES))
    assert layer.backward(asarray(ONES)).shape == (2, 3)


def test_predict_goes_batch_by_batch_and_keeps_nothing(rng):
    layer, x = Double(), asarray(rng.normal(size=(10, 3)))
    np.testing.assert_array_equal(to_numpy(layer.predict(x, batch_size=4)), 2 * to_numpy(x))
    with pytest.raises(RuntimeError):
        layer.backward(x)


@pytest.mark.parametrize("size", [0, -1, 2.5, "4", None])
def test_batch_sizes_that_are_refused(size):
    with pytest.raises((TypeError, ValueError), match="batch_size must be"):
        Double().predict(asarray(ONES), batch_size=size)


def test_an_error_in_inference_restores_the_modes():
    layer = Double()
    with pytest.raises(ValueError):
        layer.predict(asarray(np.ones((2, 4))))
    layer.forward(asarray(ONES))
    assert layer.training and layer.backward(asarray(ONES)) is not None


def test_modes_reach_every_layer():
    network = Sequential(Dense(3, 3), Sequential(ReLU(), Dropout(0.5)))
    assert network.eval() is network
    assert not any(layer.training for layer in network.walk())
    assert network.train() is network and all(layer.training for layer in network.walk())
    assert network.freeze() is network and all(layer.frozen for layer in network.walk())
    assert network.training                                     # two flags
    assert network.unfreeze() is network and not any(layer.frozen for layer in network.walk())


def test_the_tree_is_walked_depth_first():
    network = Sequential(Dense(3, 3), Sequential(ReLU()), Identity())
    walked = [type(layer).__name__ for layer in network.walk()]
    assert walked == ["Sequential", "Dense", "Sequential", "ReLU", "Identity"]


def test_generators_stand_under_their_path():
    network = Sequential(Dense(3, 3), Sequential(ReLU(), Dropout(0.5)))
    assert list(network.generators()) == ["1.1.generator"]


def test_state_is_copied_out_and_written_in_place():
    layer = BatchNorm(2)
    state, grad = layer.state_dict(), layer.gamma.grad
    assert list(state) == ["gamma", "beta", "running_mean", "running_var"]
    state["gamma"][:] = 7
    assert to_numpy(layer.gamma.data).tolist() == [1, 1]
    data = layer.gamma.data
    layer.load_state_dict(state)
    assert layer.gamma.data is data and to_numpy(data).tolist() == [7, 7]
    assert layer.gamma.grad is grad


def test_a_state_that_does_not_fit_is_refused_as_a_whole():
    layer = Dense(3, 2)
    before = layer.state_dict()
    wrong = {"W": np.zeros((2, 3)), "V": np.zeros(2)}
    with pytest.raises(ValueError) as error:
        layer.load_state_dict(wrong)
    for said in ("does not fit Dense", "missing: b", "unknown: V", r"W: expected shape (3, 2), got (2, 3)"):
        assert said in str(error.value)
    for path, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[path])


def test_expect_says_what_it_wanted():
    layer = Double()
    for x, error, said in ((ONES.tolist(), TypeError, "array, got list; move host values"),
                           (asarray(ONES.astype(int)), TypeError, "expected floating-point values, got dtype int64"),
                           (asarray(ONES[0]), ValueError, r"\(batch, 3\), got \(3\)"),
                           (asarray(np.ones((2, 4))), ValueError, r"\(batch, 3\), got \(2, 4\)"),
                           (asarray(ONES[:0]), ValueError, "an empty batch")):
        with pytest.raises(error, match=r"Double\(\) .*" + said):
            layer.forward(x)


@pytest.mark.skipif(backend.name() != "numpy", reason="on a GPU a look at them would make the host wait")
def test_values_that_are_not_finite_are_refused_both_ways():
    layer = Double()
    for bad in (np.nan, np.inf, -np.inf):
        values = ONES.copy()
        values[1, 2] = bad
        with pytest.raises(ValueError, match=r"Double\(\) got values that are not finite"):
            layer.forward(asarray(values))
        layer.forward(asarray(ONES))
        with pytest.raises(ValueError, match=r"Double\(\).backward got values that are not finite"):
            layer.backward(asarray(values))


def test_inference_can_record_and_puts_every_mode_back():
    network = Sequential(Dense(3, 2, generator=0), Dropout(0.5))
    x = asarray(np.ones((4, 3)))
    with network.inference(recording=True):
        y = network.forward(x)
        assert network.backward(xp.ones_like(y)).shape == x.shape
    assert all(layer.training and layer._recording for layer in network.walk())
    with network.inference(), pytest.raises(RuntimeError, match="needs a forward"):
        network.backward(xp.ones_like(network.forward(x)))
