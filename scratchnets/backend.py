"""Which array library computes: NumPy on the CPU or CuPy on a GPU.

Every other file says ``from scratchnets.backend import xp`` and reads ``xp`` as ``np``. The name
stays the same object for ever and looks each attribute up in the library in use, so that a switch
reaches code that has long been imported::

    backend.use("cupy")                                 # from here on
    with backend.use("numpy", dtype="float64"): ...     # for a while, then back

The environment variable ``SCRATCHNETS_BACKEND`` sets the library from outside.

Random numbers are always drawn on the host, by NumPy generators, and moved with `asarray`: one seed
then gives the same start, the same order of data and the same noise on both libraries.
"""
import difflib
import os

import numpy as np

from scratchnets.arguments import brief

__all__ = ["xp", "use", "name", "default_dtype", "asarray", "to_numpy", "is_finite",
           "BackendError"]

VARIABLE = "SCRATCHNETS_BACKEND"
NAMES = ("numpy", "cupy")
DTYPES = ("float32", "float64")


class BackendError(RuntimeError):
    """The array library that was asked for cannot compute on this machine."""


_library = np                          # the module that xp stands for
_dtype = np.dtype("float32")           # of parameters, data and noise


class _Refused:
    """Stands for a library that SCRATCHNETS_BACKEND names in vain: whoever asks it for anything learns why."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, attribute):
        raise self._error


class _ArrayLibrary:
    """Stands for the array library in use."""

    def __getattr__(self, attribute):
        return getattr(_library, attribute)

    def __repr__(self):
        return f"<xp: {name()}>"


xp = _ArrayLibrary()


def name():
    """The library in use: ``"numpy"`` or ``"cupy"``."""
    return _library.__name__


def default_dtype():
    """The floating-point type of new parameters, batches and noise."""
    return _dtype


class use:
    """Choose the array library and the default floating-point type.

    Parameters
    ----------
    library : {"numpy", "cupy"}
    dtype : {"float32", "float64"}, optional
        Left as it is when not given.

    Examples
    --------
    >>> import scratchnets.backend as backend
    >>> with backend.use("numpy", dtype="float64"):
    ...     backend.asarray([1.0, 2.0]).dtype
    dtype('float64')
    """

    def __init__(self, library, dtype=None):
        global _library, _dtype
        self._previous = (_library, _dtype)
        chosen_dtype = _dtype if dtype is None else _known_dtype(dtype)
        _library, _dtype = _import(library), chosen_dtype

    def __enter__(self):
        return xp

    def __exit__(self, *exception):
        global _library, _dtype
        _library, _dtype = self._previous


def asarray(values, dtype=None):
    """Host values as an array of the library in use, floats in the default dtype.

    Integers and booleans keep their type (they are labels, tokens, masks). An array of the other
    library is refused: a silent copy between host and GPU is the slowest line of many a program.

    Parameters
    ----------
    values : array_like
    dtype : dtype, optional
        Instead of the default.
    """
    if isinstance(values, xp.ndarray):
        array = values
    else:
        _refuse_foreign(values)
        try:
            array = np.asarray(values)
        except ValueError as error:
            raise ValueError(f"expected numbers, in rows of one length ({error})") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"expected numbers, got an array of dtype {array.dtype}")
    if dtype is None:
        dtype = _dtype if array.dtype.kind == "f" else array.dtype
    # Cast on the host, so that half the bytes travel.
    return xp.asarray(array.astype(dtype, copy=False))


def to_numpy(array):
    """The values of `array`, of either library, as a NumPy array on the host."""
    if hasattr(array, "get") and not isinstance(array, (dict, np.ndarray)):
        return array.get()
    return np.asarray(array)


def is_finite(array):
    """Whether `array` holds no NaN and no infinity; always True on a GPU.

    The check costs one sum. On a GPU it would also make the host wait for the device, layer after
    layer, so there it is left to the training loop, which looks at the loss now and then.
    """
    if _library is not np:
        return True
    with np.errstate(all="ignore"):
        # A finite sum proves finite terms; a sum that overflowed proves nothing, so look again.
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())


def _refuse_foreign(values):
    kind = type(values).__module__.split(".")[0]
    if kind == "cupy":
        raise TypeError(f"got a CuPy array while the backend is {name()}; "
                        "move it with backend.to_numpy(array), or switch with backend.use('cupy')")


def _import(library):
    if library == "numpy":
        return np
    if library != "cupy":
        near = difflib.get_close_matches(str(library)[:80], NAMES, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"unknown backend {brief(repr(library))}{hint}; the backends are {' and '.join(NAMES)}")
    try:
        import cupy
    except ImportError as error:
        raise BackendError('the cupy backend needs CuPy: pip install -e ".[gpu]" in the repository (CUDA 12) '
                           "or pip install cupy-cuda13x (CUDA 13)") from error
    # Without a GPU the import succeeds and the first allocation fails: ask first.
    if not cupy.cuda.is_available():
        raise BackendError("CuPy is installed, but it finds no CUDA GPU here; "
                           "use the backend 'numpy', or check the driver with nvidia-smi")
    return cupy


def _known_dtype(dtype):
    try:
        known = np.dtype(dtype)
    except TypeError:                               # a name that NumPy does not know either
        known = None
    if known is None or known.name not in DTYPES:
        raise ValueError(f"unknown dtype {brief(repr(dtype))}; the default dtype is one of {', '.join(DTYPES)}")
    return known


if os.environ.get(VARIABLE):
    try:
        use(os.environ[VARIABLE])
    except (ValueError, BackendError) as error:
        # Importing goes on, so that the command line can say it in a line; computing does not.
        _library = _Refused(type(error)(f"{VARIABLE}: {error}"))
