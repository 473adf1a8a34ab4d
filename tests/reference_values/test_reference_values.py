"""Values, gradients, optimiser paths and a whole training agree with PyTorch's, which need not be here.

reference_values.npz was written by make_reference_values.py, next to this file.
"""
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

from scratchnets import layers, losses, optimizers
from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.gradcheck import registry
from scratchnets.parameter import Parameter

with np.load(Path(__file__).with_name("reference_values.npz")) as file:
    REFERENCE = dict(file)


def pooled_and_back(pool):
    return layers.Sequential(pool, layers.MaxUnpool2D(pool))


CASES = dict.fromkeys(name.split("/")[0] for name in REFERENCE)

# Layers with other settings than the gradient check's example of the same name; all others are that example.
SETTINGS = {
    "Conv2D": lambda: layers.Conv2D(2, 4, (3, 2), stride=(2, 1), padding=(1, 2)),
    "ConvTranspose2D":
        lambda: layers.ConvTranspose2D(4, 2, (4, 3), stride=(2, 3), padding=(1, 0), output_padding=(1, 2)),
    "MaxUnpool2D": lambda: pooled_and_back(layers.MaxPool2D((2, 3))),
}
LAYERS = [case for case in CASES if registry.base(case) in layers.__all__]
LOSSES = [case for case in CASES if registry.base(case).split(".")[0] in losses.__all__]
NO_REFERENCE = {"Layer": "the base of all layers", "Sequential": "the training below runs through one",
                "Identity": "nothing to compute", "Dropout": "random", "GaussianNoise": "random",
                "MaskingNoise": "random", "SaltAndPepper": "random", "GaussianSample": "random"}
OPTIMIZERS = {
    "SGD": lambda p: optimizers.SGD(p, lr=0.1),
    "SGD, momentum": lambda p: optimizers.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
    "SGD, nesterov": lambda p: optimizers.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "RMSProp": lambda p: optimizers.RMSProp(p, lr=0.1, beta=0.9, epsilon=1e-3, weight_decay=0.1),
    "Adam": lambda p: optimizers.Adam(p, lr=0.1, beta1=0.8, beta2=0.9, epsilon=1e-3, weight_decay=0.1),
    "AdamW": lambda p: optimizers.AdamW(p, lr=0.1, beta1=0.8, beta2=0.9, epsilon=1e-3, weight_decay=0.1),
}


def made(case):
    """The layer of one case."""
    return SETTINGS[case]() if case in SETTINGS else registry.EXAMPLES[case](registry.Draw(0))[0]


def of(case):
    """{name: array} of one case."""
    names = [name for name in REFERENCE if name.startswith(f"{case}/")]
    return {name.removeprefix(f"{case}/"): REFERENCE[name] for name in names}


def agree(ours, theirs, rtol=1e-11):
    np.testing.assert_allclose(to_numpy(ours), theirs, rtol=rtol, atol=rtol * abs(theirs).max())


@pytest.mark.parametrize("case", LAYERS)
def test_layers(case, float64):
    reference, layer = of(case), made(case)
    parameters = layer.named_parameters()
    for name, parameter in parameters.items():
        parameter.data[...] = asarray(reference[name])
    for name in layer.buffers:
        getattr(layer, name)[...] = asarray(reference[name])
    agree(layer.forward(asarray(reference["x"])), reference["y"])
    dx = layer.backward(asarray(reference["dy"]))
    gradients = {f"d{name}": parameter.grad for name, parameter in parameters.items()}
    if dx is not None:                                # tokens have none
        gradients["dx"] = dx
    assert gradients.keys() == {name for name in reference if name.startswith("d") and name != "dy"}
    for name, gradient in gradients.items():
        agree(gradient, reference[name])
    for name in layer.buffers:
        agree(getattr(layer, name), reference[f"after_{name}"])
    if "penalty" in reference:
        agree(layer.penalty, reference["penalty"])


@pytest.mark.parametrize("case", LOSSES)
def test_losses(case, float64):
    reference = of(case)
    inputs = [name for name in reference if f"d{name}" in reference]
    arguments = {name: asarray(reference[name]) for name in inputs}
    if "target" in reference:
        arguments["target"] = asarray(reference["target"])
    loss = attrgetter(registry.base(case))(losses)
    value, *gradients = loss(*arguments.values())
    agree(value, reference["value"])
    assert len(gradients) == len(inputs)
    for name, gradient in zip(inputs, gradients):
        agree(gradient, reference[f"d{name}"])


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_optimizers(case, float64):
    reference = of(case)
    theta = Parameter(reference["start"])
    optimizer = OPTIMIZERS[case]([theta])
    for grad, place in zip(reference["grads"], reference["path"]):
        theta.grad[...] = asarray(grad)
        optimizer.step()
        agree(theta.data, place)


def test_two_hundred_steps_of_the_autoencoder(float64):
    """784-512-256-10-256-512-784, ReLU, a linear code, sigmoid pixels, ½ squared error, Adam."""
    widths, random, stack = (784, 512, 256, 10, 256, 512, 784), np.random.RandomState(0), []
    for position, (n_in, n_out) in enumerate(zip(widths[:-1], widths[1:])):
        dense, bound = layers.Dense(n_in, n_out), n_in ** -0.5
        dense.W.data[...] = asarray(random.uniform(-bound, bound, (n_in, n_out)))
        dense.b.data[...] = asarray(random.uniform(-bound, bound, n_out))
        stack += [dense, layers.ReLU()] if position in (0, 1, 3, 4) else [dense]
    network = layers.Sequential(*stack, layers.Sigmoid())
    optimizer = optimizers.Adam(network.parameters(), lr=1e-3)
    x = asarray(load("mnist5k").x_train.reshape(-1, 784))
    path, batches = [], len(x) // 128
    for step in range(200):
        start = 128 * (step % batches)
        batch = x[start:start + 128]
        optimizer.zero_grad()
        loss, dprediction = losses.squared_error(network.forward(batch), batch)
        network.backward(dprediction, need_dx=False)
        optimizer.step()
        path.append(float(loss))
    reference = of("training")
    np.testing.assert_allclose(path[0], reference["losses"][0], rtol=1e-12,
                               err_msg="before any training: the initial weights or the digits are others")
    np.testing.assert_allclose(path, reference["losses"], rtol=1e-9)
    norms = [np.linalg.norm(to_numpy(parameter.data)) for parameter in network.parameters()]
    np.testing.assert_allclose(norms, reference["norms"], rtol=1e-9)
    assert path[-1] < path[0] / 5                     # it learned, so the agreement is about something


PUBLIC = [*layers.__all__, *losses.__all__, *(optimizer.__name__ for optimizer in optimizers.OPTIMIZERS.values())]
COVERED = {registry.base(case).split(".")[0] for case in CASES}
WHERE = """{name} is not compared with another program. Add to make_reference_values.py, beside this file, a line like
    layer("{name}", F.…, x=normal(3, 4))
and run it where PyTorch is installed: python tests/reference_values/make_reference_values.py {name}
Or say in NO_REFERENCE of this file why there is none."""


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_public_has_a_reference_or_a_reason(name):
    assert (name in COVERED) != (name in NO_REFERENCE), WHERE.format(name=name)


@pytest.mark.parametrize("case", CASES)
def test_every_reference_is_compared(case):
    assert case in [*LAYERS, *LOSSES, *OPTIMIZERS, "training"], \
        f"{case} is no public layer or loss; an optimiser's settings belong into OPTIMIZERS of this file"
    if case in LAYERS:
        assert case in SETTINGS or case in registry.EXAMPLES, \
            f"add {case!r}, with the settings of this case, to EXAMPLES in scratchnets/gradcheck/registry.py"
