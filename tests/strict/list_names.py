"""Write down which names and parameters CuPy has: ``python tests/strict/list_names.py``.

Run it with a Python that has a real CuPy; a GPU is not needed. The result, ``cupy/names.json``, is
what the double in ``cupy/`` goes by. A parameter list is written as its names in order, with ``*``
before those that can only be given by keyword: ``"a axis dtype out keepdims"``.
"""
import inspect
import json
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# This script's own folder comes first on the path, and the double lives in it.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != FOLDER]

import cupy  # noqa: E402
import numpy  # noqa: E402

SUBMODULES = ("linalg", "fft", "lib.stride_tricks")

# ufunc.__call__ takes **kwargs, picks these and refuses the rest.
UFUNC_KEYWORDS = "out dtype casting"
# einsum takes **kwargs too, and says in its docstring what it knows.
BY_HAND = {"einsum": "*operands * dtype optimize"}


def public(namespace):
    return [name for name in sorted(dir(namespace)) if not name.startswith("_") and name != "annotations"]


def parameters(function):
    """The parameter names of a Python function."""
    words = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        words.append(stars + parameter.name)
    return " ".join(words)


def compiled_parameters(function):
    """The parameter names of a compiled function: the first line of its docstring holds them."""
    found = re.match(r"[\w.]+\((.*?)\)( ->|$)", (function.__doc__ or "").split("\n")[0])
    if found is None:
        return None
    words = []
    for word in filter(None, found[1].split(",")):
        name = word.split("=")[0].split()[-1]                   # without default and C type
        if name != "self":
            words.append(name)
        if name.startswith("*") and name != "*" and not name.startswith("**"):
            words.append("*")
    return " ".join(words)


def functions_of(module):
    return {name: parameters(getattr(module, name)) for name in public(module)
            if inspect.isfunction(getattr(module, name))}


def list_names():
    names = {"version": cupy.__version__, "numpy": [], "ufuncs": {}, "functions": {}, "others": []}
    for name in public(cupy):
        value = getattr(cupy, name)
        kind = type(value).__name__
        if value is getattr(numpy, name, cupy):
            names["numpy"].append(name)                         # NumPy's own: float32, pi, finfo
        elif kind == "ufunc":
            names["ufuncs"][name] = UFUNC_KEYWORDS
        elif kind == "_GUFunc":
            names["ufuncs"][name] = parameters(value).split("* ")[-1]
        elif name in BY_HAND:
            names["functions"][name] = BY_HAND[name]
        elif inspect.isfunction(value):
            names["functions"][name] = parameters(value)
        elif inspect.isbuiltin(value) and compiled_parameters(value) is not None:
            names["functions"][name] = compiled_parameters(value)
        else:
            names["others"].append(name)
    for path in SUBMODULES:
        module = cupy
        for part in path.split("."):
            module = getattr(module, part)
        names[path] = functions_of(module)
        for name in set(public(module)) - set(names[path]):
            same = getattr(module, name) is getattr(numpy.linalg, name, module)
            names["numpy" if same else "others"].append(f"{path}.{name}")
    for section in ("numpy", "others"):
        names[section].sort()
    names["methods"], names["attributes"] = {}, []
    for name in public(cupy.ndarray):
        known = compiled_parameters(getattr(cupy.ndarray, name))
        if callable(getattr(cupy.ndarray, name)) and known is not None:
            names["methods"][name] = known
        else:
            names["attributes"].append(name)
    return names


if __name__ == "__main__":
    target = FOLDER / "cupy" / "names.json"
    target.write_text(json.dumps(list_names(), indent=1) + "\n")
    print(f"wrote {target} from CuPy {cupy.__version__}")
