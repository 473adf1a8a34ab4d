"""What no problem of an exercise asks about: break a right answer, and see whether the broken one passes.

``python tests/exercises/reference_mutants.py [NAME …]`` lists what goes unnoticed.

Whatever a learner may get wrong in one place (a constant, a comparison, a branch, a term) is done on purpose
to the reference of an exercise, and to the other right answers of tests/exercises/correct. Where that passes,
a learner's mistake of this kind passes, and the exercise lacks a problem or a special case.
"""
import ast
import contextlib
import importlib.util
import io
import signal
import sys
import types
import warnings
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]

from exercises.equivalent import is_equivalent
from mutations.mutants import NEGATED, Mistakes, mutants, swapped_in

from scratchnets.exercises.agreement import agree
from scratchnets.exercises.answers import read
from scratchnets.exercises.catalogue import all_exercises
from scratchnets.exercises.exercise import call_by_name
from scratchnets.exercises.problems import case_problem, on_numpy, problems

CORRECT = Path(__file__).parent / "correct"
PATIENCE = 1.0          # seconds for a loop that the mistake has made endless

EDGES = {ast.Gt: ast.GtE, ast.Lt: ast.LtE, ast.GtE: ast.Gt, ast.LtE: ast.Lt}
OTHER_FUNCTION = {"max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any",
                  "maximum": "minimum", "minimum": "maximum", "floor": "round", "ceil": "round"}


class Slips(Mistakes):
    """The mistakes of a backward pass, and what only a value can tell: edges, roundings, other constants."""

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


# What people do to a result that looks wrong to them, and numbers of the arguments written into the code.
WRAPPED = {"|{}|": np.abs, "max({}, 0)": lambda a: np.maximum(a, 0)}
FOLDED = {"max({}, 1 − {})": lambda a: np.maximum(a, 1 - a)}


def right_answers(exercise):
    """{name: function of the arguments by place}: the reference where it is written here, and the others."""
    name = f"correct_{exercise.name}"
    specification = importlib.util.spec_from_file_location(name, CORRECT / f"{exercise.name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    found = {key: value for key, value in vars(module).items()
             if isinstance(value, types.FunctionType) and value.__module__ == name}
    found.pop("in_single_precision", None)
    return found


def by_place(exercise, function):
    def answer(*arguments):
        return call_by_name(function, dict(zip(exercise.takes, arguments)))
    return answer


def inputs(exercise):
    return (*problems(exercise), *(case_problem(exercise, diagnosis) for diagnosis in exercise.cases))


def passes(exercise, answer):
    """Whether `answer` is right for all problems and special cases."""
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        return all(_is_right(exercise, answer, problem) for problem in inputs(exercise))


def _is_right(exercise, answer, problem):
    try:
        with _time_limit():
            values, _ = read(answer(*problem.fresh().values()), list(exercise.returns))
    except Exception:
        return False
    for name, right in problem.right.items():
        yours = values[name]
        if yours is not None and right.ndim == 0 and yours.size == 1:
            yours = yours.reshape(())
        if yours is None or not agree(yours, right):
            return False
    return True


@contextlib.contextmanager
def _time_limit():
    def late(*_):
        raise TimeoutError
    if not hasattr(signal, "setitimer"):                # not on Windows
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def survivors(exercise):
    """The broken answers that pass."""
    with on_numpy():
        inputs(exercise)                    # drawn, and answered rightly, before anything is broken
        return [*_of_the_code(exercise), *_of_the_result(exercise), *_of_constants(exercise)]


def _of_the_code(exercise):
    # Those of the library are broken in tests/mutations.
    here = (isinstance(exercise.reference, types.FunctionType)
            and exercise.reference.__module__.startswith("scratchnets.exercises.catalogue"))
    reference = {exercise.reference.__name__: exercise.reference} if here else {}
    for name, function in (reference | right_answers(exercise)).items():
        answer = by_place(exercise, function) if function is exercise.reference else function
        for mutant in mutants(function, Slips):
            with swapped_in(function, mutant):
                if passes(exercise, answer):
                    yield f"{name}: {mutant}"


def _of_the_result(exercise):
    """The right answer with one of its values wrapped into something."""
    reference = by_place(exercise, exercise.reference)
    for name in exercise.returns if exercise.takes else ():
        for words, change in (WRAPPED | (FOLDED if "between 0 and 1" in exercise.returns[name] else {})).items():
            def wrapped(*arguments, name=name, change=change):
                values, _ = read(reference(*arguments), list(exercise.returns))
                return values | {name: change(values[name])}
            if passes(exercise, wrapped):
                yield f"{name} = {words.replace('{}', name)}"


def _of_constants(exercise):
    """The right answer to another number, the same for every input."""
    reference = by_place(exercise, exercise.reference)
    for place, name in enumerate(exercise.takes):
        numbers = {problem.arguments[name] for problem in inputs(exercise) if np.ndim(problem.arguments[name]) == 0}
        for number in sorted(numbers):
            if passes(exercise, lambda *given, place=place, number=number: reference(
                    *given[:place], number, *given[place + 1:])):
                yield f"{name} = {number:g} for every input"


if __name__ == "__main__":
    total = 0
    for asked in all_exercises():
        if asked.name in sys.argv[1:] or not sys.argv[1:]:
            lines = [line for line in survivors(asked) if not is_equivalent(asked.name, line)]
            total += len(lines)
            print(f"{asked.name}: {len(lines)}", *lines, sep="\n    ", flush=True)
    sys.exit(bool(total))
