"""The convolutional GAN has the sizes that it says, right gradients, and two players that keep apart."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import BatchNorm, Conv2D, ConvTranspose2D, Dense, Layer
from scratchnets.models.adversarial import dcgan
from scratchnets.models.adversarial.convolutional import GENERATORS
from scratchnets.optimizers import Adam

every_architecture = pytest.mark.parametrize("architecture", GENERATORS)
either_way = pytest.mark.parametrize("batch_norm", (True, False))


def small(**options):
    """4×4 images. Weights twenty times as large as usual, for slopes that differences can see."""
    game = dcgan((4, 4, 2), latent=3, channels=(2, 3), generator=1, **options)
    for path, parameter in game.named_parameters().items():
        if path.endswith("W"):
            parameter.data *= 20
    return game


class Player(Layer):
    """One player as a model of its own: what it pays is a function of its parameters."""

    def __init__(self, game, name):
        self.player, self._game, self._name = getattr(game, name), game, name

    def children(self):
        return [("player", self.player)]

    def loss_and_gradients(self, x, z):
        game = self._game
        if self._name == "discriminator":
            return game.discriminator_gradients(x, z)
        return game.generator_gradients(len(z), z)


# ---- sizes ---------------------------------------------------------------------------------------------

@every_architecture
def test_noise_becomes_images_and_images_one_logit(architecture):
    game = dcgan((28, 28, 1), architecture=architecture, generator=0)
    images = game.generator.predict(game.noise(3))
    assert images.shape == (3, 28, 28, 1) and 0 < images.min() and images.max() < 1
    assert game.discriminator.predict(images).shape == (3, 1)


def test_the_transposed_generator_grows_through_small_maps():
    game = dcgan((28, 28, 1), generator=0)
    lines = game.generator.summary((64,)).splitlines()
    assert [line for line in lines if "(batch, 7, 7, 128)" in line]
    assert [line for line in lines if "(batch, 14, 14, 64)" in line]
    weights = 64 * 7 * 7 * 128 + 128 * 64 * 4 * 4 + 64 * 4 * 4 + 1
    assert lines[-1].split()[-1] == f"{weights + 2 * (128 + 64):,}"


def test_the_dense_generator_has_about_as_many_weights():
    counts = [sum(p.size for p in dcgan((28, 28, 1), architecture=name, generator=0).generator.parameters())
              for name in ("transpose", "dense")]
    assert counts[1] == pytest.approx(counts[0], rel=0.1)


@every_architecture
@either_way
def test_weights_are_small_and_no_bias_stands_before_a_batch_norm(architecture, batch_norm):
    game = dcgan((28, 28, 1), architecture=architecture, batch_norm=batch_norm, generator=0)
    assert any(isinstance(layer, BatchNorm) for layer in game.walk()) == batch_norm
    for network in (game.generator, game.discriminator):
        makers = [layer for layer in network.layers
                  if isinstance(layer, (Dense, Conv2D, ConvTranspose2D, BatchNorm))]
        for layer, behind in zip(makers, [*makers[1:], None]):
            if not isinstance(layer, BatchNorm):
                assert (layer.b is None) == isinstance(behind, BatchNorm)
                assert to_numpy(layer.W.data).std() == pytest.approx(0.02, rel=0.1)


@pytest.mark.parametrize("shape, message", [
    ((28, 30, 1), "divisible by 4, got 28×30"), ((784,), "learns images of shape")])
def test_images_that_cannot_be_halved_twice_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        dcgan(shape)


def test_an_unknown_architecture_is_refused():
    with pytest.raises(ValueError, match="unknown architecture 'transposed'.*'transpose'"):
        dcgan((8, 8, 1), architecture="transposed")


# ---- gradients -----------------------------------------------------------------------------------------

@every_architecture
@either_way
@pytest.mark.parametrize("player", ("discriminator", "generator"))
def test_gradients(architecture, batch_norm, player, float64):
    game = small(architecture=architecture, batch_norm=batch_norm)
    rng = np.random.default_rng(54)             # with others some activation lies at a kink, within a difference's step
    x, z = asarray(rng.random((4, 4, 4, 2))), asarray(rng.standard_normal((4, 3)))
    assert gradcheck(Player(game, player), x, z, method="directional")


@every_architecture
def test_a_players_step_leaves_the_other_players_weights_alone(architecture, rng):
    game = small(architecture=architecture)
    d_optimizer, g_optimizer = (Adam(player.parameters(), lr=0.01)
                                for player in (game.discriminator, game.generator))
    x = asarray(rng.random((6, 4, 4, 2)))

    def weights():
        return {name: [to_numpy(parameter.data).copy() for parameter in getattr(game, name).parameters()]
                for name in ("discriminator", "generator")}

    def moved(name):
        return [not np.array_equal(*pair) for pair in zip(weights()[name], before[name])]

    before = weights()
    game.discriminator_gradients(x)
    assert not any(to_numpy(p.grad).any() for p in game.generator.parameters())
    d_optimizer.step()
    assert all(moved("discriminator")) and not any(moved("generator"))

    before = weights()
    game.zero_grad()
    game.generator_gradients(6)
    assert not any(to_numpy(p.grad).any() for p in game.discriminator.parameters())
    g_optimizer.step()
    assert all(moved("generator")) and not any(moved("discriminator"))


def test_data_and_samples_are_normalized_apart(float64, rng):
    """D's loss is that of two passes of half the batch, not of one pass of both."""
    game = small()
    x, z = asarray(rng.random((4, 4, 4, 2))), asarray(rng.standard_normal((4, 3)))
    loss = float(game.discriminator_gradients(x, z))
    fake = game.generator.forward(z)
    real_logits, fake_logits = (to_numpy(game.discriminator.forward(batch)) for batch in (x, fake))
    expected = np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean()
    assert loss == pytest.approx(expected, rel=1e-12)
    both = np.concatenate([to_numpy(x), to_numpy(fake)])
    together = to_numpy(game.discriminator.forward(asarray(both)))
    assert abs(loss - np.logaddexp(0, -together[:4]).mean() - np.logaddexp(0, together[4:]).mean()) > 1e-3
