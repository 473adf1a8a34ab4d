"""The search of a learner's own code: it points at the slip, and keeps quiet where it knows nothing."""
import ast
import inspect
import random
from time import process_time

import numpy as np
import pytest
from exercises.slips import SLIPS

from scratchnets.exercises import check
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.repair import placing, search as searching, source
from scratchnets.exercises.repair.edits import Scope, all_edits
from scratchnets.exercises.repair.search import search
from scratchnets.exercises.repair.telling import tell
from scratchnets.exercises.suspect import Finding
from scratchnets.exercises.verdict import Change


def marked_lines(function):
    """The lines of a function, and of the one below it that it calls, that a comment marks."""
    lines, first = inspect.getsourcelines(inspect.getmodule(function))
    start = inspect.getsourcelines(function)[1]
    names = function.__code__.co_names
    helpers = [inspect.getsourcelines(value)[1] for name, value in function.__globals__.items()
               if name in names and inspect.isfunction(value)]
    found = []
    for begin in (start, *helpers):
        end = begin + len(inspect.getblock(lines[begin - 1:])) - 1
        found += [number for number in range(begin, end + 1) if lines[number - 1].rstrip().endswith("# here")]
    return found


@pytest.fixture
def patient(monkeypatch):
    """As much time as it takes: other tests see to the limits, and the machine may be busy."""
    monkeypatch.setattr(placing, "WHOLE", 60.0)
    monkeypatch.setattr(searching, "BUDGET", 60.0)
    monkeypatch.setattr(searching, "AT_MOST", 240.0)


@pytest.mark.parametrize("name, answer", SLIPS, ids=[answer.__name__ for _, answer in SLIPS])
def test_a_slip_is_pointed_at(name, answer, patient):
    verdict = check(name, answer)
    assert verdict.status == "wrong" and verdict.changes, verdict
    assert sorted({line for change in verdict.changes for line in change.lines}) == marked_lines(answer), verdict
    wrong = {value for value, right in verdict.gradients.items() if right is False}
    assert {value for change in verdict.changes for value in change.names} == wrong
    for line in marked_lines(answer):
        assert str(line) in verdict.message
    for change in verdict.changes:                              # the place is told, and the edit is not
        assert all(after not in verdict.message for after in change.after if after not in " ".join(change.before))


def test_the_words_are_those_of_the_learner_and_the_reason_follows():
    verdict = check("batch_norm_backward", {f.__name__: f for _, f in SLIPS}["variance_with_n_minus_one"])
    place, reason = verdict.message.split("`. ")[0] + "`", verdict.message.split("`. ")[1]
    assert place.startswith("dx and dgamma would be right if one thing in line ")
    assert place.endswith("were different: look at `x.var(axis=0, ddof=1)`")
    assert reason.startswith("σ² divides by N − 1.") and verdict.diagnosis == "unbiased-variance"


def test_where_only_the_change_is_known_that_is_what_is_said():
    verdict = check("batch_norm_backward", {f.__name__: f for _, f in SLIPS}["r_squared_for_r_cubed"])
    assert verdict.diagnosis == "one-change" and "look at `r ** 2`" in verdict.message
    assert "With that alone changed, dx is right on every input that was tried." in verdict.message
    assert "do not know" not in verdict.message


def test_one_change_for_several_values_is_preferred_to_one_for_each():
    def answer(theta, grad, velocity, lr, momentum):
        v = momentum * velocity + (1 - momentum) * grad
        return theta - lr * v, v
    change, = check("momentum_update", answer).changes
    assert change.names == ["new_theta", "new_velocity"] and change.before == ["(1 - momentum) * grad"]
    assert change.after == ["grad"]


def test_two_slips_in_one_value_are_found_when_no_single_one_will_do():
    def answer(dy, x, W):
        dW = np.zeros_like(W)
        for n in range(1, len(x)):
            dW -= np.outer(x[n], dy[n])
        return dy @ W.T, dW, dy.sum(axis=0)
    verdict = check("dense_backward", answer)
    change, = verdict.changes
    assert change.names == ["dW"] and len(change.lines) == 2 and not change.alike
    assert "if two things were different, in lines" in verdict.message


def test_what_mends_a_part_of_a_known_mistake_is_not_told():
    known = Finding("known", "Why.", ("a", "b"), rank=0)
    part, rest = (Change([name], [3], ["x"], ["y"]) for name in "ab")
    assert tell([known], [part], 2) == ("Why.", [known], [])
    text, said, changes = tell([known], [part, rest], 2)
    assert changes == [part, rest] and said == [known]
    assert text.startswith("a would be right if") and "b would be right if" in text and text.endswith("Why.")
    probe = Finding("measured", "So.", ("a", "b"))
    assert tell([probe], [part], 2)[2] == [part]


def test_a_slip_beside_another_fault_is_found_and_the_other_is_announced():
    def answer(logits, labels):
        e = np.exp(logits)                      # overflows in the special case
        p = e / e.sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        value = -np.log(p[rows, labels]).mean()
        p[rows, labels] -= 1
        return value, p
    verdict = check("softmax_cross_entropy", answer)
    change, = verdict.changes
    assert change.names == ["dlogits"] and not change.everywhere


# ---- what is not searched ------------------------------------------------------------------------------

TABLE, CALLS = np.zeros(3), []


def writes_to_a_global(dy, y):
    TABLE[0] = 1
    return dy * (1 + y) * y


def appends_to_a_global(dy, y):
    CALLS.append(1)
    return dy * (1 + y) * y


def draws(dy, y):
    return dy * (1 + y) * y + 0 * np.random.default_rng(0).random(y.shape)


def writes_a_file(dy, y):
    with open("here.txt", "w") as file:
        file.write("x")
    return dy * (1 + y) * y


def saves(dy, y):
    np.save("here.npy", y)
    return dy * (1 + y) * y


def remembers(dy, y, kept=[]):  # noqa: B006
    kept.append(1)
    return dy * (1 + y) * y


def rebinds(dy, y):
    global TABLE
    TABLE = np.zeros(3)
    return dy * (1 + y) * y


def calls_itself(dy, y, depth=0):
    return calls_itself(dy, y, 1) if depth == 0 else dy * (1 + y) * y


def catches_all(dy, y):
    try:
        return dy * (1 + y) * y
    except:  # noqa: E722
        return None


@pytest.mark.parametrize("answer", [writes_to_a_global, appends_to_a_global, draws, writes_a_file, saves, remembers,
                                    rebinds, calls_itself, catches_all])
def test_an_answer_with_effects_is_judged_and_not_searched(answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    CALLS.clear()
    verdict = check("sigmoid_backward", answer)
    assert verdict.status == "wrong" and verdict.changes == []
    assert len(CALLS) < 60


def test_a_line_that_prints_is_left_out_of_the_search(capsys):
    def answer(dy, y):
        print("once")
        return dy * (1 + y) * y
    verdict = check("sigmoid_backward", answer)
    assert verdict.changes[0].after == ["1 - y"] and capsys.readouterr().out == "once\n"


def test_what_is_read_from_outside_is_copied(monkeypatch):
    monkeypatch.setitem(globals(), "TABLE", np.ones(3))

    def answer(dy, y):
        table = TABLE
        table *= 1.0                            # in place, by another name
        return dy * y * (table[0] + y)
    assert check("sigmoid_backward", answer).changes
    assert np.array_equal(TABLE, np.ones(3))


def test_without_its_source_an_answer_is_judged_as_before():
    namespace = {"np": np}
    exec("def answer(dy, y):\n    return dy * y * (1 + y)\n", namespace)
    verdict = check("sigmoid_backward", namespace["answer"])
    assert verdict.diagnosis == "one-plus-y" and verdict.changes == [] and "line" not in verdict.message
    assert check("sigmoid_backward", np.multiply).changes == []


def test_a_text_that_is_no_longer_what_runs_is_not_searched(tmp_path):
    path = tmp_path / "answer.py"
    path.write_text("def answer(dy, y):\n    return dy * y * (1 + y)\n")
    namespace = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    assert check("sigmoid_backward", namespace["answer"]).changes
    path.write_text("def answer(dy, y):\n    return dy * y * (2 + y)\n")
    assert check("sigmoid_backward", namespace["answer"]).changes == []


def test_a_lambda_is_searched_where_it_stands():
    change, = check("sigmoid_backward", lambda dy, y: dy * y * (1 + y)).changes
    assert change.before == ["1 + y"] and change.after == ["1 - y"]


# ---- its limits ---------------------------------------------------------------------------------------

def test_a_candidate_that_does_not_end_is_given_up():
    def answer(dy, y):
        n, total = 0, np.zeros_like(y)
        while n < 3:                            # with another comparison, or without the next line, for ever
            n += 1
            total = total + dy * y * (1 + y) / 3
        return total
    assert check("sigmoid_backward", answer).changes[0].after == ["1 - y"]


def test_the_search_keeps_to_its_time():
    slips = {answer.__name__: (name, answer) for name, answer in SLIPS}
    name, answer = slips["negative_indices"]
    began = process_time()
    assert search(get(name), answer, ["dx", "dW"], ["db"], 0, 2e-6, left=0.3) == []
    assert process_time() - began < 1.0
    assert search(get(name), answer, ["dx", "dW"], ["db"], 0, 2e-6, left=0.1) == []


def test_an_answer_that_is_too_slow_for_a_search_is_left_alone(monkeypatch):
    calls = []

    def slower(function):
        observe = function

        def observed(self, arguments):
            calls.append(1)
            self.deadline = -1.0                # the time is up in the middle of it
            return observe(self, arguments)
        return observed
    monkeypatch.setattr(source.Source, "observe", slower(source.Source.observe))
    name, answer = next(slip for slip in SLIPS if slip[1].__name__ == "loop_from_one")
    assert check(name, answer).changes == [] and calls


def test_every_edit_can_be_undone():
    for name, answer in random.Random(0).sample(SLIPS, 8):
        read = source.Source.of(answer)
        tree = read.trees[source.ANSWER]
        before = ast.dump(tree)
        edits = all_edits(source.ANSWER, tree, Scope(tree, {"np": np}, {}, []))
        assert len(edits) > 50
        for edit in edits:
            undo = edit.apply()
            changed = ast.dump(tree)
            undo()
            assert changed != before and ast.dump(tree) == before, (name, edit)
