"""Gradient penalties: gradients against differences of the penalty, closed forms, and what they refuse."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerNorm,
    LeakyReLU,
    Pack,
    ReLU,
    Reshape,
    Sequential,
    Tanh,
)
from scratchnets.models.adversarial import GAN, GaussianPrior
from scratchnets.models.adversarial.penalties import R1, GradientPenalty, between, input_gradient, r1, two_sided

pytestmark = pytest.mark.usefixtures("float64")


def dense_critic():
    return Sequential(Dense(3, 7, generator=1), ReLU(), Dense(7, 5, generator=2), LeakyReLU(0.2),
                      Dense(5, 1, generator=3))


def convolutional_critic():
    return Sequential(Reshape((5, 4, 2)), Conv2D(2, 3, 3, stride=2, padding=1, generator=1), LeakyReLU(0.2),
                      Conv2D(3, 4, 2, generator=2), ReLU(), Flatten(), Dense(8, 1, generator=3))


CRITICS = {"dense": (dense_critic, (6, 3)), "convolutional": (convolutional_critic, (4, 40)),
           "of packs": (lambda: Sequential(Pack(2), Dense(6, 5, generator=1), ReLU(), Dense(5, 1, generator=2)),
                        (6, 3))}
PENALTIES = {"R1": lambda critic, x: r1(critic, x, 0.7),
             "two-sided": lambda critic, x: two_sided(critic, x, 3.0)}
every_penalty = pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)
every_critic = pytest.mark.parametrize("critic, shape", CRITICS.values(), ids=CRITICS)


def value_of(penalty, critic, x):
    """The penalty alone, from the slopes at x: no tangent takes part."""
    slopes, n = input_gradient(critic, x)
    norms = np.sqrt((to_numpy(slopes).reshape(n, -1) ** 2).sum(axis=1))
    return 0.7 / 2 * (norms ** 2).mean() if penalty is PENALTIES["R1"] else 3.0 * ((norms - 1) ** 2).mean()


@every_critic
@every_penalty
def test_the_gradient_against_differences_of_the_penalty(penalty, critic, shape, rng):
    """R1 is a polynomial in each weight and the norm smooth: central differences are good to 1e-8."""
    critic, x = critic(), asarray(rng.standard_normal(shape))
    paid = float(penalty(critic, x))
    assert paid == pytest.approx(value_of(penalty, critic, x), rel=1e-12)
    ours, theirs = [], []
    for parameter in critic.parameters():
        flat, h = parameter.data.reshape(-1), 1e-5
        for place in range(len(flat)):
            kept = float(flat[place])
            values = []
            for shift in (h, -h):
                flat[place] = kept + shift
                values.append(value_of(penalty, critic, x))
            flat[place] = kept
            theirs.append((values[0] - values[1]) / (2 * h))
        ours += to_numpy(parameter.grad).reshape(-1).tolist()
    ours, theirs = np.array(ours), np.array(theirs)
    assert np.linalg.norm(ours) > 0.001                      # or the check would be vacuous
    assert np.linalg.norm(ours - theirs) / np.linalg.norm(theirs) < 1e-8


@every_penalty
def test_the_gradient_joins_what_is_there_and_no_bias_is_touched(penalty, rng):
    critic, x = dense_critic(), asarray(rng.standard_normal((6, 3)))
    penalty(critic, x)
    once = [to_numpy(parameter.grad).copy() for parameter in critic.parameters()]
    penalty(critic, x)
    for parameter, grad in zip(critic.parameters(), once):
        np.testing.assert_allclose(to_numpy(parameter.grad), 2 * grad, rtol=1e-12)
        assert grad.any() == (parameter.name == "W")


def test_a_linear_critic_has_a_closed_form(rng):
    """D = wx + b has the slope w everywhere: Ω = γ/2 ‖w‖² and λ (‖w‖ − 1)², whatever x is."""
    x, critic = asarray(rng.standard_normal((5, 4))), Dense(4, 1, generator=0)
    w = to_numpy(critic.W.data).copy()
    norm = np.linalg.norm(w)
    assert float(r1(critic, x, 0.3)) == pytest.approx(0.15 * norm ** 2, rel=1e-12)
    np.testing.assert_allclose(to_numpy(critic.W.grad), 0.3 * w, rtol=1e-12)
    critic.zero_grad()
    assert float(two_sided(critic, x, 10)) == pytest.approx(10 * (norm - 1) ** 2, rel=1e-12)
    np.testing.assert_allclose(to_numpy(critic.W.grad), 20 * (norm - 1) * w / norm, rtol=1e-12)


@every_penalty
def test_a_slope_of_zero_has_no_direction_and_gives_no_gradient(penalty, rng):
    critic = dense_critic()
    critic.layers[0].b.data[...] = -100                      # all units off
    paid = float(penalty(critic, asarray(rng.standard_normal((6, 3)))))
    assert paid == (0 if penalty is PENALTIES["R1"] else 3)
    for parameter in critic.parameters():
        assert not to_numpy(parameter.grad).any()            # nor NaN, which any() would find


@every_penalty
def test_frozen_layers_are_passed_by(penalty, rng):
    critic, x = dense_critic(), asarray(rng.standard_normal((6, 3)))
    critic.layers[2].freeze()
    penalty(critic, x)
    assert not to_numpy(critic.layers[2].W.grad).any() and to_numpy(critic.layers[0].W.grad).any()
    assert [layer.frozen for layer in critic.layers] == [False, False, True, False, False]


@every_penalty
@pytest.mark.parametrize("inside", [BatchNorm(7), LayerNorm(7), Tanh(), Dropout(0.3, generator=0)], ids=repr)
def test_a_critic_without_tangents_is_refused(penalty, inside, rng):
    critic = Sequential(Dense(3, 7, generator=1), inside, Dense(7, 1, generator=2))
    with pytest.raises(NotImplementedError, match=f"{type(inside).__name__}.*has no tangent"):
        penalty(critic, asarray(rng.standard_normal((6, 3))))
    for remedy in (R1(0.1), GradientPenalty(1)):
        with pytest.raises(ValueError, match=f"cannot treat this.*{type(inside).__name__}.*has no tangent"):
            GAN(Dense(2, 3), critic, GaussianPrior(2), remedies=[remedy])


@pytest.mark.parametrize("penalty", [R1, GradientPenalty])
def test_bad_weights_are_refused(penalty):
    with pytest.raises(ValueError, match=f"the weight of {penalty.__name__} must be at least 0, got -1"):
        penalty(-1)


def test_the_points_between_lie_on_the_lines(rng):
    real, fake = (asarray(rng.standard_normal((3, 2, 2, 1))) for _ in range(2))
    x = to_numpy(between(real, fake, asarray([0.0, 1.0, 0.25])))
    np.testing.assert_allclose(x[0], to_numpy(fake[0]))
    np.testing.assert_allclose(x[1], to_numpy(real[1]))
    np.testing.assert_allclose(x[2], 0.25 * to_numpy(real[2]) + 0.75 * to_numpy(fake[2]))


def test_the_game_pays_the_penalty_on_the_data_in_training_only(rng):
    def game(*remedies):
        return GAN(Dense(2, 3, generator=0), dense_critic(), GaussianPrior(2), rng=0, remedies=remedies)
    x, z = asarray(rng.standard_normal((6, 3))), asarray(rng.standard_normal((6, 2)))
    plain, treated = game(), game(R1(0.7))
    paid = float(treated.discriminator_gradients(x, z)) - float(plain.discriminator_gradients(x, z))
    alone = dense_critic()
    assert paid == pytest.approx(float(r1(alone, x, 0.7)), rel=1e-12)
    for mine, other, extra in zip(treated.discriminator.parameters(), plain.discriminator.parameters(),
                                  alone.parameters()):
        expected = to_numpy(other.grad + extra.grad)
        np.testing.assert_allclose(to_numpy(mine.grad), expected, rtol=1e-10, atol=1e-14)
    assert float(treated.eval().discriminator_gradients(x, z)) == pytest.approx(
        float(plain.eval().discriminator_gradients(x, z)), rel=1e-15)


def test_the_interpolation_follows_from_the_games_seed(rng):
    x, z = asarray(rng.standard_normal((6, 3))), asarray(rng.standard_normal((6, 2)))
    paid = []
    for seed in (0, 0, 1):
        game = GAN(Dense(2, 3, generator=0), dense_critic(), GaussianPrior(2), "wasserstein", rng=seed,
                   remedies=[GradientPenalty(10)])
        paid.append(float(game.discriminator_gradients(x, z)))
    assert paid[0] == paid[1] != paid[2]


def test_a_pack_is_moved_as_one(rng):
    """One u for the examples that are judged together."""
    critic = Sequential(Pack(2), Dense(6, 5, generator=1), ReLU(), Dense(5, 1, generator=2))
    game = GAN(Dense(2, 3, generator=0), critic, GaussianPrior(2), rng=0, remedies=[GradientPenalty(10)])
    seen, forward = [], critic.forward
    critic.forward = lambda x: seen.append(x) or forward(x)
    real, fake = asarray(np.ones((6, 3))), asarray(np.zeros((6, 3)))
    game.remedies[0].gradients(game, real, fake)
    u = to_numpy(seen[0])[:, 0]
    assert (u[::2] == u[1::2]).all() and len(set(u)) == 3


@pytest.mark.parametrize("size", [1e-30, 1e25])
def test_a_slope_whose_square_float32_cannot_name_has_a_length(size):
    """A critic that is nearly flat, as one is that has stopped learning: its slope has a direction all the same."""
    critic = Dense(2, 1, bias=False)
    critic.W.data, critic.W.grad = (values.astype("float32") for values in (critic.W.data, critic.W.grad))
    critic.W.data[...] = asarray([[3 * size], [4 * size]], "float32")
    if size < 1:
        penalty = two_sided(critic, asarray([[1.0, 2.0]], "float32"), 1.0)
        assert float(penalty) == 1
        np.testing.assert_allclose(to_numpy(critic.W.grad), [[-2 * 0.6], [-2 * 0.8]], rtol=1e-6)
    else:
        gradient, _ = input_gradient(critic, asarray([[1.0, 2.0]], "float32"))
        penalty = two_sided(critic, asarray([[1.0, 2.0]], "float32"), 1e-35)
        assert float(penalty) == pytest.approx(1e-35 * (5 * size) ** 2, rel=1e-5)
