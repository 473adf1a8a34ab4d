"""Neighbours in the code: by loops, in cases that are known, and as scikit-learn has it."""
import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.metrics import knn_accuracy, silhouette
from scratchnets.metrics.neighbours import CHUNK


@pytest.fixture
def clouds(rng):
    """Three clouds that overlap a little, (90, 4), and their labels 0, 2, 5."""
    labels = np.repeat([0, 2, 5], 30)
    return rng.standard_normal((90, 4)) + labels[:, None] / 2, labels


def loops(train, train_labels, codes, labels, k):
    """Each code by itself: sort, count, and let the nearest of those with most votes decide."""
    right = 0
    for code, label in zip(codes, labels):
        order = np.argsort(np.linalg.norm(train - code, axis=1), kind="stable")[:k]
        near = train_labels[order].tolist()
        winner = next(each for each in near if near.count(each) == max(map(near.count, near)))
        right += winner == label
    return right / len(codes)


@pytest.mark.parametrize("k", [1, 2, 5, 6])
def test_neighbours_vote(clouds, k):
    codes, labels = clouds
    parts = codes[::2], labels[::2], codes[1::2], labels[1::2]
    assert knn_accuracy(*parts, k=k) == loops(*parts, k)
    assert knn_accuracy(*map(asarray, parts), k=k) == pytest.approx(loops(*parts, k), abs=0.03)


def test_more_codes_than_are_compared_at_a_time(rng):
    codes = rng.standard_normal((CHUNK + 7, 2))
    labels = (codes[:, 0] > 0).astype(int)
    assert knn_accuracy(codes, labels, codes, labels, k=1) == 1
    assert silhouette(codes, labels) == pytest.approx(silhouette(codes[::-1], labels[::-1]))


def test_when_votes_are_equal_the_nearest_decides():
    train, labels = np.array([[0.0], [1.0], [5.0], [6.0]]), np.array([1, 0, 1, 0])
    assert knn_accuracy(train, labels, np.array([[0.1], [5.9]]), np.array([1, 0]), k=2) == 1
    assert knn_accuracy(train, labels, np.array([[0.1]]), np.array([1]), k=4) == 1


def test_neighbours_agree_with_scikit_learn(clouds):
    theirs = pytest.importorskip("sklearn.neighbors").KNeighborsClassifier(1)
    codes, labels = clouds
    theirs.fit(codes[::2], labels[::2])
    assert knn_accuracy(codes[::2], labels[::2], codes[1::2], labels[1::2], k=1) == \
        theirs.score(codes[1::2], labels[1::2])


def test_silhouette_by_loops(clouds):
    x, labels = clouds
    each = []
    for n in range(len(x)):
        distance = np.linalg.norm(x - x[n], axis=1)
        a = distance[(labels == labels[n]) & (np.arange(len(x)) != n)].mean()
        b = min(distance[labels == other].mean() for other in {0, 2, 5} - {labels[n]})
        each.append((b - a) / max(a, b))
    assert silhouette(x, labels) == pytest.approx(np.mean(each), rel=1e-9)


def test_silhouette_agrees_with_scikit_learn(clouds):
    theirs = pytest.importorskip("sklearn.metrics")
    assert silhouette(*clouds) == pytest.approx(theirs.silhouette_score(*clouds), rel=1e-9)


def test_silhouette_of_what_is_known():
    far = np.array([[0.0], [0.0], [9.0], [9.0]])
    assert silhouette(far, np.array([0, 0, 1, 1])) == pytest.approx(1)
    assert silhouette(far, np.array([0, 1, 0, 1])) == pytest.approx(-0.5)      # a = 9, b = 4.5
    assert silhouette(far[:3], np.array([0, 0, 1])) == pytest.approx(2 / 3)    # alone in its class: 0
    assert silhouette(np.zeros((4, 2)), np.array([0, 0, 1, 1])) == 0           # all in one place


def test_silhouette_of_clusters_that_are_tiny_beside_their_distance(rng):
    """Spreads of 1e-8 beside 1: a distance that comes out of a matrix product is rounding there."""
    theirs = pytest.importorskip("sklearn.metrics")
    x = np.concatenate([1e-8 * rng.standard_normal((50, 2)), 3e-8 * rng.standard_normal((50, 2)) + [3e-8, 0],
                        rng.standard_normal((50, 2)) + [1, 0]])
    labels = np.repeat([0, 1, 2], 50)
    between = np.linalg.norm(x[:, np.newaxis] - x, axis=-1)
    exact = theirs.silhouette_score(between, labels, metric="precomputed")
    assert silhouette(x, labels) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("call, words", [
    (lambda: knn_accuracy(np.zeros((3, 2)), np.zeros(2, int), np.zeros((1, 2)), np.zeros(1, int)),
     r"knn_accuracy.* each of 3 points; got int64 of shape \(2,\)"),
    (lambda: knn_accuracy(np.zeros((3, 2)), np.zeros(3, int), np.zeros((1, 2)), np.zeros(2, int)),
     r"knn_accuracy.* each of 1 points; got int64 of shape \(2,\)"),
    (lambda: knn_accuracy(np.zeros((3, 2)), np.zeros(3, int), np.zeros((1, 3)), np.zeros(1, int)),
     "knn_accuracy: training codes of 2 numbers and codes of 3"),
    (lambda: knn_accuracy(np.zeros((3, 2)), np.zeros(3, int), np.zeros((1, 2)), np.zeros(1, int)),
     "k = 5 neighbours are more than the 3 training codes"),
    (lambda: silhouette(np.zeros((3, 2)), np.zeros(3, int)), "at least two classes"),
    (lambda: silhouette(np.zeros((3, 2)), np.zeros(3)), "one label, a whole number, for each of 3 points"),
    (lambda: silhouette(np.full((3, 2), np.nan), np.array([0, 1, 1])), "finite"),
])
def test_what_has_no_neighbours_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
