"""Gaussian mixtures: EM never lowers the likelihood; closed forms; agreement with scikit-learn."""
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.models.classical import GaussianMixture
from scratchnets.models.classical.gaussian import SingularCovariance, log_gaussian
from scratchnets.models.classical.mixture import responsibilities

TYPES = ("full", "tied", "diag")


@pytest.fixture
def cloud(rng):
    """Three Gaussians of different shapes, overlapping a little."""
    k = rng.choice(3, size=400, p=[0.5, 0.3, 0.2])
    shapes = np.array([[[1, 0], [0, 0.3]], [[0.5, 0.4], [0, 0.5]], [[0.3, 0], [0, 1]]])
    noise = np.einsum("nij,nj->ni", shapes[k], rng.standard_normal((400, 2)))
    return np.array([[0, 0], [3, 3], [-3, 2]])[k] + noise


def test_log_gaussian_by_hand(float64):
    x, mean = asarray([[1.0, 2.0]]), asarray([0.0, 0.0])
    covariance = asarray([[2.0, 1.0], [1.0, 2.0]])                # |Σ| = 3, Σ⁻¹ = [[2, −1], [−1, 2]]/3
    expected = -np.log(2 * np.pi) - 0.5 * np.log(3) - 0.5 * (2 * 1 - 2 * 2 + 2 * 4) / 3
    assert float(log_gaussian(x, mean, covariance)[0]) == pytest.approx(expected)
    assert float(log_gaussian(x, mean, asarray([4.0, 1.0]))[0]) == pytest.approx(
        -np.log(2 * np.pi) - 0.5 * np.log(4) - 0.5 * (1 / 4 + 4))


@pytest.mark.parametrize("covariance_type", TYPES)
def test_one_component_is_the_sample_mean_and_covariance(cloud, float64, covariance_type):
    model = GaussianMixture(1, covariance_type, reg_covar=0).fit(asarray(cloud))
    covariance = np.cov(cloud, rowvar=False, bias=True)
    np.testing.assert_allclose(to_numpy(model.means_), [cloud.mean(axis=0)])
    np.testing.assert_allclose(to_numpy(model.covariances_)[0],
                               np.diag(covariance) if covariance_type == "diag" else covariance)
    assert to_numpy(model.weights_).tolist() == [1]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 5), covariance_type=st.sampled_from(TYPES))
def test_log_likelihood_never_falls(seed, k, covariance_type):
    rng = np.random.default_rng(seed)
    with backend.use(backend.name(), dtype="float64"):
        x = asarray(rng.standard_normal((200, 3)) * rng.uniform(0.2, 3, 3) + 3 * rng.integers(0, 3, (200, 1)))
        model = GaussianMixture(k, covariance_type, tol=0, reg_covar=0, max_iter=40, generator=seed)
        with suppress(SingularCovariance):          # unregularised, a Gaussian may shrink onto a point
            model.fit(x)
    rises = np.diff(model.lower_bounds_)
    assert (rises > -1e-12).all()


def test_log_likelihood_with_regularisation_ends_above_its_start(cloud):
    model = GaussianMixture(3, generator=0).fit(asarray(cloud))           # float32, the default
    assert model.converged_ and model.lower_bounds_[-1] > model.lower_bounds_[0]


def test_finds_the_mixture_that_it_samples(float64):
    truth = GaussianMixture(2)
    truth.weights_ = asarray([0.3, 0.7])
    truth.means_ = asarray([[0.0, 0.0], [4.0, 1.0]])
    truth.covariances_ = asarray([[[1.0, 0.5], [0.5, 1.0]], [[0.5, -0.2], [-0.2, 0.3]]])
    x, _ = truth.sample(20_000, generator=1)
    found = GaussianMixture(2, tol=1e-8, generator=0).fit(x)
    order = to_numpy(found.means_)[:, 0].argsort()
    for name in ("weights_", "means_", "covariances_"):
        ours, theirs = to_numpy(getattr(found, name))[order], to_numpy(getattr(truth, name))
        np.testing.assert_allclose(ours, theirs, atol=0.03)
    assert found.score(x) >= truth.score(x)                             # the fit is the maximum


@pytest.mark.parametrize("covariance_type", TYPES)
def test_agrees_with_scikit_learn(cloud, float64, covariance_type):
    mixture = pytest.importorskip("sklearn.mixture")
    theirs = mixture.GaussianMixture(3, covariance_type=covariance_type, tol=1e-12, max_iter=2000,
                                     random_state=0).fit(cloud)
    ours = GaussianMixture(3, covariance_type, tol=1e-12, max_iter=2000, generator=0).fit(asarray(cloud))
    assert ours.lower_bound_ == pytest.approx(theirs.lower_bound_, rel=1e-6)
    scores = to_numpy(ours.score_samples(asarray(cloud)))
    np.testing.assert_allclose(scores, theirs.score_samples(cloud), atol=1e-3)
    probabilities = to_numpy(ours.predict_proba(asarray(cloud)))
    match = [probabilities[theirs.predict(cloud) == k].mean(axis=0).argmax() for k in range(3)]
    np.testing.assert_allclose(probabilities[:, match], theirs.predict_proba(cloud), atol=1e-3)


def test_responsibilities_by_hand(float64):
    # Equal Gaussians at 0 and 2, the second three times as frequent: at 1 only the weights count.
    r, log_p = responsibilities(asarray([[1.0], [200.0]]), asarray([0.25, 0.75]), asarray([[0.0], [2.0]]),
                                asarray([[1.0], [1.0]]))
    np.testing.assert_allclose(to_numpy(r), [[0.25, 0.75], [0, 1]], atol=1e-15)
    np.testing.assert_allclose(to_numpy(log_p), [-0.5 - 0.5 * np.log(2 * np.pi),
                                                 np.log(0.75) - 198 ** 2 / 2 - 0.5 * np.log(2 * np.pi)])


def test_far_points_keep_probabilities(cloud, float64):
    model = GaussianMixture(3, generator=0).fit(asarray(cloud))
    probabilities = to_numpy(model.predict_proba(asarray([[1e3, -1e3]])))      # each density underflows
    assert probabilities.sum() == pytest.approx(1)


def test_an_empty_component_gets_no_weight_and_no_nan(float64):
    # Two clusters of equal points: one Gaussian is enough for each, a third has nothing of its own.
    x = asarray(np.repeat([[0.0, 0], [5, 5], [5, 6]], 10, axis=0))
    model = GaussianMixture(3, reg_covar=0.1, tol=0, max_iter=50, generator=0).fit(x)
    assert np.isfinite(model.lower_bounds_).all()
    assert to_numpy(model.weights_).sum() == pytest.approx(1)


def test_bad_input(cloud, float64):
    line = np.column_stack([cloud[:, 0], 2 * cloud[:, 0]])
    with pytest.raises(SingularCovariance, match="raise reg_covar"):
        GaussianMixture(1, reg_covar=0).fit(asarray(line))
    with pytest.raises(SingularCovariance, match="covariance of Gaussian 0 is singular"):
        GaussianMixture(1, "diag", reg_covar=0).fit(asarray(np.ones((4, 2))))
    assert GaussianMixture(1).fit(asarray(line)).converged_              # the documented regularisation
    with pytest.raises(ValueError, match="needs at least 3 points, got 2"):
        GaussianMixture(3).fit(asarray(cloud[:2]))
    with pytest.raises(ValueError, match="unknown covariance_type 'fulll' .did you mean 'full'"):
        GaussianMixture(3, "fulll")
    with pytest.raises(RuntimeError, match="has not been fitted"):
        GaussianMixture(3).sample(5)
