"""A layer held still: a copy in float64 that gives the same output for the same input, every time.

A derivative by differences compares values of one function. A layer that draws new noise or moves
its running statistics is another function at each call, so both are set back before each.
"""
import copy
from contextlib import contextmanager

from scratchnets.backend import asarray
from scratchnets.parameter import Parameter


def away_from_zero(shape, seeded):
    """Random numbers of either sign, none near 0."""
    return seeded.uniform(0.2, 0.8, shape) * seeded.choice([-1.0, 1.0], shape)


class Still:
    """A copy of a layer or model whose state can be set back.

    Parameters
    ----------
    layer : Layer
        Stays as it is.
    seeded : numpy.random.Generator
        For the noise, and for parameters that are all equal: a bias of zeros or a scale of ones hides
        a mistake, so they become random.
    """

    def __init__(self, layer, seeded):
        self.layer = copy.deepcopy(layer)
        self.layer.forget()
        self.layer.unfreeze()                  # every gradient is checked; that freezing works, apart
        for each in self.layer.walk():
            for attribute, value in vars(each).items():
                if attribute != "_slot":
                    setattr(each, attribute, _in_float64(value))
        self.parameters = {}
        for path, parameter in self.layer.named_parameters().items():
            before, _, own = path.rpartition(".")
            self.parameters[f"{before}.d{own}" if before else f"d{own}"] = parameter
            start = asarray(parameter.data)
            if (start == start.reshape(-1)[0]).all():
                start = start + asarray(away_from_zero(start.shape, seeded))
            parameter.data, parameter.grad = start, 0 * start
        self.point = {label: parameter.data.copy() for label, parameter in self.parameters.items()}
        self.buffers = [(each, name, getattr(each, name).copy())
                        for each in self.layer.walk() for name in each.buffers]
        self.noise = [(generator, type(generator.bit_generator)(int(seeded.integers(2**32))).state)
                      for generator in self.layer.generators().values()]

    def restore(self):
        """Noise and buffers as they were."""
        for generator, state in self.noise:
            generator.bit_generator.state = state
        for each, name, value in self.buffers:
            setattr(each, name, value.copy())

    def move(self, point):
        """Set the parameters."""
        for label, parameter in self.parameters.items():
            parameter.data = point[label].copy()

    def grads(self):
        """A copy of each parameter's grad, by its label: "dW", "0.dW"."""
        return {label: parameter.grad.copy() for label, parameter in self.parameters.items()}

    @contextmanager
    def complex_numbers(self):
        """For a while, the copy's layers do not insist on floating-point input."""
        layers = list(self.layer.walk())
        for each in layers:
            each.expect = lambda *arguments, **options: None
        try:
            yield
        finally:
            for each in layers:
                del each.expect


def _in_float64(value):
    """Arrays of floats in the default dtype, which is float64 during a check; also within lists and so on."""
    if hasattr(value, "dtype") and getattr(value, "shape", ()) and value.dtype.kind == "f":
        return asarray(value)
    if type(value) in (list, tuple):
        return type(value)(map(_in_float64, value))
    if type(value) is dict:
        return {key: _in_float64(entry) for key, entry in value.items()}
    return value


@contextmanager
def grads_noticed():
    """A list that fills with each Parameter whose ``grad`` is looked at, wherever the parameter is kept."""
    noticed = []

    def look(parameter, attribute):
        if attribute == "grad":
            noticed.append(parameter)
        return object.__getattribute__(parameter, attribute)

    Parameter.__getattribute__ = look
    try:
        yield noticed
    finally:
        del Parameter.__getattribute__
