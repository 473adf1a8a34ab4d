"""What every model promises to the loop: see scratchnets/models/__init__.py."""
import copy

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.models import GAN
from scratchnets.models.recipes import RECIPES, build

SHAPE = (8, 8, 1)
PLAYERS = ("gan", "dcgan")                             # two losses, and no single one to descend
every_model = pytest.mark.parametrize("name", [name for name in RECIPES if name not in PLAYERS])


def made(name):
    return build(name, SHAPE, {"classes": 10} if name == "conditional-vae" else {}, generator=0)


@pytest.fixture
def batch_of(rng):
    """What the model of this name learns from."""
    arrays = {"x": rng.uniform(0.05, 0.95, (6, *SHAPE)), "y": rng.integers(0, 10, 6)}
    return lambda name: [asarray(arrays[each]) for each in RECIPES[name].learns_from]


@every_model
def test_the_loss_is_a_number_and_its_gradients_are_added(name, batch_of):
    model, batch = made(name), batch_of(name)
    twin = copy.deepcopy(model)                        # with the same noise to come
    for parameter in twin.parameters():
        parameter.grad += 1
    loss, again = model.loss_and_gradients(*batch), twin.loss_and_gradients(*batch)
    assert loss.shape == () and np.isfinite(float(loss)) and float(loss) == float(again)
    for ours, theirs in zip(model.parameters(), twin.parameters()):
        np.testing.assert_allclose(to_numpy(theirs.grad - ours.grad), 1, atol=1e-4)
    assert any(to_numpy(parameter.grad).any() for parameter in model.parameters())


@every_model
def test_nothing_else_moves_and_no_slot_stays_full(name, batch_of):
    model, batch = made(name), batch_of(name)
    before = {path: to_numpy(parameter.data).copy() for path, parameter in model.named_parameters().items()}
    model.loss_and_gradients(*batch)
    for path, parameter in model.named_parameters().items():
        np.testing.assert_array_equal(to_numpy(parameter.data), before[path])
    assert [repr(layer) for layer in model.walk() if layer._slot is not None] == []


@every_model
def test_what_is_frozen_gets_no_gradient(name, batch_of):
    model = made(name).freeze()
    model.loss_and_gradients(*batch_of(name))
    assert not any(to_numpy(parameter.grad).any() for parameter in model.parameters())


@pytest.mark.parametrize("name", PLAYERS)
def test_a_game_has_no_single_loss(name):
    assert isinstance(build(name, (28, 28, 1), {}, generator=0), GAN) and not hasattr(GAN, "loss_and_gradients")
