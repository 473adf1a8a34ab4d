"""k-means: the two steps, an inertia that never rises, k-means++, and agreement with scikit-learn."""
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.models.classical import KMeans
from scratchnets.models.classical.kmeans import plus_plus, update_centers


@pytest.fixture
def blobs(rng):
    centers = np.array([[0.0, 0], [10, 0], [0, 10]])
    labels = np.arange(60) % 3
    return centers[labels] + 0.5 * rng.standard_normal((60, 2)), labels


def test_update_is_the_mean_of_each_cluster(blobs, float64):
    x, labels = blobs
    centers = update_centers(asarray(x), asarray(labels), asarray(np.zeros((3, 2))))
    np.testing.assert_allclose(to_numpy(centers), [x[labels == j].mean(axis=0) for j in range(3)])


def test_an_empty_cluster_keeps_its_centre(blobs, float64):
    x, labels = blobs
    centers = update_centers(asarray(x), asarray(labels % 2), asarray([[5.0, 5], [6, 6], [7, 8]]))
    assert to_numpy(centers)[2].tolist() == [7, 8]


def test_update_costs_least(blobs, rng, float64):
    x, labels = blobs
    centers = to_numpy(update_centers(asarray(x), asarray(labels), asarray(np.zeros((3, 2)))))

    def cost(c):
        return ((x - c[labels]) ** 2).sum()
    assert all(cost(centers) < cost(centers + 0.1 * rng.standard_normal((3, 2))) for _ in range(20))


def test_finds_separate_clusters(blobs, float64):
    x, labels = blobs
    model = KMeans(3, generator=0).fit(asarray(x))
    for k in range(3):
        assert len(set(to_numpy(model.labels_)[labels == k].tolist())) == 1
    assert model.inertia_ == pytest.approx(sum(((x[labels == k] - x[labels == k].mean(axis=0)) ** 2).sum()
                                               for k in range(3)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 40), k=st.integers(1, 8), d=st.integers(1, 4))
def test_inertia_never_rises_and_ends_in_a_fixed_point(seed, n, k, d):
    rng = np.random.default_rng(seed)
    with backend.use(backend.name(), dtype="float64"):
        x = asarray(rng.standard_normal((n, d)))
        start = asarray(5 * rng.standard_normal((min(k, n), d)))       # far out: clusters start empty
        model = KMeans(min(k, n), init=start).fit(x)
        assert all(after <= before for before, after in zip(model.inertias_, model.inertias_[1:]))
        assert to_numpy(model.predict(x)).tolist() == to_numpy(model.labels_).tolist()
        again = update_centers(x, model.labels_, model.cluster_centers_)
        np.testing.assert_allclose(to_numpy(again), to_numpy(model.cluster_centers_), atol=1e-12)
        assert len(np.unique(to_numpy(model.labels_))) == min(k, n)        # none is empty in the end
        nearest = ((to_numpy(x)[:, None] - to_numpy(model.cluster_centers_)) ** 2).sum(axis=-1).min(axis=1)
        assert model.inertia_ == pytest.approx(nearest.sum())


def test_stopped_early_labels_and_inertia_belong_to_the_centres(blobs, float64):
    x = asarray(blobs[0])
    model = KMeans(3, init=x[:3] + 4, max_iter=2).fit(x)
    assert model.n_iter_ == 2
    assert to_numpy(model.predict(x)).tolist() == to_numpy(model.labels_).tolist()
    assert model.inertia_ == pytest.approx(float(((x - model.cluster_centers_[model.labels_]) ** 2).sum()))


def test_plus_plus_draws_by_squared_distance(float64):
    # From the point at 0, the one at 1 has weight 1 and the one at 3 weight 9.
    x, second = asarray([[0.0], [1.0], [3.0]]), []
    generator = np.random.default_rng(0)
    while len(second) < 2000:
        first, other = to_numpy(plus_plus(x, 2, generator))[:, 0]
        if first == 0:
            second.append(other)
    assert np.mean(np.array(second) == 3) == pytest.approx(0.9, abs=4 * (0.09 / 2000) ** 0.5)


def test_more_starts_are_never_worse(rng, float64):
    x = asarray(rng.standard_normal((80, 2)))
    one, many = KMeans(8, generator=3).fit(x), KMeans(8, n_init=10, generator=3).fit(x)
    assert many.inertia_ < one.inertia_


def test_distances_survive_an_offset():
    # Without moving the origin, float32 would see distances of a few units as zero at 10⁴.
    x = asarray([[10_000.0], [10_001.0], [10_004.0]])
    model = KMeans(2, init=asarray([[10_000.0], [10_004.0]])).fit(x)
    assert to_numpy(model.transform(x)).tolist() == [[0.5, 4], [0.5, 3], [3.5, 0]]


def test_agrees_with_scikit_learn(rng, float64):
    cluster = pytest.importorskip("sklearn.cluster")
    x, start = rng.standard_normal((100, 3)), rng.standard_normal((4, 3))
    theirs = cluster.KMeans(4, init=start, n_init=1, tol=0, algorithm="lloyd").fit(x)
    ours = KMeans(4, init=asarray(start)).fit(asarray(x))
    np.testing.assert_allclose(to_numpy(ours.cluster_centers_), theirs.cluster_centers_, atol=1e-12)
    np.testing.assert_allclose(to_numpy(ours.transform(asarray(x))), theirs.transform(x), atol=1e-12)
    assert ours.inertia_ == pytest.approx(theirs.inertia_)


def test_same_seed_same_result(rng):
    x = asarray(rng.standard_normal((50, 2)))
    first, second = (KMeans(5, generator=7).fit(x).cluster_centers_ for _ in range(2))
    assert to_numpy(first == second).all()


def test_bad_input(rng):
    x = asarray(rng.standard_normal((5, 2)))
    with pytest.raises(ValueError, match="KMeans needs at least 6 points, got 5"):
        KMeans(6).fit(x)
    with pytest.raises(ValueError, match="only 2 different positions, fewer than n_clusters=3"):
        KMeans(3).fit(asarray(np.array([[0.1, 0.7], [5, 5]])[[0, 1, 0, 1, 1]]))
    with pytest.raises(ValueError, match="init holds 3 centres for n_clusters=2"):
        KMeans(2, init=x[:3]).fit(x)
    with pytest.raises(ValueError, match="unknown init 'random'"):
        KMeans(2, init="random")
    with pytest.raises(RuntimeError, match="has not been fitted"):
        KMeans(2).predict(x)


# ---- in float32, far from the origin -------------------------------------------------------------------

@pytest.mark.parametrize("far", [1e2, 1e4, 1e6, 1e8, 1e12])
def test_a_cluster_far_away_does_not_blur_the_others(far, rng):
    """Between (0, 0) and (1, 0), with a third cluster at (far, far), all labels are right and L never rises."""
    centers, labels = np.array([[0.0, 0], [1, 0], [far, far]]), np.arange(300) % 3
    for _ in range(5):
        x = asarray((centers[labels] + 0.05 * rng.standard_normal((300, 2))).astype("float32"))
        model = KMeans(3, init=asarray(centers.astype("float32"))).fit(x)
        assert (to_numpy(model.labels_) == labels).all() and (to_numpy(model.predict(x)) == labels).all()
        assert model.n_iter_ < 10 and (np.diff(model.inertias_) <= 0).all()
        assert model.cluster_centers_.dtype == model.transform(x).dtype == np.float32
        wide, means = to_numpy(x).astype("float64"), to_numpy(model.cluster_centers_).astype("float64")
        exact = np.sqrt(((wide[:, None] - means) ** 2).sum(axis=-1))
        np.testing.assert_allclose(to_numpy(model.transform(x)), exact, rtol=1e-6)
        assert model.inertia_ == pytest.approx((exact.min(axis=1) ** 2).sum(), rel=1e-9)


def test_it_ends_where_labels_and_centres_are_best_for_each_other_which_may_be_no_minimum(float64):
    """Point 0 is equally far from both centres. L = 2 there; with the second centre at 0.9, descent finds ½."""
    x = asarray([[-2.0], [0.0], [1.0]])
    model = KMeans(2, init=asarray([[-1.0], [1.0]])).fit(x)
    assert model.inertia_ == 2 and to_numpy(model.labels_).tolist() == [0, 0, 1]
    assert KMeans(2, init=asarray([[-1.0], [0.9]])).fit(x).inertia_ == 0.5
