"""The bounds against log p(x) itself, which quadrature gives where the code is one number."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.losses.divergence import gaussian_kl_terms
from scratchnets.models.variational import active_units, elbo, importance_weighted_bound, marginal_kl, vae
from scratchnets.models.variational.bounds import bounds, log_marginal_ratio, log_weights, unit_activity

Z = np.linspace(-12, 12, 4001)                                  # all that matters of the line
DZ = Z[1] - Z[0]


def log_normal(z, mean=0.0, log_var=0.0):
    return -0.5 * (np.log(2 * np.pi) + log_var + (z - mean) ** 2 * np.exp(-log_var))


@pytest.fixture
def model(float64):
    """One number of code, a decoder that is no line, and a posterior that q cannot match."""
    model = vae((3, 2, 1), latent=1, hidden=(7,), binarization="none", generator=3)
    for parameter in model.decoder.parameters():
        parameter.data *= 3
    return model


@pytest.fixture
def x(rng, float64):
    return asarray((rng.random((5, 3, 2, 1)) < 0.5).astype("float64"))


def by_quadrature(model, x):
    """log p(x), and q's exact ELBO and its KL to the true posterior, of every image: (N,) each."""
    log_likelihood = []
    for image in x:
        repeated = asarray(np.broadcast_to(to_numpy(image), (len(Z), *image.shape)).copy())
        prediction = model.decoder.predict(asarray(Z[:, None]), batch_size=len(Z))
        log_likelihood.append(to_numpy(model.likelihood.log_density(prediction, repeated)))
    log_joint = np.array(log_likelihood) + log_normal(Z)                               # (N, Z)
    log_p = np.log(np.exp(log_joint).sum(axis=1) * DZ)
    mean, log_var = map(to_numpy, model.posterior(x))                                  # (N, 1)
    log_q = log_normal(Z, mean, log_var)
    reconstruction = (np.exp(log_q) * np.array(log_likelihood)).sum(axis=1) * DZ
    kl = to_numpy(gaussian_kl_terms(asarray(mean), asarray(log_var))).sum(axis=1)
    gap = (np.exp(log_q) * (log_q - (log_joint - log_p[:, None]))).sum(axis=1) * DZ
    return log_p, reconstruction - kl, gap


def test_log_p_is_the_elbo_and_the_divergence_from_the_posterior(model, x):
    log_p, exact, gap = by_quadrature(model, x)
    np.testing.assert_allclose(exact + gap, log_p, rtol=0, atol=1e-10)
    assert (gap > 1e-3).all(), "a posterior that q matches would prove nothing"


def test_the_elbo_is_estimated_without_bias(model, x):
    _, exact, _ = by_quadrature(model, x)
    estimates = [elbo(model, x, samples=500, generator=seed).value for seed in range(30)]
    assert abs(np.mean(estimates) - exact.mean()) < 5 * np.std(estimates) / np.sqrt(30) < 0.05


def test_its_terms_are_in_nats_an_image_and_its_error_from_image_to_image(model, x):
    whole = elbo(model, x, samples=2000)
    each = [elbo(model, x[[n]], samples=2000) for n in range(len(x))]
    assert whole.kl == pytest.approx(np.mean([one.kl for one in each]), rel=1e-12)
    assert whole.reconstruction == pytest.approx(np.mean([one.reconstruction for one in each]), abs=0.05)
    spread = np.std([one.value for one in each], ddof=1)
    assert whole.standard_error == pytest.approx(spread / np.sqrt(5), rel=0.05)
    assert whole.value == -(whole.reconstruction + whole.kl) and np.isnan(each[0].standard_error)


def test_importance_weighted_bounds_rise_with_k_towards_log_p(model, x):
    log_p, exact, _ = by_quadrature(model, x)
    log_w = log_weights(model, x, samples=200_000, batch_size=20_000)
    curve = [bounds(log_w, k).mean() for k in (1, 2, 5, 10, 50, 500)]
    assert curve[0] == pytest.approx(exact.mean(), abs=0.01)
    assert (np.diff(curve) > 0).all() and curve[-1] < log_p.mean()
    assert log_p.mean() - curve[-1] < 0.05 * (log_p.mean() - curve[0])


def test_the_weights_average_to_the_likelihood(model, x):
    """E w = p(x), without bias: the mean of the weights over many draws, not of their logarithms."""
    log_p, _, _ = by_quadrature(model, x)
    w = np.exp(log_weights(model, x, samples=200_000, batch_size=20_000) - log_p[:, None])
    assert (abs(w.mean(axis=1) - 1) < 5 * w.std(axis=1) / np.sqrt(w.shape[1])).all()


def test_where_q_is_the_posterior_all_weights_are_equal(model, x):
    """A decoder that ignores z has the prior as posterior, and p(x) for every weight."""
    model.decoder.layers[0].W.data.fill(0)
    for head in (model.mean, model.log_var):
        head.W.data.fill(0)
        head.b.data.fill(0)
    log_w = log_weights(model, x, samples=20)
    np.testing.assert_allclose(log_w, np.repeat(log_w[:, :1], 20, axis=1), rtol=1e-13)
    bound = importance_weighted_bound(model, x, samples=20)
    assert bound.value == pytest.approx(elbo(model, x).value, abs=1e-12)
    assert bound.effective_samples == pytest.approx(20)


def test_importance_weighted_figures(model, x):
    """Every image has its bound; the error is from image to image; one draw is one effective draw."""
    bound = importance_weighted_bound(model, x, samples=1)
    assert bound.each.shape == (5,) and bound.effective_samples == 1
    assert bound.value == pytest.approx(bound.each.mean())
    assert bound.standard_error == pytest.approx(bound.each.std(ddof=1) / np.sqrt(5))
    assert 1 < importance_weighted_bound(model, x, samples=50).effective_samples < 50


def test_weights_of_hundreds_of_nats_neither_overflow_nor_vanish(float64):
    log_w = np.array([[-2000.0, -2001.0], [800.0, 801.0]])
    expected = np.array([-2000, 801]) + np.log((1 + np.exp(-1)) / 2)
    np.testing.assert_allclose(bounds(log_w), expected, rtol=1e-14)


@pytest.mark.parametrize("batch_size", [64, 128, 1000])
def test_the_size_of_the_batches_changes_the_draws_alone(batch_size, model, x):
    assert log_weights(model, x, samples=7, batch_size=batch_size).shape == (5, 7)
    log_w = [log_weights(model, x, samples=3000, batch_size=size) for size in (batch_size, 512)]
    values, errors = zip(*[(bounds(each).mean(), noise_of(each)) for each in log_w])
    assert abs(values[0] - values[1]) < 5 * np.hypot(*errors) < 0.2


def noise_of(log_w):
    """The standard error, from draw to draw, of the mean bound: that of a logarithm of a mean."""
    w = np.exp(log_w - log_w.max(axis=1, keepdims=True))
    of_each = w.std(axis=1) / w.mean(axis=1) / np.sqrt(w.shape[1])
    return np.sqrt((of_each ** 2).sum()) / len(w)


def test_an_evaluation_can_be_repeated_and_leaves_the_training_alone(x, float64):
    model = vae((3, 2, 1), latent=2, hidden=(7,), generator=0)
    states = {name: generator.bit_generator.state for name, generator in model.generators().items()}
    first, second = elbo(model, x * 0.5), elbo(model, x * 0.5)
    assert first == second and first != elbo(model, x * 0.5, generator=1)
    first, second = (importance_weighted_bound(model, x, samples=3).value for _ in range(2))
    assert first == second
    assert {name: generator.bit_generator.state for name, generator in model.generators().items()} == states
    assert model.training and len(states) == 2


def test_the_kl_is_what_codes_say_of_their_image_and_how_they_fill_the_prior(model, x):
    """In one dimension KL(q(z) ‖ p(z)) is a sum over a grid."""
    mean, log_var = (to_numpy(part) for part in model.posterior(x))
    q = np.exp(log_normal(Z, mean, log_var)).mean(axis=0)                              # (Z,) of all five images
    exact = (q * (np.log(q) - log_normal(Z)) * DZ).sum()
    many = asarray(np.tile(to_numpy(x), (4000, 1, 1, 1)))                              # the same q, more draws
    assert marginal_kl(model, many[:2000]) == pytest.approx(exact, abs=0.05)
    kl = gaussian_kl_terms(*map(asarray, (mean, log_var))).sum(axis=1).mean()
    assert -1e-12 < float(kl) - exact < np.log(5)                                      # what a code can say


def test_one_image_has_nothing_to_say_and_equal_codes_neither(model, x):
    """q(z) is q(z|x) then, and the whole KL is distance from the prior."""
    same = asarray(np.tile(to_numpy(x[:1]), (3000, 1, 1, 1)))
    kl = float(gaussian_kl_terms(*model.posterior(x[:1])).sum())
    assert marginal_kl(model, same) == pytest.approx(kl, abs=0.05)


def test_codes_far_apart_say_all_there_is(float64, rng):
    """Then q(z) = q(z|x) / N at a code of x: the mean KL and its part beside the prior differ by log N."""
    mean, log_var = 100 * rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    z = mean + np.exp(0.5 * log_var) * rng.normal(size=(6, 3))
    own = (log_normal(z, mean, log_var) - log_normal(z)).sum(axis=1)
    found = log_marginal_ratio(*map(asarray, (z, mean, log_var)))
    np.testing.assert_allclose(to_numpy(found), own - np.log(6), rtol=1e-9)


def test_active_units_are_those_whose_mean_moves_with_the_image(rng, float64):
    model = vae((3, 2, 1), latent=4, hidden=(7,), binarization="none", generator=0)
    x = asarray(rng.random((50, 3, 2, 1)))
    model.mean.W.data[:, 1:3] = 0                               # two units that say the same of all images
    activity = unit_activity(model, x)
    np.testing.assert_allclose(activity, to_numpy(model.encode(x)).var(axis=0), rtol=1e-12)
    assert (activity[1:3] < 1e-30).all() and (activity[[0, 3]] > 0).all()
    model.mean.W.data *= np.sqrt(0.02 / activity[[0, 3]].min())
    assert active_units(model, x) == 2
    assert active_units(model, x, threshold=1e3) == 0


@pytest.mark.parametrize("call, words", [
    (lambda model, x: elbo(model, x, samples=0), "samples must be at least 1"),
    (lambda model, x: importance_weighted_bound(model, x, samples=0), "samples must be at least 1"),
    (lambda model, x: bounds(np.zeros((2, 3)), draws=4), "4 draws needs at least so many weights, got 3"),
    (lambda model, x: elbo(model, 255 * x), r"expects pixels in \[0, 1\], got values from 0 to 255.*x / 255"),
    (lambda model, x: elbo(model, x[:0]), "at least one example"),
    (lambda model, x: active_units(model, x, threshold=-1), "threshold must be at least 0"),
])
def test_bad_input_is_refused(call, words, model, x):
    with pytest.raises(ValueError, match=words):
        call(model, x)


@pytest.mark.parametrize("log_var", [-5.0, -15.0, -30.0, -60.0])
def test_a_posterior_as_narrow_as_you_like_is_found_among_the_others(log_var, float64, rng):
    """Multiplied out, (z − μ)²/σ² was off by 0.09 nats at log σ² = −30, and by all there is at −60."""
    mean, noise = rng.standard_normal((6, 3)), rng.standard_normal((6, 3))
    z = mean + np.exp(0.5 * log_var) * noise
    found = log_marginal_ratio(asarray(z), asarray(mean), asarray(np.full((6, 3), log_var)))
    squares = ((z - mean) ** 2 * np.exp(-log_var)).sum(axis=1)                 # only its own posterior is near
    exact = -0.5 * (squares + 3 * log_var) - np.log(6) + 0.5 * (z ** 2).sum(axis=1)
    np.testing.assert_allclose(to_numpy(found), exact, rtol=1e-9 if log_var < -5 else 1)
