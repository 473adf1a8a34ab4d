"""The game: each player's gradient is right and moves that player alone; bad parts are refused."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import BatchNorm, Dense, Layer, ReLU, Reshape, Sequential, Sigmoid, Tanh
from scratchnets.losses.adversarial import ADVERSARIAL
from scratchnets.models.adversarial import GAN, GaussianPrior, UniformPrior, gan
from scratchnets.optimizers import SGD, Adam
from scratchnets.training import DivergedError
from scratchnets.training.players import TwoPlayers


def small(loss="minimax", **options):
    """Smooth networks, whose gradients differences can check. Without a last bias: in some games the slopes
    of data and samples cancel in it exactly, and a gradient of 0 checks nothing."""
    generator = Sequential(Dense(2, 5, generator=1), Tanh(), Dense(5, 3, generator=2))
    discriminator = Sequential(Dense(3, 4, generator=3), Tanh(), Dense(4, 1, bias=False, generator=4))
    return GAN(generator, discriminator, GaussianPrior(2), loss, rng=5, **options)


class Discriminator(Layer):
    """The discriminator as a model of its own: what it pays is a function of its parameters."""

    def __init__(self, game):
        self.discriminator, self._game = game.discriminator, game

    def children(self):
        return [("discriminator", self.discriminator)]

    def loss_and_gradients(self, x, z):
        return self._game.discriminator_gradients(x, z)


class Generator(Layer):
    """The generator as a model of its own."""

    def __init__(self, game):
        self.generator, self._game = game.generator, game

    def children(self):
        return [("generator", self.generator)]

    def loss_and_gradients(self, z):
        return self._game.generator_gradients(len(z), z)


@pytest.fixture
def data(rng):
    return asarray(rng.standard_normal((6, 3)))


@pytest.fixture
def optimizers():
    def make(game, lr=0.1):
        return SGD(game.discriminator.parameters(), lr=lr), SGD(game.generator.parameters(), lr=lr)
    return make


def weights(network):
    return [to_numpy(parameter.data).copy() for parameter in network.parameters()]


def same(before, after):
    return all(np.array_equal(a, b) for a, b in zip(before, after))


def gradients(network):
    return [to_numpy(parameter.grad).copy() for parameter in network.parameters()]


# ---- gradients -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("loss", ADVERSARIAL)
def test_the_gradients_of_both_players(loss, float64, rng):
    x, z = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    assert gradcheck(Discriminator(small(loss)), asarray(x), asarray(z), method="directional")
    assert gradcheck(Generator(small(loss)), asarray(z), method="directional")


def test_each_players_gradient_stays_with_that_player(data):
    game = small()
    game.discriminator_gradients(data)
    assert all(grad.any() for grad in gradients(game.discriminator))
    assert not any(grad.any() for grad in gradients(game.generator))
    game.zero_grad()
    game.generator_gradients(6)
    assert all(grad.any() for grad in gradients(game.generator))
    assert not any(grad.any() for grad in gradients(game.discriminator))


def test_the_discriminator_is_frozen_only_while_the_generators_gradient_passes(data):
    game = small()
    game.discriminator.layers[0].freeze()
    game.generator_gradients(6)
    assert [layer.frozen for layer in game.discriminator.layers] == [True, False, False]


def test_a_step_of_one_player_leaves_the_other_where_it_is(data, optimizers):
    game = small(k=2)
    d, g = optimizers(game)
    before = weights(game.discriminator), weights(game.generator)
    game.step(data, d, g)                                    # the first of k = 2: D alone
    assert not same(before[0], weights(game.discriminator)) and same(before[1], weights(game.generator))
    moved = weights(game.discriminator)
    g.zero_grad()
    game.generator_gradients(6)
    g.step()
    assert same(moved, weights(game.discriminator)) and not same(before[1], weights(game.generator))


# ---- who moves when ------------------------------------------------------------------------------------

@pytest.mark.parametrize("updates", ["alternating", "simultaneous"])
@pytest.mark.parametrize("k", [1, 3])
def test_the_generator_moves_every_kth_time(updates, k, data, optimizers):
    game = small(k=k, updates=updates)
    d, g = optimizers(game)
    for step in range(1, 7):
        game.step(data, d, g)
        assert (d.steps, g.steps) == (step, step // k)


def test_every_step_draws_new_noise(data, optimizers, monkeypatch):
    game, drawn = small(k=2), []
    monkeypatch.setattr(game, "noise", lambda n: drawn.append(GAN.noise(game, n)) or drawn[-1])
    for _ in range(2):
        game.step(data, *optimizers(game))
    d, g = optimizers(game)
    game.step(data, d, g), game.step(data, d, g)             # D, D and G
    firsts = [float(z[0, 0]) for z in drawn]
    assert len(firsts) == 5 and len(set(firsts)) == 5


def test_alternating_lets_the_generator_answer_to_the_new_discriminator(data, optimizers):
    """With a D that does not move, both orders are one; with one that does, they differ in G alone."""
    ends = {}
    for updates in ("alternating", "simultaneous"):
        for d_lr in (1e-30, 0.5):
            game = small(updates=updates)
            d, g = optimizers(game)
            d.lr = d_lr
            game.step(data, d, g)
            ends[updates, d_lr] = weights(game.discriminator), weights(game.generator)
    for d_lr, alike in ((1e-30, True), (0.5, False)):
        first, second = ends["alternating", d_lr], ends["simultaneous", d_lr]
        assert same(first[0], second[0]) and same(first[1], second[1]) is alike


def test_the_same_seed_gives_the_same_game(data):
    ends = []
    for seed in (3, 3, 4):
        game = gan((3,), generator=seed)
        optimizers = Adam(game.discriminator.parameters()), Adam(game.generator.parameters())
        for _ in range(3):
            game.step(data, *optimizers)
        ends.append(weights(game))
    assert same(ends[0], ends[1]) and not same(ends[0], ends[2])


def test_sampling_and_measuring_leave_the_training_as_it_is(data):
    game = small()
    before = game.rng.bit_generator.state
    first, again = to_numpy(game.sample(4)), to_numpy(game.sample(4))
    float(game.loss_of(data))
    assert game.rng.bit_generator.state == before and np.array_equal(first, again)
    assert not np.array_equal(first, to_numpy(game.sample(4, generator=1)))


def test_at_a_discriminator_of_zeros_the_loss_is_log_four(data, float64):
    game = small()
    for parameter in game.discriminator.parameters():
        parameter.data[...] = 0
    assert float(game.loss_of(asarray(to_numpy(data)))) == pytest.approx(np.log(4), rel=1e-12)


def test_real_and_fake_are_two_batches(rng):
    """Batch normalisation standardises each by itself: data far away from the samples look the same."""
    generator = Sequential(Dense(2, 3, generator=1))
    discriminator = Sequential(BatchNorm(3), Dense(3, 1, generator=2))
    game = GAN(generator, discriminator, GaussianPrior(2), rng=0)
    x, z = asarray(rng.standard_normal((6, 3))), asarray(rng.standard_normal((6, 2)))
    near, far = float(game.discriminator_gradients(x, z)), float(game.discriminator_gradients(x + 100, z))
    assert near == pytest.approx(far, rel=1e-4)


def test_the_priors_have_the_moments_that_they_say(rng):
    gaussian, uniform = (to_numpy(prior(3).sample(40_000, rng)) for prior in (GaussianPrior, UniformPrior))
    np.testing.assert_allclose(gaussian.std(axis=0), 1, atol=0.02)
    np.testing.assert_allclose(uniform.std(axis=0), 3 ** -0.5, atol=0.01)
    assert abs(uniform).max() <= 1 and abs(gaussian.mean()) < 0.02 and gaussian.shape == (40_000, 3)


@pytest.mark.parametrize("shape", [(2,), (4, 3, 1)])
def test_the_networks_to_start_from_fit_their_data(shape, rng):
    game = gan(shape, latent=3, hidden=(8, 6), prior="uniform", generator=0)
    assert game.sample(5).shape == (5, *shape) and game.example_shape == shape
    assert np.isfinite(float(game.discriminator_gradients(asarray(rng.uniform(size=(4, *shape))))))


# ---- bad input -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_step_of_the_discriminator_is_refused(k):
    with pytest.raises(ValueError, match="k, the discriminator's steps.*at least 1"):
        small(k=k)


def test_unknown_names_get_the_nearest():
    with pytest.raises(ValueError, match="unknown loss 'minmax'.*did you mean 'minimax'"):
        small("minmax")
    with pytest.raises(ValueError, match="unknown updates 'alternate'.*did you mean 'alternating'"):
        small(updates="alternate")
    with pytest.raises(ValueError, match="unknown prior 'gauss'.*gaussian"):
        gan((2,), prior="gauss")


@pytest.mark.parametrize("end, message", [
    ([Dense(4, 2)], r"one logit an example.*for a batch of 2 it gave \(2, 2\).*Dense\(…, 1\)"),
    ([Dense(4, 1), Sigmoid()], r"ends in Sigmoid\(\); leave it out"),
    ([Dense(4, 1), Reshape((1, 1))], r"it gave \(2, 1, 1\)")])
def test_a_discriminator_that_does_not_end_in_one_logit_is_refused(end, message):
    with pytest.raises(ValueError, match=message):
        GAN(Dense(2, 3), Sequential(Dense(3, 4), ReLU(), *end), GaussianPrior(2))


def test_networks_that_do_not_fit_are_refused(rng, optimizers):
    with pytest.raises(ValueError, match=r"does not take what the generator makes.*\(4,\).*3"):
        GAN(Dense(2, 4), Dense(3, 1), GaussianPrior(2))
    game = small()
    with pytest.raises(ValueError, match=r"makes examples of shape \(3,\); the data are \(6, 2\)"):
        game.step(asarray(rng.standard_normal((6, 2))), *optimizers(game))


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_loss_that_is_not_finite_names_the_player_and_the_layer(player, rng):
    game = gan((3,), loss="wasserstein", generator=0)
    rates = {"discriminator": 1e-3, "generator": 1e-3, player: 1e25}
    training = TwoPlayers(game, [SGD(getattr(game, name).parameters(), lr=rates[name])
                                 for name in ("discriminator", "generator")],
                          asarray(rng.standard_normal((60, 3))), batch_size=6, generator=rng)
    with pytest.raises(DivergedError, match=rf"step \d+: .*\({player}\.\d\)"):
        list(training.epochs(5))
