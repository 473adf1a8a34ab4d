"""Bad arguments: named, with what they may be and what they were."""
import math

import numpy as np
import pytest

from scratchnets.arguments import choice, fraction, integer, number, positive, positive_integer


def test_good_values_come_back_as_plain_numbers():
    for value in (positive_integer("n", np.int64(3)), integer("n", 0), integer("n", -2, at_least=-5)):
        assert type(value) is int
    for value in (number("x", np.float32(-0.5)), positive("x", 3), fraction("x", 0)):
        assert type(value) is float
    assert choice("data", "toy", {"toy": 1, "digits": 2}) == "toy"


@pytest.mark.parametrize("check, value, message", [
    (positive_integer, 0, "n must be at least 1, got 0"),
    (positive_integer, -3, "n must be at least 1, got -3"),
    (integer, -1, "n must be at least 0, got -1"),
    (number, math.nan, "n must be finite, got nan"),
    (number, -math.inf, "n must be finite, got -inf"),
    (positive, 0, "n must be above 0, got 0"),
    (positive, math.inf, "n must be above 0, got inf"),
    (fraction, 1, "n must be at least 0 and below 1, got 1"),
    (fraction, -0.5, "n must be at least 0 and below 1, got -0.5"),
    (fraction, math.nan, "n must be at least 0 and below 1, got nan"),
])
def test_values_out_of_bounds(check, value, message):
    with pytest.raises(ValueError) as caught:
        check("n", value)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [2.0, "2", None, [2], np.array([2, 3])], ids=str)
def test_what_is_no_whole_number(value):
    for check in (integer, positive_integer):
        with pytest.raises(TypeError, match="n must be a whole number, got"):
            check("n", value)


@pytest.mark.parametrize("value", ["fast", None, [0.5], 1j], ids=str)
def test_what_is_no_number(value):
    for check in (number, positive, fraction):
        with pytest.raises(TypeError, match="n must be a number, got"):
            check("n", value)


def test_both_bounds_are_told():
    with pytest.raises(ValueError, match="^n must be above 0 and at most 1, got 2$"):
        number("n", 2, above=0, at_most=1)


@pytest.mark.parametrize("value, hint", [
    ("dence", " (did you mean 'dense'?)"), ("xyz", ""), (7, ""), (None, "")])
def test_an_unknown_choice_gets_the_valid_ones_and_the_nearest(value, hint):
    with pytest.raises(ValueError) as caught:
        choice("layer", value, ["dense", "tied"])
    assert str(caught.value) == f"unknown layer {value!r}{hint}; valid: dense, tied"
