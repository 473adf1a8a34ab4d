"""Slips in what stands in a formula: another name, another number, an index or a bound off by one."""
import ast

from scratchnets.exercises.repair.edits.calls import function_name
from scratchnets.exercises.repair.edits.operators import binary, number

EXPONENTS = (0.5, 1, 1.5, 2, 3)


def another_name(node, scope):
    """``x`` where ``u`` belongs."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not scope.is_called:
        for name, kind in scope.others(node):
            yield kind, ast.Name(name, ast.Load())


def another_extent(node, scope):
    """``len(a)`` where ``len(b)`` belongs."""
    if scope.is_extent(node):
        now = ast.unparse(node)
        for extent in scope.extents:
            if ast.unparse(extent) != now:
                yield "extent", extent


def another_number(node, scope):
    """A constant that is off by one, has the other sign, is twice or half as large."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, (str, bytes)) or node.value in (None, ...):
        return
    value = node.value
    if isinstance(value, bool):
        yield "flag", ast.Constant(not value)
        return
    if isinstance(value, complex):
        return
    of_a_maximum = isinstance(scope.parent, ast.BinOp) and isinstance(scope.parent.left, ast.Call) \
        and function_name(scope.parent.left) in ("max", "min")
    if scope.is_threshold or of_a_maximum:                        # tokens.max() + 1: the mistake is not the 1
        return
    near = [value + 1, value - 1] if isinstance(value, int) else []
    if value == 0 and not scope.is_index and not scope.is_bound and not scope.is_axis:
        near = [1]
    far = [-value, 2 * value, 0, 1, 2, 3] if isinstance(value, int) and abs(value) < 10 else [-value, 2 * value]
    if value and not scope.is_axis and not scope.is_index:
        far += [value / 2, 1 / value]
    if isinstance(value, float):
        far += [1.0, 0.0, value - 1, value + 1]
    if scope.is_exponent:
        near, far = [exponent for exponent in EXPONENTS if exponent != value], []
    neutral = {ast.Add: 0, ast.Sub: 0, ast.Mult: 1, ast.Div: 1, ast.Pow: 1}.get(type(getattr(scope.parent, "op", None)))
    near, far = ([other for other in some if other != neutral] for some in (near, far))     # what leaves the rest
    for other in dict.fromkeys(near):
        yield "number", number(other)
    for other in dict.fromkeys(far):
        if other != value and other not in near:
            yield "far number", number(other)


def another_power(node, scope):
    """``-0.5`` → ``-1.5`` in an exponent."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant) \
            and scope.is_exponent:
        for other in EXPONENTS:
            if other != node.operand.value:
                yield "number", number(-other)


def shifted(node, scope):
    """An index or a bound, one more or one less."""
    if isinstance(node, ast.Constant) or not (scope.is_index or scope.is_bound or scope.is_exponent
                                             or scope.is_divisor and scope.is_size(node)):
        return
    by_a_number = isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant)
    if isinstance(node, (ast.Name, ast.BinOp, ast.Call, ast.Attribute, ast.Subscript)) and not by_a_number:
        yield "shift", binary(node, ast.Add, ast.Constant(1))
        yield "shift", binary(node, ast.Sub, ast.Constant(1))


def other_bounds(node, scope):
    """A slice that begins or ends elsewhere; ``j:j + C`` → ``j * C:(j + 1) * C``."""
    if isinstance(node, ast.Slice):
        lower, upper = node.lower, node.upper
        if lower is not None:
            yield "bound", ast.Slice(None, upper, node.step)
        if upper is not None:
            yield "bound", ast.Slice(lower, None, node.step)
        if lower is None and upper is not None:
            yield "bound", ast.Slice(upper, None, node.step)
        if upper is None and lower is not None:
            yield "bound", ast.Slice(None, lower, node.step)
        if lower is None and upper is not None:
            for begin in scope.size_names():
                name = ast.Name(begin, ast.Load())
                yield "block", ast.Slice(name, binary(name, ast.Add, upper), None)
        if lower is None:
            yield "bound", ast.Slice(ast.Constant(1), upper, node.step)
        if upper is None:
            yield "bound", ast.Slice(lower, number(-1), node.step)
        if lower is not None and upper is not None and node.step is None:
            for size in scope.size_names():
                width = ast.Name(size, ast.Load())
                begin = binary(lower, ast.Mult, width)
                yield "block", ast.Slice(begin, binary(begin, ast.Add, width), None)
            if isinstance(upper, ast.BinOp) and isinstance(upper.op, ast.Add) \
                    and ast.dump(upper.left) == ast.dump(lower):
                for begin in scope.size_names():
                    name = ast.Name(begin, ast.Load())
                    yield "bound", ast.Slice(name, binary(name, ast.Add, upper.right), None)
        if lower is None and upper is None:
            for name in scope.indices():
                array = ast.Name(name, ast.Load())
                yield "row index", array
                if scope.numpy:
                    count = ast.Call(ast.Name("len", ast.Load()), [array], [])
                    arange = ast.Attribute(ast.Name(scope.numpy, ast.Load()), "arange", ast.Load())
                    yield "row index", ast.Call(arange, [count], [])


def cut(node, scope):
    """A whole value without its first or its last entry, or turned round."""
    if scope.is_whole and isinstance(node, ast.Name) and scope.dimensions(node.id):
        for bounds in ((ast.Constant(1), None, None), (None, number(-1), None), (None, None, number(-1))):
            yield "slice more", ast.Subscript(node, ast.Slice(*bounds), ast.Load())


def ranges(node, scope):
    """A range that begins or ends one off."""
    if isinstance(node, ast.Call) and function_name(node) in ("range", "arange"):
        begin = node.args[0] if len(node.args) == 2 else ast.Constant(0)
        end = node.args[-1] if len(node.args) < 3 else None
        if end is not None:
            for step in (ast.Add, ast.Sub):
                both = [binary(bound, step, ast.Constant(1)) for bound in (begin, end)]
                yield "bound", ast.Call(node.func, both, [])
        if len(node.args) == 1:
            yield "bound", ast.Call(node.func, [ast.Constant(1), *node.args], [])
        elif len(node.args) == 2:
            yield "bound", ast.Call(node.func, [node.args[1]], [])


def other_index(node, scope):
    """``a[i, j]`` → ``a[j, i]``; ``r`` → ``r[:, None]`` and back."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if isinstance(node.slice, ast.Tuple):
            entries = node.slice.elts
            for place in range(len(entries) - 1):
                if ast.dump(entries[place]) != ast.dump(entries[place + 1]):
                    other = list(entries)
                    other[place], other[place + 1] = other[place + 1], other[place]
                    yield "order", ast.Subscript(node.value, ast.Tuple(other, ast.Load()), ast.Load())
        if scope.is_term or isinstance(node.value, ast.Name):
            yield "index less", node.value
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not scope.is_called \
            and scope.dimensions(node.id) == 1:
        everything, new = ast.Slice(None, None, None), ast.Constant(None)
        for entries in ([everything, new], [new, everything]):
            yield "axis more", ast.Subscript(node, ast.Tuple(entries, ast.Load()), ast.Load())


PROPOSERS = (another_name, another_extent, another_number, another_power, shifted, other_bounds, cut, ranges,
             other_index)
