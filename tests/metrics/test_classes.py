"""Right against predicted classes."""
import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.metrics import accuracy, confusion_matrix


def test_classes_are_counted_right_against_predicted():
    predicted, labels = asarray(np.array([0, 2, 2, 1, 0, 2])), asarray(np.array([0, 2, 1, 1, 2, 2]))
    assert confusion_matrix(predicted, labels).tolist() == [[1, 0, 0], [0, 1, 1], [1, 0, 2]]
    assert accuracy(predicted, labels) == pytest.approx(4 / 6)
    assert accuracy(labels, labels) == 1


@pytest.mark.parametrize("predicted, labels, error, words", [
    ([0, 1], [0, 1, 2], ValueError, r"one for each example; got shapes \(2,\) and \(3,\)"),
    ([0.2, 0.8], [0, 1], TypeError, "whole numbers, got float64 and int64; of probabilities, take argmax"),
    ([0, -1], [0, 1], ValueError, "count from 0, got -1"),
    ([], [], ValueError, "one for each example"),
])
def test_what_are_no_classes_is_refused(predicted, labels, error, words):
    with pytest.raises(error, match=f"accuracy.*{words}"):
        accuracy(np.array(predicted), np.array(labels))


INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_products_of_small_integers_do_not_wrap(dtype, rng):
    """12 classes fit int8 and their pair numbers do not; 100 do not fit uint8."""
    for classes in (12, 26, 100):
        predicted, labels = rng.integers(0, classes, (2, 3000))
        assert accuracy(predicted.astype(dtype), labels.astype(dtype)) == (predicted == labels).mean()
        pairs = np.zeros((classes, classes), int)
        np.add.at(pairs, (labels, predicted), 1)
        assert (confusion_matrix(predicted.astype(dtype), labels.astype(dtype)) == pairs).all()
        assert accuracy(labels.astype(dtype), labels) == 1


def test_accuracy_of_many_classes_needs_no_matrix():
    labels = np.arange(100_000)
    assert accuracy(labels, labels) == 1
