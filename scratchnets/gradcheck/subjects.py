"""What can be checked, brought to one form: a point, a value there, and the gradients it claims.

Whatever is checked becomes a scalar function. A layer's output y is multiplied by a random upstream
gradient dy: of L = Σ dy · y + penalties, ∂L/∂y is dy, and backward(dy) must return ∂L/∂x. With ones
for dy, a batch normalisation that forgets its path through the variance would pass.
"""
import inspect
from contextlib import nullcontext

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.gradcheck.still import Still
from scratchnets.layers import Layer


def prepare(subject, inputs, constants, seeded):
    """The `Subject` that stands for what the caller handed over."""
    if hasattr(subject, "loss_and_gradients"):
        return ModelSubject(subject, inputs, seeded)
    if len(inputs) == 1 and isinstance(inputs[0], (tuple, list)):
        inputs = inputs[0]
    if isinstance(subject, Layer):
        return LayerSubject(subject, inputs, constants, seeded)
    if isinstance(subject, (tuple, list)) and len(subject) == 2 and all(map(callable, subject)):
        return PairSubject(*subject, inputs, constants, seeded)
    if callable(subject) and not isinstance(subject, type):
        return LossSubject(subject, inputs, constants)
    raise TypeError("gradcheck takes a Layer, a pair (forward, backward), a loss function that returns "
                    "(value, *gradients), or a model with loss_and_gradients(batch); "
                    f"got {'the class ' + subject.__name__ if isinstance(subject, type) else repr(subject)}")


class Subject:
    """A scalar function of named arrays, and the gradients that a backward pass claims.

    Attributes
    ----------
    name : str
    point : dict
        {"dx": x, "dW": W, …}: the arrays, float64, by the name of their gradient.
    notes : list of str
        What `faults` looks at.
    """

    notes = ()

    def value(self, point):
        """L at this point, where `point` holds arrays like `self.point`."""
        raise NotImplementedError

    def gradients(self):
        """{"dx": array, …} at `self.point`."""
        raise NotImplementedError

    def faults(self):
        """What is wrong beside the numbers, as (gradient, verdict, detail)."""
        return []

    def complex_numbers(self):
        """A context in which `value` takes complex arrays, as far as the formulas do."""
        return nullcontext()


class LayerSubject(Subject):
    """A copy of a layer, in float64, between its inputs and a random upstream gradient."""

    notes = ("after another batch", "two backward passes add up", "need_dx=False", "frozen",
             "inputs, dy and y left alone")

    def __init__(self, layer, inputs, constants, seeded):
        self.name = type(layer).__name__
        self.still = Still(layer, seeded)
        self.layer = self.still.layer
        self.inputs = float64_arguments(self.layer.forward, inputs)
        self.names = differentiable(self.inputs, constants)
        self.point = {f"d{name}": self.inputs[name] for name in self.names} | self.still.point
        self.dy = upstream(self._forward(self.inputs), seeded, f"{self.name}.forward")
        self.layer.forget()

    def complex_numbers(self):
        return self.still.complex_numbers()

    def _forward(self, inputs):
        self.still.restore()
        return self.layer.forward(**inputs)

    def value(self, point):
        self.still.move(point)
        y = self._forward(self.inputs | {name: point[f"d{name}"] for name in self.names})
        self.layer.forget()
        return (self.dy * y).sum() + self.still.penalty()

    def _backward(self, **options):
        """The input gradients by name; the parameters' are added into their grads."""
        self.still.move(self.point)
        self._forward(self.inputs)
        returned = self.layer.backward(self.dy, **options)
        return named_gradients(f"{self.name}.backward", returned, self.names, self.inputs)

    def gradients(self):
        # Another batch and other parameters first: what is wrongly kept from then shows now.
        self.still.move({name: 0.5 * array for name, array in self.still.point.items()})
        self._forward({name: x[::-1].copy() if is_array(x) else x for name, x in self.inputs.items()})
        self.layer.backward(self.dy[::-1].copy())
        self.layer.zero_grad()
        return self._backward() | self.still.grads()

    def faults(self):
        once = self.gradients()
        yield from self._second_pass(once)
        yield from self._without_dx(once)
        yield from self._frozen(once)
        yield from self._left_alone()

    def _second_pass(self, once):
        inputs = self._backward()
        for label, again in inputs.items():
            if not same(again, once[label]):
                yield label, "not repeatable", "a second forward and backward gave another gradient"
        for label, total in self.still.grads().items():
            if not same(total, 2 * once[label]):
                yield label, "not added", ("after two backward passes the grad must hold the sum of both: "
                                           "write grad += …, and never rebind or clear it")

    def _without_dx(self, once):
        if "need_dx" not in inspect.signature(self.layer.backward).parameters:
            return
        self.layer.zero_grad()
        for label, dx in self._backward(need_dx=False).items():
            if dx is not None and not same(dx, once[label]):
                yield label, "inconsistent", "backward(dy, need_dx=False) returned another gradient than with need_dx"
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

    def _left_alone(self):
        self.still.move(self.point)
        kept = {name: x.copy() for name, x in self.inputs.items() if is_array(x)}
        y = self._forward(self.inputs)
        y_before, dy = y.copy(), self.dy.copy()
        self.layer.backward(dy)
        for name, before in kept.items():
            if not same(self.inputs[name], before, exactly=True):
                yield f"d{name}", "input overwritten", f"forward or backward wrote into {name}: work on a copy"
        first = next(iter(self.point), "dx")
        if not same(dy, self.dy, exactly=True):
            yield first, "input overwritten", "backward wrote into dy, which belongs to the caller"
        if not same(y, y_before, exactly=True):
            yield first, "input overwritten", "backward wrote into y, which forward had handed out"
        for label, array in self.still.point.items():
            if not same(self.still.parameters[label].data, array, exactly=True):
                yield label, "input overwritten", "forward or backward changed the parameter itself"


class PairSubject(Subject):
    """Two pure functions. The names of backward's arguments say what it needs."""

    notes = ("inputs, dy and y left alone",)

    def __init__(self, forward, backward, inputs, constants, seeded):
        self.name = getattr(forward, "__name__", repr(forward))
        self.forward, self.backward = forward, backward
        self.inputs = float64_arguments(forward, inputs)
        self.names = differentiable(self.inputs, constants)
        self.point = {f"d{name}": self.inputs[name] for name in self.names}
        self.dy = upstream(forward(**self.inputs), seeded, self.name)

    def value(self, point):
        y = self.forward(**self.inputs | {name: point[f"d{name}"] for name in self.names})
        return (self.dy * y).sum()

    def gradients(self):
        return self._backward(self.forward(**self.inputs), self.dy)

    def _backward(self, y, dy):
        known = self.inputs | {"y": y, "dy": dy}
        arguments, title = {}, getattr(self.backward, "__name__", "backward")
        for name, parameter in inspect.signature(self.backward).parameters.items():
            if name in known:
                arguments[name] = known[name]
            elif parameter.default is parameter.empty:
                raise TypeError(f"{title} asks for {name!r}; a backward function gets dy, y (forward's output) "
                                f"and forward's arguments by name: {', '.join(self.inputs)}")
        return named_gradients(title, self.backward(**arguments), self.names, self.inputs)

    def faults(self):
        kept = {name: x.copy() for name, x in self.inputs.items() if is_array(x)}
        y = self.forward(**self.inputs)
        y_before, dy = y.copy(), self.dy.copy()
        self._backward(y, dy)
        before_and_after = {name: (x, self.inputs[name]) for name, x in kept.items()}
        before_and_after |= {"dy": (self.dy, dy), "y": (y_before, y)}
        for name, (before, after) in before_and_after.items():
            if not same(before, after, exactly=True):
                yield (f"d{name}" if name in self.names else next(iter(self.point)), "input overwritten",
                       f"forward or backward wrote into {name}: work on a copy")


class LossSubject(Subject):
    """A function that returns its value and one gradient for each differentiable input."""

    notes = ("inputs left alone",)

    def __init__(self, loss, inputs, constants):
        self.name = getattr(loss, "__qualname__", repr(loss))
        self.loss = loss
        self.inputs = float64_arguments(loss, inputs)
        self.names = differentiable(self.inputs, constants)
        self.point = {f"d{name}": self.inputs[name] for name in self.names}

    def _value_and_gradients(self, inputs):
        returned = self.loss(**inputs)
        if not isinstance(returned, tuple) or len(returned) < 2:
            raise TypeError(f"{self.name} must return its value and its gradients, (value, *gradients); "
                            f"got {type(returned).__name__}")
        return returned

    def value(self, point):
        value = self._value_and_gradients(self.inputs | {name: point[f"d{name}"] for name in self.names})[0]
        if getattr(value, "shape", ()) != ():
            raise ValueError(f"{self.name} must return one number as its value, got shape {value.shape}")
        return value

    def gradients(self):
        _, *gradients = self._value_and_gradients(self.inputs)
        return named_gradients(self.name, tuple(gradients), self.names, self.inputs)

    def faults(self):
        kept = {name: x.copy() for name, x in self.inputs.items() if is_array(x)}
        self._value_and_gradients(self.inputs)
        for name, before in kept.items():
            if not same(before, self.inputs[name], exactly=True):
                yield (f"d{name}" if name in self.names else next(iter(self.point)), "input overwritten",
                       f"the loss wrote into {name}: work on a copy")


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
        once = self.gradients()
        self.value(self.point)
        for label, total in self.still.grads().items():
            if not same(total, 2 * once[label]):
                yield label, "not added", "after two passes the grad must hold the sum of both: write grad += …"


# ---- arguments and results ------------------------------------------------------------------------

def is_array(value):
    return isinstance(value, xp.ndarray)


def float64(value):
    """Floating-point arrays in float64 on the library in use, also inside tuples, lists, dictionaries."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(float64, value))
    if isinstance(value, dict):
        return {key: float64(entry) for key, entry in value.items()}
    if not hasattr(value, "dtype") or not hasattr(value, "shape") or value.shape == ():
        return value
    return asarray(value)[...].copy()          # the default dtype is float64 while a check runs


def float64_arguments(function, inputs):
    """{name: argument} of a call, defaults included."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(**inputs) if isinstance(inputs, dict) else signature.bind(*inputs)
    except TypeError as error:
        raise TypeError(f"gradcheck cannot call {getattr(function, '__qualname__', function)}{signature} "
                        f"with these {len(inputs)} inputs: {error}") from None
    bound.apply_defaults()
    return {name: float64(value) for name, value in bound.arguments.items()}


def differentiable(inputs, constants):
    """The names of the floating-point arrays among the inputs, less those held still."""
    return [name for name, value in inputs.items()
            if is_array(value) and value.dtype.kind == "f" and name not in constants]


def upstream(y, seeded, name):
    """A random gradient of y's shape, bounded away from 0."""
    if not is_array(y):
        raise TypeError(f"{name} must return one array, got {type(y).__name__}")
    return asarray(seeded.uniform(0.5, 1.5, y.shape) * seeded.choice([-1.0, 1.0], y.shape))


def named_gradients(title, returned, names, inputs):
    """{"dx": gradient, …}: what came back, in the order of the differentiable arguments.

    An argument that was not given (a bias that is None) may have a place of its own, which is skipped.
    """
    gradients = returned if isinstance(returned, tuple) else (returned,)
    places = [name for name, value in inputs.items() if name in names or value is None]
    if not names and all(gradient is None for gradient in gradients):
        return {}
    if len(gradients) == len(names):
        places = names
    elif len(gradients) != len(places):
        raise ValueError(f"{title} returned {len(gradients)} gradient{'s'[len(gradients) == 1:]} for the "
                         f"{len(names)} floating-point array{'s'[len(names) == 1:]} {', '.join(names)}; "
                         "those that are no variables are named in constants=(…)")
    return {f"d{name}": gradient for name, gradient in zip(places, gradients) if name in names}


def same(a, b, exactly=False):
    """Whether two arrays agree, to rounding or to the bit."""
    a, b = to_numpy(a), to_numpy(b)
    if a.shape != b.shape:
        return False
    return bool((a == b).all()) if exactly else bool((abs(a - b) <= 1e-10 * (abs(a) + abs(b)).max(initial=0)).all())
