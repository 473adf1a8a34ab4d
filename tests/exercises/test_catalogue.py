"""The proof of every exercise: the stub is not attempted, right answers pass however they are written,
and each known mistake is recognised as itself and as no other."""
import importlib.util
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.exercises.agreement import FLOAT32, relative_error
from scratchnets.exercises.catalogue import all_exercises, get, names
from scratchnets.exercises.corner import derivatives
from scratchnets.exercises.exercise import axes, call_by_name
from scratchnets.exercises.judge import judge
from scratchnets.exercises.lectures import LECTURES
from scratchnets.exercises.problems import problems
from scratchnets.exercises.stubs import stub

CORRECT = Path(__file__).parent / "correct"
BOOK = Path(__file__).parents[2]
# Three draws of every problem; .ci/run tries seven more.
every_seed = pytest.mark.parametrize("seeds", [range(3), pytest.param(range(3, 10), marks=pytest.mark.long)],
                                     ids=["seeds 0 to 2", "seeds 3 to 9"])

every_exercise = pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.name)


def correct_answers(exercise):
    """{name: function} of tests/exercises/correct."""
    name = f"correct_{exercise.name}"
    specification = importlib.util.spec_from_file_location(name, CORRECT / f"{exercise.name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return {key: value for key, value in vars(module).items() if getattr(value, "__module__", None) == name}


def as_learner(exercise, change=lambda problem: {}, seed=0):
    """A function that answers the problems of one seed rightly but for the given values."""
    asked = {_key(problem.arguments.values()): problem for problem in problems(exercise, seed)}

    def learner(*arguments):
        problem = asked[_key(arguments)]
        return problem.right | change(problem)
    return learner


def _key(arguments):
    return b"".join(np.asarray(value).tobytes() for value in arguments)


# ---- what an exercise is made of -------------------------------------------------------------------

@every_exercise
def test_has_hints_and_mutants_with_messages(exercise):
    where = f"scratchnets/exercises/catalogue/{exercise.name}.py"
    assert exercise.lecture in LECTURES and exercise.title and exercise.task.strip(), f"lecture, title, task: {where}"
    assert (BOOK / exercise.derivation).is_file(), f"{where} says derivation={exercise.derivation!r}: no such page"
    assert len(exercise.hints) == 3 and all(exercise.hints), f"three hints, rising: {where}"
    assert 6 <= len(exercise.mutants) <= 24, f"6 to 24 mistakes, @exercise.mutant, not {len(exercise.mutants)}: {where}"
    texts = [function.__doc__ for function in (*exercise.mutants.values(), *exercise.cases.values())]
    assert all(text and len(text.split()) >= 6 for text in texts) and len(set(texts)) == len(texts), \
        f"each mutant and each case has a docstring of its own that teaches: {where}"


@every_exercise
@every_seed
def test_draws_float64_of_the_declared_shapes_all_extents_different(exercise, seeds):
    for seed in seeds:
        for problem in problems(exercise, seed):
            extents = problem.extents
            assert min(extents.values(), default=3) >= 3 and len(set(extents.values())) == len(extents)
            for name, array in problem.right.items():
                assert array.shape == tuple(extents[letter] for letter in axes(exercise.returns[name]) or ())
                assert np.isfinite(array).all()
                assert array.ndim == 0 or np.abs(array).max() > 1e-3, "a vacuous problem"
            for name, value in problem.arguments.items():
                assert np.asarray(value).dtype.kind in "iu" or np.asarray(value).dtype == np.float64
                assert (axes(exercise.takes[name]) is None) == (np.ndim(value) == 0)
        for before, after in zip(problems(exercise, seed), problems(exercise, seed)[1:]):
            assert all(before.extents[letter] != after.extents[letter] for letter in after.extents)


@every_exercise
def test_the_reference_agrees_with_numeric_derivatives(exercise):
    problem, checked = problems(exercise, 0)[0], []
    with backend.use("numpy", dtype="float64"):
        for name, right in problem.right.items():
            if exercise.objective and name.startswith("d"):
                numeric = derivatives(partial(call_by_name, exercise.objective), problem.drawn, name[1:])
                assert relative_error(numeric, right) < 1e-8, name
                checked.append(name)
            elif name in ("value", "penalty"):
                assert right == pytest.approx(float(call_by_name(exercise.objective, problem.drawn)))
    gradients = [name for name, text in exercise.returns.items() if "∂" in text]
    assert checked == gradients


@every_exercise
def test_the_parts_of_a_value_add_up_to_it(exercise):
    for name, functions in exercise.parts.items():
        for problem in problems(exercise, 0):
            for function in functions:
                total = sum(call_by_name(function, problem.drawn).values())
                assert relative_error(np.asarray(total), problem.right[name]) < 1e-12, name


# ---- what the engine says about it -------------------------------------------------------------------

@every_exercise
def test_the_stub_is_not_attempted(exercise):
    namespace = {}
    exec(stub(exercise), namespace)
    verdict = judge(exercise, namespace[exercise.name])
    assert verdict.status == "not attempted" and verdict.message


@every_exercise
@every_seed
def test_the_reference_passes(exercise, seeds):
    for seed in seeds:
        verdict = judge(exercise, lambda *arguments: call_by_name(
            exercise.reference, dict(zip(exercise.takes, arguments))), seed)
        assert verdict.status == "passed" and all(verdict.gradients.values()), verdict


@every_exercise
@every_seed
def test_correct_answers_pass_however_they_are_written(exercise, seeds):
    where = f"tests/exercises/correct/{exercise.name}.py"
    assert (CORRECT / f"{exercise.name}.py").is_file(), f"write right answers into {where}"
    answers = correct_answers(exercise)
    assert len(answers) >= 5, f"five right answers or more, each in another way: {where} has {len(answers)}"
    assert "in_single_precision" in answers, f"one of them, in_single_precision, computes in float32: {where}"
    for name, answer in answers.items():
        for seed in seeds:
            verdict = judge(exercise, answer, seed)
            assert verdict.status == "passed", f"{name}, seed {seed}\n{verdict}"
            assert ("float32" in verdict.message) == (name == "in_single_precision"), name


@every_exercise
@every_seed
def test_each_mutant_is_recognised_as_itself_and_as_no_other(exercise, seeds):
    for seed in seeds:
        for diagnosis in exercise.mutants:
            learner = as_learner(exercise, lambda problem: problem.wrong[diagnosis], seed)
            verdict = judge(exercise, learner, seed)
            gets_wrong = set(problems(exercise, seed)[0].wrong[diagnosis])
            told = verdict.status, verdict.diagnosis
            assert told == ("wrong", diagnosis), f"seed {seed}\n{verdict}"
            assert {name for name, right in verdict.gradients.items() if not right} == gets_wrong
            assert verdict.diagnoses == dict.fromkeys(gets_wrong, diagnosis)


@every_exercise
@every_seed
def test_no_two_mutants_give_the_same_and_none_is_nearly_right(exercise, seeds):
    for seed in seeds:
        tried = problems(exercise, seed)

        def distance(diagnosis, values_of):
            """The largest error between the mutant's values and others, over all problems."""
            return max(relative_error(array, values_of(problem)[name]) for problem in tried
                       for name, array in problem.wrong[diagnosis].items())

        for diagnosis in exercise.mutants:
            for name in tried[0].wrong[diagnosis]:
                error = max(relative_error(problem.wrong[diagnosis][name], problem.right[name])
                            for problem in tried)
                assert error > 10 * FLOAT32, f"{diagnosis} gets {name} nearly right, seed {seed}"
            for other in exercise.mutants:
                if other != diagnosis and tried[0].wrong[other].keys() == tried[0].wrong[diagnosis].keys():
                    apart = distance(diagnosis, lambda problem: problem.wrong[other])
                    assert apart > 10 * FLOAT32, f"{diagnosis} is {other}, seed {seed}"


@every_exercise
def test_an_answer_that_fails_only_in_a_special_case_is_told_which(exercise):
    if exercise.cases:
        def learner(*arguments):
            ordinary = as_learner(exercise)
            return ordinary(*arguments) if _key(arguments) in known else dict.fromkeys(exercise.returns, 0.0)
        known = {_key(problem.arguments.values()) for problem in problems(exercise, 0)}
        verdict = judge(exercise, learner)
        assert verdict.status == "wrong" and verdict.diagnosis in exercise.cases


def test_names_come_in_the_order_of_the_lectures():
    assert names() == [exercise.name for exercise in sorted(
        map(get, names()), key=lambda exercise: (exercise.lecture, exercise.place, exercise.name))]
    assert all(get(name).name == name for name in names())
    taken = {}
    for exercise in all_exercises():
        first = taken.setdefault((exercise.lecture, exercise.place), exercise.name)
        assert first == exercise.name, (
            f"{exercise.name} and {first} both say lecture={exercise.lecture}, place={exercise.place}: give "
            f"scratchnets/exercises/catalogue/{exercise.name}.py a place of its own")


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'dense_backward'"):
        get("dense_backwards")
