"""The strict double of CuPy agrees with NumPy, and refuses what CuPy refuses.

The double is loaded under another name here, so that these tests run beside any array library.
"""
import copy
import importlib.util
import inspect
import os
import subprocess
import sys
from operator import iadd, imatmul, setitem
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "cupy"


def load(name):
    specification = importlib.util.spec_from_file_location(
        name, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)])
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


xp = load("double_of_cupy")
Undefined = xp.Undefined


class Arrays:
    """The same arrays on the host and in the double."""

    def __init__(self, move):
        rng = np.random.default_rng(0)
        self.x = move(rng.standard_normal((3, 4)).astype(np.float32))
        self.y = move(rng.standard_normal((3, 4)).astype(np.float32))
        self.double = move(rng.standard_normal((3, 4)))
        self.square = move(np.eye(3) + rng.uniform(0, 0.2, (3, 3)))
        self.row = move(np.array([2, 0, 1]))
        self.ties = move(np.array([1, 0, 1, 0] * 10))
        self.mask = move(rng.uniform(size=(3, 4)) < 0.5)
        self.image = move(rng.standard_normal((2, 5, 5, 3)).astype(np.float32))


def host(value):
    """The values on the host; checks on the way that nothing else than the double's arrays came out."""
    if isinstance(value, (tuple, list)):
        return [host(part) for part in value]
    assert isinstance(value, xp.ndarray)
    return value.get()


AGREEMENT = {
    "sum of products": lambda xp, a: a.x * a.y + a.x,
    "Python scalars keep float32": lambda xp, a: 2.0 * a.x - 1,
    "NumPy's float64 does not": lambda xp, a: np.float64(2) * a.x,
    "float32 with float64": lambda xp, a: a.x + a.double,
    "powers": lambda xp, a: (a.x ** 2, 2 ** a.x, abs(a.x) ** 0.5),
    "integers": lambda xp, a: (a.row // 2, a.row % 2, a.row / 2, a.row << 1, divmod(a.row, 2)),
    "booleans": lambda xp, a: (~a.mask & (a.x > 0), a.mask | a.mask, a.mask ^ a.mask),
    "comparisons": lambda xp, a: (a.x < a.y, a.x <= 0, a.x == a.x, a.x != 0.5, 0 < a.x, a.x >= a.y),
    "matrix product": lambda xp, a: (a.x @ a.y.T, a.image @ a.image[:1, 0, :3]),
    "ufuncs": lambda xp, a: (xp.exp(a.x), xp.maximum(a.x, 0), xp.tanh(a.y), xp.log1p(xp.abs(a.x))),
    "ufunc into out": lambda xp, a: xp.add(a.x, 1, out=a.y),
    "where": lambda xp, a: xp.where(a.mask, a.x, 0.0),
    "sums": lambda xp, a: (a.x.sum(), a.x.sum(axis=0), a.x.sum(axis=(0, 1), keepdims=True), a.mask.sum()),
    "means": lambda xp, a: (a.x.mean(axis=0), a.x.var(axis=1), a.x.std(ddof=1), xp.mean(a.row)),
    "extremes": lambda xp, a: (a.x.max(axis=1), a.x.min(), a.x.argmax(axis=1), xp.argmin(a.x, axis=0)),
    "accumulation": lambda xp, a: (xp.cumsum(a.x, axis=1), xp.diff(a.x), xp.add.reduce(a.x)),
    "questions": lambda xp, a: (a.mask.any(axis=0), xp.isfinite(a.x).all(), xp.isnan(a.x)),
    "rows": lambda xp, a: (a.x[1], a.x[:, 1:3], a.x[..., None], a.x[::-1], a.image[0, 1:, ::2]),
    "picked rows": lambda xp, a: (a.x[a.row], a.x[a.row, a.row], a.x[[2, 0]], a.x[a.mask]),
    "picked by NumPy": lambda xp, a: a.x[np.array([2, 0])],
    "take_along_axis": lambda xp, a: xp.take_along_axis(a.x, a.row[:, None], axis=1),
    "shapes": lambda xp, a: (a.x.reshape(4, -1), a.x.T, a.image.transpose(0, 3, 1, 2), a.x.ravel(),
                             a.x[:1].squeeze(0)),
    "moved axes": lambda xp, a: (xp.moveaxis(a.image, 3, 1), xp.expand_dims(a.x, 0), a.x.swapaxes(0, 1)),
    "joined": lambda xp, a: (xp.concatenate([a.x, a.y], axis=1), xp.stack([a.x, a.y]),
                             xp.split(a.x, 2, axis=1)),
    "repeated": lambda xp, a: (xp.repeat(a.x, 2, axis=0), xp.tile(a.x, (2, 1)), xp.roll(a.x, 1, axis=1),
                               xp.flip(a.x, 0)),
    "padded": lambda xp, a: xp.pad(a.image, ((0, 0), (1, 1), (1, 1), (0, 0))),
    "made": lambda xp, a: (xp.zeros((2, 3), dtype=np.float32), xp.eye(3), xp.arange(3), xp.full((2,), 7.0),
                           xp.linspace(0, 1, 5)),
    "made alike": lambda xp, a: (xp.zeros_like(a.x), xp.ones_like(a.row), xp.full_like(a.x, 2)),
    "einsum": lambda xp, a: xp.einsum("ij,kj->ik", a.x, a.y),
    "tensordot": lambda xp, a: (xp.tensordot(a.x, a.y, axes=([1], [1])), xp.outer(a.row, a.row),
                                xp.dot(a.x, a.y.T)),
    "windows": lambda xp, a: (xp.lib.stride_tricks.sliding_window_view(a.image, (3, 3), axis=(1, 2)),
                              xp.lib.stride_tricks.as_strided(a.x, (2, 2), (16, 8))),
    "linear algebra": lambda xp, a: (xp.linalg.svd(a.x, full_matrices=False), xp.linalg.norm(a.x, axis=1),
                                     xp.linalg.solve(a.square, a.square), xp.linalg.slogdet(a.square)),
    "sorted": lambda xp, a: (xp.sort(a.x, axis=0), xp.argsort(a.x, axis=1), xp.unique(a.ties)),
    "counted": lambda xp, a: (xp.bincount(a.row, minlength=5), xp.histogram(a.x, bins=4), xp.nonzero(a.mask)),
    "clipped": lambda xp, a: (xp.clip(a.x, -1, 1), a.x.clip(0), a.x.round(1)),
    "cast": lambda xp, a: (a.x.astype(np.float64), a.row.astype("float32"), a.mask.astype(int)),
    "broadcast": lambda xp, a: (xp.broadcast_to(a.x, (2, 3, 4)), xp.meshgrid(a.row, a.row),
                                xp.mgrid[0:2, 0:3]),
    "NumPy's functions dispatch": lambda xp, a: (np.exp(a.x), np.sum(a.x, axis=0), np.concatenate([a.x, a.y]),
                                                 np.linalg.norm(a.x), np.add(1, a.x)),
}


@pytest.mark.parametrize("compute", AGREEMENT.values(), ids=AGREEMENT.keys())
def test_computes_what_numpy_computes(compute):
    expected, got = compute(np, Arrays(np.array)), host(compute(xp, Arrays(xp.asarray)))

    def compare(got, expected):
        if isinstance(got, list):
            assert len(got) == len(expected)
            for part, wanted in zip(got, expected):
                compare(part, wanted)
        else:
            np.testing.assert_array_equal(got, expected, strict=True)

    compare(got, expected)


REFUSED = {
    TypeError: [
        lambda a: np.asarray(a.x),
        lambda a: np.array([a.x, a.x]),
        lambda a: np.float32(a.x[0, 0]),
        lambda a: np.testing.assert_allclose(a.x, a.h),
        lambda a: a.x + a.h,
        lambda a: a.h + a.x,
        lambda a: a.x < a.h,
        lambda a: a.h @ a.x.T,
        lambda a: a.x @ a.h.T,
        lambda a: iadd(a.x, a.h),
        lambda a: iadd(a.h, a.x),
        lambda a: setitem(a.x, 0, a.h[0]),
        lambda a: setitem(a.x, a.row, a.h),
        lambda a: setitem(a.x, a.mask, a.h),
        lambda a: setitem(a.x, 0, [1, 2, 3, 4]),
        lambda a: a.x + np.array(2.0),
        lambda a: a.x + [1, 2, 3, 4],
        lambda a: a.x + "a",
        lambda a: a.x + None,
        lambda a: a.x @ 2.0,
        lambda a: imatmul(a.x, a.square),
        lambda a: iadd(a.row, 0.5),
        lambda a: xp.maximum(a.x, a.h),
        lambda a: xp.maximum(a.x, [0, 0, 0, 0]),
        lambda a: xp.where(a.mask, a.x, a.h),
        lambda a: xp.where(a.mask, [0, 0, 0, 0], a.x),
        lambda a: xp.where(True, a.x, a.y),
        lambda a: xp.concatenate([a.x, a.h]),
        lambda a: xp.concatenate([[1], [2]]),
        lambda a: np.concatenate([a.x, a.h]),
        lambda a: xp.sum(a.h),
        lambda a: xp.sum([1, 2]),
        lambda a: xp.dot(a.x, 2.0),
        lambda a: xp.einsum("ij,kj", a.x, a.h),
        lambda a: xp.asarray([a.x[0, 0], 1.0]),
        lambda a: a.x.sum(where=a.mask),
        lambda a: a.x.sum(initial=0),
        lambda a: a.x.max(initial=0),
        lambda a: xp.max(a.x, where=a.mask, initial=0),
        lambda a: xp.mean(a.x, where=a.mask),
        lambda a: a.x.var(correction=1),
        lambda a: xp.exp(a.x, where=a.mask),
        lambda a: xp.exp(a.x, order="C"),
        lambda a: np.exp(a.x, where=a.mask),
        lambda a: xp.einsum("ij->ji", a.x, out=a.x),
        lambda a: xp.einsum("ij->ji", a.x, order="C"),
        lambda a: xp.take(a.x, a.row, mode="clip"),
        lambda a: xp.clip(a.x, min=0, max=1),
        lambda a: xp.reshape(a.x, shape=(4, 3)),
        lambda a: xp.argsort(a.x, stable=True),
        lambda a: xp.argmax(a.x, 1, None),
        lambda a: xp.asarray(a.h, like=a.x),
        lambda a: xp.lib.stride_tricks.as_strided(a.x, (2,), (4,), writeable=False),
        lambda a: a.x.item(0),
        lambda a: a.x.astype("f8", casting="unsafe"),
        lambda a: xp.add.at(a.mask, a.row, True),
        lambda a: xp.subtract.at(a.x, a.row, 1.0),
        lambda a: xp.linalg.svd(a.x, hermitian=True),
        lambda a: range(a.row[0]),
        lambda a: [1, 2, 3][a.row[0]],
        lambda a: a.x.reshape(a.row[0], -1),
        lambda a: hash(a.x),
        lambda a: len(a.x[0, 0]),
        lambda a: iter(a.x[0, 0]),
    ],
    ValueError: [
        lambda a: xp.asarray(np.array([None])),
        lambda a: xp.asarray("word"),
        lambda a: xp.asarray(["a", "b"]),
        lambda a: xp.zeros(3, dtype=object),
        lambda a: a.x.astype(object),
        lambda a: xp.asarray(np.array(1, dtype=np.longdouble)),
        lambda a: bool(a.x),
        lambda a: a.x.sort(kind="quicksort"),
        lambda a: xp.argsort(a.x, kind="mergesort"),
        lambda a: setitem(xp.lib.stride_tricks.as_strided(a.x, (2, 3), (0, 4)), 0, 1.0),
        lambda a: setitem(xp.broadcast_to(a.x[0], (3, 4)), 0, 1.0),
    ],
    NotImplementedError: [
        lambda a: xp.multiply.at(a.x, a.row, 2.0),
        lambda a: xp.exp.at(a.x, a.row),
        lambda a: xp.maximum.reduce(a.x),
        lambda a: xp.logical_or.reduce(a.mask),
        lambda a: xp.maximum.accumulate(a.x),
        lambda a: xp.lib.stride_tricks.sliding_window_view(a.x, 2, axis=1, writeable=True),
    ],
    AttributeError: [
        lambda a: a.x.itemset(0, 1.0),
        lambda a: a.x.ctypes,
        lambda a: a.x.__array_interface__,
        lambda a: a.x.flags.writeable,
        lambda a: setattr(a.x, "shape", (12,)),
        lambda a: setattr(a.x, "note", 1),
    ],
    IndexError: [
        lambda a: a.x[3],
        lambda a: a.x[0, 4],
        lambda a: setitem(a.x, 3, 0.0),
        lambda a: a.x[0, 0, 0],
        lambda a: a.x[1.0],
        lambda a: a.x[a.x],
        lambda a: a.x[a.mask.T],
    ],
    RuntimeError: [
        lambda a: xp.random.default_rng(0),
        lambda a: xp.random.seed(0),
        lambda a: xp.random.standard_normal(3),
    ],
    Undefined: [
        lambda a: setitem(a.x, xp.asarray([0, 0, 1]), a.y),
        lambda a: setitem(a.x, [0, 0], a.y[:2]),
        lambda a: setitem(a.x, np.array([0, -3]), a.y[:2]),
        lambda a: setitem(a.x, np.s_[:, [1, 1]], a.y[:, :2]),
        lambda a: setitem(a.x, (a.row, a.row * 0), a.x[0, :3]),
        lambda a: setitem(a.x, xp.asarray([0, 0]), a.x[xp.asarray([0, 0])] + a.y[:2]),
        lambda a: xp.put_along_axis(a.x, xp.asarray([[1, 1], [0, 1], [0, 1]]), a.y[:, :2], 1),
        lambda a: setitem(a.x, a.row, a.x),
        lambda a: setitem(a.x.ravel(), np.s_[1:], a.x.ravel()[:-1]),
        lambda a: xp.add.at(a.x, a.row, a.x[::-1]),
        lambda a: a.x[a.row + 1],
        lambda a: a.x[[3]],
        lambda a: setitem(a.x, a.row + 1, a.y),
        lambda a: setitem(a.x, a.row + 1, 0.0),
        lambda a: a.x.take(a.row + 1, axis=0),
        lambda a: xp.take_along_axis(a.x, a.row[:, None] + 9, axis=1),
        lambda a: xp.add.at(a.x, a.row + 1, 1.0),
        lambda a: xp.linalg.inv(a.square * 0),
        lambda a: xp.linalg.cholesky(-a.square),
    ],
}


def source(function):
    return inspect.getsource(function).strip().removeprefix("lambda a: ").rstrip(",")


@pytest.mark.parametrize("error, compute", [
    pytest.param(error, compute, id=source(compute)) for error, each in REFUSED.items() for compute in each])
def test_refuses(error, compute):
    arrays = Arrays(xp.asarray)
    arrays.h = np.ones((3, 4), np.float32)
    with pytest.raises(error) as caught:
        compute(arrays)
    assert caught.type is error or error is TypeError           # of TypeError NumPy has its own kinds


MISSING = ("errstate seterr geomspace insert block vecdot einsum_path linalg.vector_norm linalg.multi_dot "
           "linalg.svdvals longdouble object_ ma nditer ndenumerate matrix lib.format fft.nothing")


@pytest.mark.parametrize("path", MISSING.split())
def test_names_that_cupy_lacks(path):
    with pytest.raises(AttributeError, match=f"CuPy has no {path}"):
        value = xp
        for name in path.split("."):
            value = getattr(value, name)


def test_names_that_only_the_double_lacks_say_so():
    with pytest.raises(AttributeError, match="CuPy has apply_along_axis, but the strict double"):
        xp.apply_along_axis
    with pytest.raises(AttributeError, match="CuPy has ndarray.device, but the strict double"):
        xp.asarray(1.0).device


def test_one_element_is_still_an_array():
    x = xp.asarray(np.arange(6.0).reshape(2, 3))
    for value in (x[0, 1], x.sum(), x.max(), xp.sum(x), xp.exp(1.0), x[0] @ x[0], xp.allclose(x, x),
                  xp.count_nonzero(x)):
        assert isinstance(value, xp.ndarray) and value.shape == ()
    assert float(x[0, 1]) == 1.0 and int(x[1, 2]) == 5 and bool(x[0, 1] == 1) and x[1, 0].item() == 3.0
    assert f"{x[0, 1]:.2f}" == "1.00"


def test_views_share_memory_and_results_own_theirs():
    x = xp.asarray(np.zeros((2, 3)))
    x[0, 1][...] = 1.0                  # one element is a view, too
    x[1:] += 2.0
    x.T[2] = 3.0
    x.reshape(-1)[0] = 4.0
    np.testing.assert_array_equal(x.get(), [[4, 1, 3], [2, 2, 3]])
    x[[0]][...] = 9.0                   # a picked row is a copy
    (x + 0)[...] = 9.0
    x.get()[...] = 9.0
    x.copy()[...] = 9.0
    copy.deepcopy(x)[...] = 9.0
    np.testing.assert_array_equal(x.get(), [[4, 1, 3], [2, 2, 3]])


def test_host_and_device_share_no_memory():
    on_host = np.zeros(3)
    on_device = xp.asarray(on_host)
    on_host[0] = 1.0
    assert float(on_device.sum()) == 0.0
    assert xp.asarray(on_device) is on_device and xp.array(on_device) is not on_device
    assert xp.asnumpy(on_host) is on_host


def test_assignments_that_are_defined():
    x = xp.asarray(np.arange(12.0).reshape(3, 4))
    x[xp.asarray([0, 0])] = 1.0         # one value: its order cannot matter
    x[xp.asarray([2, 0])] = x[:2] * 2
    x[xp.asarray([2, 1])] += x[:2].copy()
    x[1] = x[2]
    x[0] += 1.0                         # stores the row into itself
    x[:, 1:] = x[:, :-1]                # CuPy copies the values aside
    x[x > 100] = 0.0
    x[...] = x[::-1]
    xp.add.at(x, xp.asarray([0, 0]), xp.asarray([[1.0], [2.0]]))
    xp.put_along_axis(x, xp.asarray([[0], [1], [2]]), -1.0, axis=1)
    y = np.arange(12.0).reshape(3, 4)
    y[0] = 1.0
    y[[2, 0]] = y[:2] * 2
    y[[2, 1]] += y[:2].copy()
    y[1] = y[2]
    y[0] += 1.0
    y[:, 1:] = y[:, :-1].copy()
    y[...] = y[::-1].copy()
    y[0] += 3.0
    y[[0, 1, 2], [0, 1, 2]] = -1.0
    np.testing.assert_array_equal(x.get(), y)


def test_argsort_is_stable():
    ties = np.array([1, 0] * 500)
    expected = np.argsort(ties, kind="stable")
    np.testing.assert_array_equal(xp.argsort(xp.asarray(ties)).get(), expected)
    np.testing.assert_array_equal(xp.asarray(ties).argsort().get(), expected)


def test_big_endian_numbers_become_native():
    assert xp.asarray(np.array([1, 2], dtype=">i4")).dtype == np.dtype("int32")


def test_none_is_never_equal():
    x = xp.asarray([1.0, 2.0])
    assert not (x == None).any() and (x != None).all()                  # noqa: E711


def test_get_array_module():
    assert xp.get_array_module(xp.asarray(1.0)) is xp
    assert xp.get_array_module(np.ones(2)) is np


def test_takes_the_place_of_cupy():
    program = ("from scratchnets import backend; from scratchnets.backend import xp\n"
               "x = backend.asarray([1.0, 2.0])\n"
               "print(backend.name(), type(x).__module__, x.dtype, backend.to_numpy(xp.exp(x)).shape)")
    paths = [str(FOLDER.parent), str(FOLDER.parents[2]), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={
        **os.environ, "PYTHONPATH": os.pathsep.join(paths), "SCRATCHNETS_BACKEND": "cupy"})
    assert done.stdout.split() == ["cupy", "cupy._array", "float32", "(2,)"], done.stderr
