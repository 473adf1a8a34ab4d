"""Layers and models as subjects of a gradient check."""
import inspect

from scratchnets.backend import to_numpy, xp
from scratchnets.gradcheck.still import Still, grads_noticed
from scratchnets.gradcheck.subject import (
    Subject,
    differentiable,
    float64,
    float64_arguments,
    is_array,
    named_gradients,
    same,
    upstream,
)
from scratchnets.layers.penalty import total_penalty

ADDED = "after two passes the grad must hold the sum of both: write grad += …, and never rebind or clear it"


class LayerSubject(Subject):
    """A copy of a layer, in float64, between its inputs and a random upstream gradient."""

    notes = ("after other examples", "two backward passes add up", "need_dx=False", "frozen",
             "another batch size", "inputs, dy and y left alone")

    def __init__(self, layer, inputs, constants, seeded):
        self.name = type(layer).__name__
        self.still = Still(layer, seeded)
        self.layer = self.still.layer
        self.inputs = float64_arguments(self.layer.forward, inputs)
        self.names = differentiable(self.inputs, constants)
        self.point = {f"d{name}": self.inputs[name] for name in self.names} | self.still.point
        self._elsewhere()
        self.still.move(self.point)
        self.dy = upstream(self._forward(self.inputs), seeded, f"{self.name}.forward")

    def complex_numbers(self):
        return self.still.complex_numbers()

    def _forward(self, inputs):
        self.still.restore()
        return self.layer.forward(**inputs)

    def value(self, point):
        self.still.move(point)
        y = self._forward(self.inputs | {name: point[f"d{name}"] for name in self.names})
        return (self.dy * y).sum() + total_penalty(self.layer)

    def _elsewhere(self):
        """The output for other examples and other parameters: the first of all forward passes, so that
        what is wrongly kept from it will show."""
        self.still.move({label: 0.5 * array for label, array in self.still.point.items()})
        return self._forward({name: x[::-1].copy() if is_array(x) else x for name, x in self.inputs.items()})

    def _backward(self, **options):
        """The input gradients by name; the parameters' are added into their grads."""
        self.still.move(self.point)
        self._forward(self.inputs)
        returned = self.layer.backward(self.dy.copy(), **options)
        return named_gradients(f"{self.name}.backward", returned, self.names, self.inputs)

    def gradients(self):
        self.layer.backward(xp.ones_like(self._elsewhere()))
        self.layer.zero_grad()
        return self._backward() | self.still.grads()

    def faults(self):
        once = self.gradients()
        with grads_noticed() as noticed:
            self._backward()
        yield from unlisted(self.layer, noticed, next(iter(self.point)))
        self.gradients()
        yield from self._second_pass(once)
        yield from self._without_dx(once)
        yield from self._frozen(once)
        yield from self._larger_batch()
        yield from self._left_alone()

    def _second_pass(self, once):
        inputs = self._backward()
        for label, again in inputs.items():
            if not same(again, once[label]):
                yield label, "not repeatable", "a second forward and backward gave another gradient"
        for label, total in self.still.grads().items():
            if not same(total, 2 * once[label]):
                yield label, "not added", ADDED

    def _without_dx(self, once):
        if "need_dx" not in inspect.signature(self.layer.backward).parameters:
            return
        self.layer.zero_grad()
        for label, dx in self._backward(need_dx=False).items():
            if dx is not None and not same(dx, once[label]):
                yield label, "inconsistent", "backward(dy, need_dx=False) returned another gradient"
        for label, grad in self.still.grads().items():
            if not same(grad, once[label]):
                yield label, "inconsistent", "the grad is another one with need_dx=False"

    def _frozen(self, once):
        self.layer.freeze()
        self.layer.zero_grad()
        for label, dx in self._backward().items():
            if not same(dx, once[label]):
                yield label, "inconsistent", "a frozen layer must pass the same gradient through"
        for label, grad in self.still.grads().items():
            if to_numpy(grad).any():
                yield label, "not frozen", "backward of a frozen layer must leave its parameters' grads alone"
        self.layer.unfreeze()

    def _larger_batch(self):
        self.still.move(self.point)
        larger = {name: xp.concatenate([x, x]) if is_array(x) else x for name, x in self.inputs.items()}
        y = self._forward(larger)
        first = next(iter(self.point))
        try:
            returned = self.layer.backward(xp.ones_like(y))
        except Exception as error:          # whatever a layer under test may raise
            yield first, "not repeatable", f"backward fails after a batch of another size: {error}"
            return
        for label, dx in named_gradients("backward", returned, self.names, larger).items():
            if dx.shape != larger[label[1:]].shape:
                yield label, "not repeatable", f"after a batch of another size the shape is still {dx.shape}"

    def _left_alone(self):
        self.still.move(self.point)
        kept = {name: x.copy() for name, x in self.inputs.items() if is_array(x)}
        y = self._forward(self.inputs)
        y_before, dy = y.copy(), self.dy.copy()
        self.layer.backward(dy)
        first = next(iter(self.point))
        for name, before in kept.items():
            if not same(self.inputs[name], before, exactly=True):
                yield (f"d{name}" if name in self.names else first, "input overwritten",
                       f"forward or backward wrote into {name}: work on a copy")
        if not same(dy, self.dy, exactly=True):
            yield first, "input overwritten", "backward wrote into dy, which belongs to the caller"
        if not same(y, y_before, exactly=True):
            yield first, "input overwritten", "backward wrote into y, which forward had handed out"
        for label, array in self.still.point.items():
            if not same(self.still.parameters[label].data, array, exactly=True):
                yield label, "input overwritten", "forward or backward changed the parameter itself"


class ModelSubject(Subject):
    """A copy of a model: loss_and_gradients(batch) is a function of all its parameters."""

    notes = ("two passes add up",)

    def __init__(self, model, inputs, seeded):
        self.name = type(model).__name__
        self.still = Still(model, seeded)
        self.model = self.still.layer
        self.inputs = tuple(float64(value) for value in inputs)
        self.point = self.still.point

    def value(self, point):
        self.still.move(point)
        self.still.restore()
        return self.model.loss_and_gradients(*self.inputs)

    def gradients(self):
        self.model.zero_grad()
        self.value(self.point)
        return self.still.grads()

    def faults(self):
        with grads_noticed() as noticed:
            self.value(self.point)
        yield from unlisted(self.model, noticed, next(iter(self.point)))
        once = self.gradients()
        self.value(self.point)
        for label, total in self.still.grads().items():
            if not same(total, 2 * once[label]):
                yield label, "not added", ADDED


def unlisted(layer, noticed, first):
    """The faults of parameters that backward adds into, or `parameters` leaves out, and that nothing would train."""
    listed = layer.named_parameters().values()
    known, trained = {id(parameter) for parameter in listed}, {id(parameter) for parameter in layer.parameters()}
    strangers = {id(parameter): parameter for parameter in noticed if id(parameter) not in known}
    for parameter in strangers.values():
        yield first, "not listed", (f"backward adds into {parameter!r}, which named_parameters() does not list: it "
                                    "would be neither trained nor saved; make it an attribute of a layer, or keep it "
                                    "in a list, a tuple or a dictionary")
    for parameter in listed:
        if id(parameter) not in trained:
            yield first, "not listed", f"parameters() leaves out {parameter!r}, which named_parameters() lists"
