"""Bad input of every loss: refused by name, with what was expected and what was got."""
import numpy as np
import pytest

from scratchnets import losses
from scratchnets.backend import asarray, xp

PAIRS = {losses.squared_error: ("prediction", "target"), losses.cross_entropy: ("prediction", "target"),
         losses.binary_cross_entropy: ("prediction", "target"),
         losses.binary_cross_entropy_with_logits: ("logits", "target"),
         losses.gaussian_nll: ("mean", "log_var", "target")}
PLACES = [(loss, place) for loss, names in PAIRS.items() for place in range(len(names))]
every_argument = pytest.mark.parametrize(
    "loss, place", PLACES, ids=[f"{loss.__name__}-{PAIRS[loss][place]}" for loss, place in PLACES])


def refusal(loss, place, value, error):
    """The message with which `loss` refuses `value` as this argument."""
    arguments = [asarray(np.full((3, 4), 0.5)) for _ in PAIRS[loss]]
    arguments[place] = value
    with pytest.raises(error) as caught:
        loss(*arguments)
    message = str(caught.value)
    assert message.startswith(f"{loss.__name__}: ") and PAIRS[loss][place] in message
    return message


@every_argument
def test_another_shape(loss, place):
    for shape in ((3, 1), (1, 4), (4,), (3, 4, 1), (4, 3)):
        assert str(shape) in refusal(loss, place, asarray(np.full(shape, 0.5)), ValueError)


@every_argument
def test_nothing_is_not_a_batch(loss, place):
    for shape in ((), (0,), (0, 4), (3, 0)):
        assert "at least one example" in refusal(loss, place, xp.zeros(shape, "float32"), ValueError)


@every_argument
def test_whole_numbers(loss, place):
    assert "int" in refusal(loss, place, asarray(np.ones((3, 4), int)), TypeError)
    assert "bool" in refusal(loss, place, asarray(np.ones((3, 4), bool)), TypeError)


@every_argument
def test_not_an_array_of_the_backend(loss, place):
    assert "builtins.list" in refusal(loss, place, [[0.5] * 4] * 3, TypeError)
    assert "asarray" in refusal(loss, place, 0.5, TypeError)


@pytest.mark.skipif(xp.ndarray is np.ndarray, reason="NumPy arrays are the backend's own")
@every_argument
def test_a_host_array_on_another_backend(loss, place):
    assert "numpy.ndarray" in refusal(loss, place, np.full((3, 4), 0.5), TypeError)


@pytest.mark.skipif(xp.ndarray is not np.ndarray, reason="on a GPU the check would wait for the device")
@every_argument
def test_not_finite(loss, place):
    for bad in (np.nan, np.inf, -np.inf):
        values = np.full((3, 4), 0.5)
        values[2, 3] = bad
        assert "not finite" in refusal(loss, place, asarray(values), ValueError)


@pytest.mark.parametrize("loss, place", [
    (losses.cross_entropy, 0), (losses.cross_entropy, 1), (losses.binary_cross_entropy, 0),
    (losses.binary_cross_entropy, 1), (losses.binary_cross_entropy_with_logits, 1)],
    ids=lambda value: getattr(value, "__name__", str(value)))
def test_probabilities_outside_the_unit_interval(loss, place):
    for low, high in ((-0.1, 0.5), (0.5, 1.001), (0, 255)):
        values = np.full((3, 4), 0.5)
        values[0, 0], values[1, 1] = low, high
        assert f"got values from {low:g} to {high:g}" in refusal(loss, place, asarray(values), ValueError)
