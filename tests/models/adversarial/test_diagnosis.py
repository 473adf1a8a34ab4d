"""What is measured is what it says, and the verdict calls each ending by its name."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.losses import wasserstein
from scratchnets.metrics import Coverage
from scratchnets.models.adversarial import gan
from scratchnets.models.adversarial.diagnosis import (
    decision,
    manifold,
    oscillation_index,
    plane,
    sample_gradients,
    snapshot,
    verdict,
)
from scratchnets.models.adversarial.games import dirac_gan, play
from scratchnets.optimizers import SGD

T = np.arange(200)


@pytest.fixture
def game():
    return gan((2,), hidden=(8,), generator=0)


def test_a_snapshot_moves_nothing(game, rng):
    x = asarray(rng.standard_normal((50, 2)))
    before, stream = game.state_dict(), game.rng.bit_generator.state
    first, again = snapshot(game, x), snapshot(game, x)
    assert first == again and game.rng.bit_generator.state == stream
    assert all(np.array_equal(game.state_dict()[path], before[path]) for path in before)
    assert all(layer.training and not layer.frozen for layer in game.walk())
    assert not any(to_numpy(parameter.grad).any() for parameter in game.parameters())


def test_a_snapshot_measures_both_players(game, rng, float64):
    game = gan((2,), hidden=(8,), generator=0)
    x = asarray(rng.standard_normal((50, 2)))
    measured = snapshot(game, x)
    z = game.prior.sample(50, np.random.default_rng(0))
    game.zero_grad()
    assert measured["generator_loss"] == pytest.approx(float(game.generator_gradients(50, z)), rel=1e-12)
    norm = np.sqrt(sum((to_numpy(p.grad) ** 2).sum() for p in game.generator.parameters()))
    assert measured["g_gradient"] == pytest.approx(norm, rel=1e-12)
    assert measured["loss"] == pytest.approx(float(game.loss_of(x)), rel=1e-12)
    assert measured["d_real"] == pytest.approx(to_numpy(decision(game, x)).mean(), rel=1e-12)
    assert 0 < measured["d_fake"] < 1 and measured["d_gradient"] > 0


def test_the_arrows_are_what_the_generators_gradient_is_made_of(game, float64):
    game = gan((2,), hidden=(8,), generator=0)
    z = game.prior.sample(7, np.random.default_rng(1))
    fake, arrows = sample_gradients(game, z)
    game.zero_grad()
    game.generator_gradients(7, z)
    through = [to_numpy(parameter.grad).copy() for parameter in game.generator.parameters()]
    game.zero_grad()
    game.generator.forward(z)
    game.generator.backward(-arrows / 7, need_dx=False)
    for expected, parameter in zip(through, game.generator.parameters()):
        np.testing.assert_allclose(to_numpy(parameter.grad), expected, rtol=1e-12)
    assert not any(to_numpy(parameter.grad).any() for parameter in game.discriminator.parameters())


def test_an_arrow_points_to_where_the_discriminator_finds_it_more_real(game):
    z = game.prior.sample(20, np.random.default_rng(1))
    fake, arrows = sample_gradients(game, z)
    moved = decision(game, fake + 1e-2 * arrows) - decision(game, fake)
    assert (to_numpy(moved) > 0).mean() > 0.9


def test_pictures_of_the_plane(game):
    heat = plane(game, -1, 1, points=5)
    corner = decision(game, asarray(np.array([[1.0, -1.0], [-1.0, 1.0]])))
    np.testing.assert_allclose([heat[0, -1], heat[-1, 0]], to_numpy(corner), rtol=1e-6)
    assert manifold(game, lines=4).shape == (4, 4, 2)
    assert manifold(gan((3,), latent=1, prior="uniform", generator=0), lines=4).shape == (4, 4, 3)


def test_the_oscillation_index_tells_dying_from_staying_and_growing():
    assert oscillation_index(np.sin(T)) == pytest.approx(1, abs=0.05)
    assert oscillation_index(0.98 ** T * np.sin(T)) < 0.2
    assert oscillation_index(1.02 ** T * np.sin(T)) > 5
    assert oscillation_index(3 * T) == oscillation_index(np.ones(20)) == 0
    with pytest.raises(ValueError, match="at least 8 finite numbers"):
        oscillation_index([1, 2, 3])


def test_the_bilinear_game_grows_stays_or_dies(float64):
    growing = play(dirac_gan(0.1, 0, wasserstein, "simultaneous"), 0.1, 600)[:, 0]
    staying = play(dirac_gan(0.1, 0, wasserstein), 0.1, 600)[:, 0]
    assert oscillation_index(growing) > 2 and oscillation_index(staying) == pytest.approx(1, abs=0.1)


def record(d_real=0.5, d_fake=0.5, g_gradient=1.0):
    return {"d_real": d_real, "d_fake": d_fake, "g_gradient": g_gradient}


@pytest.mark.parametrize("history, covered, word", [
    ([record(0.9, 0.1), *[record(0.52, 0.48)] * 30], 8, "converged"),
    ([record(0.9, 0.1), *[record(0.52, 0.48)] * 30], 3, "collapsed"),
    ([record(), *[record(1.0, 0.001, 1e-4)] * 30], None, "starved"),
    ([record(d_fake=0.5 + 0.2 * np.sin(t)) for t in range(60)], None, "oscillating"),
    ([record(0.8, 0.2)] * 30, None, "unfinished"), ([], None, "unfinished")])
def test_the_verdict(history, covered, word):
    coverage = None if covered is None else Coverage(covered, 8, 0.9, 0.1, np.zeros(8))
    assert verdict(history, coverage).startswith(word + ":")


def test_samples_between_the_modes_are_no_success():
    coverage = Coverage(8, 8, 0.4, 0.1, np.zeros(8))
    said = verdict([record(0.9, 0.1), *[record(0.52, 0.48)] * 30], coverage)
    assert said.startswith("unfinished:") and "40% lie in one" in said


def test_a_discriminator_far_ahead_starves_the_saturating_generator(float64):
    """Data at 0, samples at 3, and a discriminator that has trained alone: only the minimax gradient dies."""
    ends = {}
    for loss in ("minimax", "non-saturating"):
        game = dirac_gan(3.0, -0.1)
        game.loss = gan((1,), loss=loss, hidden=(2,), generator=0).loss
        data, optimizer = asarray(np.zeros((4, 1))), SGD(game.discriminator.parameters(), lr=0.5)
        history = [snapshot(game, data)]
        for _ in range(2000):
            optimizer.zero_grad()
            game.discriminator_gradients(data)
            optimizer.step()
        ends[loss] = verdict([*history, *[snapshot(game, data)] * 10])
    assert ends["minimax"].startswith("starved") and not ends["non-saturating"].startswith("starved")


def test_a_gradient_that_has_all_but_vanished_is_measured(game, rng):
    """A generator behind a discriminator of tiny weights: what reaches it is 1e-26, whose square float32 has not."""
    for parameter in game.discriminator.parameters():
        parameter.data *= 1e-13
    measured = snapshot(game, asarray(rng.standard_normal((50, 2))))
    assert 0 < measured["g_gradient"] < 1e-22
