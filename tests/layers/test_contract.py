"""What every public layer promises, whatever it computes.

The layers and their inputs are the examples of `scratchnets.gradcheck.registry`: a layer that enters
there is held to all of this at once. (tests/test_registry.py sees to it that each does.)
"""
import copy

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck.registry import EXAMPLES, Draw
from scratchnets.layers import Layer, Sequential
from scratchnets.layers.penalty import total_penalty

CASES = [name for name, example in EXAMPLES.items() if isinstance(example(Draw(0))[0], Layer)]
every_layer = pytest.mark.parametrize("case", CASES)


def build(case, seed=0):
    """The layer, its inputs, and an upstream gradient, in the default dtype."""
    layer, *inputs = EXAMPLES[case](Draw(seed))
    if len(inputs) == 1 and isinstance(inputs[0], (tuple, list)):
        inputs = inputs[0]
    inputs = [asarray(value) if isinstance(value, np.ndarray) else value for value in inputs]
    y = copy.deepcopy(layer).forward(*inputs)             # a copy: the layer's own noise stays undrawn
    return layer, inputs, asarray(np.random.default_rng(seed).uniform(0.5, 1.5, y.shape))


def arrays_of(values):
    """The arrays of what backward returned: of each input's gradient, or of none."""
    return [] if values is None else list(values) if isinstance(values, tuple) else [values]


def same(a, b):
    assert len(arrays_of(a)) == len(arrays_of(b))
    for ours, theirs in zip(arrays_of(a), arrays_of(b)):
        np.testing.assert_array_equal(to_numpy(ours), to_numpy(theirs))


def grads(layer):
    return {path: to_numpy(parameter.grad).copy() for path, parameter in layer.named_parameters().items()}


# ---- forward and backward take turns --------------------------------------------------------------

@every_layer
def test_backward_before_forward_is_refused(case):
    layer, _, dy = build(case)
    with pytest.raises(RuntimeError, match="backward needs a forward before it") as error:
        layer.backward(dy)
    assert any(repr(each) in str(error.value) for each in layer.walk())


@every_layer
def test_a_second_backward_is_refused(case):
    layer, inputs, dy = build(case)
    layer.forward(*inputs)
    layer.backward(dy)
    with pytest.raises(RuntimeError, match="each backward uses up what one forward kept"):
        layer.backward(dy)


@every_layer
def test_forward_again_forgets_the_first(case):
    """The generator's step goes through a discriminator that has just seen another batch."""
    layer, inputs, dy = build(case)
    twin = copy.deepcopy(layer)
    other = [_halves(x) for x in inputs]
    layer.forward(*other)
    _rewind(layer, twin)
    layer.forward(*inputs)
    twin.forward(*inputs)
    dx, expected = layer.backward(dy), twin.backward(dy)
    same(dx, expected)
    for path, grad in grads(twin).items():
        same(grads(layer)[path], grad)


# ---- gradients ------------------------------------------------------------------------------------

@every_layer
def test_gradients_add_up_until_they_are_zeroed(case):
    layer, inputs, dy = build(case)
    untouched = copy.deepcopy(layer)
    layer.forward(*inputs)
    layer.backward(dy)
    once = grads(layer)
    _rewind(layer, untouched)
    layer.forward(*inputs)
    layer.backward(dy)
    for path, grad in grads(layer).items():
        assert once[path].any()
        np.testing.assert_allclose(grad, 2 * once[path], rtol=1e-5)       # tied weights add in another order
    layer.zero_grad()
    assert not any(grad.any() for grad in grads(layer).values())


@every_layer
def test_without_dx_the_rest_is_the_same(case):
    layer, inputs, dy = build(case)
    twin = copy.deepcopy(layer)
    for each, options in ((layer, {}), (twin, {"need_dx": False})):
        each.forward(*inputs)
        dx = each.backward(dy, **options)
    assert dx is None
    for path, grad in grads(layer).items():
        same(grad, grads(twin)[path])


@every_layer
def test_a_frozen_layer_passes_gradients_through(case):
    layer, inputs, dy = build(case)
    frozen = copy.deepcopy(layer).freeze()
    results = []
    for each in (layer, frozen):
        each.forward(*inputs)
        results.append(each.backward(dy))
    same(*results)
    assert not any(grad.any() for grad in grads(frozen).values())


# ---- what belongs to the caller -------------------------------------------------------------------

@every_layer
def test_inputs_outputs_and_upstream_gradients_are_left_alone(case):
    layer, inputs, dy = build(case)
    given = [*(x for x in inputs if hasattr(x, "copy")), dy]
    before = [array.copy() for array in given]
    weights = {path: parameter.data.copy() for path, parameter in layer.named_parameters().items()}
    y = layer.forward(*inputs)
    y_before = y.copy()
    layer.backward(dy)
    for array, kept in zip(given, before):
        same(array, kept)
    same(y, y_before)
    for path, parameter in layer.named_parameters().items():
        same(parameter.data, weights[path])


@every_layer
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_precision_stays(case, dtype):
    def stays(array, what):
        assert array.dtype == dtype, (
            f"{what} of {case} is {array.dtype}, from inputs of {dtype}. A NumPy scalar such as np.sqrt(2.0) turns "
            "float32 into float64: take Python's numbers, math.sqrt(2.0); a new array needs dtype=x.dtype")

    with backend.use(backend.name(), dtype=dtype):
        layer, inputs, dy = build(case)
        for mode in ("training", "evaluation"):
            stays(layer.forward(*inputs), f"y in {mode} mode")
            for dx in arrays_of(layer.backward(dy)):
                stays(dx, f"dx in {mode} mode")
            for path, parameter in layer.named_parameters().items():
                stays(parameter.data, path)
                stays(parameter.grad, f"the gradient of {path}")
            for path, (owner, buffer) in layer._named_buffers().items():
                stays(getattr(owner, buffer), f"the buffer {path}")
            layer.eval()


@every_layer
def test_memory_layout_does_not_matter(case):
    """Slices, transposed and reversed arrays give what a copy of them gives."""
    layer, inputs, dy = build(case)
    twin = copy.deepcopy(layer)
    expected = layer.forward(*inputs)
    y = twin.forward(*[_strided(x) for x in inputs])
    np.testing.assert_allclose(to_numpy(y), to_numpy(expected), rtol=1e-5, atol=1e-6)
    gradients = arrays_of(twin.backward(_strided(dy))), arrays_of(layer.backward(dy))
    for dx, expected in zip(*gradients, strict=True):
        np.testing.assert_allclose(to_numpy(dx), to_numpy(expected), rtol=1e-5, atol=1e-6)


# ---- prediction -----------------------------------------------------------------------------------

@every_layer
def test_predict_keeps_nothing(case):
    layer, inputs, dy = build(case)
    layer.predict(*inputs)
    with pytest.raises(RuntimeError):
        layer.backward(dy)


@every_layer
def test_predict_leaves_a_pending_backward_intact(case):
    layer, inputs, dy = build(case)
    twin = copy.deepcopy(layer)
    layer.forward(*inputs)
    twin.forward(*inputs)
    state, penalty = layer.state_dict(), float(total_penalty(layer))
    layer.predict(*map(_halves, inputs))
    assert float(total_penalty(layer)) == penalty
    for path, value in layer.state_dict().items():
        same(value, state[path])
    dx, expected = layer.backward(dy), twin.backward(dy)
    same(dx, expected)


@every_layer
def test_predict_is_forward_in_evaluation_mode_in_batches(case):
    layer, inputs, _ = build(case)
    whole = to_numpy(layer.predict(*inputs))
    np.testing.assert_allclose(to_numpy(layer.predict(*inputs, batch_size=2)), whole, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(to_numpy(layer.eval().forward(*inputs)), whole, rtol=1e-5, atol=1e-6)


# ---- state and description ------------------------------------------------------------------------

@every_layer
def test_state_travels_to_another_of_its_kind(case):
    layer, inputs, dy = build(case)
    other = EXAMPLES[case](Draw(9))[0]
    layer.forward(*inputs)                                 # moves the running statistics, where there are any
    other.load_state_dict(layer.state_dict())
    same(other.predict(*inputs), layer.predict(*inputs))
    for path, value in other.state_dict().items():
        same(value, layer.state_dict()[path])


@every_layer
def test_a_state_with_a_stranger_in_it_is_refused(case):
    layer, _, _ = build(case)
    with pytest.raises(ValueError, match=f"does not fit {type(layer).__name__}: unknown: stranger"):
        layer.load_state_dict(layer.state_dict() | {"stranger": np.zeros(3)})


@pytest.mark.parametrize("case", [case for case in CASES if len(build(case)[1]) == 1])
def test_summary_shows_its_row(case):
    layer, inputs, _ = build(case)
    network = Sequential(layer)
    row = network.summary(inputs[0].shape[1:]).splitlines()[1]
    shape = ", ".join(["batch", *map(str, layer.predict(inputs[0]).shape[1:])])
    assert repr(layer) in row and f"({shape})" in row
    assert row.endswith(f" {sum(parameter.size for parameter in layer.parameters()):,}")


@every_layer
def test_its_name_is_in_its_description(case):
    layer, _, _ = build(case)
    assert repr(layer).startswith(f"{type(layer).__name__}(") and "\n" not in repr(layer)


# ---- helpers --------------------------------------------------------------------------------------

def _halves(x):
    """Other values of the same shape, still valid ones."""
    if not hasattr(x, "dtype"):
        return x
    return x[::-1].copy() if x.dtype.kind != "f" else 0.5 * x[::-1]


def _strided(x):
    """The same values, every other number of a larger array, backwards in memory."""
    if not hasattr(x, "dtype"):
        return x
    wide = backend.xp.zeros((*x.shape[:-1], 2 * x.shape[-1]), dtype=x.dtype)[::-1]
    wide[..., ::2] = x
    return wide[..., ::2]


def _rewind(layer, untouched):
    """The same noise once more, and the same state (of a power iteration)."""
    for path, (owner, buffer) in layer._named_buffers().items():
        its, its_buffer = untouched._named_buffers()[path]
        getattr(owner, buffer)[...] = getattr(its, its_buffer)
    for path, generator in layer.generators().items():
        generator.bit_generator.state = untouched.generators()[path].bit_generator.state
