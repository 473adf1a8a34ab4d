"""From the host to the double and back."""
import sys

import numpy as np

from ._array import device, ndarray, supported, to_host


def array(obj, dtype=None, copy=True, order="K", subok=False, ndmin=0, *, blocking=False):
    """Numbers of the host, or arrays of the double, as a new array of the double."""
    if subok:
        raise NotImplementedError("CuPy does not support subok")
    if type(obj) is ndarray or holds_arrays(obj):
        host = to_host(obj)
    else:
        host, copy = obj, True                              # what comes from the host is copied
    result = np.array(host, dtype, copy=copy or None, order=order or "K", ndmin=ndmin)
    if result is host:
        return obj
    return device(supported(result.astype(result.dtype.newbyteorder("="), copy=False)))


def asarray(a, dtype=None, order=None, *, copy=None, blocking=False):
    return array(a, dtype, copy, order)


def asnumpy(a, stream=None, order="C", out=None, *, blocking=True):
    """The values of `a` as an array of NumPy."""
    if type(a) is ndarray:
        return a.get(order=order, out=out)
    return np.asarray(a, order=order)


def get_array_module(*args):
    here = any(type(value) is ndarray for value in args)
    return sys.modules[__package__] if here else np


def holds_arrays(obj):
    """Whether every leaf of the nested lists is an array of the double."""
    return type(obj) in (list, tuple) and len(obj) > 0 and all(
        type(part) is ndarray or holds_arrays(part) for part in obj)
