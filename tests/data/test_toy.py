"""Densities in the plane: samples, density and score tell the same story."""
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scratchnets.data import load, toy
from scratchnets.data.mixture import GaussianMixture

SHAPES = {"ring": toy.ring, "grid": toy.grid, "moons": toy.moons, "spiral": toy.spiral,
          "swiss-roll": toy.swiss_roll}
each_shape = pytest.mark.parametrize("name", SHAPES)


@each_shape
def test_density_integrates_to_one(name):
    density = SHAPES[name](std=0.1)
    axis = np.linspace(-3.5, 3.5, 281)                      # a quarter of a standard deviation
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    assert np.exp(density.log_density(points)).sum() * (axis[1] - axis[0]) ** 2 == pytest.approx(1, abs=1e-9)


@each_shape
def test_samples_have_the_densitys_entropy(name):
    # −E log p by samples, against the same integral on a lattice.
    density = SHAPES[name](std=0.1)
    axis = np.linspace(-3.5, 3.5, 281)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    log_p = density.log_density(points)
    exact = -(np.exp(log_p) * log_p).sum() * (axis[1] - axis[0]) ** 2
    drawn = -density.log_density(density.sample(20_000, np.random.default_rng(0)))
    standard_error = drawn.std() / np.sqrt(len(drawn))
    assert abs(drawn.mean() - exact) < 4 * standard_error


@each_shape
def test_score_is_the_gradient_of_the_log_density(name):
    density, h = SHAPES[name](), 1e-5
    x = density.sample(50, np.random.default_rng(1)).astype(np.float64) + 0.03
    numeric = np.stack([(density.log_density(x + step) - density.log_density(x - step)) / (2 * h)
                        for step in h * np.eye(2)], axis=1)
    np.testing.assert_allclose(density.score(x), numeric, rtol=1e-5, atol=1e-4)


@each_shape
def test_the_score_averages_to_zero_over_its_own_samples(name):
    score = SHAPES[name]().score(SHAPES[name]().sample(20_000, np.random.default_rng(2)))
    assert (np.abs(score.mean(axis=0)) < 4 * score.std(axis=0) / np.sqrt(20_000)).all()


def test_far_away_the_density_is_tiny_and_nothing_overflows():
    far = np.array([[1e3, -1e3]])
    assert toy.ring().log_density(far)[0] < -1e7
    assert np.isfinite(toy.ring().score(far)).all()


def test_a_ring_has_eight_distinct_modes_at_its_radius():
    density = toy.ring()
    distance = np.linalg.norm(density.modes[:, None] - density.modes, axis=-1)
    assert len(density.modes) == 8
    assert np.partition(distance, 1, axis=1)[:, 1] == pytest.approx(np.full(8, 4 * np.sin(np.pi / 8)))
    np.testing.assert_allclose(np.linalg.norm(density.modes, axis=1), 2)


def test_a_grid_has_25_modes_one_apart_around_the_origin():
    modes = toy.grid().modes
    assert len(np.unique(modes, axis=0)) == 25
    np.testing.assert_allclose(modes.mean(axis=0), 0)
    assert sorted(set(modes.ravel())) == [-2, -1, 0, 1, 2]


@pytest.mark.parametrize("density", [toy.ring(), toy.grid(), toy.ring(modes=3, radius=0.5, std=0.2)])
def test_modes_are_peaks(density):
    here = density.log_density(density.modes)
    for angle in np.arange(8) * np.pi / 4:
        step = 0.5 * density.std * np.array([np.cos(angle), np.sin(angle)])
        assert (density.log_density(density.modes + step) < here).all()


def test_the_points_of_each_class_scatter_around_their_mode():
    density = toy.ring(modes=5, radius=3, std=0.2)
    x, y = density.sample_labelled(20_000, np.random.default_rng(0))
    for mode, centre in enumerate(density.modes):
        here = x[y == mode]
        assert len(here) == pytest.approx(4000, abs=4 * np.sqrt(4000))
        np.testing.assert_allclose(here.mean(axis=0), centre, atol=4 * 0.2 / np.sqrt(4000))
        np.testing.assert_allclose(here.std(axis=0), 0.2, rtol=0.06)


@pytest.mark.parametrize("name, std", [("moons", 0.1), ("spiral", 0.02), ("swiss-roll", 0.05)])
def test_along_a_curve_the_density_is_even(name, std):
    # Away from the ends, and away from other parts of the curve, no ripple is left.
    density = SHAPES[name](std=std)
    first = density.centres[density.labels == 0]
    middle = len(first) // 2
    between = (first[middle] + first[middle + 1]) / 2
    at, halfway = density.log_density(np.stack([first[middle], between]))
    step = np.linalg.norm(first[middle + 1] - first[middle])
    assert step <= std
    # What differs is the curve's own bend over half a step, of order (step/2)² · curvature.
    assert at == pytest.approx(halfway, abs=0.02)


def test_curves_have_no_modes_and_classes_where_they_have_parts():
    assert toy.moons().modes is None
    assert load("moons", count=100).classes == 2
    assert load("spiral", count=100).classes == 2
    assert load("swiss-roll", count=100).y_train is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), std=st.floats(0.01, 2), noise=st.floats(0.01, 2))
def test_noise_adds_variances_and_tweedie_gives_the_posterior_mean(seed, std, noise):
    # One Gaussian: E[x | x̃] = (s² x̃ + σ² c) / (s² + σ²).
    rng = np.random.default_rng(seed)
    centre, noisy = rng.normal(size=(1, 2)), rng.normal(size=(5, 2))
    density = GaussianMixture(centre, std).with_noise(noise)
    expected = (std**2 * noisy + noise**2 * centre) / (std**2 + noise**2)
    np.testing.assert_allclose(noisy + noise**2 * density.score(noisy), expected, rtol=1e-9, atol=1e-9)


def test_tweedies_formula_on_a_ring_against_samples():
    # Among many pairs, the clean points whose noisy version fell near x̃ average to the formula.
    ring, noise, rng = toy.ring(modes=3, radius=1, std=0.2), 0.5, np.random.default_rng(4)
    x = ring.sample(400_000, rng)
    noisy = x + noise * rng.standard_normal(x.shape)
    at = np.array([[0.3, 0.4]])
    near = np.linalg.norm(noisy - at, axis=1) < 0.1
    expected = at + noise**2 * ring.with_noise(noise).score(at)
    standard_error = x[near].std(axis=0) / np.sqrt(near.sum())
    assert (np.abs(x[near].mean(axis=0) - expected[0]) < 4 * standard_error).all()


@each_shape
def test_loading(name):
    data = load(name, count=100, seed=3)
    assert data.x_train.shape == (80, 2) and data.x_test.shape == (20, 2)
    assert data.x_train.dtype == np.float32
    np.testing.assert_array_equal(data.x_train, load(name, count=100, seed=3).x_train)
    assert (data.x_train != load(name, count=100, seed=4).x_train).any()
    assert data.distribution.centres.shape[1] == 2


@pytest.mark.parametrize("name, options, cause", [
    ("ring", {"modes": 1}, "modes must be at least 2, got 1"),
    ("ring", {"modes": 2.5}, "modes must be a whole number"),
    ("ring", {"radius": 0}, "radius must be above 0"),
    ("ring", {"std": -1}, "std must be above 0, got -1"),
    ("ring", {"std": float("nan")}, "std must be above 0, got nan"),
    ("ring", {"std": 0.5}, "ring: with std 0.5 the modes run together; .* below 0.383"),
    ("grid", {"side": 1}, "side must be at least 2"),
    ("grid", {"std": 0.3}, "grid: with std 0.3 the modes run together"),
    ("moons", {"std": 1e-4}, "std must be at least 0.002"),
    ("spiral", {"turns": 0}, "turns must be above 0"),
    ("swiss-roll", {"count": 1}, "count must be at least 2"),
    ("ring", {"seed": -1}, "seed must be at least 0"),
    ("ring", {"raduis": 1}, "no option 'raduis'; did you mean 'radius'.*count, seed, modes, radius, std"),
])
def test_options_are_checked(name, options, cause):
    with pytest.raises((ValueError, TypeError), match=cause):
        load(name, **options)


def test_points_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"expected points \(N, 2\), got shape \(3,\)"):
        toy.ring().log_density(np.zeros(3))
    with pytest.raises(ValueError, match=r"got shape \(4, 3\)"):
        toy.ring().score(np.zeros((4, 3)))
    assert toy.ring().score(np.zeros((0, 2))).shape == (0, 2)
    with pytest.raises(ValueError, match="expected 2 labels"):
        GaussianMixture([[0, 0], [1, 1]], 1, labels=[0])


def test_chunks_change_nothing():
    density = toy.spiral()
    x = density.sample(9000, 0)
    np.testing.assert_array_equal(density.log_density(x)[-5:], density.log_density(x[-5:]))
