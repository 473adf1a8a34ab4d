"""Every exercise asks about all that its right answers do: whatever is broken in one, some problem notices."""
import functools

import pytest
from exercises.equivalent import RULES, is_equivalent, used
from exercises.reference_mutants import Slips, passes, survivors
from mutations.mutants import mutants

from scratchnets.exercises.catalogue import all_exercises, get

survivors = functools.cache(survivors)


@pytest.mark.long
@pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.name)
def test_a_mistake_in_a_right_answer_is_noticed(exercise):
    unnoticed = [survivor for survivor in survivors(exercise) if not is_equivalent(exercise.name, survivor)]
    assert not unnoticed, ("these pass; add a problem or a case that they get wrong, or say in equivalent.py why they "
                           "are right:\n" + "\n".join(unnoticed))


@pytest.mark.long
def test_what_is_listed_as_equivalent_is_still_met():
    names = {name for exercises, *_ in RULES for name in exercises or ()}
    met = used([(name, survivor) for name in names for survivor in survivors(get(name))])
    assert [rule for rule in RULES if rule not in met] == []


def test_edges_constants_and_branches_are_among_the_mistakes():
    def example(a, b):
        if a < b:
            return a.max(axis=0) // 3
        return -b
    made = {f"{mutant.before} → {mutant.after}" for mutant in mutants(example, Slips)}
    assert made >= {"a < b → a <= b", "a < b → a >= b", "3 → 2", "a.max → a.min", "a.max(axis=0) → a.max()", "-b → b",
                    "if a < b: → if True:"}


def test_right_answers_pass_and_wrong_ones_do_not():
    exercise = get("dense_backward")
    assert passes(exercise, lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.sum(axis=0)))
    assert not passes(exercise, lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.mean(axis=0)))
    assert not passes(exercise, lambda dy, x, W: 1 / 0)
