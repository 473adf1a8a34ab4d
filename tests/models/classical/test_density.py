"""Kernel density: closed forms, an integral of 1, and agreement with scikit-learn."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.models.classical import KernelDensity


def test_one_point_is_one_gaussian(float64):
    model = KernelDensity(bandwidth=0.5).fit(asarray([[1.0, 2.0]]))
    expected = -0.5 * (0.3 ** 2 + 0.4 ** 2) / 0.25 - np.log(2 * np.pi * 0.25)
    assert float(model.score_samples(asarray([[1.3, 2.4]]))[0]) == pytest.approx(expected)


def test_density_integrates_to_one(rng, float64):
    model = KernelDensity(0.3).fit(asarray(rng.standard_normal((20, 1))))
    grid = np.linspace(-6, 6, 2001)
    density = np.exp(to_numpy(model.score_samples(asarray(grid[:, None]))))
    assert density.sum() * (grid[1] - grid[0]) == pytest.approx(1)


def test_far_points_do_not_underflow(float64):
    model = KernelDensity(1.0).fit(asarray([[0.0], [1.0]]))
    assert float(model.score_samples(asarray([[101.0]]))[0]) == pytest.approx(
        -100 ** 2 / 2 - np.log(2) - 0.5 * np.log(2 * np.pi))


def test_blocks_change_nothing(rng, monkeypatch, float64):
    x, queries = asarray(rng.standard_normal((10, 3))), asarray(rng.standard_normal((7, 3)))
    model = KernelDensity(0.4).fit(x)
    whole = to_numpy(model.score_samples(queries))
    monkeypatch.setattr("scratchnets.models.classical.density.BLOCK", 20)
    np.testing.assert_allclose(to_numpy(model.score_samples(queries)), whole)


def test_samples_are_points_and_noise(float64):
    points = np.array([[0.0], [100.0]])
    drawn = to_numpy(KernelDensity(2.0).fit(asarray(points)).sample(20_000, generator=0))
    right = drawn[:, 0] > 50
    assert right.mean() == pytest.approx(0.5, abs=0.015)
    assert drawn[right].std() == pytest.approx(2, rel=0.03)


@pytest.mark.parametrize("bandwidth", [0.7, "scott", "silverman"])
def test_agrees_with_scikit_learn(rng, float64, bandwidth):
    neighbors = pytest.importorskip("sklearn.neighbors")
    x, queries = rng.standard_normal((40, 3)), rng.standard_normal((9, 3))
    theirs = neighbors.KernelDensity(bandwidth=bandwidth, rtol=1e-10).fit(x)
    ours = KernelDensity(bandwidth).fit(asarray(x))
    assert ours.bandwidth_ == pytest.approx(theirs.bandwidth_)
    np.testing.assert_allclose(to_numpy(ours.score_samples(asarray(queries))), theirs.score_samples(queries),
                               rtol=1e-8)


def test_bad_input():
    with pytest.raises(ValueError, match="bandwidth must be above 0, got 0"):
        KernelDensity(0)
    with pytest.raises(ValueError, match="unknown bandwidth 'scot'"):
        KernelDensity("scot")
    with pytest.raises(ValueError, match="needs at least 1 point, got 0"):
        KernelDensity().fit(asarray(np.zeros((0, 2))))
    with pytest.raises(RuntimeError, match="has not been fitted"):
        KernelDensity().score_samples(asarray([[0.0]]))
