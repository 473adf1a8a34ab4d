"""Every metric of something with itself is 0, and has the bounds and values that are known."""
import numpy as np
import pytest

from scratchnets.metrics import frechet_distance, histograms, js_divergence, kl_divergence


def test_divergences_of_a_distribution_to_itself_are_zero_and_others_are_not(rng):
    for p, q in rng.dirichlet(np.ones(5), size=(20, 2)):
        assert kl_divergence(p, p) == js_divergence(p, p) == 0
        assert kl_divergence(p, q) > 0 and 0 < js_divergence(p, q) < np.log(2)
        assert js_divergence(p, q) == pytest.approx(js_divergence(q, p), rel=1e-14)


def test_divergences_have_known_values():
    assert kl_divergence([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(2 / 3))
    assert js_divergence([1, 0], [0, 1]) == pytest.approx(np.log(2), rel=1e-15)
    assert kl_divergence([1, 0], [0, 1]) == np.inf
    assert kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(np.log(2))
    x, dx = np.linspace(-10, 12, 4001, retstep=True)
    p, q = (np.exp(-(x - mean) ** 2 / 2) / np.sqrt(2 * np.pi) for mean in (0, 2))
    assert kl_divergence(p, q, dx) == pytest.approx(2, rel=1e-9)              # ½ (2 − 0)²


def test_histograms_count_all_samples_in_common_bins(rng):
    x, y = rng.standard_normal((500, 2)), rng.standard_normal((300, 2)) + 9
    p, q = histograms(x, y, bins=10)
    assert p.shape == q.shape == (10, 10) and p.sum() == pytest.approx(1) and q.sum() == pytest.approx(1)
    assert js_divergence(p, q) == pytest.approx(np.log(2))
    p, q = histograms(x, x)
    assert kl_divergence(p, q) == 0
    p, q = histograms(rng.standard_normal(5000), rng.standard_normal(5000), bins=20)
    assert js_divergence(p, q) < 0.003


@pytest.mark.parametrize("bins, dimensions", [(30, 1), (8, 2)])
def test_two_sets_from_one_density_are_as_far_apart_as_the_docstring_says(bins, dimensions, rng):
    n, cells = 2000, bins ** dimensions
    drawn = [histograms(*rng.uniform(size=(2, n, dimensions)), bins) for _ in range(100)]
    assert np.mean([js_divergence(p, q) for p, q in drawn]) == pytest.approx((cells - 1) / (4 * n), rel=0.08)
    assert np.mean([kl_divergence(p, q) for p, q in drawn]) == pytest.approx((cells - 1) / n, rel=0.1)


def test_the_frechet_distance_of_two_sets_from_one_gaussian_falls_with_their_number(rng):
    few, many = (np.mean([frechet_distance(*rng.standard_normal((2, n, 64))) for _ in range(3)]) for n in (500, 2000))
    assert few == pytest.approx(4.4, rel=0.05) and many == pytest.approx(1.1, rel=0.05)


def test_frechet_distance(rng):
    x = rng.standard_normal((400, 3))
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(x, x + [1, 2, 2]) == pytest.approx(9, rel=1e-9)
    centred = x - x.mean(axis=0)
    spread = np.trace(np.cov(x, rowvar=False))
    assert frechet_distance(centred, 3 * centred) == pytest.approx(4 * spread, rel=1e-9)     # Σ(σ − 3σ)²
    rotation, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    y = rng.standard_normal((300, 3)) * [1, 2, 3]
    assert frechet_distance(x @ rotation, y @ rotation) == pytest.approx(frechet_distance(x, y), rel=1e-9)
    assert frechet_distance(x[:, 0], x[:, 0] + 2) == pytest.approx(4)


@pytest.mark.parametrize("call, message", [
    (lambda: kl_divergence([0.5, 0.6], [0.5, 0.5]), "kl_divergence: p must .* it adds up to 1.1"),
    (lambda: js_divergence([1.0], [0.5, 0.5]), r"p has shape \(1,\) and q \(2,\)"),
    (lambda: frechet_distance(np.zeros((1, 3)), np.zeros((4, 3))), "at least 2 rows"),
    (lambda: histograms(np.array([np.nan]), np.zeros(3)), "finite")])
def test_what_is_no_distribution_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
