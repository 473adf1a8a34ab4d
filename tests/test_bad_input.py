"""Bad input, by the hundred: each gets an error that names the layer or the loss, and none passes silently.

The valid inputs that are spoilt here are the examples of `scratchnets.gradcheck.registry`.
"""
import copy
import inspect

import numpy as np
import pytest

from scratchnets import backend, layers, losses
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.gradcheck.registry import EXAMPLES, Draw
from scratchnets.layers import Layer

AT_LEAST = 500
SEEDS = (0, 1)                                      # other values, other places for what is wrong


class Foreign:
    """An array of the library that is not in use, as far as one can be made here."""

    __module__ = "cupy"

    def __init__(self, like):
        self.shape, self.dtype, self.ndim, self.size = like.shape, like.dtype, like.ndim, like.size

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        return self


def foreign(x):
    return Foreign(x) if backend.name() == "numpy" else to_numpy(x).copy()


# ---- what can be wrong with any array: (description, array) for each way to spoil x ---------------

def never_an_array(x):
    yield "a list", to_numpy(x).tolist()
    yield "a tuple", tuple(to_numpy(x).tolist())
    yield "nothing", None
    yield "a number", 3.5
    yield "text", "784"
    yield "bytes", b"784"
    yield "a dictionary", {"x": x}
    yield "an array in a list", [x]
    yield "a generator", (row for row in x)
    yield "the class of arrays", type(x)
    yield "the other library's array", foreign(x)


def never_the_right_type(x):
    yield "complex", x.astype("complex64")
    yield "booleans", x > 0
    if x.dtype.kind == "f":
        yield "integer images", asarray((255 * abs(to_numpy(x)) % 256).astype("uint8"))
        yield "whole numbers", x.astype("int64")
    else:
        yield "tokens as floats", x.astype("float32")


def never_the_right_shape(x):
    yield "a scalar array", x.reshape(-1)[:1].reshape(())
    yield "an empty batch", x[:0]
    yield "examples without numbers", xp.zeros((len(x), 0), dtype=x.dtype)
    yield "an empty image batch", xp.zeros((0, 28, 28, 1), dtype=x.dtype)


def never_a_value(x, rng):
    if backend.name() != "numpy" or x.dtype.kind != "f":
        return                                  # on a GPU nobody looks: the host would have to wait
    for bad in (np.nan, np.inf, -np.inf):
        spoilt = to_numpy(x).copy()
        spoilt[tuple(rng.integers(0, extent) for extent in x.shape)] = bad
        yield f"one {bad} among the rest", asarray(spoilt)
        yield f"nothing but {bad}", asarray(np.full(x.shape, bad))


def spoilt(x, rng):
    yield from never_an_array(x)
    yield from never_the_right_type(x)
    yield from never_the_right_shape(x)
    yield from never_a_value(x, rng)


# ---- what can be wrong with the input of one kind of layer ----------------------------------------

def wrong_widths(x):
    yield "one feature more", xp.concatenate([x, x[..., :1]], axis=-1)
    yield "one feature less", x[..., 1:]
    yield "all features but one gone", x[..., :1]
    yield "transposed", x.T.copy() if x.shape[0] != x.shape[-1] else x[:, 1:]


def wrong_ranks(x):
    yield "a single example without its batch axis", x[0]
    yield "one axis too many in front", x[None]
    yield "one axis too many behind", x[..., None]
    yield "all numbers in a row", x.reshape(-1)
    yield "images", x.reshape(len(x), *x.shape[1:-1], 1, x.shape[-1], 1)


def wrong_tokens(x, count):
    for token in (count, count + 1, -1, 2**31, -2**40):
        tokens = to_numpy(x).copy()
        tokens.flat[-1] = token
        yield f"the token {token}", asarray(tokens)


def wrong_activations(x):
    for value in (-0.01, 1.01, 40.0):
        activations = to_numpy(x).copy()
        activations.flat[2] = value
        yield f"an activation of {value}", asarray(activations)


def only(generator, *chosen):
    return lambda x: ((description, bad) for description, bad in generator(x) if description in chosen)


PARTICULAR = {
    "Dense": [wrong_widths, wrong_ranks], "TiedDense": [wrong_widths, wrong_ranks],
    "Sequential": [only(wrong_widths, "one feature more", "transposed"),          # it flattens, then counts
                   only(wrong_ranks, "a single example without its batch axis", "all numbers in a row")],
    "BatchNorm": [wrong_widths, wrong_ranks],
    "LayerNorm": [wrong_widths, only(wrong_ranks, "one axis too many behind", "images")],
    "Softmax": [only(wrong_ranks, "all numbers in a row")],
    "Reshape": [wrong_widths,
                only(wrong_ranks, "a single example without its batch axis", "all numbers in a row")],
    "KLSparsity": [wrong_activations],
}


# ---- what can be wrong with dy --------------------------------------------------------------------

def wrong_dy(dy, rng):
    yield from never_an_array(dy)
    yield "complex", dy.astype("complex64")
    yield "whole numbers", dy.astype("int64")
    yield "booleans", dy > 0
    yield "the mean over the batch", dy.mean(axis=0)
    yield "one example less", dy[1:]
    yield "one example more", xp.concatenate([dy, dy[:1]])
    yield "the first example alone, ready to be broadcast", dy[:1]
    yield "one axis more", dy[..., None]
    yield "a batch axis twice", dy[None]
    yield "one number in an array", dy.sum()[None]
    yield "an empty array", dy[:0]
    if len(set(dy.shape)) > 1:
        yield "transposed", dy.T.copy()
    yield from never_a_value(dy, rng)


# ---- the calls ------------------------------------------------------------------------------------

LAYERS = [name for name, example in EXAMPLES.items() if isinstance(example(Draw(0))[0], Layer)]
LOSSES = [name for name, example in EXAMPLES.items() if name.split(",")[0].split(".")[0] in losses.__all__]


def inputs_of(name, seed):
    subject, *inputs = EXAMPLES[name](Draw(seed))
    if len(inputs) == 1 and isinstance(inputs[0], (tuple, list)):
        inputs = inputs[0]
    return subject, [asarray(value) if isinstance(value, np.ndarray) else value for value in inputs]


def layer_calls(name):
    """(description, function that must raise, the names of which one must be in the message)."""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        layer, (x, *others) = inputs_of(name, seed)
        names = [type(each).__name__ for each in layer.walk()]
        kind = type(layer).__name__
        bad_inputs = [*spoilt(x, rng)]
        if "evaluation" not in name and "images" not in name:
            bad_inputs += [bad for wrong in PARTICULAR.get(kind, []) for bad in wrong(x)]
        if kind == "Embedding":
            bad_inputs += wrong_tokens(x, layer.count)
        for description, bad in bad_inputs:
            yield f"forward: {description}", lambda bad=bad: layer.forward(bad, *others), names
            yield f"predict: {description}", lambda bad=bad: layer.predict(bad, *others), names
        for place, other in enumerate(others):
            label = list(inspect.signature(layer.forward).parameters)[place + 1]
            for description, bad in [*spoilt(other, rng), *mismatched(other, [x, *others])]:
                if bad is None and label == "noise":
                    continue                                                      # then it is drawn
                changed = [x, *others[:place], bad, *others[place + 1:]]
                yield f"forward, {label}: {description}", lambda given=changed: layer.forward(*given), names
        if kind == "BatchNorm" and layer.training:
            yield "forward: a batch of one", lambda: layer.forward(x.reshape(-1, layer.features)[:1]), names
        if kind == "KLSparsity":
            for value in (0, 1):
                yield f"forward: units always at {value}", lambda: layer.forward(0 * x + value), names
        dy = asarray(rng.uniform(0.5, 1.5, copy.deepcopy(layer).forward(x, *others).shape))
        for description, bad in wrong_dy(dy, rng):
            def backward(bad=bad):
                layer.forward(x, *others)
                layer.backward(bad)
            yield f"backward: {description}", backward, names


def loss_calls(name):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        loss, inputs = inputs_of(name, seed)
        names = [name.split(",")[0].split(".")[0]]
        arrays = [place for place, value in enumerate(inputs) if hasattr(value, "dtype") and value.shape]
        for place in arrays:
            x = inputs[place]
            label = list(inspect.signature(loss).parameters)[place]
            for description, bad in [*spoilt(x, rng), *mismatched(x, arrays)]:
                changed = [*inputs[:place], bad, *inputs[place + 1:]]
                yield f"{label}: {description}", lambda changed=changed: loss(*changed), names


def mismatched(x, arrays):
    """Shapes that do not fit the other arguments, and that broadcasting would let pass."""
    if len(arrays) > 1:
        yield "one example less", x[1:]
        yield "the first example for all", x[:1]
        yield "one axis too many in front", x[None]
        yield "one axis too many behind", x[..., None]
    if len(arrays) > 1 and x.dtype.kind == "f" and x.ndim > 1:
        yield "one feature less", x[..., 1:]
        yield "the first feature for all", x[..., :1]
        yield "transposed", x.T.copy()


CALLS = dict.fromkeys(LAYERS, layer_calls) | dict.fromkeys(LOSSES, loss_calls)


def fault(call, names):
    """What is wrong with the way in which `call` fails; None when it fails as it should."""
    try:
        call()
    except (TypeError, ValueError) as error:
        if not any(name in str(error) for name in names):
            return f"{type(error).__name__} does not say where: {error}"
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "passed silently"


@pytest.mark.parametrize("name", CALLS)
def test_bad_input_is_refused_by_name(name):
    faults = [f"{description}: {found}" for description, call, names in CALLS[name](name)
              if (found := fault(call, names))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_works_on_after_bad_input(name):
    """No refused call leaves a trace: parameters, statistics and the next result are as without it."""
    layer, inputs = inputs_of(name, 0)
    twin = copy.deepcopy(layer)
    for _, bad in spoilt(inputs[0], np.random.default_rng(0)):
        with pytest.raises((TypeError, ValueError)):
            layer.forward(bad, *inputs[1:])
    np.testing.assert_array_equal(to_numpy(layer.forward(*inputs)), to_numpy(twin.forward(*inputs)))
    for path, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, twin.state_dict()[path])


def test_every_layer_and_loss_is_here():
    present = {name.split(",")[0].split(".")[0] for name in CALLS}
    missing = {*layers.__all__, *losses.__all__} - {"Layer"} - present
    assert not missing, f"add lines for {missing} to EXAMPLES in scratchnets/gradcheck/registry.py"


def test_there_are_enough_of_them():
    assert sum(1 for name in CALLS for _ in CALLS[name](name)) >= AT_LEAST


def test_the_judge_is_no_rubber_stamp():
    """It tells silence, another library's traceback and a good message apart."""
    def raises(error):
        raise error

    assert fault(lambda: None, ["Dense"]) == "passed silently"
    assert "does not say where" in fault(lambda: np.ones(3) @ np.ones(4), ["Dense"])
    assert "KeyError" in fault(lambda: raises(KeyError("Dense")), ["Dense"])
    assert fault(lambda: raises(ValueError("Dense(3 → 2) expected …")), ["Dense"]) is None
