"""Layers one after the other: forward in order, backward in reverse. This is the chain rule."""
from scratchnets.layers.base import Layer


class Sequential(Layer):
    """y = f_n(… f_2(f_1(x))).

    Parameters
    ----------
    *layers : Layer

    Examples
    --------
    >>> from scratchnets.layers import Dense, ReLU, Sequential
    >>> network = Sequential(Dense(784, 32), ReLU(), Dense(32, 784))
    >>> print(network.summary((784,)))
    layer            output shape      parameters
    Dense(784 → 32)  (batch, 32)           25,120
    ReLU()           (batch, 32)                0
    Dense(32 → 784)  (batch, 784)          25,872
    total                                  50,992
    """

    def __init__(self, *layers):
        for position, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"Sequential takes layers, one after the other; number {position} is "
                                f"a {type(layer).__name__}. For a list, write Sequential(*layers)")
        if not layers:
            raise ValueError("Sequential needs at least one layer")
        _refuse_twice(layers)
        self.layers = list(layers)
        # What the first layer lets through is finite; if a later result is not, the loss will say so.
        for layer in self.layers[1:]:
            layer._set(_checks_x=False)
        for layer in self.layers[:-1]:
            layer._set(_checks_dy=False)

    def children(self):
        return [(str(position), layer) for position, layer in enumerate(self.layers)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy, need_dx=True):
        # Without dx, everything before the first layer that learns is spared the work.
        first = 0 if need_dx else self._first_that_learns()
        for layer in reversed(self.layers[first + 1:]):
            dy = layer.backward(dy)
        dx = self.layers[first].backward(dy, need_dx=need_dx)
        for layer in self.layers[:first]:
            layer.forget()
        return dx

    def tangent(self, v):
        for layer in self.layers:
            v = layer.tangent(v)
        return v

    def _first_that_learns(self):
        learning = [position for position, layer in enumerate(self.layers) if layer.parameters()]
        return learning[0] if learning else 0

    def blank(self, shape):
        return self.layers[0].blank(shape)

    def summary(self, input_shape):
        """A table of output shapes and parameter counts.

        Parameters
        ----------
        input_shape : tuple of int
            Of one example, without the batch axis.
        """
        rows = [("layer", "output shape", "parameters")]
        x, counted = self.blank((1, *input_shape)), set()
        with self.inference():
            for layer in self.layers:
                x = layer.forward(x)
                new = [p for p in layer.parameters() if id(p) not in counted]   # shared ones count once
                counted |= {id(p) for p in new}
                shape = ", ".join(["batch", *map(str, x.shape[1:])])
                rows.append((repr(layer), f"({shape})", f"{sum(p.size for p in new):,}"))
        rows.append(("total", "", f"{sum(p.size for p in self.parameters()):,}"))
        wide = [max(len(row[column]) for row in rows) for column in range(3)]
        return "\n".join(f"{a:<{wide[0]}}  {b:<{wide[1]}}  {c:>{max(wide[2], 14)}}" for a, b, c in rows)

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"


def _refuse_twice(layers):
    """One object has one slot between forward and backward: the second forward would overwrite what the first kept."""
    seen = {}
    for position, layer in enumerate(layers):
        for each in {id(inner): inner for inner in layer.walk()}.values():
            if id(each) in seen:
                raise ValueError(f"Sequential got the same {each!r} at positions {seen[id(each)]} and {position}; a "
                                 "layer keeps one forward for its backward, so each position takes an object of its "
                                 "own (two layers may share a Parameter)")
            seen[id(each)] = position
