"""The functions of the double: NumPy's, called by CuPy's names with CuPy's parameters."""
from functools import cache

import numpy as np

from ._array import imitate, index, ndarray, operand, stable, to_device, to_host
from ._names import NAMES
from ._undefined import loud, picks, refuse_duplicates, refuse_overlap

# CuPy has these; they call back, touch files or convert from the host by themselves.
NOT_IMITATED = frozenset(
    "apply_along_axis apply_over_axes array_repr array_str array2string asarray_chkfinite choose copyto "
    "frombuffer fromfile fromfunction fromiter fromstring genfromtxt load loadtxt mask_indices piecewise "
    "place put putmask save savetxt savez savez_compressed select".split())
# These answer with Python's own objects; all others answer with arrays.
ON_HOST = frozenset("can_cast common_type iscomplexobj isfortran isrealobj isscalar may_share_memory ndim "
                    "result_type shape shares_memory".split())
# NumPy and CuPy have their parameters in different orders: positions count as far as both agree.
AGREED = dict.fromkeys(("argmax", "argmin", "nanargmax", "nanargmin"), "a axis * out keepdims") | {
    "corrcoef": "a y rowvar * dtype", "histogram2d": "x y bins range * density weights",
    "histogramdd": "sample bins range * density weights"}
# The dtypes for which CuPy has an atomic operation.
ATOMIC = {"add": "ilqILQefd", "subtract": "iI", "maximum": "ilqILQfd", "minimum": "ilqILQfd",
          "bitwise_and": "ilqILQ", "bitwise_or": "ilqILQ", "bitwise_xor": "ilqILQ"}


class Ufunc:
    """A universal function, with those of its methods that CuPy has."""

    def __init__(self, name, host, keywords):
        self.__name__, self._host = name, host
        self._keywords = frozenset(keywords.split()) - {"*"}
        self._arrays_only = host.signature is not None          # matmul

    def __call__(self, *args, **kwargs):
        hosts = [value._host if type(value) is ndarray else operand(value) for value in args]
        if not kwargs and not self._arrays_only:
            result = self._host(*hosts)
            return to_device(result) if len(args) <= self._host.nin else args[-1]
        if not self._keywords.issuperset(kwargs):
            raise TypeError(f"Wrong arguments {kwargs}: cupy.{self.__name__} has {sorted(self._keywords)}")
        if self._arrays_only and any(type(value) is not ndarray for value in args):
            raise TypeError(f"cupy.{self.__name__} takes arrays of CuPy only")
        out = kwargs.pop("out", None)
        if out is None:
            return to_device(self._host(*hosts, **kwargs))
        outs = out if type(out) is tuple else (out,)
        self._host(*hosts, out=tuple([None if part is None else operand(part) for part in outs]), **kwargs)
        return outs if len(outs) > 1 else outs[0]

    def at(self, a, indices, b=None):
        if self.__name__ not in ATOMIC:
            raise NotImplementedError(f"`{self.__name__}.at` is not supported yet")
        if a.dtype.char not in ATOMIC[self.__name__]:
            raise TypeError(f"cupy.{self.__name__}.at does not support {a.dtype}")
        key, source = index(indices), operand(b)
        if type(b) is ndarray:
            refuse_overlap(a._host, source)
        try:
            self._host.at(a._host, key, source)
        except IndexError as error:
            raise (loud(error) if picks(key) else error) from None

    def reduce(self, array, axis=0, dtype=None, out=None, keepdims=False):
        method = self._method_of(array, "reduce", {"add": "sum", "multiply": "prod"})
        return method(axis, dtype, out=out, keepdims=keepdims)

    def accumulate(self, array, axis=0, dtype=None, out=None):
        method = self._method_of(array, "accumulate", {"add": "cumsum", "multiply": "cumprod"})
        return method(axis, dtype, out=out)

    def outer(self, A, B, **kwargs):
        return self(A.reshape(A.shape + (1,) * B.ndim), B, **kwargs)

    def _method_of(self, array, name, methods):
        if self.__name__ not in methods:
            raise NotImplementedError(f"`{self.__name__}.{name}` is not supported yet")
        return getattr(array, methods[self.__name__])


class Grid:
    """mgrid or ogrid: arrays from the slices in square brackets."""

    def __init__(self, host):
        self._host = host

    def __getitem__(self, key):
        return to_device(self._host[to_host(key)])


class Namespace:
    """A submodule."""

    def __init__(self, path):
        self._path = path

    def __getattr__(self, name):
        return find(f"{self._path}.{name}")


# Functions that behave differently from their NumPy namesakes.

def argsort(a, axis=-1, kind=None):
    return np.argsort(a, axis, kind=stable(kind))           # NumPy's default is not stable, CuPy's is


def sort(a, axis=-1, kind=None):
    return np.sort(a, axis, kind=stable(kind))


def put_along_axis(arr, indices, values, axis):
    grid = list(np.indices(indices.shape, sparse=True))
    grid[axis] = indices
    if np.size(values) > 1:
        refuse_duplicates(arr.shape, tuple(grid))
    np.put_along_axis(arr, indices, values, axis)


def as_strided(x, shape=None, strides=None):
    """Read-only where elements overlap: what CuPy stores there is undefined."""
    view = np.lib.stride_tricks.as_strided(x, shape, strides)
    reach = view.itemsize
    for stride, length in sorted((abs(s), n) for s, n in zip(view.strides, view.shape) if n > 1):
        if stride < reach:
            view.flags.writeable = False
        reach += stride * (length - 1)
    return view


REPLACED = {function.__name__: function for function in (argsort, sort, put_along_axis, as_strided)}
# NumPy returns Python's bool or int, CuPy an array without dimensions.
for _name in ("allclose", "array_equal", "array_equiv", "count_nonzero"):
    REPLACED[_name] = (lambda *args, host=getattr(np, _name), **kwargs: np.asarray(host(*args, **kwargs)))


@cache
def find(path):
    """What stands under this name in CuPy, e.g. ``exp`` or ``linalg.svd``."""
    section, _, name = path.rpartition(".")
    functions = NAMES.get(section or "functions", {})
    others = NAMES["numpy"] + NAMES["others"] + ["lib.stride_tricks"]
    if name not in functions and path not in NAMES["ufuncs"] and path not in others:
        raise AttributeError(f"CuPy has no {path}")
    host = np
    for part in path.split("."):
        host = getattr(host, part, find)
    if host is find:
        raise AttributeError(f"NumPy has no {path}, CuPy has: the library runs on both")
    if path in NAMES["numpy"]:
        return host
    if path in ("linalg", "fft", "lib", "lib.stride_tricks"):
        return Namespace(path)
    if path in ("mgrid", "ogrid"):
        return Grid(host)
    if path in NOT_IMITATED or path in others:
        raise AttributeError(f"CuPy has {path}, but the strict double does not imitate it")
    if path in ON_HOST:
        return lambda *args, **kwargs: host(*map(to_host, args), **kwargs)
    if path in NAMES["ufuncs"] and isinstance(host, np.ufunc):
        return Ufunc(name, host, NAMES["ufuncs"][path])
    return imitate(path, REPLACED.get(name, host), AGREED.get(name) or functions.get(name, "x"))
