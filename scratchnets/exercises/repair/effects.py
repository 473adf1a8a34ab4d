"""Whether an answer may be run hundreds of times: it draws nothing, writes nothing, and leaves nothing behind.

What is known to be harmless is let through, and nothing else: NumPy without its random numbers and files,
mathematics, the formulas of this package, and the learner's own functions that keep to the same. A statement
that only prints is left out: without it the answer computes the same.
"""
import ast
import builtins
import types

import numpy as np

MODULES = ("numpy", "math", "cmath", "itertools", "functools", "operator", "collections", "scipy.special",
           "scipy.linalg", "scipy.signal", "scratchnets.layers", "scratchnets.losses", "scratchnets.metrics")
NOT_OF_MODULES = {"random", "save", "savez", "savez_compressed", "savetxt", "load", "loadtxt", "genfromtxt", "fromfile",
                  "memmap", "seterr", "seterrcall", "setbufsize", "set_printoptions", "DataSource", "npyio", "format",
                  "testing",                  "ctypeslib", "f2py"}
BUILTINS = {"abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "filter", "float", "frozenset",
            "int", "isinstance", "iter", "len", "list", "map", "max", "min", "next", "pow", "range", "reversed",
            "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip", "repr", "Ellipsis",
            "ValueError", "IndexError", "ZeroDivisionError", "Exception", "TypeError", "AssertionError"}
MUTATE = {"append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem",
          "add", "discard", "fill", "put", "resize", "partition", "itemset"}
WRITE = {"tofile", "dump", "write", "writelines", "setflags", "send", "throw"}
REFUSED = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFunctionDef, ast.ClassDef)
MUTABLE = (list, dict, set, bytearray, np.ndarray)
LARGEST = 10_000        # entries of what is read from outside, and copied


def without_effects(source):
    """Whether the functions of `source` have no effects; takes in what they call and read."""
    waiting = list(source.trees)
    while waiting:
        name = waiting.pop()
        called = _harmless(source, name)
        if called is None:
            return False
        for other, function in called.items():
            if other not in source.trees:
                if not source.add(other, function):
                    return False
                waiting.append(other)
    return True


def _harmless(source, name):
    """{name: function} of the learner's that a function calls; None where it may have effects."""
    tree, function = source.trees[name], source.functions[name]
    _leave_out_prints(tree)
    local = _bound(tree)
    outside = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - local
    values = {free: _value(function, free) for free in outside}
    if any(isinstance(value, MUTABLE) for value in (*(function.__defaults__ or ()),
                                                    *(function.__kwdefaults__ or {}).values())):
        return None
    if not all(_statement_is_harmless(node, outside, values) for node in ast.walk(tree)):
        return None
    own = {}
    for free, value in values.items():
        if free in function.__code__.co_freevars and callable(value):       # its own name tells nothing of what it is
            return None
        if isinstance(value, types.FunctionType) and not _of_modules(value.__module__) \
                and value.__code__.co_filename == function.__code__.co_filename:
            if value is function:               # it calls itself: there is no telling how often
                return None
            own[free] = value
        elif _known(free, value):
            source.provide(free, value)
        else:
            return None
    return own


def _statement_is_harmless(node, outside, values):
    if isinstance(node, REFUSED):
        return False
    if isinstance(node, ast.ExceptHandler):
        return node.type is not None and ast.unparse(node.type) != "BaseException"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        return all(map(_of_modules, names)) and not any(alias.name in NOT_OF_MODULES for alias in node.names)
    if isinstance(node, ast.Attribute):
        if isinstance(node.ctx, ast.Store) or node.attr in WRITE or node.attr.startswith("__"):
            return False
        module = isinstance(values.get(_root(node)), types.ModuleType)
        return node.attr not in NOT_OF_MODULES if module else not (node.attr in MUTATE and _root(node) in outside)
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _root(node) not in outside
    return True


def _leave_out_prints(tree):
    """Replace each statement that does nothing but print what it is given."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, field, [ast.copy_location(ast.Pass(), item) if _prints(item) else item
                                      for item in value])


def _prints(node):
    call = node.value if isinstance(node, ast.Expr) else None
    return (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
            and not any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(call))
            and not any(keyword.arg == "file" for keyword in call.keywords))


def _bound(tree):
    """All names that the function itself binds, at whatever depth."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef) and node is not tree:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


class _Missing:
    """Stands for what a name does not lead to."""


def _value(function, name):
    """What a name from outside stands for: of an enclosing function, of the file, of Python."""
    code = function.__code__
    if name in code.co_freevars:
        try:
            return function.__closure__[code.co_freevars.index(name)].cell_contents
        except ValueError:
            return _Missing
    return function.__globals__.get(name, getattr(builtins, name, _Missing))


def _known(name, value):
    if isinstance(value, types.ModuleType):
        return _of_modules(value.__name__) or value.__name__ == "scipy"
    if getattr(builtins, name, _Missing) is value:
        return name in BUILTINS
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, np.ufunc)) or callable(value):
        module = "numpy" if isinstance(value, np.ufunc) else getattr(value, "__module__", None)
        return _of_modules(module) or value in (bool, int, float, list, tuple, dict, set)
    return _is_data(value)


def _of_modules(name):
    return name is not None and "random" not in name and any(
        name == module or name.startswith(module + ".") for module in MODULES)


def _is_data(value):
    """Whether something is made of numbers, words and arrays alone, and is not large."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc" and value.size <= LARGEST
    if isinstance(value, (list, tuple, set, frozenset)):
        return len(value) <= LARGEST and all(map(_is_data, value))
    if isinstance(value, dict):
        return len(value) <= LARGEST and all(map(_is_data, (*value, *value.values())))
    return value is None or value is ... or isinstance(value, (bool, int, float, complex, str, bytes, np.number,
                                                               np.bool_, slice))


def _root(node):
    """The name that a chain of attributes and subscripts begins with; None where it begins with a call."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
