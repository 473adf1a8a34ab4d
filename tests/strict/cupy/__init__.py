"""A strict double of CuPy: NumPy underneath, CuPy's refusals on top.

A GPU is rare where tests run, and NumPy forgives what CuPy does not. With this package in the place
of CuPy the whole suite runs on the host and fails wherever a line of the library would fail on a
GPU, or would quietly compute something else there::

    SCRATCHNETS_STRICT=1 pytest

As in CuPy, it raises

- AttributeError for every name that CuPy lacks (``errstate``, ``geomspace``, ``linalg.multi_dot``; the
  list is read off a real CuPy, see list_names.py), and for some that the library has no use for;
- TypeError for parameters that CuPy lacks (``where=`` and ``initial=`` in reductions, ``out=`` in
  einsum, ``order=`` in ufuncs), for arrays of NumPy, lists and strings among the operands, in either
  order and in place, for ``np.asarray(array)``, and for indices into Python's own lists;
- ValueError for other dtypes than bool, integers, floats and complex numbers;
- NotImplementedError for ``ufunc.at`` beyond the seven with an atomic operation (TypeError for the
  dtypes that it lacks), and for ``ufunc.reduce`` beyond add and multiply.

Where CuPy raises nothing but its result is undefined or differs from NumPy's, the double raises
`Undefined`, which no library code expects: several values assigned through an index that occurs twice;
positions out of range (CuPy wraps them around); assigned values that overlap their target; a matrix
that is singular or not positive definite (CuPy returns NaN). ``a @= b`` is refused, because Python
makes it ``a = a @ b``.

It is stricter than CuPy where CuPy copies from the host by itself or takes a list by accident
(``x[mask] = numpy_array``, ``cupy.tril([[1]])``), and refuses everything in `random`: one seed has to
give the same numbers on both libraries, so they are drawn on the host. Indices may be NumPy's, as in
CuPy. Reductions and ``x[0, 1]`` give arrays without dimensions. The kernels are NumPy's, so its
RuntimeWarnings appear, and rounding is NumPy's, not a GPU's.
"""
from ._array import ndarray
from ._conversion import array, asarray, asnumpy, get_array_module
from ._library import find as _find
from ._names import NAMES as _NAMES
from ._undefined import Undefined

__all__ = ["Undefined", "ndarray", "array", "asarray", "asanyarray", "asnumpy", "get_array_module"]
__version__ = _NAMES["version"] + "+strict.double"
asanyarray = asarray


class cuda:
    """The device, as far as the library asks about it."""

    @staticmethod
    def is_available():
        return True


is_available = cuda.is_available


class _Random:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError(f"cupy.random.{name}: the library draws its random numbers on the host, with "
                           "NumPy's generators, and moves them with backend.asarray; on the device the "
                           "same seed would give other numbers")


random = _Random()


def __getattr__(name):
    value = globals()[name] = _find(name)           # the next time without a detour
    return value
