"""Several samples at once: packs keep every number in its place, and a batch that does not vary shows."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, MinibatchStd, Pack, Sequential
from scratchnets.layers.packing import pack, pack_backward


def test_points_that_follow_each_other_stand_side_by_side():
    x = asarray(np.arange(12.0).reshape(6, 2))
    assert to_numpy(Pack(3).forward(x)).tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


def test_images_are_laid_over_each_other(rng):
    x = asarray(rng.standard_normal((4, 3, 5, 2)))
    y = to_numpy(Pack(2).forward(x))
    assert y.shape == (2, 3, 5, 4)
    np.testing.assert_array_equal(y[1, ..., :2], to_numpy(x[2]))
    np.testing.assert_array_equal(y[1, ..., 2:], to_numpy(x[3]))


@pytest.mark.parametrize("shape", [(6, 3), (6, 2, 4, 2), (6, 5, 3)])
def test_backward_undoes_it(shape, rng):
    x = asarray(rng.standard_normal(shape))
    np.testing.assert_array_equal(to_numpy(pack_backward(pack(x, 3), 3)), to_numpy(x))


def test_packs_of_one_are_the_examples_themselves(rng):
    x = asarray(rng.standard_normal((5, 3)))
    np.testing.assert_array_equal(to_numpy(Pack(1).forward(x)), to_numpy(x))


def test_what_makes_no_whole_pack_is_refused(rng):
    with pytest.raises(ValueError, match=r"Pack\(2\) got 5 examples, which do not make whole packs of 2"):
        Pack(2).forward(asarray(rng.standard_normal((5, 3))))
    with pytest.raises(ValueError, match="m, the examples in a pack, must be at least 1, got 0"):
        Pack(0)
    with pytest.raises(ValueError, match=r"Pack\(2\) expected \(batch, features, …\)"):
        Pack(2).forward(asarray(rng.standard_normal(4)))


def test_a_summary_starts_from_a_whole_pack():
    assert "Pack(3)" in Sequential(Pack(3), Dense(6, 1)).summary((2,))


def test_a_batch_that_does_not_vary_shows():
    same, varied = np.ones((4, 2)), np.array([[0.0, 3.0], [0.0, -3.0], [0.0, 3.0], [0.0, -3.0]])
    layer = MinibatchStd()
    assert to_numpy(layer.forward(asarray(same)))[:, -1] == pytest.approx(0, abs=2e-4)      # √ε₀
    y = to_numpy(layer.forward(asarray(varied)))
    assert y[:, -1] == pytest.approx(1.5, rel=1e-4)                          # the mean of 0 and 3
    np.testing.assert_array_equal(y[:, :2], varied)


def test_images_get_a_map_of_the_one_number(rng):
    x = rng.standard_normal((6, 3, 4, 2))
    y = to_numpy(MinibatchStd().forward(asarray(x)))
    assert y.shape == (6, 3, 4, 3) and y[..., -1] == pytest.approx(x.std(axis=0).mean(), rel=1e-5)


def test_evaluation_shows_the_running_average(rng):
    layer = MinibatchStd(momentum=0.5)
    x = rng.standard_normal((6, 3))
    layer.forward(asarray(x))
    layer.forward(asarray(2 * x))
    half = x.std(axis=0).mean() / 2
    assert to_numpy(layer.predict(asarray(x[:1])))[0, -1] == pytest.approx(0.5 * half + 2 * half, rel=1e-5)


def test_without_strength_the_feature_is_nothing(rng):
    x = asarray(rng.standard_normal((6, 3)))
    assert not to_numpy(MinibatchStd(0).forward(x))[:, -1].any()


def test_it_wants_examples_with_features(rng):
    with pytest.raises(ValueError, match="strength must be at least 0"):
        MinibatchStd(-1)
    with pytest.raises(NotImplementedError, match="couples the examples of a batch"):
        MinibatchStd().tangent(asarray(rng.standard_normal((3, 2))))
