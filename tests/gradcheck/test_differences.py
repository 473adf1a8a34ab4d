"""The differences themselves: right on functions whose derivative is known, as exact as promised, and
aware of kinks."""
import math

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.gradcheck import central, complex_step, numerical_gradient, richardson
from scratchnets.gradcheck.differences import along, between, is_smooth, smooth_step, wary


def g(t):
    """(1 + t) e^sin t, slope 2 at 0."""
    return (1 + t) * np.exp(np.sin(t))


def test_each_slope_reaches_the_precision_that_its_docstring_states():
    assert abs(central(g) - 2) < 1e-9
    assert abs(richardson(g) - 2) < 1e-11
    assert abs(complex_step(g) - 2) < 1e-15


def test_the_formulas_errors_fall_with_the_square_and_the_fourth_power_of_the_step():
    def error(slope, h):
        return abs(slope(g, h) - 2)
    assert error(central, 1e-2) / error(central, 1e-3) == pytest.approx(1e2, rel=0.05)
    assert error(richardson, 1e-1) / error(richardson, 1e-2) == pytest.approx(1e4, rel=0.2)


def test_a_smaller_step_is_not_always_better():
    """The V of error against step: rounding wins on the left, the formula's error on the right."""
    errors = [abs(central(g, h) - 2) for h in (1e-2, 1e-5, 1e-12)]
    assert errors[1] < 1e-4 * min(errors[0], errors[2])


def test_the_numerical_gradient_of_a_quadratic(float64, rng):
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    on_device = backend.asarray(A)
    gradient = numerical_gradient(lambda x: x @ on_device @ x, backend.asarray(x))
    assert np.allclose(backend.to_numpy(gradient), (A + A.T) @ x, rtol=1e-9)


def test_the_numerical_gradient_leaves_x_alone_and_has_its_shape(float64, rng):
    x = backend.asarray(rng.normal(size=(2, 3)))
    before = backend.to_numpy(x).copy()
    assert numerical_gradient(lambda x: (x * x).sum(), x).shape == (2, 3)
    assert (backend.to_numpy(x) == before).all()


def test_along_a_direction(float64):
    x, v = backend.asarray(np.array([1.0, 2.0])), backend.asarray(np.array([3.0, -1.0]))
    line = along(lambda x: (x * x).sum(), x, v)
    assert line(2) == 49
    assert central(line) == pytest.approx(2)


@pytest.mark.parametrize("smooth, slope", [
    (g, 2), (np.cos, 0), (lambda t: t ** 3, 0), (lambda t: 7.0, 0), (lambda t: (t - 2) ** 4, -32),
    (lambda t: np.log(0.1 + t), 10)], ids=["g", "cos", "cube", "constant", "fourth power", "log"])
def test_smooth_functions_are_smooth(smooth, slope):
    assert wary(richardson, (1e-3, 1e-4, 1e-5))(smooth) == pytest.approx(slope, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("distance", [0, 0.1, 0.3, 1 / 3, 0.5, 0.7, 0.9, -0.3, -0.9])
def test_a_kink_within_the_step_is_noticed(distance):
    h = 1e-3
    assert not is_smooth(lambda t: abs(t - distance * h), h)
    assert not is_smooth(lambda t: g(t) + 1e-3 * max(t - distance * h, 0), h)


def test_the_step_shrinks_until_the_kink_is_out_of_reach():
    def bent(t):
        return g(t) + abs(t - 3e-5)
    assert wary(richardson, (1e-3, 1e-4, 1e-5))(bent) == pytest.approx(1, abs=1e-9)
    assert abs(richardson(bent) - 1) > 0.01


def test_a_kink_at_the_very_point_has_no_slope():
    assert math.isnan(wary(central, (1e-5, 1e-6))(abs))
    assert math.isnan(wary(richardson, (1e-3, 1e-6))(lambda t: g(t) + max(t, 0)))


def test_a_function_that_is_not_finite_has_no_slope():
    assert math.isnan(wary(central, (1e-5,))(lambda t: math.inf if t > 0 else 0.0))


def test_the_table_of_rounding_is_right(rng):
    """Of values with a random last digit, the spread of each slope, in units of that of central: 1, and about 3."""
    h, noise = 1.0, rng.uniform(-1, 1, (20_000, 4))

    def slopes(slope):
        return np.array([slope(dict(zip((-h, -h / 2, h / 2, h), row)).__getitem__, h) for row in noise])

    assert abs(slopes(central)).max() == pytest.approx(1, rel=0.02)                # ε g/h, at worst
    assert abs(slopes(richardson)).max() == pytest.approx(3, rel=0.1)              # (4 · 2 + 1)/3


def test_a_line_knows_the_step_that_it_has_taken(float64):
    x, v = backend.asarray(np.array([1e5 + 1 / 3, 0.0])), backend.asarray(np.array([1.0, 0.0]))
    line = along(lambda x: (x * x).sum(), x, v)
    taken = (1e5 + 1 / 3 + 1e-3) - (1e5 + 1 / 3)
    assert line.taken(1e-3) == taken != 1e-3
    assert between(line, 0, 1e-3) == (line(1e-3) - line(0)) / taken


def test_a_step_out_of_the_domain_is_followed_by_a_smaller_one():
    def root(t):
        if t < -5e-5:
            raise ValueError("no root of a negative number")
        return math.sqrt(5e-5 + t)
    assert smooth_step(root, (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)) < 1e-5
    assert wary(richardson, (1e-3, 1e-4, 1e-5, 1e-6, 1e-7))(root) == pytest.approx(0.5 / math.sqrt(5e-5), rel=1e-8)
    assert math.isnan(smooth_step(lambda t: math.log(t) if t > 0 else math.nan, (1e-3, 1e-6)))
