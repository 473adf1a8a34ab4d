"""The search for the one change of a learner's code that makes a wrong value right.

Every candidate is tried on one small problem; what survives there, on all the others, on the special cases, and
on problems that the answer has not seen. It spoils no value that is right. The likeliest slips come first, and
when the time is up, what has been found until then counts.
"""
import ast
import contextlib
import io
import warnings
from time import perf_counter, process_time

import numpy as np

from scratchnets.exercises.agreement import agree
from scratchnets.exercises.answers import ask, read
from scratchnets.exercises.problems import case_problem, copied, problems
from scratchnets.exercises.repair.edits import Scope, all_edits
from scratchnets.exercises.repair.effects import without_effects
from scratchnets.exercises.repair.influence import influence
from scratchnets.exercises.repair.pairs import pairs
from scratchnets.exercises.repair.ranking import DOUBTFUL, MEDDLES, PER_EDIT, ranked
from scratchnets.exercises.repair.source import ANSWER, OutOfTime, Source, plain
from scratchnets.exercises.verdict import Change

BUDGET = 1.2            # seconds of processor time: a busy machine finds what an idle one does, later
AT_MOST = 4.0           # seconds by the clock on the wall
LEAST = 0.2             # with less, it is not worth beginning
SLOWEST = 0.5           # seconds that one call may take: a slower answer would leave no time for a search
PATIENCE = 20           # a candidate may take so many times as long as the answer itself, and then
GRACE = 0.02            # so many seconds more
FRESH = 1               # seeds of problems that the answer has not seen,
FRESH_IF_WHOLE = 5      # and more of them where a value is a whole number: those are right by chance more often


def search(exercise, function, wrong, right, seed, tolerance, left=BUDGET, in_a_case=False):
    """The changes of a learner's function that make its wrong values right.

    Parameters
    ----------
    exercise : Exercise
    function : callable
    wrong, right : sequences of str
        Names of the returned values.
    seed : int
        Of the problems.
    tolerance : float
        When two arrays count as equal.
    left : float
        Seconds of processor time that may be taken, up to `BUDGET`.
    in_a_case : bool
        Whether the answer is right on all problems, and fails in a special case.

    Returns
    -------
    list of Change
        One for each value that one change makes right, one for several where it can be; empty where the source
        is not at hand, the answer has effects, or nothing was found in time.
    """
    started = process_time()
    if left < LEAST or not wrong:
        return []
    try:
        source = Source.of(function)
        if source is None or not without_effects(source):
            return []
        source.prepare()
        with _silence():
            return _Search(exercise, source, wrong, right, seed, tolerance, in_a_case,
                           started + min(left, BUDGET)).found()
    except (RecursionError, OutOfTime):
        return []


class _Search:
    """One answer, its candidates, and what they were tried on."""

    def __init__(self, exercise, source, wrong, right, seed, tolerance, in_a_case, until):
        self.exercise, self.source, self.tolerance = exercise, source, tolerance
        self.until, self.at_most = until, perf_counter() + AT_MOST
        self.names, self.right = tuple(exercise.returns), tuple(right)
        self.wrong, self.only_in_cases = tuple(wrong), in_a_case
        self.problems = problems(exercise, seed)
        whole = any((problem.right[name] % 1 == 0).all() for problem in self.problems for name in self.wrong)
        for fresh in range(1, 1 + (FRESH_IF_WHOLE if whole else FRESH)):
            self.problems += problems(exercise, seed + fresh)
        self.cases = [case_problem(exercise, case, seed) for case in exercise.cases]
        self.originals = {name: source.namespace[name] for name in source.trees}
        self.winners, self.tried, self.patience = [], [], SLOWEST

    def found(self):
        small = self.smallest()
        if small is None:
            return []
        edits = self.candidates(small)
        self.try_all(edits, small)
        open_names = [name for name in self.wrong if not any(name in names for _, names, _ in self.winners)]
        if open_names and not self.only_in_cases:
            self.try_all(pairs(self.tried, edits, small, self.values_before(small), open_names), small)
        return [self.change(edit, names, everywhere) for edit, names, everywhere in self.cheapest_cover()]

    # ---- what is tried ------------------------------------------------------------------------------

    def smallest(self):
        """The problem on which the answer is quickest, of those that show most of what is wrong."""
        self.before, tried = {}, []
        for problem in (*self.problems, *self.cases):
            tried.append(self.look_at(problem, len(tried)))
            if tried[-1][1] > SLOWEST:
                return None
        of_interest = [entry for entry in tried if (entry[-1] in self.cases) is self.only_in_cases]
        best = min(of_interest, default=(0,))
        self.patience = PATIENCE * best[1] + GRACE if best[0] else 0
        return best[-1] if best[0] else None

    def look_at(self, problem, number):
        """(minus how many wrong values it shows, seconds that the learner's code takes, number, problem)."""
        began, self.source.deadline = process_time(), process_time() + SLOWEST
        self.before[problem] = self.carefully(problem)
        took = process_time() - began
        shows = sum(not self.agrees(self.values_before(problem), problem, name) for name in self.wrong)
        return -shows, took, number, problem

    def values_before(self, problem):
        """What the learner's own code gives."""
        answer = self.before[problem]
        return answer and answer.values

    def candidates(self, small):
        self.source.deadline = process_time() + SLOWEST
        edits, seen = [], self.source.observe(list(copied(small.arguments).values()))
        for name, tree in self.source.trees.items():
            answer = name == ANSWER
            scope = Scope(tree, self.source.namespace, seen if answer else {},
                          self.extents(tree, small) if answer else [])
            edits += all_edits(name, tree, scope)
        self.influence = influence(self.source.trees[ANSWER], self.names)
        return ranked(edits, self.influence, self.wrong, self.right, ANSWER)

    def extents(self, tree, problem):
        """Expressions of the learner's arguments for each extent of the problem, ``len(x)`` and ``x.shape[1]``."""
        found = {}
        for argument, value in zip(tree.args.args, problem.arguments.values()):
            for axis, size in enumerate(np.shape(value)):
                name = ast.Name(argument.arg, ast.Load())
                shape = ast.Subscript(ast.Attribute(name, "shape", ast.Load()), ast.Constant(axis), ast.Load())
                length = ast.Call(ast.Name("len", ast.Load()), [name], [])
                found.setdefault(size, shape if axis else length)
        return list(found.values())

    # ---- trying --------------------------------------------------------------------------------------

    def try_all(self, edits, small):
        """Try one edit after the other until the time is up, or what follows is less likely than what was found."""
        enough = np.inf
        for edit in edits:
            if process_time() > self.until or perf_counter() > self.at_most or edit.cost > enough:
                return
            undo = edit.apply()
            try:
                names, everywhere = self.survives(edit, small)
            finally:
                undo()
                self.source.namespace[edit.function] = self.originals[edit.function]
            if names and self.meddles(names, small):
                edit.cost += MEDDLES
            if names and edit.cost <= DOUBTFUL and not self.makes_up_for_another(names):
                self.winners.append((edit, names, everywhere))
                if len(names) == len(self.wrong):
                    enough = min(enough, edit.cost)

    def survives(self, edit, small):
        """The names that a change, now in place, makes right on all problems, and whether also in the cases."""
        try:
            self.source.namespace[edit.function] = self.source.compiled(edit.function)
        except (SyntaxError, ValueError, TypeError, RecursionError):
            return (), False
        self.source.deadline = process_time() + self.patience
        values = self.values(small)
        names = self.mended(values, small, self.wrong)
        self.tried.append((edit, values))
        if not names:
            return (), False
        everywhere = True
        for problem in (*self.problems, *self.cases):
            answer = self.carefully(problem)
            if answer and (answer.changed or len(answer.warned) > 0 == len(self.warned_before(problem))):
                return (), False
            right = self.mended(answer and answer.values, problem, names)
            forgiven = tuple(name for name in names if name not in right and problem in self.cases
                             and not self.only_in_cases and self.fails_alike(answer and answer.values, problem, name))
            everywhere, names = everywhere and not forgiven, (*right, *forgiven)
            if not names or self.only_in_cases and len(names) < len(self.wrong):
                return (), False
        return names, everywhere

    def warned_before(self, problem):
        answer = self.before[problem]
        return answer.warned if answer else ()

    def fails_alike(self, values, problem, name):
        """Whether a special case shows another fault: it raises, overflows, or has another shape before and after."""
        def fault(some):
            if some is None or some[name] is None:
                return "raised"
            return "shape" if some[name].shape != problem.right[name].shape else not np.isfinite(some[name]).all()
        return bool(fault(values)) and fault(values) == fault(self.values_before(problem))

    def makes_up_for_another(self, names):
        """Whether what is right now is made of a value that is still wrong: two wrongs make a right here."""
        wrong = set(self.wrong) - set(names)
        return self.influence is not None and any(self.influence.feeds.get(name, set()) & wrong for name in names)

    def meddles(self, names, small):
        """Whether a change moves another wrong value and leaves it wrong: it is hardly the slip then."""
        _, values = self.tried[-1]
        others = [name for name in self.wrong if name not in names]
        before = self.values_before(small)
        return any(before and before[name] is not None and values[name] is not None
                   and not agree(values[name], before[name], self.tolerance) for name in others)

    def mended(self, values, problem, names):
        """Those of `names` that are right here; none where a value is spoilt that was right."""
        if values is None or not all(self.agrees(values, problem, name) for name in self.right
                                     if self.agrees(self.values_before(problem), problem, name)):
            return ()
        return tuple(name for name in names if self.agrees(values, problem, name))

    def agrees(self, values, problem, name):
        value, right = (None if values is None else values.get(name)), problem.right[name]
        if value is None:
            return False
        if right.ndim == 0 and value.size == 1:
            value = value.reshape(())
        return agree(value, right, self.tolerance)

    def values(self, problem):
        """What the function, as it now stands, gives; None where it fails."""
        try:
            returned = self.source.namespace[ANSWER](*copied(problem.arguments).values())
            return read(returned, list(self.names))[0]
        except (Exception, OutOfTime):      # whatever a changed answer may raise; interrupts go through
            return None

    def carefully(self, problem):
        """The same as an `Answer`, which knows what it wrote into and what NumPy warned of."""
        self.source.deadline = process_time() + SLOWEST
        try:
            return ask(self.source.namespace[ANSWER], problem.arguments, self.names)
        except (Exception, OutOfTime):
            return None

    # ---- which to tell ---------------------------------------------------------------------------------

    def cheapest_cover(self):
        """The changes that explain most of the wrong values at the least cost."""
        best = {frozenset(): (0.0, [])}
        for edit, names, everywhere in self.winners:
            for covered, (cost, changes) in list(best.items()):
                union, fresh = covered | frozenset(names), tuple(name for name in names if name not in covered)
                total = cost + edit.cost + (PER_EDIT if changes else 0)
                if fresh and total < best.get(union, (np.inf,))[0]:
                    best[union] = (total, [*changes, (edit, fresh, everywhere)])
        return min(best.items(), key=lambda entry: (-len(entry[0]), entry[1][0]))[1][1]

    def change(self, edit, names, everywhere):
        before, fresh = [self.source.segment(node) for node in edit.shown], edit.new_nodes()
        undo = edit.apply()
        try:
            after = [] if edit.how else [ast.unparse(plain(fresh.get(node, node))) for node in edit.shown]
        finally:
            undo()
        return Change(list(names), [node.lineno for node in edit.shown], before, after, edit.how, everywhere,
                      edit.kind != "pair")


@contextlib.contextmanager
def _silence():
    """No prints, no warnings."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()), \
            contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
