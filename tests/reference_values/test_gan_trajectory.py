"""200 steps of the game go where PyTorch's go, from the same start, batches and noise.

gan_trajectory.npz was written by make_gan_trajectory.py, next to this file.
"""
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import ReLU, Sequential
from scratchnets.models.adversarial import GAN, GaussianPrior
from scratchnets.models.adversarial.networks import dense_stack
from scratchnets.optimizers import Adam

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("gan_setting", HERE / "gan_setting.py")
setting = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(setting)

with np.load(HERE / "gan_trajectory.npz") as file:
    REFERENCE = dict(file)


def network(widths, seed):
    layers = Sequential(*dense_stack(widths, ReLU, np.random.default_rng(0)))
    for parameter, array in zip(layers.parameters(), setting.initial_weights(widths, seed)):
        parameter.data[...] = asarray(array)
    return layers


def play(loss):
    """(losses of D, losses of G, norms), by `GAN.step`; G's loss is taken down on its way."""
    game = GAN(network(setting.G_WIDTHS, 0), network(setting.D_WIDTHS, 1), GaussianPrior(setting.LATENT), loss,
               setting.K)
    drawn, d_losses, g_losses, gradients = setting.noise(), [], [], game.generator_gradients
    game.noise = lambda n: asarray(next(drawn))
    game.generator_gradients = lambda n: g_losses.append(gradients(n))
    d_adam = Adam(game.discriminator.parameters(), lr=setting.D_LR, beta1=setting.BETA1)
    g_adam = Adam(game.generator.parameters(), lr=setting.G_LR, beta1=setting.BETA1)
    for x in asarray(setting.batches()):
        d_losses.append(game.step(x, d_adam, g_adam))
    norms = [np.linalg.norm(to_numpy(parameter.data))
             for player in (game.generator, game.discriminator) for parameter in player.parameters()]
    return [float(loss) for loss in d_losses], [float(loss) for loss in g_losses], norms


@pytest.mark.parametrize("loss", ["minimax", "non-saturating", "least-squares"])
def test_the_game_follows_pytorch(loss, float64):
    d_losses, g_losses, norms = play(loss)
    np.testing.assert_allclose(d_losses[0], REFERENCE[f"{loss}/d_losses"][0], rtol=1e-12,
                               err_msg="before any training: the start is another one")
    np.testing.assert_allclose(d_losses, REFERENCE[f"{loss}/d_losses"], rtol=1e-6)
    np.testing.assert_allclose(g_losses, REFERENCE[f"{loss}/g_losses"], rtol=1e-6)
    np.testing.assert_allclose(norms, REFERENCE[f"{loss}/norms"], rtol=1e-6)
    assert len(d_losses) == 200 and len(g_losses) == 100
    assert abs(d_losses[-1] - d_losses[0]) > 0.05         # it moved, so the agreement is about something
