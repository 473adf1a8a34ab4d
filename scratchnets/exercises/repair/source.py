"""The learner's own code as syntax trees: found, changed in one place, and made a function again."""
import ast
import builtins
import copy
import linecache
import types
from time import process_time

import numpy as np

ANSWER = "the answer"                   # the name of the learner's function in the copied namespace; no identifier
PACED, SEEN = "the pace", "what was seen"       # nor are these, so that nothing of the learner's is hidden


class OutOfTime(BaseException):
    """A changed answer has run too long. No `except Exception` of the learner's catches it."""


class Source:
    """A learner's function, and those of its file that it calls, as trees that may be changed.

    The functions live in a namespace of their own, with copies of all arrays and lists that they read from
    outside: whatever a changed version does is done to nobody else.

    Attributes
    ----------
    trees : dict
        {name: FunctionDef or Lambda}; the answer itself under `ANSWER`.
    lines : list of str
        Of the file, or of the notebook's cell.
    """

    def __init__(self, function, tree, lines):
        self.lines, self.trees = lines, {ANSWER: tree}
        self.functions = {ANSWER: function}
        self.namespace = {"__builtins__": builtins, PACED: self._paced}
        self.deadline = np.inf

    @classmethod
    def of(cls, function):
        """The source of `function`; None where it is not at hand, or is no longer what runs."""
        found = _tree(function)
        return None if found is None else cls(function, *found)

    def add(self, name, function):
        """Take in another function of the same file, which the answer calls as `name`; whether it could be found."""
        found = _tree(function)
        if found is not None:
            self.trees[name], self.functions[name] = found[0], function
        return found is not None

    def provide(self, name, value):
        """Put a copy of what the functions read from outside into their namespace."""
        self.namespace[name] = value if isinstance(value, types.ModuleType) else copy.deepcopy(value)

    def prepare(self):
        """Strip what belongs to the making of a function, and pace the loops; then each tree can be compiled."""
        for name, tree in self.trees.items():
            arguments = tree.args
            arguments.defaults, arguments.kw_defaults = [], [None] * len(arguments.kwonlyargs)
            for node in ast.walk(tree):
                if isinstance(node, ast.arg):
                    node.annotation = None
                elif isinstance(node, ast.FunctionDef):
                    node.returns = None
            _pace(tree)
            self.namespace[name] = self.compiled(name)

    def compiled(self, name, tree=None):
        """The function of this name as its tree now stands."""
        tree = tree or self.trees[name]
        if isinstance(tree, ast.Lambda):
            body = ast.fix_missing_locations(ast.copy_location(
                ast.Assign([ast.Name(ANSWER, ast.Store())], tree), tree))
            made = ANSWER
        else:
            body, made = tree, tree.name
        before = self.namespace.get(made)
        exec(compile(ast.Module([body], []), "<a changed answer>", "exec", dont_inherit=True), self.namespace)
        function = self.namespace[made]
        if before is not None:
            self.namespace[made] = before
        original = self.functions[name]
        function.__defaults__, function.__kwdefaults__ = original.__defaults__, original.__kwdefaults__
        return function

    def observe(self, arguments):
        """{name: value} of the answer's local variables when it returns, of one call with these arguments."""
        tree, seen = copy.deepcopy(self.trees[ANSWER]), {}
        if isinstance(tree, ast.Lambda):
            return dict(zip((argument.arg for argument in tree.args.args), arguments))
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and node.value is not None:
                names = ast.Call(ast.Name("locals", ast.Load()), [], [])
                node.value = ast.Call(ast.Name(SEEN, ast.Load()), [names, node.value], [])
        self.namespace[SEEN] = lambda values, returned: (seen.update(values), returned)[1]
        self.compiled(ANSWER, ast.fix_missing_locations(tree))(*arguments)
        return seen

    def segment(self, node):
        """The learner's own text of a node, in one line."""
        text = ast.get_source_segment("".join(self.lines), node)
        return " ".join(text.split()) if text else ast.unparse(plain(node))

    def _paced(self, iterable=None):
        """The same iterable, or (for the test of a while) True, until the time is up."""
        if iterable is None:
            self._look_at_the_clock()
            return True
        return self._steps(iterable)

    def _steps(self, iterable):
        for item in iterable:
            self._look_at_the_clock()
            yield item

    def _look_at_the_clock(self):
        if process_time() > self.deadline:
            raise OutOfTime


def plain(node):
    """A copy of a tree without the pacing of its loops, as the learner would write it."""
    class Bare(ast.NodeTransformer):
        def visit_Call(self, call):
            self.generic_visit(call)
            return call.args[0] if is_pace(call) and call.args else call

        def visit_BoolOp(self, operation):
            self.generic_visit(operation)
            paced = is_pace(operation.values[0])
            return operation.values[1] if paced else operation
    return Bare().visit(copy.deepcopy(node))


def is_pace(node):
    """Whether a node is no code of the learner's but the clock in it."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == PACED


def _pace(tree):
    """Let every loop of the tree look at the clock."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)):
            call = ast.Call(ast.Name(PACED, ast.Load()), [node.iter], [])
            node.iter = ast.fix_missing_locations(ast.copy_location(call, node.iter))
        elif isinstance(node, ast.While):
            call = ast.Call(ast.Name(PACED, ast.Load()), [], [])
            both = ast.BoolOp(ast.And(), [call, node.test])
            node.test = ast.fix_missing_locations(ast.copy_location(both, node.test))


# ---- from a function to its tree ---------------------------------------------------------------------

def _tree(function):
    """(tree, lines) of a function, or None."""
    if not isinstance(function, types.FunctionType):
        return None
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    try:
        module = ast.parse("".join(lines))
        compiled = compile("".join(lines), code.co_filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    if code not in _inside(compiled):                   # the text has changed since, or is another's
        return None
    kind = ast.Lambda if code.co_name == "<lambda>" else ast.FunctionDef
    found = [node for node in ast.walk(module)
             if isinstance(node, kind) and node.lineno == code.co_firstlineno
             and getattr(node, "name", code.co_name) == code.co_name and _names(node) == _arguments(code)]
    if len(found) != 1 or getattr(found[0], "decorator_list", []):
        return None
    return found[0], lines


def _inside(code):
    """A code object and all those in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _inside(constant)


def _names(node):
    arguments = node.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _arguments(code):
    return list(code.co_varnames[:code.co_argcount + code.co_kwonlyargcount])
