"""200 steps of the variational autoencoder go where PyTorch's go, from the same start, batches and noise.

vae_trajectory.npz was written by make_vae_trajectory.py, next to this file.
"""
import importlib.util
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.models.variational import vae
from scratchnets.optimizers import Adam

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("vae_setting", HERE / "vae_setting.py")
setting = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(setting)

with np.load(HERE / "vae_trajectory.npz") as file:
    REFERENCE = dict(file)


def test_the_training_follows_pytorch(float64):
    model = vae((28, 28, 1), latent=setting.LATENT, hidden=(setting.HIDDEN,), binarization="none")
    parameters = model.named_parameters()
    for place, pair in setting.initial_weights().items():
        for name, array in zip("Wb", pair):
            parameters[f"{place}.{name}"].data[...] = asarray(array)
    optimizer, losses = Adam(model.parameters(), lr=setting.LR), []
    for x, noise in setting.batches():
        optimizer.zero_grad()
        images = asarray(x.reshape(-1, 28, 28, 1))
        losses.append(float(model.loss_and_gradients(images, noise=asarray(noise))))
        optimizer.step()
    expected = REFERENCE["reconstruction"] + REFERENCE["kl"]
    np.testing.assert_allclose(losses[0], expected[0], rtol=1e-12,
                               err_msg="before any training: the initial weights or the digits are others")
    np.testing.assert_allclose(losses, expected, rtol=1e-9)
    norms = [np.linalg.norm(to_numpy(parameters[f"{place}.{name}"].data))
             for place in setting.LAYERS for name in "Wb"]
    np.testing.assert_allclose(norms, REFERENCE["norms"], rtol=1e-9)
    assert len(losses) == 200 and losses[-1] < losses[0] / 2       # it learned, so the agreement says something
    assert REFERENCE["kl"][-1] > 10                                # and it learned to use its code
