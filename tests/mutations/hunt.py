"""Which functions are broken, and who notices: the gradient check, or the formula written as loops.

A mutant counts as noticed when a gradient is not correct, when the value disagrees with the loops of
tests/reference.py, when a second backward is not refused, or when it raises. Only the examples that run
the function are asked.
"""
import contextlib
import functools
import importlib
import inspect
import pkgutil
import sys

import numpy as np
import reference
from mutations.mutants import mutants, swapped_in

from scratchnets import backend, layers, losses
from scratchnets.backend import xp
from scratchnets.gradcheck import gradcheck, registry
from scratchnets.layers import Layer


@functools.cache
def targets():
    """{name: function}: every pure pair, every layer's backward, every loss, and what they hand their work to."""
    found = {}
    for module in modules():
        own = {name: value for name, value in vars(module).items()
               if getattr(value, "__module__", "") == module.__name__}
        for name, value in own.items():
            for member in vars(value).values() if inspect.isclass(value) else [value]:
                if inspect.isfunction(member) and ("backward" in member.__name__ or f"{name}_backward" in own):
                    found[member.__qualname__] = member
    for example in registry.EXAMPLES.values():
        subject = example(registry.Draw(0))[0]
        if not isinstance(subject, (Layer, tuple)):
            function = getattr(subject, "__func__", subject)
            if not inspect.isfunction(function):              # an object that is called
                function = type(function).__call__
            found[function.__qualname__] = function
    forwards = {name for name in found if f"{name}_backward" in found}
    return found | helpers([function for name, function in found.items() if name not in forwards])


def helpers(functions):
    """{name: function}: what backward passes and losses hand part of their work to, in their own file.

    Not what refuses bad input, which has tests of its own. What only a forward pass calls is not here: a mistake in it
    leaves the backward pass behind, and is noticed.
    """
    _, called = traced()
    reached, waiting = set(), [function.__code__ for function in functions]
    while waiting:
        code = waiting.pop()
        if code not in reached:
            reached.add(code)
            waiting += [other for other in called.get(code, ()) if other.co_filename == code.co_filename]
    return {name: function for module in modules() for name, function in vars(module).items()
            if inspect.isfunction(function) and function.__module__ == module.__name__
            and function.__code__ in reached and "raise " not in inspect.getsource(function)}


def modules():
    """The modules of layers and losses."""
    for package in (layers, losses):
        for info in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{package.__name__}.{info.name}")


def callers():
    """{code: examples that run it, the quickest first}."""
    return traced()[0]


@functools.cache
def traced():
    """Of a gradient check of each example: {code: examples that run it, the quickest first}, {code: what it calls}."""
    examples, called = {}, {}
    for name in registry.names():
        seen, calls = set(), [0]

        def note(frame, event, argument, seen=seen, calls=calls):
            calls[0] += 1
            seen.add(frame.f_code)
            if event == "call" and frame.f_back:
                called.setdefault(frame.f_back.f_code, set()).add(frame.f_code)

        subject, *inputs = registry.EXAMPLES[name](registry.Draw(0))
        before = sys.getprofile()
        sys.setprofile(note)
        try:
            gradcheck(subject, *inputs, method="directional", seeds=(0,))
        finally:
            sys.setprofile(before)
        for code in seen:
            examples.setdefault(code, []).append((calls[0], name))
    return {code: [name for _, name in sorted(pairs)] for code, pairs in examples.items()}, called


def noticed_by_checks(name):
    """Whether the example `name` fails, as the code stands now."""
    try:
        with np.errstate(all="ignore"):
            return not (registry.check(name).passed and agrees_with_loops(name)
                        and refuses_a_second_pass(name))
    except Exception:                       # a mutant may raise whatever it likes
        return True


def agrees_with_loops(name):
    """Whether a pair's or loss's value is that of tests/reference.py."""
    subject, *inputs = registry.EXAMPLES[name](registry.Draw(0))
    loops = getattr(reference, registry.base(name).replace(".", "_"), None)
    if isinstance(subject, Layer) or loops is None:
        return True
    with backend.use(backend.name(), dtype="float64"):
        on_device = [backend.asarray(value) if np.ndim(value) else value for value in inputs]
        result = subject[0](*on_device) if isinstance(subject, tuple) else subject(*on_device)[0]
    return np.allclose(backend.to_numpy(result), loops(*inputs), rtol=1e-12, atol=1e-13)


def refuses_a_second_pass(name):
    """Whether a layer's backward raises when no forward went before it."""
    subject, *inputs = registry.EXAMPLES[name](registry.Draw(0))
    if not isinstance(subject, Layer):
        return True
    y = subject.forward(*map(backend.asarray, inputs))
    subject.backward(xp.ones_like(y))
    try:
        subject.backward(xp.ones_like(y))
    except RuntimeError:
        return True
    return False


def hunt(name):
    """(mutants, survivors) of the function of this name, as two lists of their descriptions."""
    function = targets()[name]
    examples = callers().get(function.__code__, [])
    everyone, survivors = [], []
    for mutant in mutants(function):
        everyone.append(str(mutant))
        with swapped_in(function, mutant):
            if not any(noticed_by_checks(example) for example in examples):
                survivors.append(str(mutant))
    return everyone, survivors


# ---- caches that are not renewed ----------------------------------------------------------------------

@contextlib.contextmanager
def stale(layer_class):
    """Within this context the layers of a class keep for ever what they kept first."""
    def keep(self, y, *values):
        self._first_kept = getattr(self, "_first_kept", values)
        return Layer.keep(self, y, *self._first_kept)

    layer_class.keep = keep
    try:
        yield
    finally:
        del layer_class.keep


def stale_classes():
    """{name: class} of the public layers that keep something themselves."""
    return {name: getattr(layers, name) for name in layers.__all__
            if name not in registry.NO_EXAMPLE and not issubclass(getattr(layers, name), layers.Sequential)}


def stale_is_noticed(name):
    """Whether an example of this layer fails when its cache goes stale."""
    with stale(stale_classes()[name]):
        return any(noticed_by_checks(example) for example in registry.matching(name))
