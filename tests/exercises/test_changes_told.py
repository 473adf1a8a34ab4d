"""What a change is to the learner: the place in the verdict, the change with the next hint; the same everywhere."""
import json
import re

import pytest

from scratchnets.cli import main
from scratchnets.exercises import check, hint, notebook
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.judge import judge
from scratchnets.exercises.process import check_file
from scratchnets.exercises.repair import placing, search as searching
from scratchnets.exercises.repair.telling import place, remedy
from scratchnets.exercises.verdict import Change, Verdict
from scratchnets.exercises.workspace import Workspace

ANSWER = """import numpy as np


def layer_norm_backward(dy, x, gamma, epsilon):
    mean = x.mean(axis=1, keepdims=True)
    r = 1 / np.sqrt(x.var(axis=1, ddof=1, keepdims=True) + epsilon)
    u = (x - mean) * r
    du = dy * gamma
    dx = r * (du - du.mean(axis=1, keepdims=True) - u * (du * u).mean(axis=1, keepdims=True))
    return dx, (dy * u).sum(axis=0), dy.sum(axis=0)
"""
PLACE = ("dx and dgamma would be right if one thing in line 6 were different: "
         "look at `x.var(axis=1, ddof=1, keepdims=True)`.")


@pytest.fixture
def path(tmp_path):
    Workspace(tmp_path).start(["layer_norm_backward"])
    path = tmp_path / "layer_norm_backward.py"
    path.write_text(ANSWER)
    return path


def of_the_file(path):
    namespace = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace["layer_norm_backward"]


def test_notebook_terminal_and_child_process_say_the_same(path, capsys):
    in_notebook, in_child = check("layer_norm_backward", of_the_file(path)), check_file(path, "layer_norm_backward")
    assert in_notebook.message.startswith(PLACE) and in_child.message == in_notebook.message
    assert in_child.changes == in_notebook.changes and in_child.diagnoses == in_notebook.diagnoses
    main(["exercises", "check", str(path), "--dir", str(path.parent)])
    printed = " ".join(capsys.readouterr().out.split())
    assert " ".join(in_notebook.message.split()) in printed
    assert Verdict.from_json(json.loads(json.dumps(in_child.to_json()))) == in_child


def test_in_a_notebook_the_next_hint_shows_the_change_once(path, monkeypatch):
    monkeypatch.setattr(notebook, "_given", {})
    verdict = check("layer_norm_backward", of_the_file(path))
    assert "`x.var(axis=1, keepdims=True)`" not in str(verdict)
    assert verdict.next.endswith('hint("layer_norm_backward"), which shows the change')
    first, second = hint("layer_norm_backward"), hint("layer_norm_backward")
    assert "Hint 1 of 3" in first and "    x.var(axis=1, keepdims=True)\n" in first and "In line 6" in first
    assert "Hint 2 of 3" in second and "In line 6" not in second
    check("layer_norm_backward", of_the_file(path))
    check("layer_norm_backward", lambda *arguments: None)
    assert "In line" not in hint("layer_norm_backward")             # that of the last check, which found none


def test_in_a_terminal_too(path, capsys):
    folder = ["--dir", str(path.parent)]
    main(["exercises", "check", "layer_norm_backward", *folder])
    printed = capsys.readouterr().out
    assert "or ask for the hint, which shows the change" in " ".join(printed.split())
    assert "x.var(axis=1, keepdims=True)" not in printed
    main(["exercises", "hint", "layer_norm_backward", *folder])
    assert "    x.var(axis=1, keepdims=True)\n" in capsys.readouterr().out
    main(["exercises", "hint", "layer_norm_backward", *folder])
    assert "In line" not in capsys.readouterr().out


def test_what_goes_wrong_in_the_search_costs_the_place_and_not_the_verdict(path, monkeypatch):
    def fails(*arguments):
        raise ZeroDivisionError
    monkeypatch.setattr(placing, "search", fails)
    verdict = check("layer_norm_backward", of_the_file(path))
    assert verdict.status == "wrong" and verdict.message and verdict.changes == []


def test_a_search_that_is_killed_leaves_the_verdict_that_was_there_before(path, tmp_path, monkeypatch):
    kept = []

    def killed(*arguments):
        raise KeyboardInterrupt
    monkeypatch.setattr(placing, "search", killed)
    with pytest.raises(KeyboardInterrupt):
        judge(get("layer_norm_backward"), of_the_file(path), preliminary=kept.append)
    verdict, = kept
    assert verdict.status == "wrong" and verdict.gradients["dx"] is False and "line 6" not in verdict.message


def test_a_slow_answer_is_not_searched(monkeypatch):
    monkeypatch.setattr(placing, "WHOLE", 0.0)
    assert check("sigmoid_backward", lambda dy, y: dy * y * (1 + y)).changes == []


def test_a_call_that_takes_long_is_not_repeated(monkeypatch):
    monkeypatch.setattr(searching, "SLOWEST", 0.0)
    assert check("sigmoid_backward", lambda dy, y: dy * y * (1 + y)).changes == []


@pytest.mark.parametrize("change, where, what", [
    (Change(["dx"], [3], ["a - b"], ["b - a"]),
     "dx would be right if one thing in line 3 were different: look at `a - b`.",
     "In line 3, change a - b to b - a Then dx is right."),
    (Change(["dx", "dW"], [3, 4], ["u + p", "v + p"], ["u - p", "v - p"]),
     "dx and dW would be right if the same thing were different in lines 3 and 4: look at `u + p` and `v + p`.",
     "In lines 3 and 4, change u + p to u - p and v + p to v - p Then dx and dW are right."),
    (Change(["dx"], [3, 7], ["a", "b"], ["c", "d"], alike=False),
     "dx would be right if two things were different, in lines 3 and 7: look at `a` and `b`.", "and b to d"),
    (Change(["dx"], [9], ["return dx"], [], how="it stands in the loop: indent it less"),
     "in line 9 were different: look at `return dx`.", "In line 9, it stands in the loop: indent it less: return dx"),
])
def test_a_change_in_words(change, where, what):
    assert where in place(change) and what in re.sub(r"\s+", " ", remedy(change))


def test_long_lines_are_shortened():
    change = Change(["dx"], [3], [" + ".join(f"term_{n}" for n in range(40))], ["x"])
    assert len(place(change)) < 200 and "…" in place(change)


def test_the_words_of_a_verdict_are_escaped_in_a_notebook():
    verdict = check("relu_backward", lambda dy, y: dy * (y < 0))
    assert "`y &lt; 0`" in verdict._repr_html_()
