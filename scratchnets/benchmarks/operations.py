"""How many floating-point operations a step needs: those of its matrix products, which are nearly all."""
from functools import singledispatch

from scratchnets.layers import Conv2D, ConvTranspose2D, Dense, TiedDense


@singledispatch
def products(layer, inputs, output):
    """Multiplications (each with an addition) in the matrix products of one forward pass of the layer.

    Parameters
    ----------
    layer : Layer
    inputs : tuple of array
        What forward took in.
    output : array
    """
    return 0


@products.register(Dense)
@products.register(TiedDense)
def _(layer, inputs, output):
    return len(output) * layer.W.size            # N D M


@products.register
def _(layer: Conv2D, inputs, output):
    n, height, width, _ = output.shape           # at each output pixel all weights are used once
    return n * height * width * layer.W.size


@products.register
def _(layer: ConvTranspose2D, inputs, output):
    n, height, width, _ = inputs[0].shape        # at each input pixel
    return n * height * width * layer.W.size


def step_operations(model, step):
    """Floating-point operations of one step; a multiplication with its addition counts two.

    Takes the step and watches. The gradient of the weights costs as much as the forward pass, and so
    does the gradient of the input, where they are asked for.

    Parameters
    ----------
    model : Layer
    step : callable
    """
    counts = []
    layers = {id(layer): layer for layer in model.walk()}.values()
    for layer in layers:
        layer.forward, layer.backward = _counting(layer, counts)
    try:
        step()
    finally:
        for layer in layers:
            del layer.forward, layer.backward            # what the class defines comes to light again
    return 2 * sum(counts)


def _counting(layer, counts):
    """The layer's forward and backward, which enter what they cost."""
    forward, backward = layer.forward, layer.backward
    cost = 0

    def counting_forward(*inputs, **options):
        nonlocal cost
        output = forward(*inputs, **options)
        cost = products(layer, inputs, output)
        counts.append(cost)
        return output

    def counting_backward(*gradients, need_dx=True, **options):
        counts.append(cost * (need_dx + (not layer.frozen)))
        return backward(*gradients, need_dx=need_dx, **options)

    return counting_forward, counting_backward
