"""The matrix products that a step is made of: what they cost, and how long they take alone.

What else a step does (lay windows out, add biases, activations, the optimiser) comes on top. So the
time of its products alone is a bound that code on top of the same library can approach, not pass by much.
"""
import math
from functools import cache, partial, singledispatch
from typing import NamedTuple

from scratchnets.backend import default_dtype, xp
from scratchnets.layers import Conv2D, ConvTranspose2D, Dense, TiedDense


class Product(NamedTuple):
    """C = A B, or one of its gradients, dA = dC Bᵀ and dB = Aᵀ dC.

    Attributes
    ----------
    of : {"C", "dA", "dB"}
    rows, inner, columns : int
        A is (rows, inner), B (inner, columns), C (rows, columns), whichever of them is the result.
    """

    of: str
    rows: int
    inner: int
    columns: int


def operations(products):
    """Floating-point operations of these products; a multiplication with its addition counts two."""
    return sum(2 * math.prod(sizes) for _, *sizes in products)


def alone(products):
    """A function that takes these products and does nothing else: of arrays that lie ready, into others."""
    given = cache(lambda *shape: xp.ones(shape, dtype=default_dtype()))
    room = cache(lambda *shape: xp.empty(shape, dtype=default_dtype()))

    def prepared(of, rows, inner, columns):
        A, B, C = (rows, inner), (inner, columns), (rows, columns)
        factors, result = {"C": ((given(*A), given(*B)), C), "dA": ((given(*C), given(*B).T), A),
                           "dB": ((given(*A).T, given(*C)), B)}[of]
        return partial(xp.matmul, *factors, out=room(*result))

    calls = [prepared(*product) for product in products]

    def step():
        for call in calls:
            call()

    return step


@singledispatch
def forward_product(layer, inputs, output):
    """(rows, inner, columns) of the matrix product in one forward pass of the layer, or None.

    Parameters
    ----------
    layer : Layer
    inputs : tuple of array
        What forward took in.
    output : array
    """


@forward_product.register(Dense)
@forward_product.register(TiedDense)
def _(layer, inputs, output):
    return len(output), inputs[0].shape[-1], output.shape[-1]


@forward_product.register
def _(layer: Conv2D, inputs, output):
    *weights, channels = layer.W.shape               # at each output pixel: its window times the weights
    return math.prod(output.shape[:3]), math.prod(weights), channels


@forward_product.register
def _(layer: ConvTranspose2D, inputs, output):
    *weights, channels = layer.W.shape               # at each input pixel: its channels times the weights
    return math.prod(inputs[0].shape[:3]), channels, math.prod(weights)


def products_of(model, step):
    """The products of one step, in their order.

    Takes the step and watches. Backward needs the gradient of the weights, unless they are frozen, and
    that of the input, where it is asked for: one product each.

    Parameters
    ----------
    model : Layer
    step : callable

    Returns
    -------
    list of Product
    """
    seen = []
    layers = {id(layer): layer for layer in model.walk()}.values()
    for layer in layers:
        layer.forward, layer.backward = _watched(layer, seen)
    try:
        step()
    finally:
        for layer in layers:
            del layer.forward, layer.backward            # what the class defines comes to light again
    return seen


def _watched(layer, seen):
    """The layer's forward and backward, which enter the products that they take."""
    forward, backward = layer.forward, layer.backward
    sizes = None

    def watched_forward(*inputs, **options):
        nonlocal sizes
        output = forward(*inputs, **options)
        sizes = forward_product(layer, inputs, output)
        if sizes:
            seen.append(Product("C", *sizes))
        return output

    def watched_backward(*gradients, need_dx=True, **options):
        if sizes and need_dx:
            seen.append(Product("dA", *sizes))
        if sizes and not layer.frozen:
            seen.append(Product("dB", *sizes))
        return backward(*gradients, need_dx=need_dx, **options)

    return watched_forward, watched_backward
