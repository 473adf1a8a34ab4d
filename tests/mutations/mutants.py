"""Break a function on purpose, in every way that a backward pass is commonly wrong.

`mutants(function)` rewrites one place of the function's syntax tree at a time: a sign, a transpose, a
sum over the batch, a factor, a mask, the += of a grad. `swapped_in(function, mutant)` puts the mutant's
code in the function's place for a while, wherever the function is called from.

What checks arguments is left alone, and so is what only words an error.
"""
import ast
import contextlib
import copy
import inspect
import textwrap
from dataclasses import dataclass

OPPOSITE = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
NEGATED = {ast.Gt: ast.LtE, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
           ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is}


@dataclass(frozen=True)
class Mutant:
    """One mistake: what stood there, what stands there now, in which statement, and the code."""

    before: str
    after: str
    statement: str
    code: object

    def __str__(self):
        whole = self.before == self.statement
        return f"{self.before} → {self.after}" + ("" if whole else f"   in   {self.statement}")


def mutants(function, kinds=None):
    """All mutants of a Python function; `kinds` says which mistakes are made, as `Mistakes` does."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    definition.decorator_list = []
    untouched, statement = _untouched(definition), _statements(definition)
    for node in ast.walk(tree):
        if node in untouched:
            continue
        for mistake in _mistakes(node, kinds or Mistakes):
            if ast.dump(mistake) == ast.dump(node):
                continue
            mutated = _Replace(node, mistake).visit(copy.deepcopy(tree, {id(node): node}))
            ast.fix_missing_locations(mutated)
            yield Mutant(_first_line(node), _first_line(mistake), _first_line(statement[node]),
                         _compile(mutated, function))


def _statements(definition):
    """{node: the innermost statement that it stands in}."""
    found = {definition: definition}
    for node in ast.walk(definition):           # parents come before their children
        for child in ast.iter_child_nodes(node):
            found[child] = child if isinstance(child, ast.stmt) else found[node]
    return found


def _first_line(node):
    return ast.unparse(node).split("\n")[0]


def _compile(tree, function):
    namespace = {}
    exec(compile(tree, inspect.getsourcefile(function), "exec"), function.__globals__, namespace)
    return namespace[function.__name__].__code__


class _Replace(ast.NodeTransformer):
    def __init__(self, node, mistake):
        self.node, self.mistake = node, mistake

    def visit(self, node):
        return self.mistake if node is self.node else super().visit(node)


@contextlib.contextmanager
def swapped_in(function, mutant):
    """Within this context `function` runs the mutant's code, for every caller."""
    original = function.__code__
    function.__code__ = mutant.code
    try:
        yield
    finally:
        function.__code__ = original


def _untouched(definition):
    """Nodes of the signature, docstrings, checks of arguments, and everything that raises."""
    roots = [definition, definition.args, *ast.walk(definition.args)]
    for node in ast.walk(definition):
        checks = isinstance(node, ast.Expr) and "expect" in ast.unparse(node).split("(")[0]
        words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        raises = isinstance(node, ast.If) and any(isinstance(inner, ast.Raise) for inner in node.body)
        loops = isinstance(node, ast.For) and all(
            isinstance(inner, ast.Expr) and "expect" in ast.unparse(inner) for inner in node.body)
        if checks or words or raises or loops or isinstance(node, ast.Raise):
            roots += ast.walk(node)
    return set(roots)


# ---- the mistakes ---------------------------------------------------------------------------------

def _mistakes(node, kinds):
    """Nodes to put in this one's place."""
    found = getattr(kinds, type(node).__name__, None)
    return [ast.copy_location(mistake, node) for mistake in found(copy.deepcopy(node))] if found else []


class Mistakes:
    """For each kind of node, what people write instead."""

    def Return(node):
        """The sign of a gradient."""
        if isinstance(node.value, ast.Tuple):
            for position, element in enumerate(node.value.elts):
                if isinstance(element, ast.Starred):            # several, each with a sign where it is made
                    continue
                negative = copy.deepcopy(node)
                negative.value.elts[position] = _negative(element)
                yield negative
        elif node.value is not None:
            yield ast.Return(_negative(node.value))

    def BinOp(node):
        """A forgotten factor, mask or 1/N; + for −; a product of matrices in the wrong order."""
        yield node.left
        if not isinstance(node.op, (ast.Div, ast.Pow)):
            yield node.right
        if type(node.op) in OPPOSITE:
            yield ast.BinOp(node.left, OPPOSITE[type(node.op)](), node.right)
        if isinstance(node.op, ast.MatMult):
            yield ast.BinOp(node.right, node.op, node.left)

    def UnaryOp(node):
        """A forgotten minus, or not."""
        yield node.operand

    def Attribute(node):
        """A forgotten transpose."""
        if node.attr == "T":
            yield node.value

    def Call(node):
        """A forgotten sum, a mean for a sum, a forgotten function."""
        method = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) not in ("xp", "self")
        if method and node.func.attr in ("sum", "mean", "reshape"):
            yield node.func.value
        if method and node.func.attr in ("sum", "mean"):
            other = {"sum": "mean", "mean": "sum"}[node.func.attr]
            yield ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords)
        if ast.unparse(node.func) == "len":
            yield ast.Constant(1)
        elif node.args and not method and not isinstance(node.args[0], ast.Starred):
            yield node.args[0]

    def Constant(node):
        """Another factor, axis or power."""
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, (int, float)):
            yield ast.Constant(node.value + 1)

    def AugAssign(node):
        """= for +=, −= for +=, nothing at all."""
        value = copy.deepcopy(node.value)
        yield ast.Assign([node.target], value)
        if type(node.op) in OPPOSITE:
            yield ast.AugAssign(node.target, OPPOSITE[type(node.op)](), node.value)
        yield ast.Pass()

    def Compare(node):
        """The mask turned round."""
        if len(node.ops) == 1 and type(node.ops[0]) in NEGATED:
            yield ast.Compare(node.left, [NEGATED[type(node.ops[0])]()], node.comparators)

    def If(node):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)

    def IfExp(node):
        yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)

    def BoolOp(node):
        """A forgotten condition."""
        yield from node.values


def _negative(node):
    return ast.UnaryOp(ast.USub(), node)
