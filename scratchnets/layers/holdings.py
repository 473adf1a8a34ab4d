"""What a layer holds: layers, parameters and generators among its attributes, also in lists, tuples and dictionaries.

Whatever is found has a path, ``rest.1.W`` for the W of ``self.rest[1]``, under which it is saved. What holds a layer in
a place without such a path (a set, an object of another kind, the class itself) is refused by name: it would be neither
trained nor saved, and nothing would say so.
"""
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import ModuleType

import numpy as np

from scratchnets.backend import xp
from scratchnets.parameter import Parameter

# Most attributes are of these types, and hold nothing.
PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, bytearray, range, type, ModuleType, np.dtype})
REACH = 4               # objects within objects that are looked into for a layer without a path


def holdings(layer, kind):
    """[(path, value)] of each `kind` that the layer holds itself, through however many lists and dictionaries.

    Parameters
    ----------
    layer : Layer
    kind : type
        `Layer`, `Parameter` or ``numpy.random.Generator``: what lies within a layer is that layer's own.

    Raises
    ------
    TypeError
        Something of these kinds stands where it cannot have a path.
    """
    _refuse_shared(type(layer))
    found = []
    for name, value in vars(layer).items():
        if type(value) not in PLAIN and name != "_slot":            # the slot: what forward keeps for backward
            _collect(found, layer, kind, name, value, ())
    return found


def _collect(found, layer, kind, path, value, around):
    if isinstance(value, kind):
        found.append((path, value))
    elif isinstance(value, _wanted()) or _is_numbers(value):
        return
    elif isinstance(value, (list, tuple, dict, Mapping, Sequence)):
        if any(value is each for each in around):                   # a list that contains itself
            return
        for key, entry in value.items() if isinstance(value, Mapping) else enumerate(value):
            if type(entry) not in PLAIN:
                _collect(found, layer, kind, f"{path}.{key}", entry, (*around, value))
    elif hidden := _hidden(layer, value):
        raise TypeError(f"{type(layer).__name__}.{path} is a {type(value).__name__} that holds {hidden}: there it "
                        "would be neither trained nor saved. Make it an attribute, or keep it in a list, a tuple or a "
                        "dictionary")


@lru_cache(maxsize=1)
def _wanted():
    from scratchnets.layers.base import Layer  # which stands on this file
    return Layer, Parameter, np.random.Generator


def _is_numbers(value):
    return isinstance(value, np.generic) or (isinstance(value, (np.ndarray, xp.ndarray)) and value.dtype != object)


def _hidden(layer, value, depth=REACH):
    """What a value of another kind holds, in words: the first layer or parameter in it, or ""."""
    Layer, *_ = _wanted()
    if value is layer or depth == 0 or type(value) in PLAIN or isinstance(value, np.random.Generator):
        return ""
    if isinstance(value, (Layer, Parameter)):
        return f"the {type(value).__name__} {value!r}"
    if _is_numbers(value):
        return ""
    return next((found for inner in _within(value) if (found := _hidden(layer, inner, depth - 1))), "")


def _within(value):
    """The objects that a value refers to, where a layer could hide in it. Functions are not looked into."""
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    if isinstance(value, Collection) and not isinstance(value, str):        # sets, queues; an iterator is not used up
        return list(value)
    attributes = getattr(value, "__dict__", None)
    return list(attributes.values()) if isinstance(attributes, dict) and not callable(value) else []


@lru_cache(maxsize=512)
def _refuse_shared(kind):
    """Refuse a layer that is an attribute of the class: all objects of the class would share it."""
    Layer, *_ = _wanted()
    for each in kind.__mro__:
        for name, value in vars(each).items():
            candidates = _within(value) if isinstance(value, (list, tuple, dict, set)) else [value]
            held = next((entry for entry in candidates if isinstance(entry, (Layer, Parameter))), None)
            if held is not None:
                raise TypeError(f"{kind.__name__}.{name} holds {held!r} as an attribute of the class, which all its "
                                "objects would share, and which is neither trained nor saved; make it in __init__: "
                                f"self.{name} = …")
