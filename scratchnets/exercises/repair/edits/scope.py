"""What is known at a place in the learner's code: which names there are, what they stood for, and what the place is."""
import ast
import types

import numpy as np

from scratchnets.exercises.repair.edits.calls import REDUCTIONS, function_name, is_method

WHOLE = (ast.Assign, ast.AugAssign, ast.Return, ast.Lambda)
ELEMENTWISE = ("exp", "log", "sqrt", "tanh", "maximum", "minimum", "outer", "dot", "matmul", "abs", "square", "where",
               "logaddexp", "log1p", "diag", "trace", "norm", "multiply", "einsum", "tensordot", "asarray", "append")


class Scope:
    """The names of one function, and, for the node that is being looked at, where it stands.

    Parameters
    ----------
    tree : FunctionDef or Lambda
    namespace : dict
        What the function reads from outside.
    values : dict
        {name: value} of its local variables when it returned.
    extents : list of nodes
        Expressions for the sizes of the arguments: ``len(x)``, ``x.shape[1]``.
    """

    def __init__(self, tree, namespace, values, extents):
        self.namespace, self.values, self.extents = namespace, dict(values), extents
        self.numpy = next((name for name, value in namespace.items() if value is np), None)
        self.bound = _first_lines(tree)
        self.partners = [{first.id, second.id} for pair in ast.walk(tree) if isinstance(pair, ast.Tuple)
                         for first, second in zip(pair.elts, pair.elts[1:])
                         if isinstance(first, ast.Name) and isinstance(second, ast.Name)]
        self.counted = {name.id for loop in ast.walk(tree) if isinstance(loop, (ast.For, ast.comprehension))
                        for name in ast.walk(loop.target) if isinstance(name, ast.Name)}
        self.parents = []
        self.in_loop = False

    def at(self, node, parent, field):
        """Look at `node`, which stands in the given field of `parent`."""
        self.node, self.parent, self.field = node, parent, field
        outer = self.parents[-2] if len(self.parents) > 1 else None
        in_tuple = isinstance(parent, ast.Tuple)
        self.is_called = field == "func"
        self.is_index = (isinstance(parent, ast.Subscript) and field == "slice") \
            or in_tuple and isinstance(outer, ast.Subscript) and outer.slice is parent
        self.is_bound = isinstance(parent, ast.Slice) or _calls(parent, ("range", "arange"))
        self.is_threshold = _calls(parent, ("maximum", "minimum", "clip", "max", "min"))
        self.is_exponent = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow) and field == "right"
        self.is_axis = isinstance(parent, ast.keyword) and parent.arg == "axis" \
            or isinstance(parent, ast.Call) and field == "args" and function_name(parent) in REDUCTIONS \
            and is_method(parent, self)
        self.is_whole = isinstance(parent, WHOLE) and field in ("value", "body") \
            or isinstance(parent, ast.Dict) and field == "values" \
            or in_tuple and isinstance(outer, (ast.Return, ast.Lambda))
        self.is_term = self.is_whole or not self.is_axis and (
            isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Sub, ast.MatMult))
            or isinstance(parent, ast.Attribute) and isinstance(outer, ast.Call) and function_name(outer) in REDUCTIONS
            or isinstance(parent, ast.Compare) and not isinstance(node, ast.Constant)
            or _calls(parent, (*ELEMENTWISE, *REDUCTIONS)) and field == "args")
        self.is_returned = isinstance(parent, ast.Return) or in_tuple and isinstance(outer, ast.Return)
        self.is_divisor = isinstance(parent, (ast.BinOp, ast.AugAssign)) and isinstance(parent.op, ast.Div) \
            and field in ("right", "value")
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        self.is_counting = isinstance(target, ast.Name) and _is_counting(self.values.get(target.id))
        self.is_signed = self.is_whole or isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Sub)) \
            or _calls(parent, ("exp", "logaddexp", "log1p", "maximum"))
        if not isinstance(node, ast.expr) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            self.is_term = self.is_whole = self.is_signed = False

    # ---- names --------------------------------------------------------------------------------------

    def others(self, node):
        """(name, kind) of the names that might stand in the place of `node`."""
        now = self.values.get(node.id)
        if callable(now) or node.id in self.namespace:
            return
        for name, line in self.bound.items():
            if name == node.id or not (line <= node.lineno or self.in_loop) or callable(self.values.get(name)):
                continue
            if isinstance(self.node, ast.Name) and self.is_whole and self.bound[name] == 0 and self.is_returned:
                continue                    # an argument handed back is no slip
            kind = _nearness(now, self.values.get(name))
            if kind == "name" and (node.id in self.counted) != (name in self.counted):
                kind = "far name"
            elif kind == "name" and {node.id, name} in self.partners:
                kind = "partner"
            if kind:
                yield name, kind

    def like(self, name):
        """Names of the same kind and shape."""
        return [other for other in self.bound if other != name
                and _nearness(self.values.get(name), self.values.get(other)) == "name"]

    def factors(self):
        """Nodes for all that could be a factor: extents, numbers, arrays."""
        names = [ast.Name(name, ast.Load()) for name in self._before() if self.is_numeric(name)]
        return [*self.extents, *names]

    def fractions(self):
        """Names of what lies between 0 and 1."""
        return [name for name in self._before() if _is_fraction(self.values.get(name))]

    def numbers(self):
        return [name for name in self._before() if isinstance(self.values.get(name), float)]

    def arrays(self):
        return [name for name in self._before() if _dimensions(self.values.get(name))]

    def size_names(self):
        return [name for name in self._before() if _is_integer(self.values.get(name))]

    def indices(self):
        return [name for name in self._before() if _dimensions(self.values.get(name)) == 1
                and self.values[name].dtype.kind in "iu"]

    def _before(self):
        return [name for name, line in self.bound.items() if line < getattr(self.node, "lineno", 0) or self.in_loop
                or line == 0]

    def dimensions(self, name):
        return _dimensions(self.values.get(name))

    # ---- what an expression is ------------------------------------------------------------------------

    def is_numeric(self, name):
        value = self.values.get(name)
        return isinstance(value, (int, float, np.number, np.ndarray)) and not isinstance(value, bool)

    def is_matrix(self, node):
        """Whether a node is, or may be, an array of two axes that a transpose could be meant of."""
        if self.is_called or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        if isinstance(node, ast.Name):
            return _dimensions(self.values.get(node.id)) == 2 and not isinstance(self.parent, ast.Attribute)
        product = isinstance(self.parent, ast.BinOp) and isinstance(self.parent.op, ast.MatMult)
        return isinstance(node, (ast.Subscript, ast.Call, ast.BinOp)) and (product or self.is_whole)

    def is_size(self, node):
        """Whether a node is a whole number: a constant, a length, a loop's index, or made of such."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, int)
        if isinstance(node, ast.Name):
            return _is_integer(self.values.get(node.id))
        if isinstance(node, ast.Call):
            return function_name(node) in ("len", "int")
        if isinstance(node, ast.Attribute):
            return node.attr in ("size", "ndim")
        if isinstance(node, ast.Subscript):
            return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        if isinstance(node, ast.BinOp):
            return self.is_size(node.left) and self.is_size(node.right) and not isinstance(node.op, ast.Div)
        return False

    def is_extent(self, node):
        """Whether a node is a length, by name or written out, and no loop's index."""
        if isinstance(node, ast.Name):
            return isinstance(node.ctx, ast.Load) and self.is_size(node) and node.id not in self.counted \
                and not self.is_index
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call) and isinstance(node.right, ast.Constant):
            return function_name(node.left) == "max"                    # tokens.max() + 1
        return not isinstance(node, (ast.BinOp, ast.Constant)) and self.is_size(node)

    def is_module(self, node):
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and isinstance(self.namespace.get(node.id), types.ModuleType)


def _calls(node, names):
    return isinstance(node, ast.Call) and function_name(node) in names


def _first_lines(tree):
    """{name: line that first binds it}, 0 for an argument."""
    lines = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            lines[node.arg] = 0
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            lines[node.id] = min(node.lineno, lines.get(node.id, node.lineno))
    return lines


def _nearness(now, other):
    """The kind of an edit that puts another value in the place of the one that stands there; None for no slip."""
    if isinstance(now, np.ndarray) and isinstance(other, np.ndarray):
        return "name" if now.shape == other.shape else "name of another shape"
    if _is_integer(now) and _is_integer(other) or isinstance(now, float) and isinstance(other, float):
        return "name"
    if now is None or other is None:
        return "name" if now is other else "far name"
    return "far name" if np.ndim(now) == np.ndim(other) == 0 else None


def _dimensions(value):
    return value.ndim if isinstance(value, np.ndarray) else None


def _is_integer(value):
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_counting(value):
    return isinstance(value, (np.ndarray, int)) and np.asarray(value).dtype.kind in "biu"


def _is_fraction(value):
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and value.size > 0 and bool(((value > 0) & (value < 1)).all())
    return isinstance(value, float) and 0 < value < 1
