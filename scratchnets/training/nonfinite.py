"""When numbers stop being finite: find the step, then the layer, and say what usually helps."""
import math
from contextlib import contextmanager

import numpy as np

from scratchnets.backend import xp
from scratchnets.layers.holdings import holdings
from scratchnets.parameter import Parameter

EVERY = 50      # steps between two looks; each look makes the host wait for a GPU


class DivergedError(ValueError):
    """The loss or the parameters are no longer finite."""


class Watch:
    """Looks now and then whether a training is still finite. If not, it goes back and looks closer.

    It remembers the state of the training after the last look that found all well. Since training
    from a state is the same every time, the steps from there can be repeated, each with a look, until
    the one that goes wrong; that one is then repeated layer by layer.

    Parameters
    ----------
    training : Training
    """

    def __init__(self, training):
        self.training = training
        self.good, self.steps = None, 0

    def advance(self, batch):
        """One step of the training, and a look when it is time for one."""
        if self.good is None:
            self.good, self.steps = self.training.state_dict(), 0
        try:
            self._step(batch)
        except (ValueError, FloatingPointError):
            self._explain()         # raises what it finds; any other fault goes on as it was
            raise
        self.steps += 1
        if self.steps == EVERY:
            self.look()

    def look(self):
        """Raise `DivergedError` when loss or parameters are not finite."""
        if not self.training.is_finite():
            self._explain()
            raise DivergedError("the loss or a parameter is not finite (NaN or infinity), yet all went well "
                                "when the steps since the last good state were repeated: something in the "
                                "model differs from one time to the next")
        self.good = None

    def _step(self, batch):
        with np.errstate(all="ignore"):       # NumPy's warnings name no layer and would come before our words
            self.training.advance(batch)

    def _goes_well(self, batch):
        try:
            self._step(batch)
        except (ValueError, FloatingPointError):
            return False
        return self.training.is_finite()

    def _explain(self):
        """Repeat the steps since the last good state, and raise `DivergedError` at the one that goes wrong.

        Leaves the training as it was before that step.
        """
        training = self.training
        training.load_state_dict(*self.good)
        for batch in training.batches():
            before = training.state_dict()
            if self._goes_well(batch):
                continue
            training.load_state_dict(*before)
            with np.errstate(all="ignore"):
                cause = first_fault(training, batch)
            training.load_state_dict(*before)
            if cause is None:
                return
            raise DivergedError(f"epoch {training.epoch + 1}, step {training.batch + 1}: {cause}")


def first_fault(training, batch):
    """Take one step and find its first number that is not finite; None where all are.

    Returns
    -------
    str or None
        Where it was and what usually helps.
    """
    bad = sum(not _finite(example) for array in batch if array.dtype.kind == "f" for example in array)
    if bad:
        return (f"the data hold NaN or infinity, in {bad} of this batch's {len(batch[0])} examples. "
                "Look at how they were made: a missing value, a division by zero, a logarithm of 0")
    rates = ", ".join(f"{part.lr:g}" for part in training.parts().values() if hasattr(part, "lr"))
    remedy = (f"a lower learning rate (it is {rates}), a warm-up, clipped gradients (scratchnets.clipping), "
              "inputs scaled to [0, 1]")
    loss = 0.0
    with traced(training.model) as (outputs, gradients):
        try:
            loss = float(training.step(*batch))
        except (ValueError, FloatingPointError):
            pass                                    # a layer or the loss refused what an earlier layer made
    updated = [f"the optimiser's step made {path} infinite, from a gradient that is finite"
               for path, parameter in training.model.named_parameters().items()
               if not _finite(parameter.data)]
    if not outputs and not math.isfinite(loss):
        return ("the loss is not finite, though every layer's output is: the loss function itself "
                "overflowed, or took the logarithm of 0. What usually helps: a loss that works on logits, "
                + remedy)
    first = (outputs + gradients + updated)[:1]
    return f"{first[0]}. What usually helps: {remedy}" if first else None


@contextmanager
def traced(model):
    """For a while, look at all that the model's layers hand to each other.

    Yields
    ------
    outputs, gradients : list of str
        Grow by a line for each array that is not finite, in the order in which they are computed: the
        innermost layer comes before the ones around it.
    """
    outputs, gradients, layers = [], [], list(_named_layers(model))
    for name, layer in layers:
        layer.forward = _traced_forward(name, layer, layer.forward, outputs)
        layer.backward = _traced_backward(name, layer, layer.backward, gradients)
    try:
        yield outputs, gradients
    finally:
        for _, layer in layers:
            del layer.forward, layer.backward        # what the class defines comes to light again


def _traced_forward(name, layer, forward, faults):
    def look(*inputs, **options):
        output = forward(*inputs, **options)
        if not _finite(output):
            sizes = "".join(f", its {attribute} {_size(parameter.data)}"
                            for attribute, parameter in _own_parameters(layer))
            faults.append(f"the output of {name} is the first that is not finite. "
                          f"Its input reaches {_size(inputs)}{sizes}")
        return output
    return look


def _traced_backward(name, layer, backward, faults):
    def look(dy, *inputs, **options):
        if not _finite(dy):
            faults.append(f"the gradient that the loss hands to {name} is not finite, though the loss is")
        dx = backward(dy, *inputs, **options)
        for attribute, parameter in _own_parameters(layer):
            if not _finite(parameter.grad):
                faults.append(f"the gradient of {attribute} in {name} is the first that is not finite. "
                              f"The gradient of its output reaches {_size(dy)}")
        if not _finite(dx):
            faults.append(f"the gradient with respect to the input of {name} is the first that is not "
                          f"finite. The gradient of its output reaches {_size(dy)}")
        return dx
    return look


def _named_layers(model, path="", seen=None):
    """(name, layer) of all layers within the model, each once."""
    seen = set() if seen is None else seen
    for attribute, layer in model.children():
        if id(layer) not in seen:
            seen.add(id(layer))
            inner = list(_named_layers(layer, f"{path}{attribute}.", seen))
            # What holds other layers has a long repr; its type will do.
            yield f"{type(layer).__name__ if inner else repr(layer)} ({path}{attribute})", layer
            yield from inner


def _own_parameters(layer):
    return holdings(layer, Parameter)


def _arrays(values):
    """The arrays among what a layer takes or returns: one, several, or None where no gradient is needed."""
    several = values if isinstance(values, tuple) else (values,)
    return [value for value in several if hasattr(value, "dtype")]


def _finite(values):
    return all(bool(xp.isfinite(array).all()) for array in _arrays(values))


def _size(values):
    """The largest magnitude, as text."""
    return f"{max((float(abs(array).max()) for array in _arrays(values)), default=0.0):.2g}"
