"""Noise: values by hand for given noise, moments for drawn noise, and silence in evaluation mode."""
import numpy as np
import pytest

from scratchnets import randomness
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dropout, GaussianNoise, MaskingNoise, SaltAndPepper

X = [[2.0, -4.0, 6.0], [8.0, 10.0, 12.0]]
MASK = [[1, 0, 1], [0, 1, 1]]
NOISY = [Dropout(0.3), MaskingNoise(0.3), GaussianNoise(0.3), SaltAndPepper(0.3)]
each_layer = pytest.mark.parametrize("layer", NOISY, ids=repr)

BY_HAND = [
    # layer, noise, y, dx for dy = 10
    (Dropout(0.75), MASK, [[8, 0, 24], [0, 40, 48]], [[40, 0, 40], [0, 40, 40]]),
    (MaskingNoise(0.75), MASK, [[2, 0, 6], [0, 10, 12]], [[10, 0, 10], [0, 10, 10]]),
    (GaussianNoise(0.5), [[1.0, -1, 2], [0, 4, -2]], [[2.5, -4.5, 7], [8, 12, 11]], [[10] * 3] * 2),
    (SaltAndPepper(0.75), [[1, -1, 0], [0, 0, 1]], [[1, 0, 6], [8, 10, 1]], [[0, 0, 10], [10, 10, 0]]),
]


@pytest.mark.parametrize("layer, noise, y, dx", BY_HAND, ids=[repr(case[0]) for case in BY_HAND])
def test_given_noise_by_hand(layer, noise, y, dx):
    assert to_numpy(layer.forward(asarray(X), noise=asarray(noise))).tolist() == y
    assert to_numpy(layer.backward(asarray(np.full((2, 3), 10.0)))).tolist() == dx


def test_a_boolean_mask_will_do():
    mask = asarray(np.array(MASK, dtype=bool))
    y = Dropout(0.75).forward(asarray(X), noise=mask)
    assert y.dtype == np.float32
    assert to_numpy(y).tolist() == [[8, 0, 24], [0, 40, 48]]


# ---- moments: of M draws, a mean is off by at most 5 of its standard errors -----------------------

DRAWS = 200_000


def draws_of(layer, x):
    return to_numpy(layer.forward(asarray(np.full((DRAWS, 1), x))))


def assert_mean(values, mean, variance):
    assert abs(values.mean(dtype="float64") - mean) < 5 * np.sqrt(variance / len(values))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_keeps_the_mean_and_adds_variance(rate):
    y = draws_of(Dropout(rate, generator=1), 3.0)
    assert set(np.unique(y)) == {np.float32(0), np.float32(3) / np.float32(1 - rate)}
    assert_mean(y, 3, 9 * rate / (1 - rate))
    fourth = 81 * ((1 - rate) * (rate / (1 - rate)) ** 4 + rate)          # E (y − 3)⁴
    assert_mean((y - 3) ** 2, 9 * rate / (1 - rate), fourth)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_masking_does_not_rescale(rate):
    y = draws_of(MaskingNoise(rate, generator=2), 3.0)
    assert set(np.unique(y)) == {0, 3}
    assert_mean(y, 3 * (1 - rate), 9 * rate * (1 - rate))


@pytest.mark.parametrize("std", [0.2, 2.0])
def test_gaussian_noise_has_its_standard_deviation(std):
    y = draws_of(GaussianNoise(std, generator=3), 3.0)
    assert_mean(y, 3, std ** 2)
    assert_mean((y - 3) ** 2, std ** 2, 2 * std ** 4)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_salt_and_pepper_in_equal_shares(rate):
    y = draws_of(SaltAndPepper(rate, generator=4), 0.5)
    assert set(np.unique(y)) == {0, 0.5, 1}
    for value, share in ((0, rate / 2), (1, rate / 2), (0.5, 1 - rate)):
        assert_mean(y == value, share, share * (1 - share))


@each_layer
def test_numbers_are_struck_one_by_one(layer):
    """Not whole examples, nor whole features: neighbours do not go together."""
    x = asarray(np.full((400, 300), 0.5))
    struck = to_numpy(layer.forward(x)) - 0.5
    for a, b in ((struck[:, 1:], struck[:, :-1]), (struck[1:], struck[:-1])):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5 / np.sqrt(a.size)


# ---- where the noise comes from -------------------------------------------------------------------

@each_layer
def test_every_batch_gets_new_noise(layer):
    x = asarray(np.full((20, 20), 0.5))
    assert (to_numpy(layer.forward(x)) != to_numpy(layer.forward(x))).any()


@pytest.mark.parametrize("kind", [Dropout, MaskingNoise, GaussianNoise, SaltAndPepper])
def test_seeds(kind):
    x = asarray(np.full((20, 20), 0.5))

    def drawn(generator=None):
        return to_numpy(kind(0.5, generator=generator).forward(x)).tolist()

    assert drawn(7) == drawn(7) == drawn(np.random.default_rng(7))
    assert drawn(7) != drawn(8)
    assert drawn() != drawn()                       # two layers, two streams
    randomness.seed(3)
    first = drawn()
    randomness.seed(3)
    assert drawn() == first


@pytest.mark.parametrize("kind", [Dropout, MaskingNoise, GaussianNoise, SaltAndPepper])
def test_the_noise_does_not_depend_on_the_precision_of_x(kind, float64):
    x = np.full((20, 20), 0.5)
    wide = to_numpy(kind(0.5, generator=7).forward(asarray(x)))
    narrow = to_numpy(kind(0.5, generator=7).forward(asarray(x, dtype="float32")))
    assert (wide.dtype, narrow.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(wide, narrow, rtol=1e-6, atol=1e-6)


# ---- modes and limits -----------------------------------------------------------------------------

@each_layer
def test_backward_goes_through_the_noise_that_forward_drew(layer):
    x = asarray(np.full((50, 4), 0.5))
    y = to_numpy(layer.forward(x))
    dx = to_numpy(layer.backward(asarray(np.ones((50, 4)))))
    expected = {"Dropout": y / 0.5, "MaskingNoise": y / 0.5, "GaussianNoise": np.ones((50, 4)),
                "SaltAndPepper": y == 0.5}[type(layer).__name__]
    np.testing.assert_array_equal(dx, expected)
    assert len(np.unique(dx)) == (1 if isinstance(layer, GaussianNoise) else 2)


@each_layer
def test_evaluation_mode_is_the_identity(layer):
    x, dy = asarray(X), asarray(MASK, dtype="float32")
    state = layer.generator.bit_generator.state
    layer.eval()
    for noise in (None, asarray(MASK)):
        np.testing.assert_array_equal(to_numpy(layer.forward(x, noise)), X)
        np.testing.assert_array_equal(to_numpy(layer.backward(dy)), MASK)
    np.testing.assert_array_equal(to_numpy(layer.predict(x)), X)
    assert layer.generator.bit_generator.state == state           # nothing was drawn
    layer.train()


@pytest.mark.parametrize("layer", [Dropout(0), MaskingNoise(0), GaussianNoise(0), SaltAndPepper(0)], ids=repr)
def test_without_noise_nothing_changes(layer):
    x = asarray(np.linspace(0, 1, 600).reshape(200, 3))
    np.testing.assert_array_equal(to_numpy(layer.forward(x)), to_numpy(x))


@each_layer
def test_noise_of_another_shape_is_refused(layer):
    for noise in (asarray([[1.0, 0.0, 1.0]]), asarray([1.0, 0.0]), MASK):
        said = rf"{type(layer).__name__}\(0.3\) expected noise .* shape \(2, 3\), got"
        with pytest.raises(ValueError, match=said):
            layer.forward(asarray(X), noise=noise)


@pytest.mark.parametrize("kind", [Dropout, MaskingNoise, SaltAndPepper])
@pytest.mark.parametrize("rate", [1, 1.2, -0.1, float("nan"), "half", None])
def test_rates_that_are_refused(kind, rate):
    with pytest.raises((TypeError, ValueError), match="rate must be"):
        kind(rate)


@pytest.mark.parametrize("std", [-0.1, float("inf"), "wide", None])
def test_deviations_that_are_refused(std):
    with pytest.raises((TypeError, ValueError), match="std must be"):
        GaussianNoise(std)
