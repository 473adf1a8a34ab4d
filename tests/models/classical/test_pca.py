"""PCA: closed forms, the published errors on the digits, and agreement with scikit-learn."""
import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.models.classical import PCA


@pytest.fixture
def points(rng):
    return rng.standard_normal((50, 6)) @ rng.standard_normal((6, 6)) + rng.standard_normal(6)


def test_error_on_the_digits_is_the_known_one():
    data = load("mnist5k")
    x, x_test = (asarray(part.reshape(len(part), -1)) for part in (data.x_train, data.x_test))
    pca = PCA(64).fit(x)
    h = pca.transform(x_test)
    for k, known in ((2, 44.27), (10, 27.07), (30, 14.17), (64, 7.39)):
        h_k = asarray(to_numpy(h) * (np.arange(64) < k))             # the first k of 64 are PCA with k
        error = float(((x_test - pca.inverse_transform(h_k)) ** 2).sum() / len(x_test))
        assert error == pytest.approx(known, abs=0.005)


def test_variances_are_the_eigenvalues_of_the_covariance(points, float64):
    pca = PCA().fit(asarray(points))
    eigenvalues, vectors = np.linalg.eigh(np.cov(points, rowvar=False))
    np.testing.assert_allclose(to_numpy(pca.explained_variance_), eigenvalues[::-1], rtol=1e-10)
    alignment = to_numpy(pca.components_) @ vectors[:, ::-1]         # the same directions, up to sign
    np.testing.assert_allclose(abs(alignment), np.eye(6), atol=1e-8)
    assert float(pca.explained_variance_ratio_.sum()) == pytest.approx(1)


def test_error_left_is_the_variance_left_out(points, float64):
    # Identity 17: Σ_{j>k} λ_j, where λ divides by N − 1 and a mean error by N.
    x = asarray(points)
    variances = to_numpy(PCA().fit(x).explained_variance_)
    for k in range(1, 6):
        pca = PCA(k).fit(x)
        error = float(((x - pca.inverse_transform(pca.transform(x))) ** 2).sum() / len(x))
        assert error == pytest.approx(variances[k:].sum() * 49 / 50)


def test_components_are_orthonormal_and_codes_uncorrelated(points, float64):
    pca = PCA(4).fit(asarray(points))
    np.testing.assert_allclose(to_numpy(pca.components_ @ pca.components_.T), np.eye(4), atol=1e-12)
    covariance = np.cov(to_numpy(pca.transform(asarray(points))), rowvar=False)
    np.testing.assert_allclose(covariance, np.diag(to_numpy(pca.explained_variance_)), atol=1e-10)


def test_all_components_lose_nothing(points, float64):
    pca = PCA().fit(asarray(points))
    np.testing.assert_allclose(to_numpy(pca.inverse_transform(pca.transform(asarray(points)))), points)


def test_signs_are_fixed(points, float64):
    plus, minus = PCA(3).fit(asarray(points)), PCA(3).fit(asarray(-points))
    np.testing.assert_allclose(to_numpy(plus.components_), to_numpy(minus.components_), atol=1e-10)
    rows = to_numpy(plus.components_)
    assert (rows.max(axis=1) >= -rows.min(axis=1)).all()


def test_agrees_with_scikit_learn(points, float64):
    theirs = pytest.importorskip("sklearn.decomposition").PCA(3, svd_solver="full").fit(points)
    ours = PCA(3).fit(asarray(points))
    for name in ("mean_", "components_", "explained_variance_", "explained_variance_ratio_"):
        np.testing.assert_allclose(to_numpy(getattr(ours, name)), getattr(theirs, name), atol=1e-10)
    codes = to_numpy(ours.transform(asarray(points)))
    np.testing.assert_allclose(codes, theirs.transform(points), atol=1e-10)


def test_float32_stays_float32(points):
    pca = PCA(2).fit(asarray(points))
    code = pca.transform(asarray(points))
    assert {pca.explained_variance_ratio_.dtype, code.dtype, pca.inverse_transform(code).dtype} == \
        {np.dtype("float32")}


def test_points_without_variance_have_ratio_zero():
    pca = PCA(1).fit(asarray(np.ones((4, 3))))
    assert to_numpy(pca.explained_variance_ratio_).tolist() == [0]


def test_bad_input(points):
    with pytest.raises(ValueError, match="n_components=7 is more than 50 points of 6 features span"):
        PCA(7).fit(asarray(points))
    with pytest.raises(ValueError, match="n_components must be at least 1, got 0"):
        PCA(0)
    with pytest.raises(ValueError, match="needs at least 2 points, got 1"):
        PCA(1).fit(asarray(points[:1]))
    with pytest.raises(RuntimeError, match="has not been fitted; call fit"):
        PCA(1).transform(asarray(points))
    with pytest.raises(ValueError, match="6 features, got shape"):
        PCA(1).fit(asarray(points)).transform(asarray(points[:, :5]))
    with pytest.raises(ValueError, match="flatten images first"):
        PCA(1).fit(asarray(np.zeros((5, 2, 2))))
    with pytest.raises(ValueError, match="not finite"):
        with backend.use("numpy"):
            PCA(1).fit(asarray(np.where(points > 1, np.nan, points)))
    with pytest.raises(TypeError, match="got builtins.list"):
        PCA(1).fit([[1.0, 2.0]])
    with pytest.raises(TypeError, match="got dtype int64"):
        PCA(1).fit(asarray(np.zeros((5, 2), int)))
