"""Which lines of a function a returned value depends on, as far as names tell."""
import ast
from dataclasses import dataclass

JUMPS = (ast.Continue, ast.Break, ast.Return)


@dataclass(frozen=True)
class Influence:
    """What the returned values depend on.

    Attributes
    ----------
    lines : dict
        {returned name: set of statements that may change it}.
    feeds : dict
        {returned name: names of other returned values that it is made of}.
    """

    lines: dict
    feeds: dict


def influence(tree, names):
    """The `Influence` in a function's tree; None where the returned values cannot be told apart.

    A line counts that binds or changes a variable which the value is made of, directly or by other variables,
    and so do the loops and conditions around it. What is a part of another array (``w = a[i]``, then ``w += 1``)
    counts as that array.
    """
    if isinstance(tree, ast.Lambda):
        return None
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]
    if len(returns) != 1:
        return None
    parts = _parts(returns[0].value, names)
    if parts is None:
        return None
    depends, lines = _dependence(tree)
    variables = {part.id: name for name, part in parts.items() if isinstance(part, ast.Name)}
    found, feeds = {}, {}
    for name, part in parts.items():
        needed, waiting = set(), list(_read(part))
        while waiting:
            variable = waiting.pop()
            if variable not in needed:
                needed.add(variable)
                waiting += depends.get(variable, ())
        found[name] = {line for variable in needed for line in lines.get(variable, ())}
        feeds[name] = {variables[variable] for variable in needed & set(variables)} - {name}
    return Influence(found, feeds)


def _parts(value, names):
    if len(names) == 1:
        return {names[0]: value}
    if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(names):
        return dict(zip(names, value.elts))
    if isinstance(value, ast.Dict) and all(isinstance(key, ast.Constant) for key in value.keys):
        return {key.value: part for key, part in zip(value.keys, value.values)}
    return None


def _dependence(tree):
    """({variable: what it is made of}, {variable: statements that change it})."""
    depends, lines = {}, {}

    def note(variable, made_of, statement, around):
        depends.setdefault(variable, set()).update(made_of, *(made for made, _ in around))
        lines.setdefault(variable, set()).update([statement, *(outer for _, outer in around)])

    def visit(statements, around):
        for node in statements:
            for variable, made_of in _changes(node):
                note(variable, made_of, node, around)
            inner = around
            if isinstance(node, (ast.For, ast.While, ast.If)):
                inner = [*around, (_read(node.iter if isinstance(node, ast.For) else node.test), node)]
            for block in ("body", "orelse", "finalbody"):
                visit(getattr(node, block, []), inner)
            if isinstance(node, ast.If) and any(isinstance(step, JUMPS) for step in ast.walk(node)):
                around = inner                              # what comes behind a continue hangs on its condition
    visit(tree.body, [])
    return depends, lines


def _changes(node):
    """(variable, names that it is then made of) for all that a statement binds or writes into."""
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        read = _read(node.value) if node.value else set()
        for target in targets:
            for variable in _stored(target):
                yield variable, read | _read(target) | {variable}
                base = _base(node.value)
                if base:                                    # a view: what is written into it is written into its base
                    yield base, {variable}
    elif isinstance(node, ast.For):
        for variable in _stored(node.target):
            yield variable, _read(node.iter)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        read = _read(node.value)
        for variable in read:                               # np.add.at(dW, …), entries.append(…)
            yield variable, read
    elif isinstance(node, ast.FunctionDef):
        yield node.name, _read(node)


def _stored(target):
    if isinstance(target, (ast.Tuple, ast.List)):
        return {name for part in target.elts for name in _stored(part)}
    while isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        target = target.value
    return {target.id} if isinstance(target, ast.Name) else set()


def _base(value):
    while isinstance(value, (ast.Subscript, ast.Attribute, ast.Call)):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value.id if isinstance(value, ast.Name) else None


def _read(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)}
