"""Modes covered, samples near them, and how evenly they are spread."""
import numpy as np
import pytest

from scratchnets.metrics import mode_coverage

CENTRES = np.array([[np.cos(angle), np.sin(angle)] for angle in 2 * np.pi * np.arange(8) / 8])


def test_modes_are_counted(rng):
    std = 0.02
    at = rng.integers(0, 8, 2500)
    samples = CENTRES[at] + std * rng.standard_normal((2500, 2))
    all_of_it = mode_coverage(samples, CENTRES, std)
    assert (all_of_it.covered, all_of_it.modes) == (8, 8)
    assert all_of_it.counts.sum() == all_of_it.high_quality * 2500
    assert all_of_it.high_quality == pytest.approx(1 - np.exp(-4.5), abs=0.01) and all_of_it.reverse_kl < 0.01
    half = mode_coverage(samples[at < 4], CENTRES, std)
    assert half.covered == 4 and half.reverse_kl == pytest.approx(np.log(2), abs=0.01)
    one = mode_coverage(CENTRES[:1], CENTRES, std, least=1)
    assert one.covered == 1 and one.reverse_kl == pytest.approx(np.log(8)) and one.high_quality == 1


def test_a_mode_needs_enough_samples_that_are_near():
    few = np.repeat(CENTRES[:1], 19, axis=0)
    assert mode_coverage(few, CENTRES, 0.02).covered == 0
    assert mode_coverage(np.concatenate([few, CENTRES[:1]]), CENTRES, 0.02).covered == 1
    for away, good in ((2.99, 1), (3.01, 0)):
        assert mode_coverage(few + [0.02 * away, 0], CENTRES, 0.02).high_quality == good


def test_what_lies_in_another_space_is_refused():
    with pytest.raises(ValueError, match="do not lie in one space"):
        mode_coverage(np.zeros((3, 3)), CENTRES, 0.1)
