"""Sequential: the chain rule, and the work that it spares."""
import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, Identity, ReLU, Sequential, Sigmoid, TiedDense


def network():
    return Sequential(Dense(4, 5, generator=1), ReLU(), Dense(5, 2, generator=2))


def test_it_is_the_layers_one_after_the_other(float64, rng):
    x, dy = asarray(rng.normal(size=(3, 4))), asarray(rng.normal(size=(3, 2)))
    whole, parts = network(), network().layers
    y = x
    for layer in parts:
        y = layer.forward(y)
    np.testing.assert_array_equal(to_numpy(whole.forward(x)), to_numpy(y))
    dx = dy
    for layer in reversed(parts):
        dx = layer.backward(dx)
    np.testing.assert_array_equal(to_numpy(whole.backward(dy)), to_numpy(dx))
    for parameter, expected in zip(whole.parameters(), (p for layer in parts for p in layer.parameters())):
        np.testing.assert_array_equal(to_numpy(parameter.grad), to_numpy(expected.grad))


def test_without_dx_the_first_layers_that_learn_nothing_are_spared(rng):
    """… and do not stay with a forward that nobody has used up."""
    x, dy = asarray(rng.normal(size=(3, 4))), asarray(rng.normal(size=(3, 2)))
    full, spared = (Sequential(Identity(), Sigmoid(), Dense(4, 2, generator=1)) for _ in range(2))
    full.forward(x), spared.forward(x)
    assert full.backward(dy) is not None
    assert spared.backward(dy, need_dx=False) is None
    np.testing.assert_array_equal(to_numpy(spared.layers[2].W.grad), to_numpy(full.layers[2].W.grad))
    with pytest.raises(RuntimeError, match="backward needs a forward before it"):
        spared.layers[0].backward(x)


def test_without_any_parameter_backward_still_works(rng):
    x = asarray(rng.normal(size=(3, 4)))
    plain = Sequential(Identity(), Sigmoid())
    plain.forward(x)
    assert plain.backward(x, need_dx=False) is None


def test_a_second_backward_is_refused(rng):
    x, dy = asarray(rng.normal(size=(3, 4))), asarray(rng.normal(size=(3, 2)))
    whole = network()
    whole.forward(x)
    whole.backward(dy)
    with pytest.raises(RuntimeError, match="each backward uses up what one forward kept"):
        whole.backward(dy)


def test_nested_networks_name_their_parameters_by_path():
    nested = Sequential(Dense(4, 3), Sequential(ReLU(), Dense(3, 2)))
    assert list(nested.named_parameters()) == ["0.W", "0.b", "1.1.W", "1.1.b"]


def test_summary_counts_each_parameter_once():
    encoder = Dense(784, 32)
    text = Sequential(encoder, Sigmoid(), TiedDense(encoder)).summary((784,))
    assert text.splitlines()[1].split()[-1] == "25,120"
    assert text.splitlines()[3].split()[-1] == "784"              # the decoder's own bias
    assert text.splitlines()[-1].split() == ["total", "25,904"]


def test_summary_keeps_nothing(rng):
    x, dy = asarray(rng.normal(size=(3, 4))), asarray(rng.normal(size=(3, 2)))
    whole = network()
    whole.forward(x)
    whole.summary((4,))
    assert whole.backward(dy).shape == x.shape


@pytest.mark.skipif(backend.name() != "numpy", reason="on a GPU a look at them would make the host wait")
def test_the_first_layer_looks_at_the_values_for_all():
    broken = asarray([[1.0, float("nan"), 0.0, 0.0]])
    with pytest.raises(ValueError, match=r"Dense\(4 → 5\) got values that are not finite"):
        network().forward(broken)


def test_freezing_a_part_passes_gradients_through_it(rng):
    x, dy = asarray(rng.normal(size=(3, 4))), asarray(rng.normal(size=(3, 2)))
    whole = network()
    whole.layers[2].freeze()
    whole.forward(x)
    whole.backward(dy)
    grads = {path: bool(to_numpy(p.grad).any()) for path, p in whole.named_parameters().items()}
    assert grads == {"0.W": True, "0.b": True, "2.W": False, "2.b": False}


@pytest.mark.parametrize("wrong, said", [([[Dense(2, 2), ReLU()]], "number 0 is a list"),
                                         ([Dense(2, 2), "relu"], "number 1 is a str"),
                                         ([Dense(2, 2), ReLU], "number 1 is a type"),
                                         ([], "at least one layer")])
def test_what_is_no_layer_is_refused(wrong, said):
    with pytest.raises((TypeError, ValueError), match=said):
        Sequential(*wrong)
