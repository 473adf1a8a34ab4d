"""An edit: what stands where in place of what; and the walk through a tree that finds them all."""
import ast
from dataclasses import dataclass
from itertools import combinations

from scratchnets.exercises.repair.edits import calls, operators, statements, values
from scratchnets.exercises.repair.source import is_pace

EXPRESSIONS = (*operators.PROPOSERS, *calls.PROPOSERS, *values.PROPOSERS)
BLOCKS = ("body", "orelse", "finalbody")
NO_EXPRESSIONS = (ast.expr_context, ast.operator, ast.cmpop, ast.arguments)
LEAVES = (ast.Name, ast.Constant, ast.keyword, ast.Slice, ast.Tuple, ast.List, ast.UnaryOp, ast.Attribute, ast.Starred)


@dataclass(eq=False)
class Edit:
    """One change of a learner's tree.

    Attributes
    ----------
    kind : str
        Which slip it would undo; `ranking` knows how likely it is.
    function : str
        The name of the tree in its `Source`.
    places : list
        (parent, field, index, new): what is to stand there. The same slip made twice has two of them.
    shown : list of nodes
        Of the learner's code, to look at: the smallest part that says where, and not yet what.
    statement : node
        The statement in which it lies.
    how : str
        What to do, where a new line does not say it.
    replaced : tuple
        (old, new, parent, field) of an edit of one expression.
    """

    kind: str
    function: str
    places: list
    shown: list
    statement: ast.stmt
    how: str = ""
    replaced: tuple = ()
    cost: float = 0.0

    def apply(self):
        """Change the tree; returns what undoes it."""
        before = []
        for parent, name, index, new in self.places:
            holder = getattr(parent, name)
            before.append((parent, name, index, holder if index is None else holder[index]))
            _put(parent, name, index, new)

        def undo():
            for place in reversed(before):
                _put(*place)
        return undo


    def keys(self):
        """Texts that are equal for edits which are, in one way or another, the same slip at different places."""
        if isinstance(self.statement, ast.stmt) and self.replaced and self.replaced[0] is self.statement:
            return ["repeated indices"] if self.kind == "repeated indices" else []
        return [f"{self.kind} {key}" for key in _keys(*self.replaced)] if self.replaced else []

    def new_nodes(self):
        """{node of the learner's: what replaces it}, where a node is replaced as a whole."""
        new = {}
        for parent, name, index, replacement in self.places:
            holder = getattr(parent, name)
            if isinstance(replacement, list):
                new |= {self.shown[0]: next(item for item in replacement if item not in holder)} if not self.how else {}
            else:
                new[holder if index is None else holder[index]] = replacement
        return new


def _put(parent, name, index, new):
    if index is None:
        setattr(parent, name, new)
    else:
        getattr(parent, name)[index] = new


def all_edits(function, tree, scope):
    """All single edits of a function's tree."""
    walk = _Walk(function, scope)
    if isinstance(tree, ast.Lambda):
        walk.scope.parents.append(tree)
        walk.expression(tree.body, tree, "body", None, tree)
    else:
        walk.block(tree, "body")
    return walk.edits


class _Walk:
    """Goes through the statements and expressions of a tree and asks the proposers about each."""

    def __init__(self, function, scope):
        self.function, self.scope, self.edits = function, scope, []

    def block(self, parent, name):
        statements_ = getattr(parent, name)
        for place, node in enumerate(statements_):
            self.scope.node = node
            self.propose_statements(parent, name, statements_, place)
            self.exchange_names(node)
            self.children(node, node)

    def propose_statements(self, parent, name, block, place):
        for proposer in statements.PROPOSERS:
            for kind, new, how in proposer(block, place, self.scope):
                shown, words = (how if isinstance(how, tuple) else (block[place], how))
                fresh = [_located(item, block[place]) for item in new if item is not None]
                if len(new) == 1:
                    where = (parent, name, place, fresh[0])
                else:
                    behind = place + (2 if new[-1] is None else 1)              # None stands for the next statement
                    where = (parent, name, None, [*block[:place], *fresh, *block[behind:]])
                self.edits.append(Edit(kind, self.function, [where], [shown], block[place], words,
                                       replaced=(block[place], new[0], parent, name)))

    def exchange_names(self, statement):
        """Two names that have changed places in one line."""
        if not isinstance(statement, (ast.Assign, ast.AugAssign)):
            return
        read = [(parent, name, index, node) for parent in ast.walk(statement) for name, value in ast.iter_fields(parent)
                for index, node in (enumerate(value) if isinstance(value, list) else [(None, value)])
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        for pair in combinations(dict.fromkeys(node.id for *_, node in read), 2):
            if pair[1] in self.scope.like(pair[0]):
                other = {pair[0]: pair[1], pair[1]: pair[0]}
                places = [(parent, name, index, ast.copy_location(ast.Name(other[node.id], ast.Load()), node))
                          for parent, name, index, node in read if node.id in other]
                self.edits.append(Edit("names exchanged", self.function, places, [statement], statement))

    def children(self, node, statement):
        """All that stands in a node, but for what only names it."""
        self.scope.parents.append(node)
        loop = isinstance(node, (ast.For, ast.While))
        before, self.scope.in_loop = self.scope.in_loop, self.scope.in_loop or loop
        for name, value in ast.iter_fields(node):
            if name in BLOCKS and isinstance(value, list):
                self.block(node, name)
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    self.expression(item, node, name, index, statement)
            elif isinstance(value, ast.AST):
                self.expression(value, node, name, None, statement)
        self.scope.in_loop = before
        self.scope.parents.pop()

    def expression(self, node, parent, name, index, statement):
        if not isinstance(node, ast.AST) or isinstance(node, NO_EXPRESSIONS):
            return
        if is_pace(node):
            if node.args:
                self.expression(node.args[0], node, "args", 0, statement)
            return
        if isinstance(node, ast.BoolOp) and is_pace(node.values[0]):
            self.expression(node.values[1], node, "values", 1, statement)
            return
        if isinstance(node, (ast.expr, ast.Slice)):
            self.scope.at(node, parent, name)
            for proposer in EXPRESSIONS:
                for kind, new in proposer(node, self.scope):
                    self.edits.append(self.edit(kind, node, new, parent, name, index, statement))
        self.children(node, statement)

    def edit(self, kind, node, new, parent, name, index, statement):
        shown = node
        for outer in reversed(self.scope.parents):
            if not isinstance(shown, LEAVES) and hasattr(shown, "lineno"):
                break
            if is_pace(outer) or isinstance(outer, (ast.For, ast.While, ast.If, ast.FunctionDef)):
                break
            shown = outer
        return Edit(kind, self.function, [(parent, name, index, _located(new, node))], [shown], statement,
                    replaced=(node, new, parent, name))


def _located(new, old):
    """Give what is new in a tree the place of what stood there; what is the learner's keeps its own."""
    if hasattr(new, "lineno"):
        return new
    if "lineno" in new._attributes:
        ast.copy_location(new, old)
    for child in ast.iter_child_nodes(new):
        _located(child, old)
    return new


def _keys(old, new, parent, field):
    """The text of the slip; and of another operator, name or axis, what it is and what stands beside it."""
    yield f"{_text(old)} → {_text(new)}"
    if isinstance(old, ast.BinOp) and isinstance(new, ast.BinOp) and new.left is old.left and new.right is old.right:
        yield f"{type(old.op).__name__} {type(new.op).__name__} {_text(old.right)}"
    elif isinstance(old, ast.BinOp) and new in (old.left, old.right):
        yield f"{type(old.op).__name__} without {_text(old.left if new is old.right else old.right)}"
    elif isinstance(old, ast.Compare) and isinstance(new, ast.Compare) and len(old.ops) == len(new.ops):
        yield " ".join(type(op).__name__ for op in (*old.ops, *new.ops))
    elif isinstance(old, ast.Slice) and isinstance(new, ast.Slice):
        yield f"{_text(new.lower) if new.lower else ''} {old.lower is None} {old.upper is None} {new.upper is None}"
    elif isinstance(old, ast.Compare) and isinstance(new, ast.BoolOp):
        yield f"bounded below, {type(old.ops[0]).__name__}"
    elif isinstance(old, ast.Name) and isinstance(new, ast.Name) and isinstance(parent, ast.BinOp):
        yield f"{type(parent.op).__name__} {field} {old.id} {new.id}"
    elif isinstance(old, ast.Call) and isinstance(new, ast.Call):
        axes = [[_text(keyword.value) for keyword in call.keywords if keyword.arg == "axis"] for call in (old, new)]
        if all(axes) and len(old.keywords) == len(new.keywords):
            yield f"axis {axes}"


def _text(node):
    """A node as text, kept beside those that are the learner's: they are asked for again and again."""
    text = getattr(node, "text_of_node", None)
    if text is None:
        text = ast.unparse(node)
        if hasattr(node, "lineno"):
            node.text_of_node = text
    return text
