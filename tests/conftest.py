"""Settings for all tests: which array library, which precision.

``SCRATCHNETS_STRICT=1 pytest`` runs the suite on the strict double of CuPy in tests/strict: a package
named ``cupy`` that computes on the host and refuses what CuPy refuses.
"""
import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

if os.environ.get("SCRATCHNETS_STRICT"):
    double = str(Path(__file__).parent / "strict")
    sys.path.insert(0, double)
    # Child processes (the command line under test) find the double in the same way.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [double, os.environ.get("PYTHONPATH")]))
    os.environ["SCRATCHNETS_BACKEND"] = "cupy"
sys.path.append(str(Path(__file__).parent))              # for what tests share: reference.py, mutations
os.environ.setdefault("MPLBACKEND", "Agg")
# The workers share the cores: one thread each, instead of as many as there are cores for every one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from scratchnets import backend, randomness


@pytest.fixture(autouse=True)
def fresh_start():
    """Each test starts from the same shared generator and leaves the backend as it was."""
    randomness.seed(0)
    library, dtype = backend.name(), backend.default_dtype()
    yield
    backend.use(library, dtype)


class PowerCut(BaseException):
    """Stops a program where nothing is prepared for it: no handler of ordinary errors sees it."""


@pytest.fixture
def power_cut(monkeypatch):
    """``with power_cut("scratchnets.training.run.Run.log"): …`` stops what runs within when it calls that."""
    @contextmanager
    def within(name):
        def cut(*_, **__):
            raise PowerCut
        with monkeypatch.context() as patch, pytest.raises(PowerCut):
            patch.setattr(name, cut)
            yield
    return within


@pytest.fixture
def no_pictures(monkeypatch):
    """For tests of what a run computes: it ends without drawing anything."""
    monkeypatch.setattr("scratchnets.pictures.gallery.draw", lambda run, model, data, **beside: [])
    monkeypatch.setattr("scratchnets.pictures.games.write_film", lambda run, data: "film")


@pytest.fixture
def float64():
    """The library under test, in float64."""
    with backend.use(backend.name(), dtype="float64"):
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(42)
