"""Softmax regression: the one minimum, its optimality conditions, and agreement with scikit-learn."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.models.classical import GaussianClasses, SoftmaxRegression
from scratchnets.models.classical.softmax_regression import curvature_bound


@pytest.fixture
def labelled(rng):
    y = rng.choice([1, 4, 6], size=200)
    return rng.standard_normal((200, 3)) * [1, 2, 0.5] + 0.4 * y[:, None], y


def test_at_the_minimum_predicted_and_observed_shares_agree(labelled, float64):
    # ∂L/∂b = 0 says: the mean of p(y | x) over the data is the share of each class.
    # ∂L/∂W = 0 without decay says: the mean of x under the predicted labels is that under the true ones.
    x, y = labelled
    model = SoftmaxRegression(tol=1e-9, max_iter=20_000).fit(asarray(x), asarray(y))
    assert model.converged_
    predicted = to_numpy(model.predict_proba(asarray(x)))
    observed = (y[:, None] == [1, 4, 6]).astype(float)
    np.testing.assert_allclose(predicted.mean(axis=0), observed.mean(axis=0), atol=1e-8)
    np.testing.assert_allclose(predicted.T @ x / 200, observed.T @ x / 200, atol=1e-8)


def test_no_other_weights_are_better(labelled, rng, float64):
    x, y = labelled
    model = SoftmaxRegression(weight_decay=0.1, tol=1e-8, max_iter=20_000).fit(asarray(x), asarray(y))

    def loss(W, b):
        a = x @ W.T + b
        log_pi = a - np.log(np.exp(a).sum(axis=1, keepdims=True))
        return -log_pi[np.arange(200), np.searchsorted([1, 4, 6], y)].mean() + 0.05 * (W ** 2).sum()
    W, b = to_numpy(model.coef_), to_numpy(model.intercept_)
    assert loss(W, b) == pytest.approx(model.losses_[-1])
    for _ in range(20):
        assert loss(W + 0.01 * rng.standard_normal(W.shape), b + 0.01 * rng.standard_normal(3)) > loss(W, b)


def test_loss_starts_at_log_classes_and_falls(labelled, float64):
    model = SoftmaxRegression(momentum=0, max_iter=200).fit(*map(asarray, labelled))
    assert model.losses_[0] == pytest.approx(np.log(3))
    assert all(after < before for before, after in zip(model.losses_, model.losses_[1:]))


@pytest.mark.parametrize("n, d", [(50, 3), (4, 9)])
def test_curvature_bound_is_the_largest_eigenvalue(rng, float64, n, d):
    x = rng.standard_normal((n, d)) + 1
    extended = np.column_stack([x, np.ones(n)])
    assert curvature_bound(asarray(x)) == pytest.approx(np.linalg.norm(extended, 2) ** 2 / (2 * n))


def test_finds_the_weights_of_tied_gaussians(rng, float64):
    # Identity 23: data from two Gaussians of one covariance have a logistic posterior, w = Σ⁻¹ (μ₁ − μ₀).
    y = np.arange(40_000) % 2
    x = rng.standard_normal((40_000, 2)) @ [[1, 0.5], [0, 1]] + np.outer(y, [1.0, -1.0])
    model = SoftmaxRegression(tol=1e-6).fit(asarray(x), asarray(y))
    W, b = GaussianClasses("tied", reg_covar=0).fit(asarray(x), asarray(y)).linear_weights()
    truth = np.linalg.solve(np.array([[1, 0], [0.5, 1]]) @ [[1, 0.5], [0, 1]], [1, -1])
    ours = to_numpy(model.coef_[1] - model.coef_[0])
    np.testing.assert_allclose(ours, truth, atol=0.06)
    np.testing.assert_allclose(to_numpy(W[:, 1] - W[:, 0]), truth, atol=0.06)
    assert float(model.intercept_[1] - model.intercept_[0]) == pytest.approx(float(b[1] - b[0]), abs=0.03)


@pytest.mark.parametrize("weight_decay", [1e-3, 0.1])
def test_agrees_with_scikit_learn(labelled, float64, weight_decay):
    linear_model = pytest.importorskip("sklearn.linear_model")
    x, y = labelled
    theirs = linear_model.LogisticRegression(C=1 / (200 * weight_decay), tol=1e-10, max_iter=10_000).fit(x, y)
    ours = SoftmaxRegression(weight_decay, tol=1e-9, max_iter=50_000).fit(asarray(x), asarray(y))
    np.testing.assert_allclose(to_numpy(ours.coef_), theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(to_numpy(ours.predict_proba(asarray(x))), theirs.predict_proba(x), atol=1e-5)
    assert to_numpy(ours.predict(asarray(x))).tolist() == theirs.predict(x).tolist()


def test_separable_classes_stay_finite():
    x, y = asarray([[-1.0], [1.0]]), asarray(np.array([0, 1]))
    model = SoftmaxRegression(max_iter=500).fit(x, y)
    assert np.isfinite(to_numpy(model.coef_)).all() and to_numpy(model.predict(x)).tolist() == [0, 1]


def test_float32_stays_float32(labelled):
    model = SoftmaxRegression(max_iter=3).fit(*map(asarray, labelled))
    assert {model.coef_.dtype, model.predict_proba(asarray(labelled[0])).dtype} == {np.dtype("float32")}


def test_bad_input(labelled, float64):
    x, y = map(asarray, labelled)
    with pytest.raises(ValueError, match="at least two classes, got only .1."):
        SoftmaxRegression().fit(x, y * 0 + 1)
    with pytest.raises(ValueError, match="one label for each of 200 points"):
        SoftmaxRegression().fit(x, y[:10])
    with pytest.raises(ValueError, match="weight_decay must be at least 0, got -1"):
        SoftmaxRegression(weight_decay=-1)
    with pytest.raises(RuntimeError, match="has not been fitted"):
        SoftmaxRegression().predict(x)
