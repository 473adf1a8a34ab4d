"""Slips in a formula: another operator, parentheses elsewhere, a sign, a factor more or less."""
import ast
from itertools import permutations

ADDITIVE = (ast.Add, ast.Sub)
MULTIPLICATIVE = (ast.Mult, ast.Div, ast.MatMult, ast.FloorDiv)
OTHERS = {
    ast.Mult: (ast.Pow, ast.Div, ast.MatMult, ast.Add), ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,), ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add, ast.Mult),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,)}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt, ast.Eq), ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt, ast.Eq), ast.Eq: (ast.NotEq, ast.LtE, ast.GtE), ast.NotEq: (ast.Eq,)}
NEUTRAL = {ast.Add: 0, ast.Sub: 0, ast.Mult: 1, ast.Div: 1, ast.Pow: 1}
NEXT_TO = {(ast.Lt, ast.LtE), (ast.LtE, ast.Lt), (ast.Gt, ast.GtE), (ast.GtE, ast.Gt)}


def binary(left, op, right):
    return ast.BinOp(left, op() if isinstance(op, type) else op, right)


def number(value):
    """The node of a constant; a negative one is a minus and a constant."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def another_operator(node, scope):
    """``y * 2`` → ``y ** 2``, ``a + b`` → ``a - b``."""
    if isinstance(node, ast.BinOp):
        for op in OTHERS.get(type(node.op), ()):
            if op is ast.Pow and (scope.is_size(node.left) or not _exponent(node.right)):
                continue
            sides = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)]
            if NEUTRAL.get(op) in sides:
                continue                                          # 1 - a  →  1 * a: that is a term less
            near = op in (ast.Pow, ast.Sub, ast.Add) and isinstance(node.op, (ast.Mult, *ADDITIVE)) \
                and not (isinstance(node.op, ADDITIVE) and op is ast.Mult or
                         isinstance(node.op, ast.Mult) and op is ast.Add)
            yield "operator" if near else "far operator", binary(node.left, op, node.right)


def _exponent(node):
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and abs(node.value) <= 4


def another_comparison(node, scope):
    """``<`` → ``<=``, ``>`` → ``<``."""
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in COMPARISONS.get(type(op), ()):
                kind = "edge of a comparison" if (type(op), other) in NEXT_TO else "comparison"
                ops = [*node.ops[:place], other(), *node.ops[place + 1:]]
                yield kind, ast.Compare(node.left, ops, node.comparators)
        if len(node.ops) == 1:
            left, right = node.left, node.comparators[0]
            if isinstance(left, ast.BinOp):                       # dy * y > 0  →  dy * (y > 0)
                yield "grouping", binary(left.left, left.op, ast.Compare(left.right, node.ops, [right]))
            if isinstance(left, ast.Name):
                for name in scope.like(left.id):
                    yield "name", ast.Compare(ast.Name(name, ast.Load()), node.ops, [right])


def bounded_below(node, scope):
    """``c >= W`` → ``c < 0 or c >= W``: an index that may be negative counts from the end."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.left, (ast.Name, ast.BinOp)) \
            and scope.is_size(node.left):
        zero = ast.Constant(0)
        if isinstance(node.ops[0], (ast.Gt, ast.GtE)):
            yield "bound below", ast.BoolOp(ast.Or(), [ast.Compare(node.left, [ast.Lt()], [zero]), node])
        elif isinstance(node.ops[0], (ast.Lt, ast.LtE)):
            yield "bound below", ast.BoolOp(ast.And(), [ast.Compare(node.left, [ast.GtE()], [zero]), node])


def operands_swapped(node, scope):
    """``a - b`` → ``b - a``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        if not (isinstance(node.op, ast.Pow) and (scope.is_size(node.left) or scope.is_size(node.right))):
            inverse = isinstance(node.op, ast.Div) and isinstance(node.left, ast.Constant)
            yield "far order" if inverse else "order", binary(node.right, node.op, node.left)


def regrouped(node, scope):
    """``a / b * c`` → ``a / (b * c)``, ``a * b - c`` → ``a * (b - c)``; parentheses are forgotten, rarely invented."""
    for kind, new in (*_rotated(node), *_regrouped_functions(node)):
        yield kind if len(ast.unparse(new)) > len(ast.unparse(node)) else "parentheses less", new


def _rotated(node):
    if not isinstance(node, ast.BinOp):
        return
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp) and not _associative(left.op, node.op):
        yield "grouping", binary(left.left, left.op, binary(left.right, node.op, right))
    if isinstance(right, ast.BinOp) and not _associative(node.op, right.op):
        yield "grouping", binary(binary(left, node.op, right.left), right.op, right.right)
    if isinstance(node.op, ADDITIVE) and isinstance(left, ast.BinOp) and isinstance(left.op, ADDITIVE):
        first = left                                              # f * g + b - c  →  f * (g + b - c)
        while isinstance(first.left, ast.BinOp) and isinstance(first.left.op, ADDITIVE):
            first = first.left
        if isinstance(first.left, ast.BinOp):
            front = first.left
            yield "grouping", binary(front.left, front.op, _first_term(node, front, front.right))
    for side, other in (("left", right), ("right", left)):        # a * b.sum(0)  →  (a * b).sum(0), and back
        inner = getattr(node, side)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) \
                and inner.func.attr in ("sum", "mean", "max", "min"):
            pair = (inner.func.value, other) if side == "left" else (other, inner.func.value)
            whole = binary(pair[0], node.op, pair[1])
            yield "grouping", ast.Call(ast.Attribute(whole, inner.func.attr, ast.Load()), inner.args, inner.keywords)
        if isinstance(inner, ast.Attribute) and inner.attr == "T":
            pair = (inner.value, other) if side == "left" else (other, inner.value)
            yield "grouping", ast.Attribute(binary(pair[0], node.op, pair[1]), "T", ast.Load())


def regrouped_methods(node, scope):
    """``(a * b).sum(0)`` → ``a * b.sum(0)``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.BinOp) \
            and node.func.attr in ("sum", "mean", "max", "min"):
        inner = node.func.value
        for kept, moved in ((inner.left, inner.right), (inner.right, inner.left)):
            call = ast.Call(ast.Attribute(moved, node.func.attr, ast.Load()), node.args, node.keywords)
            yield "grouping of a call", binary(kept, inner.op, call) if kept is inner.left \
                else binary(call, inner.op, kept)


def _regrouped_functions(node):
    """``np.sqrt(v + e)`` → ``np.sqrt(v) + e``, and back."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.BinOp):
        inner = node.args[0]
        yield "grouping", binary(ast.Call(node.func, [inner.left], node.keywords), inner.op, inner.right)
        yield "grouping", binary(inner.left, inner.op, ast.Call(node.func, [inner.right], node.keywords))
    if isinstance(node, ast.BinOp):
        left, right = node.left, node.right
        if isinstance(left, ast.Call) and len(left.args) == 1:
            yield "grouping", ast.Call(left.func, [binary(left.args[0], node.op, right)], left.keywords)
        if isinstance(right, ast.Call) and len(right.args) == 1:
            yield "grouping", ast.Call(right.func, [binary(left, node.op, right.args[0])], right.keywords)


def _associative(first, second):
    return type(first) is type(second) and isinstance(first, (ast.Add, ast.Mult, ast.MatMult)) \
        or isinstance(first, ast.Add) and isinstance(second, ast.Sub) \
        or isinstance(first, ast.Mult) and isinstance(second, ast.Div)


def _first_term(chain, old, new):
    """A chain of sums with another first term."""
    if chain is old:
        return new
    return binary(_first_term(chain.left, old, new), chain.op, chain.right)


def operand_left_out(node, scope):
    """One factor, or one term, less."""
    if isinstance(node, ast.BinOp):
        kind = "term less" if isinstance(node.op, ADDITIVE) else "factor less"
        yield kind, node.left
        if not isinstance(node.op, ast.Pow):
            yield kind, (ast.UnaryOp(ast.USub(), node.right) if isinstance(node.op, ast.Sub)
                         else binary(ast.Constant(1), node.op, node.right) if isinstance(node.op, ast.Div)
                         else node.right)
        if isinstance(node.op, ast.Sub):
            yield kind, node.right
    elif isinstance(node, ast.BoolOp) and len(node.values) == 2:
        yield from (("condition less", value) for value in node.values)


def another_sign(node, scope):
    """``-a`` → ``a``, ``a`` → ``-a`` where a term or a whole value stands; a negated condition."""
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
            yield "sign", node.operand
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.BinOp) \
                and isinstance(node.operand.op, ADDITIVE):                  # -(a + b)  →  -a + b
            inner = node.operand
            yield "grouping", binary(ast.UnaryOp(ast.USub(), inner.left), inner.op, inner.right)
    elif scope.is_signed and not isinstance(node, ast.Constant) and not scope.is_size(node) and not scope.is_counting:
        yield "minus in front" if scope.is_whole else "minus added", ast.UnaryOp(ast.USub(), node)


def branches_swapped(node, scope):
    """``a if c else b`` → ``b if c else a``; of an ``np.where`` as well."""
    if isinstance(node, ast.IfExp):
        yield "branches", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Call) and len(node.args) == 3 and ast.unparse(node.func).endswith("where"):
        yield "branches", ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], node.keywords)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "comparison", ast.BoolOp(other, node.values)


def factor_more(node, scope):
    """One factor more: a number, an extent, an array of the scope; of a loop's index, a stride."""
    if isinstance(node, ast.Name) and node.id in scope.counted and isinstance(scope.parent, ast.BinOp):
        for name in scope.size_names():
            if name not in scope.counted:
                yield "stride", binary(ast.Name(name, ast.Load()), ast.Mult, node)
    if not scope.is_term or isinstance(node, (ast.Constant, ast.Tuple, ast.List, ast.Dict)) or scope.is_size(node):
        return
    for value in (2, 0.5, 3):
        yield "constant factor more", binary(ast.Constant(value), ast.Mult, node)
    for factor in scope.factors():
        is_array = isinstance(factor, ast.Name) and scope.dimensions(factor.id)
        kind = "factor more" if isinstance(factor, ast.Name) else "extent more"
        yield kind, binary(node, ast.Mult, factor)
        if not scope.is_divisor:                                  # a / (b / c) is nobody's slip
            yield "divisor more" if is_array else kind, binary(node, ast.Div, factor)
    for name in scope.fractions():
        rest = binary(ast.Constant(1), ast.Sub, ast.Name(name, ast.Load()))
        yield "complement more", binary(node, ast.Mult, rest)
        if not scope.is_divisor:
            yield "complement more", binary(node, ast.Div, rest)
    if scope.is_whole:
        for name in scope.arrays():
            yield "half and factor more", binary(binary(ast.Constant(0.5), ast.Mult, node), ast.Mult,
                                                 ast.Name(name, ast.Load()))
        for above, below in permutations(scope.extents, 2):
            yield "ratio more", binary(binary(node, ast.Mult, above), ast.Div, below)


def term_more(node, scope):
    """One term more: ``var`` → ``var + epsilon``."""
    if scope.is_term and not scope.is_size(node) and not isinstance(node, (ast.Constant, ast.Tuple, ast.Call)):
        for name in scope.numbers():
            yield "term more", binary(node, ast.Add, ast.Name(name, ast.Load()))
            yield "term more", binary(node, ast.Sub, ast.Name(name, ast.Load()))
        for name in scope.arrays():
            yield "array more", binary(node, ast.Add, ast.Name(name, ast.Load()))
            yield "array more", binary(node, ast.Sub, ast.Name(name, ast.Load()))
        yield "one more", binary(node, ast.Add, ast.Constant(1))
        yield "one more", binary(node, ast.Sub, ast.Constant(1))


def gate(node, scope):
    """``y`` → ``(y > 0)`` and ``np.maximum(y, 0)`` → ``(y > 0)``: the slope, and not the value."""
    product = isinstance(scope.parent, ast.BinOp) and isinstance(scope.parent.op, ast.Mult)
    gated = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        gated = node.func.value if node.func.attr == "astype" else \
            node.args[0] if node.func.attr == "maximum" and node.args else None
    elif product and isinstance(node, ast.Name) and scope.dimensions(node.id):
        gated = node
    if gated is not None:
        yield "gate", ast.Compare(gated, [ast.Gt()], [ast.Constant(0)])


def complement(node, scope):
    """``y`` → ``1 - y``, of a number in (0, 1) or an array of such."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.fractions():
        yield "complement", binary(ast.Constant(1), ast.Sub, node)


PROPOSERS = (another_operator, another_comparison, bounded_below, operands_swapped, regrouped, regrouped_methods,
             operand_left_out, another_sign, branches_swapped, factor_more, term_more, gate, complement)
