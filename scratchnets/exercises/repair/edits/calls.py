"""Slips in a call: another function, axes, keepdims, ddof, an argument's place, a transpose."""
import ast
from itertools import combinations

REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "var", "argmax", "argmin", "any", "all", "cumsum")
ALONG_AN_AXIS = (*REDUCTIONS, "norm", "expand_dims", "concatenate", "stack", "flip", "roll", "take_along_axis", "diff")
SIBLINGS = (("sum", "mean"), ("sum", "max"), ("mean", "max"), ("max", "min"), ("argmax", "argmin"), ("std", "var"),
            ("maximum", "minimum"), ("log", "log1p"), ("log", "log2"), ("log", "log10"), ("exp", "expm1"),
            ("floor", "ceil"), ("floor", "round"), ("ceil", "round"), ("floor", "rint"), ("round", "trunc"),
            ("hstack", "vstack"), ("sin", "cos"), ("tanh", "cosh"), ("sqrt", "square"), ("outer", "multiply"),
            ("dot", "multiply"), ("dot", "outer"), ("matmul", "multiply"), ("any", "all"), ("flatnonzero", "argmax"),
            ("round", "int"),
            ("repeat", "tile"), ("sort", "argsort"), ("exp", "log"),
            ("zeros_like", "ones_like"), ("zeros", "ones"), ("cumsum", "sum"), ("add", "subtract"))
UNWRAP = ("exp", "log", "sqrt", "square", "abs", "tanh", "sign", "round", "floor", "ceil", "int", "float", "sum",
          "mean", "transpose", "maximum", "minimum", "clip", "cumsum", "diag", "rint", "fabs")
UNWRAP_METHODS = ("sum", "mean", "max", "min", "astype", "clip", "round", "transpose", "reshape", "cumsum", "flatten")
WRAP = ("sqrt", "square", "exp", "log", "abs")
ALLOCATE = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "array", "asarray")


def function_name(node):
    """The last word of what a call calls."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def is_method(node, scope):
    """Whether a call is one of an array's own methods, ``a.sum()``, and not a module's function."""
    return isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, (ast.Name, ast.Attribute)) and scope.is_module(node.func.value))


def renamed(node, name):
    function = ast.Attribute(node.func.value, name, ast.Load()) if isinstance(node.func, ast.Attribute) \
        else ast.Name(name, ast.Load())
    return ast.Call(function, node.args, node.keywords)


def another_function(node, scope):
    """``.mean`` → ``.sum``, ``argmax`` → ``argmin``, ``np.log`` → ``np.log1p``."""
    if isinstance(node, ast.Call):
        name = function_name(node)
        for pair in SIBLINGS:
            if name in pair:
                yield "function", renamed(node, pair[1 - pair.index(name)])


def unwrapped(node, scope):
    """``np.sqrt(a)`` → ``a``, ``y.astype(int)`` → ``y``, ``dy.sum(axis=0)`` → ``dy``."""
    if isinstance(node, ast.Call):
        name = function_name(node)
        if is_method(node, scope):
            if name in UNWRAP_METHODS:
                yield "call less", node.func.value
        elif name in UNWRAP and node.args:
            yield "call less", node.args[0]
            if name in ("maximum", "minimum"):
                yield "call less", node.args[-1]


def wrapped(node, scope):
    """``N`` → ``np.sqrt(N)``, ``d`` → ``d ** 2``."""
    if scope.numpy and (scope.is_term or isinstance(node, ast.Name)) and isinstance(getattr(node, "ctx", None),
                                                                                  (ast.Load, type(None))):
        if isinstance(node, (ast.Constant, ast.Tuple, ast.Slice, ast.Compare)) \
                or isinstance(node, ast.Name) and not scope.is_numeric(node.id):
            return
        for name in WRAP:
            function = ast.Attribute(ast.Name(scope.numpy, ast.Load()), name, ast.Load())
            yield "call more" if name in ("sqrt", "square") else "far call more", \
                ast.BinOp(node, ast.Pow(), ast.Constant(2)) if name == "square" else ast.Call(function, [node], [])


def other_axes(node, scope):
    """``axis=0`` → ``axis=1``, ``axis=(0, 1)`` → ``axis=(0, 1, 2)``, an axis where there is none."""
    if not isinstance(node, ast.Call) or function_name(node) not in ALONG_AN_AXIS:
        return
    has = next((keyword for keyword in node.keywords if keyword.arg == "axis"), None)
    positional = node.args[0 if is_method(node, scope) else 1:][:1]
    now = _axes(has.value if has else positional[0] if positional else None)
    for axes in _other_axes(now):
        far = len(set(axes) ^ set(now or ())) if now is not None else 1
        value = _axes_node(axes)
        kind = "axis" if far <= 2 else "far axis"
        if positional and not has:
            place = node.args.index(positional[0])
            yield kind, ast.Call(node.func, [*node.args[:place], value, *node.args[place + 1:]], node.keywords)
        else:
            rest = [keyword for keyword in node.keywords if keyword is not has]
            yield kind, ast.Call(node.func, node.args, [ast.keyword("axis", value), *rest])
        if far <= 2 and function_name(node) in (*REDUCTIONS, "norm"):           # a keepdims that goes with it
            rest = [keyword for keyword in node.keywords if keyword.arg not in ("axis", "keepdims")]
            if len(rest) + bool(has) == len(node.keywords):
                rest.append(ast.keyword("keepdims", ast.Constant(True)))
            arguments = [argument for argument in node.args if argument not in positional]
            yield "axis and keepdims", ast.Call(node.func, arguments, [ast.keyword("axis", value), *rest])
    if has:
        yield "axis", ast.Call(node.func, node.args, [keyword for keyword in node.keywords if keyword is not has])


def _axes_node(axes):
    constants = [ast.Constant(axis) for axis in axes]
    return constants[0] if len(constants) == 1 else ast.Tuple(constants, ast.Load())


def _axes(node):
    """The axes that a node names, as a tuple; None where there is none, or no constants."""
    try:
        value = ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError):
        return ()
    return value if isinstance(value, tuple) else None if value is None else (value,)


def _other_axes(now):
    if now is None:
        return [(0,), (1,), (-1,), (0, 1), (1, 2), (0, 1, 2)]
    if now == ():
        return []
    if now == (-1,):
        return [(0,), (1,), (2,), (0, 1)]
    every = [axes for count in range(1, 5) for axes in combinations(range(4), count) if axes != now]
    return sorted(every, key=lambda axes: len(set(axes) ^ set(now)))[:9]


def keywords(node, scope):
    """keepdims and ddof: there, or not."""
    if isinstance(node, ast.Call) and function_name(node) in (*REDUCTIONS, "norm"):
        for keyword in node.keywords:
            if keyword.arg in ("keepdims", "ddof", "dtype", "initial"):
                yield "keyword", ast.Call(node.func, node.args, [other for other in node.keywords
                                                                 if other is not keyword])
        present = {keyword.arg for keyword in node.keywords}
        if "keepdims" not in present and (node.args or "axis" in present):
            yield "keyword", ast.Call(node.func, node.args, [*node.keywords,
                                                             ast.keyword("keepdims", ast.Constant(True))])
        if function_name(node) in ("std", "var") and "ddof" not in present:
            yield "keyword", ast.Call(node.func, node.args, [*node.keywords, ast.keyword("ddof", ast.Constant(1))])


def types_of_arrays(node, scope):
    """``np.zeros(n, int)`` → ``np.zeros(n)``; ``np.zeros_like(tokens)`` → ``np.zeros_like(tokens, dtype=float)``."""
    if isinstance(node, ast.Call) and function_name(node) in ALLOCATE:
        without = [keyword for keyword in node.keywords if keyword.arg != "dtype"]
        if len(without) < len(node.keywords):
            yield "type", ast.Call(node.func, node.args, without)
        elif len(node.args) > 1 and function_name(node) not in ("full", "full_like"):
            yield "type", ast.Call(node.func, node.args[:1], node.keywords)
        elif function_name(node).endswith(("_like", "array", "full")):
            yield "type", ast.Call(node.func, node.args, [*node.keywords,
                                                          ast.keyword("dtype", ast.Name("float", ast.Load()))])


def arguments_swapped(node, scope):
    """Two neighbouring arguments of a call in the other order."""
    if isinstance(node, ast.Call) and function_name(node) not in ("maximum", "minimum", "add", "multiply", "range"):
        for place in range(len(node.args) - 1):
            arguments = list(node.args)
            arguments[place], arguments[place + 1] = arguments[place + 1], arguments[place]
            yield "order", ast.Call(node.func, arguments, node.keywords)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2 \
            and isinstance(scope.parent, ast.Call):
        yield "order", ast.Tuple(node.elts[::-1], ast.Load())


def transposed(node, scope):
    """``W`` → ``W.T`` and back; a reshape that should be a transpose."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose", node.value
    elif isinstance(node, ast.Call) and is_method(node, scope) and function_name(node) in ("reshape", "transpose"):
        yield "transpose", ast.Attribute(node.func.value, "T", ast.Load())
        if function_name(node) == "transpose" and len(node.args) > 2:
            for first, second in combinations(range(len(node.args)), 2):
                axes = list(node.args)
                axes[first], axes[second] = axes[second], axes[first]
                yield "order of axes", ast.Call(node.func, axes, node.keywords)
    elif scope.is_matrix(node) and not (isinstance(scope.parent, ast.Call) and function_name(scope.parent) == "at"):
        yield "transpose", ast.Attribute(node, "T", ast.Load())


def summed(node, scope):
    """A sum or a mean that is missing: ``dy`` → ``dy.sum(axis=0)``."""
    if scope.is_whole and not isinstance(node, (ast.Tuple, ast.List, ast.Dict, ast.Constant)):
        for name in ("sum", "mean"):
            for axes in ((), (0,), (1,), (0, 1), (0, 1, 2)):
                along = [ast.keyword("axis", _axes_node(axes))] if axes else []
                yield "sum more", ast.Call(ast.Attribute(node, name, ast.Load()), [], along)


def einsum(node, scope):
    """Two letters exchanged in the specification of an einsum."""
    if isinstance(node, ast.Call) and function_name(node) == "einsum" and node.args \
            and isinstance(node.args[0], ast.Constant) and "->" in str(node.args[0].value):
        parts = node.args[0].value.replace("->", ",").split(",")
        for place, part in enumerate(parts):
            for first, second in combinations(range(len(part)), 2):
                letters = list(part)
                letters[first], letters[second] = letters[second], letters[first]
                changed = [*parts[:place], "".join(letters), *parts[place + 1:]]
                text = ",".join(changed[:-1]) + "->" + changed[-1]
                yield "letters", ast.Call(node.func, [ast.Constant(text), *node.args[1:]], node.keywords)


PROPOSERS = (another_function, unwrapped, wrapped, other_axes, keywords, types_of_arrays, arguments_swapped, transposed,
             summed, einsum)
