"""What no problem of an exercise asks about: break its reference, and see whether the broken one passes.

``python tests/exercises/reference_mutants.py [NAME …]`` lists what goes unnoticed.

Whatever a learner may get wrong in one place (a constant, a comparison, a branch, a term) can be broken in
the reference as well, and in what it calls. Where that passes, a learner's mistake of this kind passes, and
the exercise lacks a problem or a special case.
"""
import ast
import inspect
import sys
import types
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from mutations.mutants import NEGATED, Mistakes, mutants, swapped_in  # noqa: E402

import scratchnets  # noqa: E402
from scratchnets.exercises.agreement import agree  # noqa: E402
from scratchnets.exercises.catalogue import all_exercises  # noqa: E402
from scratchnets.exercises.exercise import call_by_name  # noqa: E402
from scratchnets.exercises.problems import case_problem, named, on_numpy, problems  # noqa: E402

EDGES = {ast.Gt: ast.GtE, ast.Lt: ast.LtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt}
OTHER_FUNCTION = {"max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any",
                  "maximum": "minimum", "minimum": "maximum", "floor": "round", "ceil": "round"}
NOT_THE_FORMULA = ("arguments.py", "backend.py", "exercise.py", "randomness.py")
CHECKS = ("expect_", "_expect", "_probabilities", "_checked")


class Slips(Mistakes):
    """What people get wrong, and beside it what only a value can tell: edges, roundings, other constants."""

    def Compare(node):
        yield from Mistakes.Compare(node)
        if len(node.ops) == 1 and type(node.ops[0]) in EDGES:
            yield ast.Compare(node.left, [EDGES[type(node.ops[0])]()], node.comparators)
        if any(type(op) in NEGATED for op in node.ops):
            yield from (ast.Constant(True), ast.Constant(False))

    def Constant(node):
        yield from Mistakes.Constant(node)
        if not isinstance(node.value, bool) and isinstance(node.value, (int, float)):
            yield ast.Constant(node.value - 1)
            yield ast.Constant(2 * node.value)

    def Attribute(node):
        yield from Mistakes.Attribute(node)
        if node.attr in OTHER_FUNCTION:
            yield ast.Attribute(node.value, OTHER_FUNCTION[node.attr], node.ctx)

    def Call(node):
        yield from Mistakes.Call(node)
        for keyword in node.keywords:
            yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])

    def IfExp(node):
        yield from Mistakes.IfExp(node)
        yield from (node.body, node.orelse)

    def If(node):
        yield from Mistakes.If(node)
        yield from (ast.If(ast.Constant(value), node.body, node.orelse) for value in (True, False))

    def BinOp(node):
        yield from Mistakes.BinOp(node)
        if isinstance(node.op, ast.FloorDiv):
            yield ast.UnaryOp(ast.USub(), ast.BinOp(ast.UnaryOp(ast.USub(), node.left), node.op, node.right))


WRAPPED = {"|{}|": np.abs, "max({}, 0)": lambda a: np.maximum(a, 0)}
FOLDED = {"max({}, 1 − {})": lambda a: np.maximum(a, 1 - a)}        # of areas: "the larger of the two"


def functions_of(exercise):
    """The functions of this library that the reference runs, itself among them."""
    seen, root = {}, Path(scratchnets.__file__).parent
    inputs = [problem.fresh() for problem in (*problems(exercise), *cases(exercise))]

    def watch(frame, event, _):
        path = Path(frame.f_code.co_filename)
        checks = path.name in NOT_THE_FORMULA or frame.f_code.co_name.startswith(CHECKS)
        if event == "call" and root in path.parents and not checks:
            seen[frame.f_code] = frame.f_globals.get(frame.f_code.co_name)
    sys.setprofile(watch)
    try:
        for arguments in inputs:
            call_by_name(exercise.reference, arguments)
    finally:
        sys.setprofile(None)
    return [function for code, function in seen.items()
            if isinstance(function, types.FunctionType) and function.__code__ is code]


def cases(exercise):
    return [case_problem(exercise, diagnosis) for diagnosis in exercise.cases]


def passes(exercise, function):
    """Whether `function`, in the reference's place, is right for all problems and special cases."""
    for problem in (*problems(exercise), *cases(exercise)):
        try:
            with np.errstate(all="ignore"):
                values = named(call_by_name(function, problem.fresh()), exercise.returns)
        except Exception:
            return False
        if not all(agree(values[name], right) for name, right in problem.right.items()):
            return False
    return True


def with_one_value(exercise, name, change):
    """The reference with one of its values changed."""
    def changed(**arguments):
        values = named(call_by_name(exercise.reference, arguments), exercise.returns)
        return tuple((values | {name: change(values[name])}).values())
    changed.__signature__ = inspect.signature(exercise.reference)
    return changed


def constants_for(exercise):
    """(argument, value): a number of the arguments written into the code."""
    for name in exercise.takes:
        values = {problem.arguments[name] for problem in problems(exercise) if np.ndim(problem.arguments[name]) == 0}
        yield from ((name, value) for value in sorted(values))


def with_a_constant(exercise, name, value):
    def fixed(**arguments):
        return call_by_name(exercise.reference, arguments | {name: value})
    fixed.__signature__ = inspect.signature(exercise.reference)
    return fixed


def unnoticed(exercise):
    """Names of the broken references that pass."""
    with on_numpy():
        found = [f"{function.__name__}: {mutant}" for function in functions_of(exercise)
                 for mutant in mutants(function, Slips) if _swapped_passes(exercise, function, mutant)]
        found += [f"{name} = {words.replace('{}', name)}" for name in exercise.returns
                  for words, change in (WRAPPED | (FOLDED if name == "auroc" else {})).items() if passes(exercise, with_one_value(exercise, name, change))]
        found += [f"{name} = {value:g} for every input" for name, value in constants_for(exercise)
                  if passes(exercise, with_a_constant(exercise, name, value))]
    return found


def _swapped_passes(exercise, function, mutant):
    with swapped_in(function, mutant):
        return passes(exercise, exercise.reference)


if __name__ == "__main__":
    for asked in all_exercises():
        if asked.name in sys.argv[1:] or not sys.argv[1:]:
            lines = unnoticed(asked)
            print(f"{asked.name}: {len(lines)}", *lines, sep="\n    ")
