"""The array library: switched everywhere at once, refused where it cannot compute, never mixed."""
import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import scratchnets
from scratchnets import backend
from scratchnets.backend import BackendError, asarray, is_finite, to_numpy, xp
from scratchnets.layers import Dense
from scratchnets.parameter import Parameter


def fake_cupy(available=True):
    """A module that passes for CuPy as far as switching needs it."""
    cupy = types.ModuleType("cupy")
    cupy.cuda = types.SimpleNamespace(is_available=lambda: available)
    cupy.ndarray = type("ndarray", (), {"__module__": "cupy", "get": lambda self: np.array([1.0, 2.0])})
    cupy.asarray = lambda values: cupy.ndarray()
    return cupy


@pytest.fixture
def on_numpy():
    with backend.use("numpy", dtype="float32"):
        yield


# ---- switching ------------------------------------------------------------------------------------------

def test_numpy_is_the_default_and_float32_its_type(on_numpy):
    assert (backend.name(), backend.default_dtype()) == ("numpy", np.dtype("float32"))
    assert xp.ndarray is np.ndarray and "numpy" in repr(xp)


def test_a_switch_reaches_code_that_is_already_imported(monkeypatch, on_numpy):
    cupy = fake_cupy()
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    before = xp
    backend.use("cupy")
    assert backend.name() == "cupy" and xp.ndarray is cupy.ndarray
    assert backend.xp is before and "cupy" in repr(xp)
    backend.use("numpy")
    assert xp.ndarray is np.ndarray


def test_as_a_context_the_choice_ends_with_the_block(on_numpy):
    with backend.use("numpy", dtype="float64") as library:
        assert library is xp and backend.default_dtype() == "float64"
        with backend.use("numpy"):
            assert backend.default_dtype() == "float64"           # left as it is
        with backend.use("numpy", dtype="float32"):
            assert Parameter(np.ones(2)).data.dtype == "float32"
        assert Parameter(np.ones(2)).data.dtype == "float64"
    assert backend.default_dtype() == "float32"


def test_the_choice_ends_with_the_block_after_an_error_too(on_numpy):
    with pytest.raises(ZeroDivisionError), backend.use("numpy", dtype="float64"):
        1 / 0
    assert backend.default_dtype() == "float32"


def test_a_refused_choice_changes_nothing(monkeypatch, on_numpy):
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(available=False))
    for library, dtype in (("numpy", "float16"), ("torch", "float64"), ("cupy", "float64")):
        with pytest.raises((ValueError, BackendError)):
            backend.use(library, dtype=dtype)
        assert (backend.name(), backend.default_dtype()) == ("numpy", "float32")


@pytest.mark.parametrize("library, words", [
    ("nunpy", r"unknown backend 'nunpy' \(did you mean 'numpy'\?\); the backends are numpy and cupy"),
    ("CUPY", "unknown backend 'CUPY'.*numpy and cupy"), (None, "unknown backend None"),
    (np, "unknown backend <module 'numpy'")],
    ids=["typo", "upper case", "None", "module"])
def test_an_unknown_library_is_refused_with_the_known_ones(library, words):
    with pytest.raises(ValueError, match=words):
        backend.use(library)


@pytest.mark.parametrize("dtype", ["float16", "int64", "complex128", bool])
def test_a_type_that_is_no_default_is_refused(dtype):
    with pytest.raises(ValueError, match="the default dtype is one of float32, float64"):
        backend.use("numpy", dtype=dtype)


def test_a_type_that_does_not_exist_is_refused_the_same_way():
    with pytest.raises(ValueError, match="unknown dtype 'float33'; .* one of float32, float64"):
        backend.use("numpy", dtype="float33")


# ---- no CuPy, no GPU --------------------------------------------------------------------------------------

def test_missing_cupy_is_told_with_the_commands_that_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)                # makes `import cupy` fail
    with pytest.raises(BackendError, match=r'pip install -e "\.\[gpu\]".*cupy-cuda13x'):
        backend.use("cupy")


def test_a_missing_gpu_is_told_before_anything_is_allocated(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(available=False))
    with pytest.raises(BackendError, match="finds no CUDA GPU.*use the backend 'numpy'"):
        backend.use("cupy")


# ---- arrays ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("values, dtype", [
    ([1.5, 2], "float32"), (np.ones(3), "float32"), (np.ones(3, "float16"), "float32"), (0.5, "float32"),
    ([1, 2], "int64"), (np.ones(3, "uint8"), "uint8"), ([True, False], "bool")], ids=str)
def test_floats_take_the_default_type_and_whole_numbers_keep_theirs(values, dtype):
    array = asarray(values)
    assert isinstance(array, xp.ndarray) and array.dtype == dtype
    np.testing.assert_array_equal(to_numpy(array), values)


def test_a_type_that_is_asked_for_is_given():
    assert asarray([1, 2], dtype="float64").dtype == "float64"
    assert asarray(asarray([1.0, 2.0]), dtype="float64").dtype == "float64"


def test_an_array_that_fits_already_is_not_copied():
    array = asarray([1.0, 2.0])
    assert asarray(array) is array


@pytest.mark.parametrize("values", [["a", "b"], [1j], [None, {}], "digits"], ids=str)
def test_what_is_no_number_is_refused(values):
    with pytest.raises(TypeError, match="expected numbers, got an array of dtype"):
        asarray(values)


def test_rows_of_different_lengths_are_refused():
    with pytest.raises((TypeError, ValueError), match="expected numbers"):
        asarray([[1.0, 2.0], [3.0]])


def test_an_array_of_the_other_library_is_refused_with_the_way_across(on_numpy):
    with pytest.raises(TypeError, match=r"got a CuPy array while the backend is numpy; .*to_numpy"):
        asarray(fake_cupy().ndarray())


def test_back_on_the_host(rng):
    values = rng.standard_normal((3, 4)).astype("float32")
    back = to_numpy(asarray(values))
    assert type(back) is np.ndarray
    np.testing.assert_array_equal(back, values)
    assert type(to_numpy(asarray(values).sum())) is np.ndarray
    np.testing.assert_array_equal(to_numpy(fake_cupy().ndarray()), [1, 2])
    assert to_numpy([1, 2]).tolist() == [1, 2]


def test_one_seed_gives_one_start_whatever_the_type():
    with backend.use(backend.name(), dtype="float32"):
        coarse = to_numpy(Dense(5, 4, generator=7).W.data)
    with backend.use(backend.name(), dtype="float64"):
        fine = to_numpy(Dense(5, 4, generator=7).W.data)
    np.testing.assert_array_equal(coarse, fine.astype("float32"))


@pytest.mark.parametrize("values, finite", [
    ([1.0, 2.0], True), ([1.0, np.nan], False), ([np.inf, 1.0], False), ([np.inf, -np.inf], False),
    ([3e38, 3e38], True), ([], True)], ids=str)
def test_finite_values_are_told_from_others_even_where_the_sum_overflows(values, finite, on_numpy):
    assert is_finite(np.array(values, "float32")) is finite


# ---- from outside -----------------------------------------------------------------------------------------

def python(code, **environment):
    """Run code in a new interpreter."""
    kept = {name: value for name, value in os.environ.items() if name != "SCRATCHNETS_BACKEND"}
    return subprocess.run([sys.executable, "-c", code], cwd=Path(scratchnets.__file__).parents[1],
                          env=kept | environment, text=True, capture_output=True, timeout=60)


SHOW = "from scratchnets import backend; print(backend.name())"


def test_the_environment_variable_chooses_the_library():
    assert python(SHOW).stdout == python(SHOW, SCRATCHNETS_BACKEND="").stdout == "numpy\n"
    assert python(SHOW, SCRATCHNETS_BACKEND="numpy").stdout == "numpy\n"


def test_a_wrong_name_in_the_environment_variable_is_named():
    result = python(SHOW, SCRATCHNETS_BACKEND="numby")
    assert result.returncode != 0 and "unknown backend 'numby' (did you mean 'numpy'?)" in result.stderr


def test_cupy_from_the_environment_computes_or_says_what_is_missing(tmp_path):
    (tmp_path / "cupy.py").write_text("class cuda:\n    is_available = staticmethod(lambda: False)\n")
    result = python(SHOW, SCRATCHNETS_BACKEND="cupy", PYTHONPATH=str(tmp_path))
    assert result.returncode != 0 and "finds no CUDA GPU" in result.stderr
    (tmp_path / "cupy.py").write_text("class cuda:\n    is_available = staticmethod(lambda: True)\n")
    assert python(SHOW, SCRATCHNETS_BACKEND="cupy", PYTHONPATH=str(tmp_path)).stdout == "cupy\n"


def test_importing_the_package_loads_nothing_heavy():
    heavy = {"numpy", "matplotlib", "scipy", "torch", "sklearn", "pooch", "tqdm", "IPython", "pytest", "hypothesis"}
    result = python("import sys, scratchnets; print(*{name.split('.')[0] for name in sys.modules})")
    assert result.returncode == 0, result.stderr
    loaded = set(result.stdout.split())
    assert "scratchnets" in loaded
    assert not loaded & heavy
