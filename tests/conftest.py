"""Settings for all tests: which array library, which precision.

``SCRATCHNETS_STRICT=1 pytest`` runs the suite on the strict double of CuPy in tests/strict: a package
named ``cupy`` that computes on the host and refuses what CuPy refuses.
"""
import os
import re
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

WORKERS = 2
LAYERS = Path(__file__).parents[1] / "scratchnets" / "layers"


def pytest_addoption(parser):
    parser.addoption("--layer", metavar="NAME", help="run what a layer of this name, such as SiLU, must pass")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Folders go to two workers; files by themselves, and what one layer must pass, to none. -n says otherwise.

    Not in addopts: there "-n 2" would be an unknown option wherever pytest-xdist is missing or switched off.
    """
    if config.option.layer:
        names_of_layer(config.option.layer)                              # which refuses one that is not there
    unsaid = getattr(config.option, "numprocesses", 0) is None           # 0: there is no pytest-xdist
    much = all(Path(argument).is_dir() for argument in config.args) and not config.option.layer
    if unsaid and much and not config.option.usepdb and not hasattr(config, "workerinput"):
        config.option.numprocesses = WORKERS


def pytest_collection_modifyitems(config, items):
    """Of all tests, those that have the layer's name in theirs, however it is written, or its file's or pages'."""
    if config.option.layer:
        names = names_of_layer(config.option.layer)
        asked = [any(name in letters(item.nodeid) for name in names) for item in items]
        config.hook.pytest_deselected(items=[item for item, wanted in zip(items, asked) if not wanted])
        items[:] = [item for item, wanted in zip(items, asked) if wanted]


def names_of_layer(layer):
    """silu, layerssilupy, layerstestsilupy, derivationssilumd: what to look for in the names of tests."""
    for file in sorted(LAYERS.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        if f"class {layer}(" in source:
            pages = re.findall(r"docs/(derivations/[\w-]+\.md)", source)
            return [letters(name) for name in (layer, f"layers/{file.name}", f"layers/test_{file.name}", *pages)]
    raise pytest.UsageError(f"--layer {layer}: no file of scratchnets/layers has a class {layer}; mind its capitals")


def letters(name):
    """SpectralNorm, spectral_norm and spectral-norm are one."""
    return re.sub("[^a-z0-9]", "", name.lower())


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
