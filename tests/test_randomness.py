"""One shared generator; whoever keeps one gets a stream of its own."""
import numpy as np
import pytest

from scratchnets import randomness
from scratchnets.randomness import generator, own_generator


def test_none_is_the_shared_generator_which_a_seed_starts_anew():
    randomness.seed(3)
    first = [generator().random(), generator(None).random()]
    randomness.seed(3)
    assert [generator().random(), generator().random()] == first
    assert first == np.random.default_rng(3).random(2).tolist()
    randomness.seed(4)
    assert generator().random() != first[0]


def test_a_seed_or_a_generator_stands_for_itself_and_leaves_the_shared_one_alone():
    randomness.seed(3)
    assert generator(5).random() == generator(np.int64(5)).random() == np.random.default_rng(5).random()
    mine = np.random.default_rng(6)
    assert generator(mine) is mine and own_generator(mine) is mine
    mine.random()
    assert generator().random() == np.random.default_rng(3).random()


def test_kept_generators_differ_from_each_other_and_follow_the_seed():
    def draws():
        randomness.seed(3)
        return [own_generator().random() for _ in range(3)] + [generator().random()]

    assert draws() == draws()
    assert len(set(draws())) == 4
    assert own_generator(5).random() == np.random.default_rng(5).random()


def test_splitting_off_a_stream_does_not_shift_the_shared_one():
    randomness.seed(3)
    own_generator()
    assert generator().random() == np.random.default_rng(3).random()


@pytest.mark.parametrize("seed", [-1, np.int64(-7)])
def test_a_negative_seed_is_refused(seed):
    for function in (generator, own_generator, randomness.seed):
        with pytest.raises(ValueError, match="a seed must be at least 0, got -"):
            function(seed)


@pytest.mark.parametrize("seed", ["1", 1.5, [1, 2], {}], ids=str)
def test_what_is_no_seed_is_refused(seed):
    for function in (generator, own_generator, randomness.seed):
        with pytest.raises(TypeError, match="a seed must be a whole number, got"):
            function(seed)
