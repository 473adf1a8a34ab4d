"""Scores against the truth: by counting all pairs, and as scikit-learn has it."""
from itertools import combinations

import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.metrics import auroc, auroc_difference, auroc_error, average_precision, roc_curve


@pytest.fixture(params=["no ties", "ties", "many ties"])
def scored(request, rng):
    """Scores and labels of 60 examples, a third positive and a little higher."""
    positive = rng.permutation(60) < 20
    scores = rng.standard_normal(60) + positive
    return {"no ties": scores, "ties": scores.round(1), "many ties": scores.round(0)}[request.param], positive


def test_the_area_is_the_share_of_pairs_in_the_right_order(scored):
    scores, positive = scored
    pairs = [(high > low) + 0.5 * (high == low) for high in scores[positive] for low in scores[~positive]]
    assert auroc(scores, positive) == pytest.approx(np.mean(pairs), rel=1e-14)


def test_the_area_under_the_curve_is_that_of_the_pairs(scored):
    false_positive, true_positive, thresholds = roc_curve(*scored)
    steps, heights = np.diff(false_positive), (true_positive[1:] + true_positive[:-1]) / 2
    assert (steps * heights).sum() == pytest.approx(auroc(*scored), rel=1e-14)
    assert (false_positive[0], true_positive[0], thresholds[0]) == (0, 0, np.inf)
    assert (false_positive[-1], true_positive[-1]) == (1, 1)
    assert (np.diff(thresholds) < 0).all()


def test_each_point_of_the_curve_is_what_its_threshold_reports(scored):
    scores, positive = scored
    for false_positive, true_positive, threshold in zip(*roc_curve(scores, positive)):
        reported = scores >= threshold
        assert true_positive == pytest.approx(reported[positive].mean(), rel=1e-14)
        assert false_positive == pytest.approx(reported[~positive].mean(), rel=1e-14)


def test_the_error_of_the_area_is_that_of_the_shares_counted_pair_by_pair(scored):
    scores, positive = scored
    high, low = scores[positive][:, None], scores[~positive]
    counts = (high > low) + 0.5 * (high == low)
    by_positive, by_negative = counts.mean(axis=1), counts.mean(axis=0)
    squared = by_positive.var(ddof=1) / len(by_positive) + by_negative.var(ddof=1) / len(by_negative)
    assert auroc_error(scores, positive) ** 2 == pytest.approx(squared, rel=1e-12)


def test_of_a_detector_that_knows_nothing_the_error_is_known_exactly():
    """Over all orders of M anomalies and N others: (N + M + 1)/(12NM) is the variance of the area, and the mean of
    the squared error is larger by the small term that it counts twice, 1/(12NM)."""
    M, N = 3, 5
    orders = [np.isin(np.arange(M + N), chosen) for chosen in combinations(range(M + N), M)]
    scores = np.arange(M + N)
    assert np.var([auroc(scores, each) for each in orders]) == pytest.approx((N + M + 1) / (12 * N * M), rel=1e-12)
    assert np.mean([auroc_error(scores, each) ** 2 for each in orders]) == pytest.approx(
        (N + M + 2) / (12 * N * M), rel=1e-12)


def test_the_error_is_what_other_examples_change(rng):
    """A difference of two detectors that see nearly the same, over 2,000 test sets."""
    positive = np.arange(150) < 50

    def draw():
        scores = rng.standard_normal(150) + positive
        return scores, scores + 0.3 * rng.standard_normal(150)
    sets = [draw() for _ in range(2000)]
    found = np.array([auroc_difference(*each, positive) for each in sets])
    assert found[:, 0].std() == pytest.approx((found[:, 1] ** 2).mean() ** 0.5, rel=0.06)
    assert found[:, 1].mean() < 0.5 * np.mean([auroc_error(scores, positive) for scores, _ in sets])


def test_a_difference_is_that_of_the_areas_and_none_to_itself(scored, rng):
    scores, positive = scored
    others = rng.standard_normal(60)
    difference, error = auroc_difference(scores, others, positive)
    assert difference == pytest.approx(auroc(scores, positive) - auroc(others, positive), rel=1e-12)
    assert auroc_difference(others, scores, positive) == pytest.approx((-difference, error), rel=1e-12)
    assert auroc_difference(scores, 2 * scores + 1, positive) == (0, 0)


@pytest.mark.parametrize("positive", [[True, False, False], [False, True, True]])
def test_one_example_of_a_kind_has_no_error(positive):
    with pytest.raises(ValueError, match="needs two positive and two negative examples, got"):
        auroc_error(np.arange(3.0), np.array(positive))


def test_average_precision_by_going_down_the_list(scored):
    scores, positive = scored
    total, recall = 0.0, 0.0
    for threshold in sorted(set(scores), reverse=True):
        reported = scores >= threshold
        found = (reported & positive).sum()
        total += (found / positive.sum() - recall) * found / reported.sum()
        recall = found / positive.sum()
    assert average_precision(scores, positive) == pytest.approx(total, rel=1e-13)


def test_agrees_with_scikit_learn(scored):
    theirs = pytest.importorskip("sklearn.metrics")
    scores, positive = scored
    assert auroc(scores, positive) == pytest.approx(theirs.roc_auc_score(positive, scores), rel=1e-13)
    assert average_precision(scores, positive) == pytest.approx(
        theirs.average_precision_score(positive, scores), rel=1e-13)
    for ours, other in zip(roc_curve(scores, positive),
                           theirs.roc_curve(positive, scores, drop_intermediate=False)):
        np.testing.assert_allclose(ours, other, rtol=1e-13)


def test_a_perfect_order_its_reverse_and_none():
    positive = np.arange(10) >= 7
    assert auroc(np.arange(10.0), positive) == average_precision(np.arange(10.0), positive) == 1
    assert auroc(-np.arange(10.0), positive) == 0
    assert auroc(np.ones(10), positive) == 0.5
    assert average_precision(np.ones(10), positive) == pytest.approx(0.3)


def test_a_constant_and_a_rising_function_change_nothing(scored):
    scores, positive = scored
    assert auroc(np.exp(scores) + 5, positive) == auroc(scores, positive)
    assert auroc(asarray(scores.astype("float32")), asarray(positive)) == pytest.approx(
        auroc(scores.astype("float32"), positive))


@pytest.mark.parametrize("metric", [auroc, roc_curve, average_precision, auroc_error])
@pytest.mark.parametrize("scores, positive, error, words", [
    ([1.0, 2.0], [True], ValueError, r"got shapes \(2,\) and \(1,\)"),
    ([[1.0, 2.0]], [[True, False]], ValueError, "two rows of one length"),
    ([1.0, 2.0], [1, 3], TypeError, "of class labels, write labels == 3"),
    ([1.0, np.nan], [True, False], ValueError, "finite"),
    ([1.0, 2.0], [True, True], ValueError, "got 2 positive of 2"),
    ([], [], ValueError, "positive"),
])
def test_what_cannot_be_ranked_is_refused_by_name(metric, scores, positive, error, words):
    labels = np.array(positive) if positive else np.array([], bool)
    with pytest.raises(error, match=f"{metric.__name__}.*{words}"):
        metric(np.array(scores), labels)
