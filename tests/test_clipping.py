"""Clipping: the norm by hand, the direction kept or not, gradients that cannot be saved."""
import math

import numpy as np
import pytest

from scratchnets.backend import to_numpy, xp
from scratchnets.clipping import clip_by_norm, clip_by_value, global_norm
from scratchnets.parameter import Parameter


def with_gradients(*gradients):
    """Parameters that have these gradients."""
    parameters = [Parameter(np.zeros(np.shape(gradient)), name) for name, gradient in zip("Wb", gradients)]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad[...] = xp.asarray(np.array(gradient, dtype="float32"))
    return parameters


def gradients(parameters):
    return [to_numpy(parameter.grad).tolist() for parameter in parameters]


def test_the_norm_runs_over_all_parameters():
    assert global_norm(with_gradients([[1.0, 2.0]], [4.0, 10.0])) == 11.0


def test_a_large_gradient_is_scaled_to_the_norm_and_keeps_its_direction():
    parameters = with_gradients([[3.0, 0.0]], [-4.0])
    assert clip_by_norm(parameters, 2.5) == 5.0
    assert gradients(parameters) == [[[1.5, 0.0]], [-2.0]]
    assert parameters[0].grad.dtype == xp.float32


def test_a_small_gradient_is_left_alone():
    parameters = with_gradients([[3.0, 0.0]], [-4.0])
    for max_norm in (5.0, 5.1, 1e9):
        assert clip_by_norm(parameters, max_norm) == 5.0
    assert clip_by_value(parameters, 4.0) == 5.0
    assert gradients(parameters) == [[[3.0, 0.0]], [-4.0]]


def test_a_gradient_of_zero_stays_zero():
    parameters = with_gradients([0.0, 0.0])
    assert clip_by_norm(parameters, 1.0) == 0.0
    assert gradients(parameters) == [[0.0, 0.0]]


def test_by_value_each_number_is_clipped_by_itself():
    parameters = with_gradients([[3.0, 0.5]], [-4.0])
    assert clip_by_value(parameters, 1.0) == pytest.approx(math.sqrt(25.25), rel=1e-15)
    assert gradients(parameters) == [[[1.0, 0.5]], [-1.0]]


def test_an_exploded_gradient_whose_squares_overflow_float32_is_still_clipped():
    parameters = with_gradients([3e30, -4e30])
    assert clip_by_norm(parameters, 1.0) == pytest.approx(5e30, rel=1e-6)
    np.testing.assert_allclose(gradients(parameters)[0], [0.6, -0.8], rtol=1e-6)


def test_the_norm_of_a_vanishing_gradient_whose_squares_underflow_float32_is_right():
    assert global_norm(with_gradients([3e-30, -4e-30])) == pytest.approx(5e-30, rel=1e-6, abs=0)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite_is_an_error_that_says_where(clip, bad):
    parameters = with_gradients([[3.0, 0.0]], [bad])
    with pytest.raises(FloatingPointError, match=r"not finite .* in b \(1,\); look at"):
        clip(parameters, 1.0)
    assert gradients(parameters)[0] == [[3.0, 0.0]]


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_no_parameters_are_no_gradient(clip):
    with pytest.raises(ValueError, match="got no parameters"):
        clip([], 1.0)


@pytest.mark.parametrize("clip, name", [(clip_by_norm, "max_norm"), (clip_by_value, "limit")])
@pytest.mark.parametrize("bound", [0, -1, math.nan, "much"])
def test_a_bad_bound_is_refused_by_name(clip, name, bound):
    with pytest.raises((ValueError, TypeError), match=f"{name} must be"):
        clip(with_gradients([1.0]), bound)
