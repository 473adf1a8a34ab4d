"""What every layer shares: modes, parameters, one slot of memory between forward and backward.

A layer has two methods of its own. ``forward(x)`` returns y and keeps what backward will need;
``backward(dy)`` takes it back, adds ∂L/∂parameter into each ``Parameter.grad`` and returns
dx = ∂L/∂x, where dy = ∂L/∂y has y's shape. Everything here is book-keeping around these two.
"""
from contextlib import contextmanager

import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import asarray, is_finite, name as backend_name, to_numpy, xp
from scratchnets.layers.holdings import holdings
from scratchnets.parameter import Parameter


class Layer:
    """Base of all layers and models.

    Attributes
    ----------
    training : bool
        Training or evaluation mode (`train`, `eval`): changes what a layer *does* (dropout, batch
        statistics). Both modes record for backward.
    frozen : bool
        A frozen layer passes gradients through and leaves its own parameters' ``grad`` alone.
    buffers : tuple of str
        Names of the arrays that are state but not learned by gradient (running statistics).
    """

    training = True
    frozen = False
    buffers = ()

    _recording = True
    _checks_x = True                           # look for NaN and infinity in what comes in,
    _checks_dy = True                          # and in what comes back
    _slot = None
    _along_v = False                           # whether a tangent filled the slot: then no bias takes part
    _no_tangent = "it is not among the layers for which one is derived"       # a layer that knows better says why

    # ---- between forward and backward ----------------------------------------------------------

    def keep(self, y, *values):
        """Remember `values` for the backward pass of the output `y`; returns `y`."""
        if self._recording:
            self._slot, self._along_v = (y.shape, values), False
        return y

    def take(self, dy):
        """What forward kept for this `dy`. Empties the slot: one backward to a forward."""
        if self._slot is None:
            raise RuntimeError(f"{self!r}: backward needs a forward before it; "
                               "each backward uses up what one forward kept")
        shape, values = self._slot
        if not isinstance(dy, xp.ndarray):
            raise TypeError(f"{self!r}.backward expected {_library_array()}, got {_kind(dy)}")
        if dy.dtype.kind != "f":
            raise TypeError(f"{self!r}.backward expected floating-point values, got dtype {dy.dtype}")
        if dy.shape != shape:
            raise ValueError(f"{self!r}.backward expected dy of the output's shape {shape}, got {dy.shape}; "
                             "dy is ∂L/∂y and has y's shape")
        if self._checks_dy and not is_finite(dy):
            raise ValueError(f"{self!r}.backward got values that are not finite (NaN or infinity); "
                             "look at the loss, or lower the learning rate")
        self._slot = None
        return values

    # ---- a direction instead of a value -----------------------------------------------------------

    def tangent(self, v):
        """J v, where J = ∂y/∂x at the x of the last forward: where y goes if x goes along v.

        Takes what forward kept and keeps in its stead what backward needs to differentiate J v: after
        ``tangent(v)``, ``backward(dy)`` returns Jᵀ dy and adds ∂⟨J v, dy⟩/∂parameter, v held, into
        each ``grad``. Derived in docs/derivations/gradient-penalty.md.

        Parameters
        ----------
        v : array
            A direction, of x's shape.

        Returns
        -------
        array of y's shape

        Raises
        ------
        NotImplementedError
            By all layers but those that a critic is made of: `Dense`, `Conv2D`, `ReLU`, `LeakyReLU`,
            `Flatten`, `Reshape`, `Pack`, and a `Sequential` of them.
        """
        raise NotImplementedError(self.why_no_tangent())

    def why_no_tangent(self):
        """Why this layer has no `tangent`, in words; None where it has one."""
        if type(self).tangent is not Layer.tangent:
            return None
        return (f"{self!r} has no tangent, which gradient penalties need: {self._no_tangent}. "
                "Build the critic of Dense, Conv2D, ReLU, LeakyReLU, Flatten, Reshape and Pack")

    def keep_tangent(self, t, *values):
        """As `keep`, for the tangent `t`, in the stead of what forward kept; returns `t`."""
        self._slot, self._along_v = (t.shape, values), True
        return t

    def kept(self):
        """What the last forward kept, for a tangent, which will keep something else."""
        if self._slot is None:
            raise RuntimeError(f"{self!r}: tangent needs a forward before it, "
                               "which says where the slope is taken")
        return self._slot[1]

    def expect_direction(self, v, shape):
        """Refuse a tangent that is not of x's shape."""
        self.expect(v, *shape, hint="a tangent is a direction in x, and has x's shape")

    def forget(self):
        """Empty the slots of this layer and all within."""
        for layer in self.walk():
            layer._slot = None

    # ---- what came in ----------------------------------------------------------------------------

    def expect(self, x, *shape, hint="", integers=False):
        """Refuse an input that is not a floating-point array of this shape, or an integer one.

        `shape` holds a number where the extent is fixed, a word where any will do, and may end in
        ``...``: ``self.expect(x, "batch", 784)``, ``self.expect(x, "batch", ...)``.
        """
        if not isinstance(x, xp.ndarray):
            raise TypeError(f"{self!r} expected {_library_array()}, got {_kind(x)}; "
                            "move host values with scratchnets.backend.asarray")
        if integers and x.dtype.kind not in "iu":
            raise TypeError(f"{self!r} expected integers, got dtype {x.dtype}")
        if not integers and x.dtype.kind != "f":
            raise TypeError(f"{self!r} expected floating-point values, got dtype {x.dtype}; "
                            "scale images to [0, 1]: x / 255")
        open_ended = bool(shape) and shape[-1] is ...
        fixed = shape[:-1] if open_ended else shape
        fits = x.ndim >= len(fixed) if open_ended else x.ndim == len(fixed)
        fits = fits and all(isinstance(want, str) or want == got for want, got in zip(fixed, x.shape))
        if not fits:
            raise ValueError(f"{self!r} expected {_show(shape)}, got {_show(x.shape)}"
                             + (f"; {hint}" if hint else ""))
        if x.size == 0:
            raise ValueError(f"{self!r} got an empty batch of shape {x.shape}; it needs at least one example")
        if self._checks_x and not is_finite(x):
            raise ValueError(f"{self!r} got values that are not finite (NaN or infinity); "
                             "look at the data, or at the step before")

    # ---- the tree of layers ----------------------------------------------------------------------

    def children(self):
        """(name, layer) for each layer that is an attribute of this one, or lies in a list, tuple or dictionary
        that is: ``rest.0`` is ``self.rest[0]``, ``heads.mean`` is ``self.heads["mean"]``."""
        return holdings(self, Layer)

    def walk(self):
        """This layer, then all layers within, depth first."""
        for _, layer in _paths(self):
            yield layer

    def named_parameters(self):
        """{path: Parameter}; a parameter that is shared stands under its first path alone."""
        named, seen = {}, set()
        for path, layer in _paths(self):
            for attribute, value in holdings(layer, Parameter):
                if id(value) not in seen:
                    seen.add(id(value))
                    _put(named, path + attribute, value, self)
        return named

    def parameters(self):
        """Each Parameter once, however often it is shared."""
        return list(self.named_parameters().values())

    def zero_grad(self):
        for parameter in self.parameters():
            parameter.zero_grad()

    def generators(self):
        """{path: numpy Generator} of the stochastic layers."""
        named = {}
        for path, layer in _paths(self):
            for attribute, value in holdings(layer, np.random.Generator):
                _put(named, path + attribute, value, self)
        return named

    # ---- modes -------------------------------------------------------------------------------------

    def _set(self, **flags):
        for layer in self.walk():
            for flag, value in flags.items():
                setattr(layer, flag, value)
        return self

    def train(self):
        """Training mode, for this layer and all within; returns self."""
        return self._set(training=True)

    def eval(self):
        """Evaluation mode, for this layer and all within; returns self."""
        return self._set(training=False)

    def freeze(self):
        """Leave the parameters' gradients alone from now on; returns self."""
        return self._set(frozen=True)

    def unfreeze(self):
        """Undo `freeze`; returns self."""
        return self._set(frozen=False)

    @contextmanager
    def inference(self, recording=False):
        """Evaluation mode for a while, without recording: nothing is kept, and what was kept stays."""
        before = [(layer, layer.training, layer._recording) for layer in self.walk()]
        self._set(training=False, _recording=recording)
        try:
            yield self
        finally:
            for layer, training, recording in before:
                layer.training, layer._recording = training, recording

    def predict(self, *inputs, batch_size=256):
        """forward in evaluation mode, batch by batch; keeps nothing for backward.

        Parameters
        ----------
        *inputs : array (N, …)
            x; of a layer with several inputs all of them, one row an example.
        batch_size : int
            Bounds the memory that the intermediate results take.
        """
        batch_size = positive_integer("batch_size", batch_size)
        with self.inference():
            n = {len(x) if isinstance(x, xp.ndarray) and x.ndim else 0 for x in inputs}
            if len(n) != 1 or max(n) <= batch_size:
                return self.forward(*inputs)       # which refuses what is no batch
            return xp.concatenate([self.forward(*(x[start:start + batch_size] for x in inputs))
                                   for start in range(0, max(n), batch_size)])

    # ---- state -----------------------------------------------------------------------------------

    def _named_buffers(self):
        return {path + buffer: (layer, buffer) for path, layer in _paths(self) for buffer in layer.buffers}

    def state_dict(self):
        """{path: NumPy array} of all parameters and buffers, copied."""
        state = {path: to_numpy(parameter.data).copy() for path, parameter in self.named_parameters().items()}
        for path, (layer, buffer) in self._named_buffers().items():
            state[path] = to_numpy(getattr(layer, buffer)).copy()
        return state

    def load_state_dict(self, state):
        """Take over what `state_dict` gave. Nothing changes unless all of it fits."""
        parameters, buffers = self.named_parameters(), self._named_buffers()
        targets = {path: parameter.data for path, parameter in parameters.items()}
        targets |= {path: getattr(layer, buffer) for path, (layer, buffer) in buffers.items()}
        faults = [f"missing: {path}" for path in targets if path not in state]
        faults += [f"unknown: {path}" for path in state if path not in targets]
        faults += [f"{path}: expected shape {targets[path].shape}, got {np.shape(state[path])}"
                   for path in targets if path in state and np.shape(state[path]) != targets[path].shape]
        if faults:
            raise ValueError(f"this state does not fit {type(self).__name__}: " + "; ".join(faults))
        for path, target in targets.items():
            target[...] = xp.asarray(np.asarray(state[path]).astype(target.dtype))

    # ---- what a reader sees ------------------------------------------------------------------------

    def blank(self, shape):
        """Zeros of this shape, of the kind that the layer takes in."""
        return asarray(np.zeros(shape))

    def __repr__(self):
        return f"{type(self).__name__}()"


def _paths(layer, path="", around=()):
    """(path, layer) for `layer` and all within, the path ready to put a name behind."""
    yield path, layer
    around = (*around, id(layer))
    for name, child in layer.children():
        if id(child) not in around:             # a layer that knows the one around it is no child of its own
            yield from _paths(child, f"{path}{name}.", around)


def _put(named, path, value, layer):
    """Enter a value under its path, which is to be its own: what is overwritten here would not be saved."""
    if path in named:
        raise ValueError(f"two different entries of {type(layer).__name__} have the path {path!r}: rename a key, or an "
                         "attribute")
    named[path] = value


def _library_array():
    return "a NumPy array" if backend_name() == "numpy" else "a CuPy array"


def _kind(value):
    library = type(value).__module__.split(".")[0]
    kind = {"numpy": "a NumPy array", "cupy": "a CuPy array"}.get(library, type(value).__name__)
    return kind + (f" of shape {value.shape}" if hasattr(value, "shape") else "")


def _show(shape):
    return "(" + ", ".join("…" if extent is ... else str(extent) for extent in shape) + ")"
