"""Remedies: at strength 0 they change nothing, to the bit; at any other, what the algebra says."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, MinibatchStd, ReLU, Sequential
from scratchnets.losses.adversarial import hinge, least_squares, minimax, non_saturating, smoothed, wasserstein
from scratchnets.models.adversarial import GAN, GaussianPrior, gan
from scratchnets.models.adversarial.diagnosis import plane, sample_gradients, snapshot
from scratchnets.models.adversarial.games import dirac_gan, eigenvalues, play
from scratchnets.models.adversarial.penalties import R1, GradientPenalty
from scratchnets.models.adversarial.remedies import InstanceNoise, NoiseDecay, WeightClipping
from scratchnets.models.adversarial.treatment import Treatment
from scratchnets.optimizers import Adam
from scratchnets.training.players import TwoPlayers


def trained(game, steps=5, seed=0, d_lr=1e-2):
    """{path: weights} after a few steps."""
    rng = np.random.default_rng(seed)
    d = Adam(game.discriminator.parameters(), d_lr, beta1=0.5)
    g = Adam(game.generator.parameters(), 1e-2, beta1=0.5)
    for _ in range(steps):
        game.step(asarray(rng.standard_normal((8, 2))), d, g)
    return game.state_dict()


def same(first, second):
    return first.keys() == second.keys() and all(np.array_equal(first[path], second[path]) for path in first)


def game(layers=(), remedies=(), loss=non_saturating, **options):
    """A small game; `layers` stand in front of its discriminator."""
    critic = [*layers, Dense(2, 8, generator=1), ReLU(), Dense(8, 1, generator=2)]
    generator = Sequential(Dense(2, 8, generator=3), ReLU(), Dense(8, 2, generator=4))
    return GAN(generator, Sequential(*critic), GaussianPrior(2), loss, rng=5, remedies=remedies, **options)


# ---- no strength, no change ----------------------------------------------------------------------------

@pytest.mark.parametrize("remedies", [
    [R1(0)], [GradientPenalty(0)], [WeightClipping(math.inf)], [NoiseDecay(3)],
    [R1(0), GradientPenalty(0), WeightClipping(math.inf), NoiseDecay(1)]], ids=repr)
def test_a_remedy_of_strength_zero_changes_nothing(remedies):
    assert same(trained(game()), trained(game(remedies=remedies)))


@pytest.mark.parametrize("loss", [minimax, non_saturating, least_squares])
def test_no_smoothing_is_the_loss_itself(loss):
    assert smoothed(loss, 0) is loss and smoothed(loss, 0.0) is loss


@pytest.mark.parametrize("remedies", [
    {"r1": 0}, {"gradient_penalty": 0.0}, {"clip": math.inf}, {"smoothing": 0}, {"instance_noise": 0},
    {"packing": 1}, {"minibatch_std": 0}, {"spectral_norm": False}], ids=repr)
def test_by_name_too(remedies):
    assert same(trained(gan((2,), generator=0)), trained(gan((2,), generator=0, remedies=remedies)))


@pytest.mark.parametrize("remedies", [
    {"r1": 0.1}, {"gradient_penalty": 1.0}, {"clip": 0.1}, {"smoothing": 0.1}, {"instance_noise": 0.1},
    {"spectral_norm": True}], ids=repr)
def test_with_strength_it_does_change_something(remedies):
    plain, treated = (trained(gan((2,), generator=0, remedies=each)) for each in (None, remedies))
    assert not np.allclose(plain["generator.0.W"], treated["generator.0.W"])


def test_noise_of_strength_zero_changes_nothing():
    plain, treated = trained(game()), trained(game([InstanceNoise(0.0, generator=0)]))
    assert all(np.array_equal(a, b) for a, b in zip(plain.values(), treated.values(), strict=True))


def test_a_minibatch_feature_without_strength_is_not_seen():
    """Its weights never move, for their input is 0, and nothing else learns otherwise."""
    plain = game()
    critic = Sequential(MinibatchStd(0), Dense(3, 8, generator=1), ReLU(), Dense(8, 1, generator=2))
    treated = GAN(game().generator, critic, GaussianPrior(2), non_saturating, rng=5)
    first = treated.discriminator.layers[1]
    first.W.data[:2] = plain.discriminator.layers[0].W.data
    first.b.data[...] = plain.discriminator.layers[0].b.data
    unseen = to_numpy(first.W.data[2]).copy()
    before, after = trained(plain), trained(treated)
    np.testing.assert_array_equal(after["discriminator.1.W"][2], unseen)
    np.testing.assert_array_equal(after["discriminator.1.W"][:2], before["discriminator.0.W"])
    np.testing.assert_array_equal(after["generator.0.W"], before["generator.0.W"])


# ---- the Dirac-GAN goes where the eigenvalues say ----------------------------------------------------------

class TwoSided(InstanceNoise):
    """Noise with the moments of N(0, s²) up to the second, and no chance in it: +s, −s, +s, …"""

    def draw(self, x):
        return asarray(np.resize([1.0, -1.0], len(x))[:, np.newaxis])


def rate(path):
    """The factor of the radius a step, on average over the path."""
    radius = np.hypot(*path.T)
    return (radius[-1] / radius[0]) ** (1 / (len(path) - 1))


@pytest.mark.parametrize("gamma, h", [(0.3, 0.1), (0.8, 0.05), (2.0, 0.2)])
def test_dirac_r1_contracts_at_the_predicted_rate(gamma, h, float64):
    """One step is a linear map 1 + hJ near the solution: its eigenvalues, from two starts."""
    def end(theta, psi, steps=1):
        return play(dirac_gan(theta, psi, minimax, "simultaneous", remedies=[R1(gamma)]), h, steps)[-1]
    columns = np.array([end(1e-6, 0), end(0, 1e-6)]).T / 1e-6
    found = np.sort_complex(np.linalg.eigvals(columns))
    root = np.sqrt(complex(gamma ** 2 / 4 - 0.25))
    predicted = np.sort_complex(1 + h * np.array([-gamma / 2 - root, -gamma / 2 + root]))
    np.testing.assert_allclose(found, predicted, atol=1e-6)
    slowest = abs(predicted).max()
    assert slowest < 1
    path = play(dirac_gan(1e-3, 1e-3, minimax, "simultaneous", remedies=[R1(gamma)]), h, 2000)
    assert rate(path) == pytest.approx(slowest, rel=2e-3)


def test_dirac_r1_converges_from_afar_where_the_plain_game_leaves(float64):
    plain, treated = (play(dirac_gan(1, 1, minimax, "simultaneous", remedies=remedies), 0.2, 1000)
                      for remedies in ([], [R1(0.3)]))
    assert np.hypot(*plain[-1]) > 2 * np.hypot(*plain[0])
    assert np.hypot(*treated[-1]) < 10 * abs(1 + 0.2 * eigenvalues(gamma=0.3)).max() ** 1000 < 1e-9


@pytest.mark.parametrize("std, h", [(0.6 ** 0.5, 0.1), (1.2, 0.1), (2.0, 0.05)])
def test_dirac_instance_noise_contracts_as_r1_of_half_its_variance(std, h, float64):
    def end(theta, psi):
        return play(dirac_gan(theta, psi, minimax, "simultaneous", noise=TwoSided(std)), h, 1, copies=2)[-1]
    columns = np.array([end(1e-6, 0), end(0, 1e-6)]).T / 1e-6
    found, predicted = np.linalg.eigvals(columns), 1 + h * eigenvalues(gamma=std ** 2 / 2)
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(predicted), atol=1e-6)
    path = play(dirac_gan(1e-3, 1e-3, minimax, "simultaneous", noise=TwoSided(std)), h, 500, copies=2)
    assert rate(path) == pytest.approx(abs(predicted).max(), rel=4e-3)


def test_dirac_drawn_noise_does_so_on_average(float64):
    blurred = dirac_gan(0.5, 0.5, minimax, "simultaneous", noise=InstanceNoise(1.0, generator=0))
    path = play(blurred, 0.1, 200, copies=2000)
    assert np.hypot(*path[-1]) < 0.1 * np.hypot(*path[0])
    plain = play(dirac_gan(0.5, 0.5, minimax, "simultaneous"), 0.1, 200)
    assert np.hypot(*plain[-1]) > np.hypot(*plain[0])


# ---- smoothing -------------------------------------------------------------------------------------------

def test_smoothing_moves_the_best_output_from_one_to_one_minus_s(float64):
    a = asarray(np.log([9.0]))                              # D = 0.9
    for loss in (minimax, non_saturating):
        _, slope = smoothed(loss, 0.1).real(a)
        assert float(slope[0]) == pytest.approx(0, abs=1e-15)
    _, slope = smoothed(least_squares, 0.1).real(asarray(np.array([0.9])))
    assert float(slope[0]) == pytest.approx(0, abs=1e-15)


def test_smoothing_is_a_cross_entropy_with_a_softer_target(rng, float64):
    a = rng.standard_normal(6)
    D = 1 / (1 + np.exp(-a))
    value, slope = smoothed(minimax, 0.2).real(asarray(a))
    assert float(value) == pytest.approx(-(0.8 * np.log(D) + 0.2 * np.log(1 - D)).mean(), rel=1e-12)
    np.testing.assert_allclose(to_numpy(slope), (D - 0.8) / 6, rtol=1e-12)


def test_smoothing_is_one_sided(rng):
    a = asarray(rng.standard_normal((6, 1)))
    for part in ("fake", "generator"):
        ours, theirs = (getattr(loss, part)(a) for loss in (smoothed(minimax, 0.2), minimax))
        assert float(ours[0]) == float(theirs[0]) and np.array_equal(to_numpy(ours[1]), to_numpy(theirs[1]))


@pytest.mark.parametrize("loss", [wasserstein, hinge])
def test_losses_without_labels_cannot_be_smoothed(loss):
    with pytest.raises(ValueError, match=f"needs a loss with labels.*{loss.name}"):
        smoothed(loss, 0.1)


@pytest.mark.parametrize("amount", [-0.1, 0.5, float("nan")])
def test_amounts_of_smoothing_that_are_refused(amount):
    with pytest.raises(ValueError, match="the amount of label smoothing must be"):
        smoothed(minimax, amount)


# ---- noise, clipping, packs, rates -------------------------------------------------------------------------

def test_the_noise_fades_to_nothing():
    noise = InstanceNoise(0.8, generator=0)
    treated, seen = game([noise], [NoiseDecay(4)]), []
    d, g = Adam(treated.discriminator.parameters()), Adam(treated.generator.parameters())
    for _ in range(6):
        treated.step(asarray(np.zeros((8, 2))), d, g)
        seen.append(noise.std)
    assert seen == pytest.approx([0.8, 0.6, 0.4, 0.2, 0, 0])


def test_noise_blurs_data_and_samples_in_training_only(rng):
    noise, x = InstanceNoise(0.5, generator=0), asarray(rng.standard_normal((2000, 2)))
    assert to_numpy(noise.forward(x) - x).std() == pytest.approx(0.5, rel=0.05)
    assert np.array_equal(to_numpy(noise.predict(x)), to_numpy(x))


def test_clipped_weights_stay_within_the_limit():
    state = trained(game(remedies=[WeightClipping(0.05)]))
    largest = {player: max(abs(weights).max() for path, weights in state.items() if path.startswith(player))
               for player in ("discriminator", "generator")}
    assert largest["discriminator"] == pytest.approx(0.05) and largest["generator"] > 0.1


def test_the_generator_answers_to_the_clipped_discriminator(monkeypatch):
    treated, seen = game(remedies=[WeightClipping(0.05)]), []
    answer = treated.generator_gradients
    monkeypatch.setattr(treated, "generator_gradients", lambda n: seen.append(
        max(float(abs(parameter.data).max()) for parameter in treated.discriminator.parameters())) or answer(n))
    trained(treated)
    assert max(seen) == pytest.approx(0.05)


def test_packs_hold_data_or_samples_and_what_is_left_over_is_left_out(rng):
    treated = gan((2,), hidden=(8,), generator=0, remedies={"packing": 3})
    assert treated.packing == 3
    seen, forward = [], treated.discriminator.forward
    treated.discriminator.forward = lambda x: seen.append(x) or forward(x)
    d, g = Adam(treated.discriminator.parameters()), Adam(treated.generator.parameters())
    x = asarray(rng.standard_normal((8, 2)))
    treated.step(x, d, g)
    assert [len(batch) for batch in seen] == [6, 6, 6]
    np.testing.assert_array_equal(to_numpy(seen[0]), to_numpy(x[:6]))
    assert np.isfinite(float(treated.loss_of(x, batch_size=4)))


def test_a_game_of_packs_can_be_looked_at(rng):
    treated = gan((2,), hidden=(8,), generator=0, remedies={"packing": 3})
    x = asarray(rng.standard_normal((10, 2)))
    assert all(np.isfinite(value) for value in snapshot(treated, x).values())
    assert plane(treated, -1, 1, points=5).shape == (5, 5)
    fake, arrows = sample_gradients(treated, treated.prior.sample(10, rng))
    assert fake.shape == arrows.shape == (9, 2) and to_numpy(arrows).any()


def test_two_rates_keep_their_ratio_under_a_schedule(rng):
    treated = game()
    players = Adam(treated.discriminator.parameters(), 4e-3), Adam(treated.generator.parameters(), 1e-3)
    training = TwoPlayers(treated, players, asarray(rng.standard_normal((16, 2))), batch_size=8, generator=rng,
                          schedule=lambda step: 1e-3 / (1 + step))
    list(training.epochs(2))
    assert players[0].lr / players[1].lr == pytest.approx(4) and players[1].lr < 1e-3


def test_all_at_once(rng):
    """They compose: whatever has no tangent is left out beside the penalties."""
    one = {"r1": 0.1, "gradient_penalty": 1.0, "clip": 0.5, "smoothing": 0.1, "packing": 2}
    other = {"spectral_norm": True, "minibatch_std": 1.0, "instance_noise": 0.3, "noise_steps": 3, "packing": 2,
             "smoothing": 0.2}
    for remedies in (one, other):
        for shape in ((2,), (4, 4, 1)):
            treated = gan(shape, hidden=(8, 8), generator=0, remedies=remedies)
            d, g = Adam(treated.discriminator.parameters()), Adam(treated.generator.parameters())
            for _ in range(3):
                assert np.isfinite(float(treated.step(asarray(rng.uniform(size=(8, *shape))), d, g)))


def test_names_and_strengths_that_are_refused():
    with pytest.raises(ValueError, match=r"unknown remedy 'r_1' \(did you mean 'r1'\?\)"):
        Treatment.of({"r_1": 0.1})
    with pytest.raises(ValueError, match="says when the instance noise is gone, but there is none"):
        Treatment.of({"noise_steps": 5})
    for remedies, message in (({"packing": 0}, "packing must be at least 1"), ({"r1": -1}, "weight of R1"),
                              ({"clip": 0}, "limit of the weights must be above 0"),
                              ({"instance_noise": -1}, "instance_noise must be at least 0")):
        with pytest.raises(ValueError, match=message):
            gan((2,), remedies=remedies)


def test_noise_and_a_gradient_penalty_do_not_go_together():
    with pytest.raises(ValueError, match=r"InstanceNoise\(0.1\) has no tangent.*new noise"):
        gan((2,), remedies={"r1": 0.1, "instance_noise": 0.1})
