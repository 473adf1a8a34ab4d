"""Softmax cross-entropy: against loops, exact identities, huge logits."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.losses import binary_cross_entropy_with_logits, softmax_cross_entropy

close = dict(rtol=1e-12, atol=1e-12)


def test_value_is_the_mean_negative_logarithm_of_the_right_classes_probability(rng, float64):
    logits, labels = rng.standard_normal((4, 3)), [2, 0, 2, 1]
    expected = 0.0
    for row, label in zip(logits.tolist(), labels):
        expected -= math.log(math.exp(row[label]) / sum(math.exp(a) for a in row)) / 4
    value, dlogits = softmax_cross_entropy(asarray(logits), asarray(labels))
    np.testing.assert_allclose(float(value), expected, **close)
    assert dlogits.shape == (4, 3)


def test_gradient_is_the_softmax_less_the_target_and_sums_to_zero(rng, float64):
    logits, target = rng.standard_normal((4, 3)), rng.dirichlet(np.ones(3), 4)
    pi = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    _, dlogits = softmax_cross_entropy(asarray(logits), asarray(target))
    np.testing.assert_allclose(to_numpy(dlogits), (pi - target) / 4, **close)
    np.testing.assert_allclose(to_numpy(dlogits.sum(axis=1)), 0, atol=1e-15)


def test_classes_and_one_hot_probabilities_agree(rng, float64):
    logits, labels = asarray(rng.standard_normal((4, 3))), np.array([2, 0, 2, 1])
    by_class = softmax_cross_entropy(logits, asarray(labels))
    by_probability = softmax_cross_entropy(logits, asarray(np.eye(3)[labels]))
    for a, b in zip(by_class, by_probability):
        np.testing.assert_array_equal(to_numpy(a), to_numpy(b))


def test_only_differences_of_logits_count(rng, float64):
    logits, labels = rng.standard_normal((4, 3)), asarray([2, 0, 2, 1])
    value, dlogits = softmax_cross_entropy(asarray(logits), labels)
    moved, dmoved = softmax_cross_entropy(asarray(logits + rng.uniform(-9, 9, (4, 1))), labels)
    np.testing.assert_allclose(float(moved), float(value), **close)
    np.testing.assert_allclose(to_numpy(dmoved), to_numpy(dlogits), **close)


def test_two_classes_are_one_sigmoid(rng, float64):
    logits, labels = rng.standard_normal((4, 2)), np.array([1, 0, 0, 1])
    value, dlogits = softmax_cross_entropy(asarray(logits), asarray(labels))
    binary, dbinary = binary_cross_entropy_with_logits(asarray(logits[:, 1] - logits[:, 0]),
                                                       asarray(labels.astype(float)))
    np.testing.assert_allclose(float(value), float(binary), **close)
    np.testing.assert_allclose(to_numpy(dlogits[:, 1]), to_numpy(dbinary), **close)


def test_an_undecided_start_costs_log_k(float64):
    value, _ = softmax_cross_entropy(asarray(np.zeros((4, 10))), asarray([3, 1, 4, 1]))
    np.testing.assert_allclose(float(value), math.log(10), **close)


def test_the_optimum_for_one_context_is_the_counts(float64):
    labels = np.array([0, 0, 0, 1, 1, 2])
    logits = np.tile(np.log(np.bincount(labels)), (6, 1))
    value, dlogits = softmax_cross_entropy(asarray(logits), asarray(labels))
    share = np.bincount(labels) / 6
    np.testing.assert_allclose(to_numpy(dlogits.sum(axis=0)), 0, atol=1e-15)
    np.testing.assert_allclose(float(value), -(share * np.log(share)).sum(), **close)


def test_huge_logits_are_exact_in_float32():
    logits = asarray([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [-1e4, -2e4, -1.5e4]])
    value, dlogits = softmax_cross_entropy(logits, asarray([0, 1, 2, 2]))
    assert value.dtype == dlogits.dtype == xp.float32
    assert float(value) == pytest.approx((0 + 2e4 + math.log(3) + 5e3) / 4, rel=1e-7)
    expected = [[0, 0, 0], [1, -1, 0], [1 / 3, 1 / 3, -2 / 3], [1, 0, -1]]
    np.testing.assert_allclose(4 * to_numpy(dlogits), expected, rtol=1e-6)


@pytest.mark.parametrize("labels, words", [
    ([0, 1, 2, 3], r"0 … 2.*from 0 to 3"),
    ([0, 1, 2, -1], r"0 … 2.*from -1 to 2"),
    ([0, 1, 2], r"shape \(4,\).*\(3,\)"),
    ([[0], [1], [2], [0]], r"shape \(4,\).*\(4, 1\)"),
    ([0.0, 1.0, 2.0, 0.0], r"whole numbers.*float32"),
    ([True, False, True, False], "whole numbers.*bool"),
    (np.full((4, 2), 0.5), r"\(4, 3\).*\(4, 2\)"),
    (np.full((4, 3), 0.5), "sum is 0.5 away from 1"),
    (np.tile([1.5, -0.5, 0], (4, 1)), r"\[0, 1\], got values from -0.5 to 1.5"),
], ids=str)
def test_bad_labels_are_refused_with_what_was_expected(labels, words):
    with pytest.raises(ValueError, match=f"softmax_cross_entropy: .*{words}"):
        softmax_cross_entropy(asarray(np.zeros((4, 3))), asarray(labels))


@pytest.mark.parametrize("logits", [np.zeros(4), np.zeros((4, 2, 3)), np.zeros((0, 3))],
                         ids=["vector", "images", "empty"])
def test_bad_logits_are_refused(logits):
    with pytest.raises(ValueError, match="softmax_cross_entropy: logits"):
        softmax_cross_entropy(asarray(logits), asarray(np.zeros(len(logits), int)))


@pytest.mark.skipif(xp.ndarray is not np.ndarray, reason="on a GPU the check would wait for the device")
def test_values_that_are_not_finite_are_refused():
    good, bad = np.full((4, 3), 1 / 3), np.full((4, 3), np.nan)
    infinite = np.full((4, 3), np.inf)
    for logits, labels, name in ((bad, good, "logits"), (good, bad, "labels"), (infinite, good, "logits")):
        with pytest.raises(ValueError, match=f"softmax_cross_entropy: {name} holds .* not finite"):
            softmax_cross_entropy(asarray(logits), asarray(labels))


def test_labels_that_are_a_list_are_refused():
    with pytest.raises(TypeError, match="labels must be an array of the backend in use, got builtins.list"):
        softmax_cross_entropy(asarray(np.zeros((4, 3))), [0, 1, 2, 0])
