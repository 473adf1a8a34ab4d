"""On what a figure was computed: facts that change its last digits, and its seconds."""
import platform
from pathlib import Path

import numpy as np

from scratchnets import __version__, backend
from scratchnets.benchmarks.measure import threads


def facts():
    """{name: value} of this machine and of the software that computes."""
    return {"processor": processor(), "threads": threads(), "system": platform.system(),
            "python": platform.python_version(), "numpy": np.__version__, "blas": blas(),
            "scratchnets": __version__, "backend": backend.name(), "dtype": backend.default_dtype().name}


def words(facts):
    """The facts in one line."""
    threads = f"{facts['threads']} thread{'s' * (facts['threads'] != 1)}"
    return (f"{facts['processor']}, {threads}, {facts['system']}, Python {facts['python']}, "
            f"NumPy {facts['numpy']} with {facts['blas']}, backend {facts['backend']}, "
            f"{facts['dtype']} where nothing else is said")


def processor():
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def blas():
    """The library that multiplies matrices."""
    try:
        built = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{built['name']} {built['version']}"
    except (KeyError, TypeError):
        return "an unnamed BLAS"
