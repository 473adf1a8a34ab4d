"""Sums of exponentials by their logarithms: right whatever the size of the terms, impossible ones included."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.models.classical.log_domain import log_softmax, log_sum_exp

LARGEST = float(np.finfo("float32").max)
ROWS = np.concatenate([np.random.default_rng(0).uniform(-100, 100, (300, 4)),
                       np.random.default_rng(1).uniform(-3e4, 3e4, (300, 4)),
                       [[0, -20, -90, -90], [-1000, -1017, -1e5, -1e5], [1e-30, 0, -1e-30, 0]]]).astype("float32")


def test_sums_and_shares_are_right_in_float32():
    a = ROWS.astype(np.longdouble)
    exact = np.logaddexp.reduce(a, axis=1)
    np.testing.assert_allclose(to_numpy(log_sum_exp(asarray(ROWS))).astype(np.longdouble), exact, rtol=3e-7)
    shares = np.stack([-np.logaddexp.reduce(np.roll(a - a[:, [j]], -j, axis=1), axis=1) for j in range(4)], axis=1)
    ours = to_numpy(log_softmax(asarray(ROWS))).astype(np.longdouble)
    np.testing.assert_allclose(ours, shares, rtol=1e-5, atol=1e-44)
    assert float(log_sum_exp(asarray([0.0, -20.0]))) == pytest.approx(np.exp(-20), rel=1e-6)
    assert float(log_softmax(asarray([-1000.0, -1017.0]))[0]) == pytest.approx(-np.exp(-17), rel=1e-6)


@pytest.mark.parametrize("row, whole, shares", [
    ([-np.inf, -np.inf], -np.inf, [-np.inf, -np.inf]), ([-np.inf, 3.0], 3.0, [-np.inf, 0.0]),
    ([LARGEST, -LARGEST], LARGEST, [0.0, -LARGEST]), ([-LARGEST, -LARGEST], -LARGEST, None),
    ([np.inf, 1000.0], np.inf, None), ([np.inf, np.inf], np.inf, None), ([np.inf, -np.inf], np.inf, None)])
def test_what_is_impossible_or_at_the_end_of_the_numbers(row, whole, shares):
    """Without a warning, which would be an error here; log Σ of nothing but impossibilities was NaN once."""
    assert float(log_sum_exp(asarray(row))) == whole
    if shares:
        np.testing.assert_allclose(to_numpy(log_softmax(asarray(row))), shares, rtol=1e-5)
