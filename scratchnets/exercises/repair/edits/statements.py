"""Slips in a statement: ``=`` for ``+=``, a line too many or in the wrong place, values returned in another order.

A proposer takes the list of statements of a block, the place of one of them in it, and yields kinds, the list
that stands there instead, and in words what is done, where a new line does not say it.
"""
import ast

from scratchnets.exercises.repair.edits.calls import function_name

IN_PLACE = {ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,)}
LOOPS = (ast.For, ast.While)


def assignments(block, place, scope):
    """``dW = …`` → ``dW += …``, ``+=`` → ``-=``."""
    node = block[place]
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    if isinstance(target, (ast.Name, ast.Subscript)):
        if scope.in_loop or isinstance(target, ast.Subscript):
            for op in (ast.Add, ast.Sub, ast.Mult):
                yield "accumulation", [ast.AugAssign(target, op(), node.value)], ""
    elif isinstance(node, ast.AugAssign):
        for op in IN_PLACE.get(type(node.op), ()):
            yield "operator", [ast.AugAssign(node.target, op(), node.value)], ""
        yield "accumulation", [ast.Assign([node.target], node.value)], ""
        if isinstance(node.target, ast.Subscript) and isinstance(node.op, (ast.Add, ast.Sub)) and scope.numpy:
            ufunc = ast.Attribute(ast.Name(scope.numpy, ast.Load()),
                                  "add" if isinstance(node.op, ast.Add) else "subtract", ast.Load())
            array = _loaded(node.target.value)
            arguments = [array, _as_index(node.target.slice), node.value]
            call = ast.Call(ast.Attribute(ufunc, "at", ast.Load()), arguments, [])
            yield "repeated indices", [ast.Expr(call)], ""


def _as_index(node):
    """A subscript as an argument: slices are written out."""
    def written(part):
        if isinstance(part, ast.Slice):
            bounds = [bound or ast.Constant(None) for bound in (part.lower, part.upper, part.step)]
            return ast.Call(ast.Name("slice", ast.Load()), bounds, [])
        return part
    if isinstance(node, ast.Tuple):
        return ast.Tuple([written(part) for part in node.elts], ast.Load())
    return written(node)


def _loaded(node):
    if isinstance(node, ast.Name):
        return ast.Name(node.id, ast.Load())
    return node


def left_out(block, place, scope):
    """A statement that should not be there."""
    node = block[place]
    if isinstance(node, (ast.AugAssign, ast.Assign, ast.Expr)) and not _is_text(node):
        yield "statement less", [ast.Pass()], "leave it out"
    elif isinstance(node, (ast.Break, ast.Continue)):
        yield "statement less", [ast.Pass()], "leave it out"
    elif isinstance(node, ast.If) and not node.orelse:
        yield "condition less", list(node.body), "do what is below it always"


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def conditions(block, place, scope):
    """The two branches of an if exchanged."""
    node = block[place]
    if isinstance(node, ast.If) and node.orelse and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)):
        yield "branches", [ast.If(node.test, node.orelse, node.body)], "exchange its two branches"


def moved(block, place, scope):
    """A line that belongs into the loop above it, or behind the loop that it stands in; a missing break."""
    node = block[place]
    if isinstance(node, LOOPS) and node.body:
        *rest, last = node.body
        if rest and not isinstance(last, (ast.Break, ast.Continue, ast.Pass)):
            yield "indentation", [_loop(node, rest), last], \
                (last, "it stands in the loop, and belongs behind it: indent it less")
        if isinstance(last, (ast.For, ast.While)) and len(last.body) > 1:
            inner = last.body[-1]
            yield "indentation", [_loop(node, [*rest, _loop(last, last.body[:-1]), inner])], \
                (inner, "it stands in the inner loop, and belongs behind it: indent it less")
            yield "indentation", [_loop(node, [*rest, _loop(last, last.body[:-1])]), inner], \
                (inner, "it stands in the loops, and belongs behind them: indent it less")
        if isinstance(last, ast.If) and not last.orelse and not isinstance(last.body[-1], (ast.Break, ast.Return)):
            stopped = ast.If(last.test, [*last.body, ast.Break()], [])
            yield "break", [_loop(node, [*rest, stopped])], (last, "end the loop with a break once it holds")
        if place + 1 < len(block) and not isinstance(block[place + 1], ast.Return):
            following = block[place + 1]
            yield "indentation", [_loop(node, [*node.body, following]), None], \
                (following, "it stands behind the loop, and belongs into it: indent it more")


def _loop(node, body):
    if isinstance(node, ast.For):
        return ast.For(node.target, node.iter, body, node.orelse)
    return ast.While(node.test, body, node.orelse)


def lines_exchanged(block, place, scope):
    """Two neighbouring lines in the other order."""
    if place + 1 < len(block):
        simple = (ast.Assign, ast.AugAssign, ast.Expr)
        first, second = block[place], block[place + 1]
        if isinstance(first, simple) and isinstance(second, simple) and not _is_text(first):
            yield "lines", [second, first, None], (second, f"exchange it with line {first.lineno}")


def returned(block, place, scope):
    """Two of the returned values exchanged."""
    node = block[place]
    if isinstance(node, ast.Return) and isinstance(node.value, (ast.Tuple, ast.List)):
        values = node.value.elts
        for first in range(len(values)):
            for second in range(first + 1, len(values)):
                other = list(values)
                other[first], other[second] = other[second], other[first]
                kind = "order" if second == first + 1 else "far order"
                yield kind, [ast.Return(ast.Tuple(other, ast.Load()))], ""


def exchanged(block, place, scope):
    """The two values of an assignment in the other order."""
    node = block[place]
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
        yield "order", [ast.Assign(node.targets, ast.Tuple(node.value.elts[::-1], ast.Load()))], ""


def reduced(block, place, scope):
    """``dW[a] += p[a]`` in a call: ``np.add.at`` with another sign."""
    node = block[place]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and function_name(node.value) == "at" \
            and len(node.value.args) == 3:
        array, index, value = node.value.args
        yield "sign", [ast.Expr(ast.Call(node.value.func, [array, index, ast.UnaryOp(ast.USub(), value)], []))], ""
        yield "accumulation", [ast.AugAssign(ast.Subscript(array, index, ast.Store()), ast.Add(), value)], ""


def initial(block, place, scope):
    """A sum that begins elsewhere: ``np.zeros_like(x)`` where a copy was taken."""
    node = block[place]
    call = node.value if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else None
    if isinstance(call, ast.Call) and function_name(call) in ("copy", "array", "zeros_like", "zeros"):
        method = function_name(call) == "copy" and not call.args and isinstance(call.func, ast.Attribute)
        array = call.func.value if method else call.args[0] if call.args else None
        if array is not None and scope.numpy:
            if function_name(call) in ("copy", "array"):
                zeros = ast.Attribute(ast.Name(scope.numpy, ast.Load()), "zeros_like", ast.Load())
                yield "start", [ast.Assign(node.targets, ast.Call(zeros, [array], []))], ""
            else:
                for name in scope.arrays():
                    copied = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "copy", ast.Load()), [], [])
                    yield "start", [ast.Assign(node.targets, copied)], ""


PROPOSERS = (assignments, left_out, conditions, moved, lines_exchanged, returned, exchanged, reduced, initial)

