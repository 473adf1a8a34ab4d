"""Gaussian classes: Bayes' rule, the linear posterior, conditionals, and agreement with scikit-learn."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.models.classical import GaussianClasses
from scratchnets.models.classical.gaussian import SingularCovariance

TYPES = ("full", "tied", "diag")


@pytest.fixture
def labelled(rng):
    y = rng.choice([2, 5, 7], size=300, p=[0.5, 0.3, 0.2])
    mix = {label: rng.standard_normal((4, 4)) for label in (2, 5, 7)}
    x = np.array([label % 4 + mix[label] @ rng.standard_normal(4) for label in y])
    return x, y


def fitted(labelled, covariance_type, **options):
    return GaussianClasses(covariance_type, **options).fit(*map(asarray, labelled))


def test_fits_counts_means_and_covariances(labelled, float64):
    x, y = labelled
    model = fitted(labelled, "full", reg_covar=0)
    assert to_numpy(model.classes_).tolist() == [2, 5, 7]
    for k, label in enumerate((2, 5, 7)):
        assert float(model.weights_[k]) == pytest.approx((y == label).mean())
        np.testing.assert_allclose(to_numpy(model.means_[k]), x[y == label].mean(axis=0))
        np.testing.assert_allclose(to_numpy(model.covariances_[k]), np.cov(x[y == label].T, bias=True))


def test_tied_is_the_mean_of_the_covariances_and_diag_their_diagonals(labelled, float64):
    full, tied, diag = (fitted(labelled, kind, reg_covar=0.1) for kind in TYPES)
    weights = to_numpy(full.weights_)
    np.testing.assert_allclose(to_numpy(tied.covariances_)[2],
                               np.einsum("k,kij->ij", weights, to_numpy(full.covariances_)))
    np.testing.assert_allclose(to_numpy(diag.covariances_),
                               np.diagonal(to_numpy(full.covariances_), axis1=1, axis2=2))


@pytest.mark.parametrize("covariance_type", TYPES)
def test_bayes_rule(labelled, float64, covariance_type):
    model, x = fitted(labelled, covariance_type), asarray(labelled[0])
    joint = to_numpy(model.log_joint(x))
    np.testing.assert_allclose(np.exp(joint).sum(axis=1), np.exp(to_numpy(model.score_samples(x))))
    np.testing.assert_allclose(to_numpy(model.predict_proba(x)),
                               np.exp(joint) / np.exp(joint).sum(axis=1, keepdims=True), atol=1e-12)
    assert to_numpy(model.predict(x)).tolist() == np.array([2, 5, 7])[joint.argmax(axis=1)].tolist()


def test_tied_covariances_give_a_softmax_of_a_linear_map(labelled, float64):
    model, x = fitted(labelled, "tied"), asarray(labelled[0])
    W, b = model.linear_weights()
    logits = to_numpy(x @ W + b)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(to_numpy(model.predict_proba(x)),
                               exponentials / exponentials.sum(axis=1, keepdims=True), rtol=1e-9)


def test_two_tied_classes_give_the_logistic_weights(labelled, float64):
    # Identity 23: w = Σ⁻¹ (μ₁ − μ₀).
    x, y = (part[labelled[1] != 7] for part in labelled)
    model = fitted((x, y), "tied")
    covariance, means = to_numpy(model.covariances_)[0], to_numpy(model.means_)
    difference = np.linalg.solve(covariance, means[1] - means[0])
    log_odds = to_numpy(model.predict_log_proba(asarray(x)))
    log_odds = log_odds[:, 1] - log_odds[:, 0]
    np.testing.assert_allclose(log_odds - log_odds[0], (x - x[0]) @ difference, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_samples_of_a_class_have_its_moments(labelled, float64, covariance_type):
    model = fitted(labelled, covariance_type)
    x, y = model.sample(40_000, y=5, generator=0)
    assert set(to_numpy(y).tolist()) == {5}
    expected = to_numpy(model.covariances_)[1]
    np.testing.assert_allclose(to_numpy(x).mean(axis=0), to_numpy(model.means_)[1], atol=0.08)
    np.testing.assert_allclose(np.cov(to_numpy(x), rowvar=False),
                               np.diag(expected) if covariance_type == "diag" else expected,
                               atol=0.03 * expected.max())


def test_samples_come_in_the_share_of_their_class(labelled, float64):
    model = fitted(labelled, "full")
    x, y = model.sample(20_000, generator=0)
    shares = [(to_numpy(y) == label).mean() for label in (2, 5, 7)]
    np.testing.assert_allclose(shares, to_numpy(model.weights_), atol=0.015)
    of_class_7 = to_numpy(x)[to_numpy(y) == 7]
    np.testing.assert_allclose(of_class_7.mean(axis=0), to_numpy(model.means_)[2], atol=0.15)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_fill_in_is_where_the_joint_density_peaks(labelled, float64, covariance_type):
    # Of a Gaussian, the conditional mean of the hidden features is also their most probable value.
    model, x = fitted(labelled, covariance_type), asarray(labelled[0][:6])
    observed = asarray([True, False, True, False])
    filled = model.fill_in(x, observed, y=7)
    np.testing.assert_array_equal(to_numpy(filled[:, 0]), labelled[0][:6, 0])
    best = to_numpy(model.log_joint(filled))[:, 2]
    for step in (0.01, -0.01):
        for feature in (1, 3):
            moved = filled.copy()
            moved[:, feature] += step
            assert (to_numpy(model.log_joint(moved))[:, 2] < best).all()


def test_fill_in_recovers_a_linear_relation(rng, float64):
    x = rng.standard_normal((200, 2))
    x = np.column_stack([x, x @ [2.0, -1.0]])                  # the third feature follows from the others
    model = GaussianClasses(reg_covar=1e-9).fit(asarray(x), asarray(np.zeros(200, int)))
    hidden = asarray(np.where([True, True, False], x, 99.0))
    filled = model.fill_in(hidden, asarray([True, True, False]))
    np.testing.assert_allclose(to_numpy(filled), x, atol=1e-6)


def test_fill_in_weighs_the_classes_by_what_is_seen(labelled, float64):
    model, x = fitted(labelled, "full"), asarray(labelled[0][:20])
    observed = asarray([True, True, False, False])
    posterior = model.marginal(observed).predict_proba(x[:, :2])
    by_class = [to_numpy(model.fill_in(x, observed, y=label)) for label in (2, 5, 7)]
    np.testing.assert_allclose(to_numpy(model.fill_in(x, observed)),
                               np.einsum("nk,knd->nd", to_numpy(posterior), by_class))


@pytest.mark.parametrize("covariance_type", TYPES)
def test_marginal_is_what_fitting_the_seen_features_gives(labelled, float64, covariance_type):
    x, y = labelled
    observed = np.array([False, True, True, False])
    part = fitted(labelled, covariance_type).marginal(asarray(observed))
    fresh = fitted((x[:, observed], y), covariance_type)
    for name in ("means_", "covariances_", "weights_"):
        np.testing.assert_allclose(to_numpy(getattr(part, name)), to_numpy(getattr(fresh, name)))


def test_agrees_with_scikit_learn(labelled, float64):
    discriminant = pytest.importorskip("sklearn.discriminant_analysis")
    bayes = pytest.importorskip("sklearn.naive_bayes")
    x, y = labelled
    lda = discriminant.LinearDiscriminantAnalysis(solver="lsqr").fit(x, y)
    naive = bayes.GaussianNB(var_smoothing=0).fit(x, y)
    for theirs, kind in ((lda, "tied"), (naive, "diag")):
        ours = fitted(labelled, kind, reg_covar=0)
        probabilities = to_numpy(ours.predict_proba(asarray(x)))
        np.testing.assert_allclose(probabilities, theirs.predict_proba(x), atol=1e-10)
        assert to_numpy(ours.predict(asarray(x))).tolist() == theirs.predict(x).tolist()


def test_full_agrees_with_scipy(labelled, float64):
    stats = pytest.importorskip("scipy.stats")
    model, (x, _) = fitted(labelled, "full"), labelled
    means, covariances, weights = map(to_numpy, (model.means_, model.covariances_, model.weights_))
    theirs = [np.log(weight) + stats.multivariate_normal(mean, covariance).logpdf(x)
              for weight, mean, covariance in zip(weights, means, covariances)]
    np.testing.assert_allclose(to_numpy(model.log_joint(asarray(x))), np.transpose(theirs))


def test_one_point_a_class_works_with_regularisation(float64):
    x, y = asarray(np.eye(3)), asarray(np.arange(3))
    model = GaussianClasses(reg_covar=0.1).fit(x, y)
    assert to_numpy(model.predict(x)).tolist() == [0, 1, 2]
    with pytest.raises(SingularCovariance, match="covariance of Gaussian 0 is singular in float64: too few"):
        GaussianClasses(reg_covar=0).fit(x, y)


def test_a_covariance_that_only_rounding_makes_invertible_is_refused(rng):
    # 6 points span 5 dimensions; in some of the draws the Cholesky factorisation still goes through.
    for _ in range(30):
        x, y = asarray(rng.standard_normal((6, 6))), asarray(np.zeros(6, int))
        with pytest.raises(SingularCovariance):
            GaussianClasses(reg_covar=0).fit(x, y)
        with pytest.raises(SingularCovariance):
            GaussianClasses(reg_covar=1e-6).fit(1000 * x, y)             # too little for this scale


def test_float32_stays_float32(labelled):
    model, x = fitted(labelled, "tied"), asarray(labelled[0])
    W, b = model.linear_weights()
    results = [W, b, model.predict_proba(x), model.sample(3)[0],
               model.fill_in(x, asarray([True, False, True, False]))]
    assert {result.dtype for result in results} == {np.dtype("float32")}


def test_bad_input(labelled, float64):
    x, y = map(asarray, labelled)
    model = GaussianClasses().fit(x, y)
    with pytest.raises(TypeError, match="expected integer labels, got dtype float64"):
        GaussianClasses().fit(x, x[:, 0])
    with pytest.raises(ValueError, match="one label for each of 300 points, got shape .299,"):
        GaussianClasses().fit(x, y[1:])
    with pytest.raises(ValueError, match="unknown label 3; the classes are 2, 5, 7"):
        model.sample(5, y=3)
    with pytest.raises(ValueError, match="observed must be an array of 4 booleans"):
        model.fill_in(x, asarray([True, False]))
    with pytest.raises(ValueError, match="one feature seen and one hidden"):
        model.fill_in(x, xp.ones(4, dtype=bool))
    with pytest.raises(ValueError, match="only covariance_type='tied' has linear borders, this is 'full'"):
        model.linear_weights()
    with pytest.raises(RuntimeError, match="has not been fitted"):
        GaussianClasses().predict(x)
