"""The moving average is the sum that it claims to be, rides along with a game, and is saved with it."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import BatchNorm, Dense, ReLU, Sequential
from scratchnets.models.adversarial import MovingAverage, dcgan
from scratchnets.models.adversarial.averaging import arrays
from scratchnets.optimizers import SGD


def network():
    return Sequential(Dense(2, 3, generator=0), BatchNorm(3), ReLU(), Dense(3, 1, generator=1))


def game(**options):
    return dcgan((4, 4, 1), latent=3, channels=(2, 3), generator=1, **options)


def players(model, lr=0.1):
    return SGD(model.discriminator.parameters(), lr=lr), SGD(model.generator.parameters(), lr=lr)


def test_closed_form(float64, rng):
    followed, decay = network(), 0.9
    average = MovingAverage(followed, decay)
    history = [followed.state_dict()]
    for _ in range(7):
        for array in arrays(followed).values():
            array += asarray(rng.standard_normal(array.shape))
        average.follow(followed)
        history.append(followed.state_dict())
    t = len(history) - 1
    for path, array in average.network.state_dict().items():
        steps = sum(decay ** (t - s) * history[s][path] for s in range(1, t + 1))
        np.testing.assert_allclose(array, decay ** t * history[0][path] + (1 - decay) * steps, rtol=1e-12)


def test_running_statistics_are_averaged_too(rng):
    followed = network()
    average = MovingAverage(followed, 0.5)
    followed.forward(asarray(3 + rng.standard_normal((8, 2))))                # moves them
    average.follow(followed)
    ours, theirs = average.network.layers[1], followed.layers[1]
    assert to_numpy(theirs.running_mean).any()
    np.testing.assert_allclose(to_numpy(ours.running_mean), to_numpy(theirs.running_mean) / 2, rtol=1e-6)
    np.testing.assert_allclose(to_numpy(ours.running_var), (1 + to_numpy(theirs.running_var)) / 2, rtol=1e-6)


def test_what_is_followed_is_left_as_it_was(rng):
    followed = network()
    average = MovingAverage(followed, 0.5)
    average.network.layers[0].W.data += 1
    before = followed.state_dict()
    average.follow(followed)
    average.predict(asarray(rng.standard_normal((4, 2))))
    after = followed.state_dict()
    assert all(np.array_equal(before[path], after[path]) for path in before)
    assert all(layer.training for layer in followed.walk())


def test_a_network_that_stands_still_is_its_own_average(rng):
    followed = network()
    average = MovingAverage(followed, 0.9)
    for _ in range(3):
        average.follow(followed)
    x = asarray(rng.standard_normal((4, 2)))
    assert np.array_equal(to_numpy(average.predict(x)), to_numpy(followed.predict(x)))


def test_it_has_arrays_to_save_and_no_parameters_to_train():
    followed = network()
    average = MovingAverage(followed, 0.9)
    assert average.parameters() == []
    assert average.state_dict().keys() == followed.state_dict().keys()
    other = network()
    other.layers[0].W.data += 1
    average.load_state_dict(other.state_dict())
    assert np.array_equal(to_numpy(average.network.layers[0].W.data), to_numpy(other.layers[0].W.data))


def test_the_decay_is_a_share():
    with pytest.raises(ValueError, match="decay.*got 1"):
        MovingAverage(network(), 1.0)


# ---- in a game -----------------------------------------------------------------------------------------

def test_a_game_follows_its_generator_once_a_move(rng):
    model, x = game(average=0.8, k=2), asarray(rng.random((6, 4, 4, 1)))
    own = MovingAverage(model.generator, 0.8)
    optimizers = players(model)
    for step in range(4):
        model.step(x, *optimizers)
        if step % 2:                              # at the second and the fourth step the generator moves
            own.follow(model.generator)
    theirs = model.average.state_dict()
    assert all(np.array_equal(array, theirs[path]) for path, array in own.state_dict().items())


def test_samples_come_from_the_average_and_the_game_does_not(rng):
    model, x = game(average=0.9), asarray(rng.random((6, 4, 4, 1)))
    plain = game(average=0)
    for each in (model, plain):
        optimizers = players(each)
        for _ in range(3):
            each.step(x, *optimizers)
    assert all(np.array_equal(array, model.state_dict()[path]) for path, array in plain.state_dict().items())
    assert float(model.loss_of(x)) == float(plain.loss_of(x)) and model.terms_of(x) == plain.terms_of(x)
    z = model.prior.sample(5, np.random.default_rng(0))
    assert np.array_equal(to_numpy(model.sample(5)), to_numpy(model.average.predict(z)))
    assert np.array_equal(to_numpy(plain.sample(5)), to_numpy(model.generator.predict(z)))
    assert not np.array_equal(to_numpy(model.sample(5)), to_numpy(plain.sample(5)))


def test_the_average_is_part_of_the_state(rng):
    model, x = game(average=0.9), asarray(rng.random((6, 4, 4, 1)))
    optimizers = players(model)
    for _ in range(3):
        model.step(x, *optimizers)
    other = game(average=0.9)
    other.load_state_dict(model.state_dict())
    assert np.array_equal(to_numpy(other.sample(5)), to_numpy(model.sample(5)))
    assert len(model.parameters()) == len(game(average=0).parameters())
