"""The twins in PyTorch compute the same: else the comparison would be of different things."""
from contextlib import contextmanager

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.benchmarks import torch_layers
from scratchnets.benchmarks.layer_steps import BETWEEN, CONVOLUTIONS, dense_example
from scratchnets.benchmarks.training_steps import training_step
from scratchnets.models.recipes import RECIPES

torch = pytest.importorskip("torch", reason="the twins need PyTorch")
pytestmark = pytest.mark.skipif(torch_layers.device() == "cuda" and not torch.cuda.is_available(),
                                reason="PyTorch finds no GPU here")


def test_forward_and_backward_agree():
    layer, x, dy = dense_example()
    y = torch_layers.forward(torch, layer, x)()
    np.testing.assert_allclose(y.detach().numpy(), to_numpy(layer.forward(x)), rtol=1e-4, atol=1e-5)

    x_twin, module = torch_layers.tensor(torch, x).requires_grad_(), torch_layers.module(layer, torch)
    module(x_twin).backward(torch_layers.tensor(torch, dy))
    dx = layer.backward(dy)
    for ours, theirs in ((dx, x_twin.grad), (layer.W.grad, module.weight.grad.T),
                         (layer.b.grad, module.bias.grad)):
        np.testing.assert_allclose(theirs.numpy(), to_numpy(ours), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_agree(name):
    _, kind, shape, *geometry = CONVOLUTIONS[name]
    layer = kind(shape[-1], *geometry, generator=0)
    x = asarray(np.random.default_rng(0).standard_normal((2, *shape[1:])))
    y = torch_layers.forward(torch, layer, x)()
    np.testing.assert_allclose(y.detach().numpy(), to_numpy(layer.forward(x)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", BETWEEN)
def test_layers_between_agree(name):
    layer, draw = BETWEEN[name][1](), np.random.default_rng(0).standard_normal
    x = asarray(draw((2, 7, 6, 32)))                             # the last row is in no window
    x_twin, module = torch_layers.tensor(torch, x).requires_grad_(), torch_layers.module(layer, torch)
    y, y_twin = layer.forward(x), module(x_twin)
    np.testing.assert_allclose(y_twin.detach().numpy(), to_numpy(y), rtol=1e-4, atol=1e-5)
    dy = asarray(draw(y.shape))
    y_twin.backward(torch_layers.tensor(torch, dy))
    np.testing.assert_allclose(x_twin.grad.numpy(), to_numpy(layer.backward(dy)), rtol=1e-4, atol=1e-5)


@contextmanager
def precision(dtype):
    """Both libraries in this one."""
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        with backend.use(backend.name(), dtype=dtype):
            yield
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("name", RECIPES)
def test_ten_training_steps_agree(name):
    """To nearly all digits in float64, or, where both draw noise of their own, to the noise in the loss.

    In float32 the roundings of a deep network grow from step to step, by different amounts.
    """
    torch.manual_seed(0)
    noisy = name.endswith(("gan", "vae", "denoising"))
    with precision("float32" if noisy else "float64"):
        step, _, twin = training_step(name)
        try:
            twin = twin(torch)                # with the weights as they are now
        except torch_layers.NoTwin as missing:
            pytest.skip(str(missing))
        ours, theirs = ([float(take()) for _ in range(10)] for take in (step, twin))
    assert ours[-1] != pytest.approx(ours[0], rel=1e-3)          # something was learned
    np.testing.assert_allclose(theirs, ours, rtol=3e-2 if noisy else 1e-9)
