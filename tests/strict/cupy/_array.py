"""The array of the double: a NumPy array behind a wall that only `get` opens."""
from collections import namedtuple
from operator import attrgetter

import numpy as np

from ._names import NAMES, Parameters
from ._undefined import loud, picks, refuse_undefined_order

SUPPORTED = frozenset("?bhilqBHILQefdFD")       # CuPy's dtypes, by their NumPy characters
SCALARS = frozenset({bool, int, float, complex} | {np.dtype(char).type for char in SUPPORTED})
# A parameter of one of these names takes an array and converts no list.
ARRAYS = frozenset("self a a1 a2 ar ar1 ar2 arr arr1 arr2 array ary b condition f filt keys m p v "
                   "x x1 x2 y z".split())
NUMBERS_TOO = frozenset(["allclose", "isclose"])        # for their b; elsewhere b is an array
SHAPES = frozenset(["shape", "newshape", "dimensions"])         # these hold Python's integers
# CuPy has these methods; the library has no business with raw memory, files and deprecated names.
NOT_IMITATED = frozenset("byteswap choose dump dumps mdspan put reduced_view scatter_add scatter_max "
                         "scatter_min set toDlpack tofile".split())


Flags = namedtuple("Flags", "c_contiguous f_contiguous owndata")


class ndarray:
    """An array "on the device". Views share memory, as in NumPy; nothing becomes a NumPy array unasked."""

    __slots__ = ("_host",)
    __array_priority__ = 100
    __hash__ = None

    def __init__(self, shape, dtype=float, *, order="C"):
        self._host = supported(np.empty(shape, dtype, order))

    shape, dtype, ndim, size, nbytes, itemsize, strides = (
        property(attrgetter(f"_host.{name}"))
        for name in ("shape", "dtype", "ndim", "size", "nbytes", "itemsize", "strides"))
    T, mT, real, imag = (
        property(lambda self, host=attrgetter(f"_host.{name}"): device(host(self)))
        for name in ("T", "mT", "real", "imag"))

    @property
    def flags(self):
        return Flags(self._host.flags.c_contiguous, self._host.flags.f_contiguous, self._host.base is None)

    def __getattr__(self, name):
        if name in NAMES["methods"] or name in NAMES["attributes"]:
            raise AttributeError(f"CuPy has ndarray.{name}, but the strict double does not imitate it")
        raise AttributeError(f"CuPy has no ndarray.{name}")

    def get(self, stream=None, order="C", out=None, blocking=True):
        """A copy on the host."""
        if out is None:
            return self._host.copy(order)
        out[...] = self._host
        return out

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed. "
                        "Please use `.get()` to construct a NumPy array explicitly.")

    def __len__(self):
        return len(self._host)

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __format__(self, specification):
        return format(self._host, specification)

    def __getitem__(self, key):
        key = index(key)
        try:
            part = self._host[key]
        except IndexError as error:
            raise (loud(error) if picks(key) else error) from None
        if type(part) is not np.ndarray:        # a single element: in CuPy a view without dimensions
            part = self._host[(*key, ...) if type(key) is tuple else (key, ...)]
        return device(part)

    def __setitem__(self, key, value):
        key, source = index(key), operand(value)
        try:
            if type(value) is ndarray and source.size > 1:
                refuse_undefined_order(self._host, key, source)
            self._host[key] = source
        except IndexError as error:
            raise (loud(error) if picks(key) else error) from None

    def __eq__(self, other):
        if other is None or type(other).__eq__ is object.__eq__:
            return device(np.zeros(self.shape, bool))
        return to_device(self._host == operand(other))

    def __ne__(self, other):
        if other is None or type(other).__eq__ is object.__eq__:
            return device(np.ones(self.shape, bool))
        return to_device(self._host != operand(other))

    def __matmul__(self, other):
        if type(other) is not ndarray:
            raise TypeError(f"CuPy multiplies its own matrices only, got {type(other)}")
        return to_device(np.matmul(self._host, other._host))

    def __imatmul__(self, other):
        raise TypeError("CuPy has no in-place @=: Python would rebind the name and leave the array as it was")

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        from ._library import find
        try:
            function = find(ufunc.__name__)
        except AttributeError:
            return NotImplemented
        if out is not None:
            kwargs["out"] = out if len(out) > 1 else out[0]
        return getattr(function, method)(*inputs, **kwargs)

    def __array_function__(self, function, types, args, kwargs):
        from ._library import find
        try:
            of_cupy = find(".".join([*function.__module__.split(".")[1:], function.__name__]))
        except AttributeError:
            return NotImplemented
        return NotImplemented if of_cupy is function else of_cupy(*args, **kwargs)

    def astype(self, dtype, order="K", casting=None, subok=None, copy=True):
        if casting is not None or subok is not None:
            raise TypeError("casting and subok are not supported yet in CuPy's astype")
        host = self._host.astype(dtype, order, copy=copy)
        return self if host is self._host else device(supported(host))

    def __deepcopy__(self, memo):
        return self.copy()

    def view(self, dtype=None):
        return device(supported(self._host.view() if dtype is None else self._host.view(np.dtype(dtype))))

    def fill(self, value):
        if getattr(value, "shape", ()) != ():
            raise ValueError("non-scalar arrays cannot be used for fill")
        self._host.fill(operand(value))

    def sort(self, axis=-1, kind=None):
        self._host.sort(axis, kind=stable(kind))

    def argsort(self, axis=-1, kind=None):
        return device(self._host.argsort(axis, kind=stable(kind)))


# From the host to the device and back.

def device(host):
    """The NumPy array as an array of the double."""
    array = object.__new__(ndarray)
    array._host = host
    return array


def supported(host):
    if host.dtype.char not in SUPPORTED:
        raise ValueError(f"Unsupported dtype {host.dtype}")
    return host


def to_device(result):
    """What a NumPy function returned, as CuPy returns it: no NumPy scalars, no named tuples."""
    if type(result) is np.ndarray:
        return device(supported(result))
    if isinstance(result, np.generic):
        return device(supported(np.asarray(result)))
    if isinstance(result, (tuple, list)):
        return (tuple if isinstance(result, tuple) else list)(map(to_device, result))
    return result


def to_host(value):
    """An argument for a NumPy function; arrays of NumPy are refused."""
    kind = type(value)
    if kind is ndarray:
        return value._host
    if kind is tuple or kind is list:
        return kind([to_host(part) for part in value])
    if isinstance(value, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>: CuPy computes with its own arrays only")
    return value


def operand(value):
    """An argument of an operator: an array of the double or a number."""
    if type(value) is ndarray:
        return value._host
    if type(value) in SCALARS:
        return value
    raise TypeError(f"Unsupported type {type(value)}: CuPy combines its arrays with its own and with numbers")


def index(key):
    """A key for the NumPy array. CuPy moves NumPy's arrays and lists by itself here."""
    if type(key) is tuple:
        return tuple([part._host if type(part) is ndarray else part for part in key])
    return key._host if type(key) is ndarray else key


def holds_array(value):
    return type(value) is ndarray or type(value) in (tuple, list) and any(map(holds_array, value))


def stable(kind):
    if kind not in (None, "stable"):
        raise ValueError("kind can only be None or 'stable'")
    return "stable"


# Functions, operators and methods.

def imitate(name, host, text):
    """The NumPy function `host` behind the parameters that CuPy has."""
    parameters = Parameters(name, text)
    arrays = [i for i, word in enumerate(parameters.positional) if word in ARRAYS]
    first, others = arrays[:1] == [0], [i for i in arrays if i > 0]
    strict = [i for i in others if parameters.positional[i] == "b" and name not in NUMBERS_TOO]
    several = "tup" in parameters.positional or "*xi" in text
    shape = next((slice(i, i + 1) for i, word in enumerate(parameters.positional) if word in SHAPES),
                 slice(1, None) if "*shape" in text else None)

    def call(*args, **kwargs):
        if kwargs or len(args) > parameters.limit:
            parameters.check(args, kwargs)
        if first and args and type(args[0]) is not ndarray:
            raise TypeError(f"cupy.{name} takes an array of CuPy, got {type(args[0])}")
        for i in others:
            kind = type(args[i]) if i < len(args) else ndarray
            if kind is not ndarray and (i in strict or kind in (list, tuple)):
                raise TypeError(f"cupy.{name} takes an array of CuPy, got {kind}")
        if several and any(type(part) is not ndarray for part in (args[0] if "tup" in text else args)):
            raise TypeError(f"cupy.{name} takes arrays of CuPy only")
        if shape and holds_array(args[shape]):
            raise TypeError("'ndarray' object cannot be interpreted as an integer: take int() of it")
        try:
            result = host(*[to_host(value) for value in args],
                          **{key: to_host(value) for key, value in kwargs.items()})
        except (IndexError, np.linalg.LinAlgError) as error:
            raise loud(error) from None
        out = kwargs.get("out")
        return to_device(result) if out is None else out

    return call


def binary(ufunc):
    """The three operators of a ufunc: x + y, y + x and x += y."""
    def operator(self, other):
        return to_device(ufunc(self._host, other._host if type(other) is ndarray else operand(other)))

    def reflected(self, other):
        return to_device(ufunc(operand(other), self._host))

    def in_place(self, other):
        ufunc(self._host, operand(other), out=self._host)
        return self

    return operator, reflected, in_place


for _name, _ufunc in [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("pow", np.power),
                      ("truediv", np.true_divide), ("floordiv", np.floor_divide), ("mod", np.mod),
                      ("lshift", np.left_shift), ("rshift", np.right_shift), ("and", np.bitwise_and),
                      ("or", np.bitwise_or), ("xor", np.bitwise_xor)]:
    for _prefix, _operator in zip(("", "r", "i"), binary(_ufunc)):
        setattr(ndarray, f"__{_prefix}{_name}__", _operator)
ndarray.__divmod__, ndarray.__rdivmod__, _ = binary(np.divmod)
for _name, _ufunc in [("lt", np.less), ("le", np.less_equal), ("gt", np.greater), ("ge", np.greater_equal)]:
    setattr(ndarray, f"__{_name}__", binary(_ufunc)[0])
for _name in "neg pos abs invert bool int float complex repr str".split():
    _of_host = getattr(np.ndarray, f"__{_name}__")
    setattr(ndarray, f"__{_name}__", lambda self, of_host=_of_host: to_device(of_host(self._host)))
for _name, _text in NAMES["methods"].items():
    if hasattr(np.ndarray, _name) and _name not in NOT_IMITATED and _name not in vars(ndarray):
        setattr(ndarray, _name, imitate(f"ndarray.{_name}", getattr(np.ndarray, _name), f"self {_text}"))
ndarray.__copy__ = ndarray.copy
