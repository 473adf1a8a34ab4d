"""Steps of single layers: the products that the models are made of, and what lies between them."""
from functools import partial

import numpy as np

from scratchnets.backend import asarray
from scratchnets.benchmarks import torch_layers
from scratchnets.benchmarks.cases import case
from scratchnets.benchmarks.products import products_of
from scratchnets.layers import BatchNorm, Conv2D, ConvTranspose2D, Dense, MaxPool2D, ReLU

N = 128


def dense_example():
    """A dense layer, an input and a gradient of the output."""
    draw = np.random.default_rng(0).standard_normal
    return Dense(784, 512, generator=0), asarray(draw((N, 784))), asarray(draw((N, 512)))


@case("dense-forward", "128 × 784 → 512: x W + b")
def dense_forward():
    layer, x, _ = dense_example()

    def step():
        layer.forward(x)

    return step, products_of(layer, step), lambda torch: torch_layers.forward(torch, layer, x)


@case("dense-backward", "the same: dx, dW, db")
def dense_backward():
    layer, x, dy = dense_example()
    y = layer.forward(x)

    def step():
        layer.keep(y, x)                # each backward takes what forward kept
        layer.backward(dy)

    both = products_of(layer, lambda: layer.backward(layer.forward(x)))
    products = [product for product in both if product.of != "C"]
    return step, products, lambda torch: torch_layers.backward(torch, layer, x, dy)


def forward_and_backward(make, shape):
    """Forward and backward of a layer on images of this shape."""
    draw = np.random.default_rng(0).standard_normal
    layer, x = make(), asarray(draw(shape))
    dy = asarray(draw(layer.predict(x).shape))

    def step():
        layer.forward(x)
        layer.backward(dy)

    return step, products_of(layer, step), lambda torch: torch_layers.both(torch, layer, x, dy)


CONVOLUTIONS = {
    "conv-3x3": ("64×14×14×64 → 64", Conv2D, (64, 14, 14, 64), 64, 3, 1, 1),
    "conv-5x5": ("64×28×28×16 → 32", Conv2D, (64, 28, 28, 16), 32, 5, 1, 2),
    "conv-stride": ("64×14×14×32 → 64, 4×4, stride 2", Conv2D, (64, 14, 14, 32), 64, 4, 2, 1),
    "conv-images": ("64×28×28×1 → 32, 4×4, stride 2", Conv2D, (64, 28, 28, 1), 32, 4, 2, 1),
    "transpose-stride": ("64×7×7×64 → 32, 4×4, stride 2", ConvTranspose2D, (64, 7, 7, 64), 32, 4, 2, 1),
    "transpose-images": ("64×14×14×32 → 1, 4×4, stride 2", ConvTranspose2D, (64, 14, 14, 32), 1, 4, 2, 1),
}
for _name, (_summary, _kind, _shape, *_geometry) in CONVOLUTIONS.items():
    case(_name, f"{_summary}: y, dx, dW, db")(
        partial(forward_and_backward, partial(_kind, _shape[-1], *_geometry, generator=0), _shape))

BETWEEN = {
    "relu": ("forward and backward", ReLU),
    "batch-norm": ("training mode, forward and backward", partial(BatchNorm, 32)),
    "max-pool": ("2×2, forward and backward", partial(MaxPool2D, 2)),
}
for _name, (_summary, _make) in BETWEEN.items():
    case(_name, f"64×28×28×32, {_summary}")(partial(forward_and_backward, _make, (64, 28, 28, 32)))
