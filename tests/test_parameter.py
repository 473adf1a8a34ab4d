"""Parameters own their numbers; gradients add up."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.parameter import Parameter


def test_data_and_gradient_have_one_shape_and_type():
    parameter = Parameter([[1.0, 2.0, 3.0]], "W")
    assert parameter.shape == parameter.grad.shape == (1, 3) and parameter.size == 3
    assert parameter.data.dtype == parameter.grad.dtype == xp.float32
    assert not to_numpy(parameter.grad).any()
    assert repr(parameter) == "Parameter(W, shape=(1, 3))"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_does_not_write_into_the_callers_array(dtype):
    initial = asarray(np.ones(3, dtype))
    parameter = Parameter(initial)
    parameter.data += 1
    assert to_numpy(initial).tolist() == [1, 1, 1]


def test_gradients_add_up_until_they_are_emptied():
    parameter = Parameter(np.ones(3))
    grad = parameter.grad
    parameter.grad += asarray(np.array([1.0, 2.0, 3.0]))
    parameter.grad += asarray(np.array([1.0, 0.0, -3.0]))
    assert to_numpy(parameter.grad).tolist() == [2, 2, 0]
    parameter.zero_grad()
    assert to_numpy(parameter.grad).tolist() == [0, 0, 0] and parameter.grad is grad


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="expected numbers"):
        Parameter(["W"])
