"""Pure functions as subjects of a gradient check: pairs (forward, backward), and losses."""
import inspect

from scratchnets.gradcheck.subject import (
    Subject,
    differentiable,
    float64_arguments,
    is_array,
    named_gradients,
    same,
    upstream,
)


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
        return self._backward(self.forward(**self.inputs), self.dy.copy())

    def _backward(self, y, dy):
        parameters = inspect.signature(self.backward).parameters
        known = self.inputs | {"y": y, "dy": dy}
        first = next(iter(parameters), "dy")
        if first.startswith("d") and first not in known and first[1:] not in known:
            known |= {first: dy, first[1:]: y}                # an output with a name of its own: dnormalized
        arguments, title = {}, getattr(self.backward, "__name__", "backward")
        for name, parameter in parameters.items():
            if name in known:
                arguments[name] = known[name]
            elif parameter.default is parameter.empty:
                raise TypeError(f"{title} asks for {name!r}; a backward function gets by name dy, "
                                f"y (forward's output) and forward's arguments: {', '.join(self.inputs)}; "
                                "its first argument may name the output otherwise, as in dnormalized")
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
