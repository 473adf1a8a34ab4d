"""What is kept back is never trained on; the best epoch and the time to stop follow from the records."""
import numpy as np
import pytest

from scratchnets.training.validation import best, hold_out, stalled


def records(*losses):
    return [{"epoch": epoch, "validation_loss": loss} for epoch, loss in enumerate(losses, start=1)]


def test_each_example_is_on_one_side():
    train, validation = hold_out(50, 0.2, np.random.default_rng(0))
    assert len(validation) == 10
    assert np.array_equal(np.sort(np.concatenate([train, validation])), np.arange(50))
    assert (np.diff(train) > 0).all() and (np.diff(validation) > 0).all()


def test_the_seed_decides_which():
    first, again, other = (hold_out(50, 0.2, np.random.default_rng(seed))[1] for seed in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("share, words", [(1.0, "below 1"), (-0.1, "at least 0"),
                                          (0.001, "keeps back 0 of 10"), (0.99, "keeps back 10 of 10")])
def test_a_share_that_leaves_nothing_is_refused(share, words):
    with pytest.raises(ValueError, match=words):
        hold_out(10, share, np.random.default_rng(0))


def test_the_best_is_the_first_of_equals():
    assert best(records(3, 2, 4, 2))["epoch"] == 2
    assert best([]) is None


@pytest.mark.parametrize("losses, patience, expected", [
    ((), 1, False),
    ((3, 2, 1), 1, False),
    ((3, 1, 2), 1, True),
    ((3, 1, 2), 2, False),
    ((3, 1, 2, 2), 2, True),
    ((1, 1), 1, True),                  # equal is not better
])
def test_stalled_counts_the_epochs_since_the_best(losses, patience, expected):
    assert stalled(records(*losses), patience) is expected
