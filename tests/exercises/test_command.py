"""The command line of the exercises, as a learner meets it."""
import argparse
import ast
import json
import os
import shlex

import pytest

from scratchnets.commands import exercises as command
from scratchnets.exercises.catalogue import get, names
from scratchnets.exercises.workspace import PROGRESS

RIGHT = "import numpy as np\n\ndef relu_backward(dy, y):\n    return dy * (y > 0)\n"
WRONG = "import numpy as np\n\ndef relu_backward(dy, y):\n    return dy\n"


def run(*words):
    parser = argparse.ArgumentParser(prog="scratchnets")
    command.add_parser(parser.add_subparsers())
    return command.run(parser.parse_args(["exercises", *map(str, words)]))


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("start", "exercises") == 0
    capsys.readouterr()
    return tmp_path / "exercises"


def test_without_a_folder_the_list_shows_all_and_how_to_begin(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run() == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in names()) and "00  Backprop by hand" in printed
    assert "scratchnets exercises start exercises" in printed


def test_start_says_what_it_wrote_and_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("start", "mine") == 0
    printed = capsys.readouterr().out
    assert f"{len(names())} files written" in printed and "watch mine" in printed
    (tmp_path / "mine" / "relu_backward.py").write_text(RIGHT)
    assert run("start", "mine") == 0
    assert "0 files written" in capsys.readouterr().out
    assert (tmp_path / "mine" / "relu_backward.py").read_text() == RIGHT


def test_start_of_one_by_name(tmp_path, capsys):
    assert run("start", tmp_path / "one", "tanh_backward") == 0
    assert [path.name for path in (tmp_path / "one").glob("*.py")] == ["tanh_backward.py"]
    with pytest.raises(ValueError, match="did you mean 'tanh_backward'"):
        run("start", tmp_path / "one", "tanh_backwards")


def test_check_goes_from_not_attempted_over_wrong_to_passed(folder, capsys):
    path = folder / "relu_backward.py"
    assert run("check", "relu_backward") == 1
    assert "not attempted" in capsys.readouterr().out
    path.write_text(WRONG)
    assert run("check", "relu_backward") == 1
    printed = capsys.readouterr().out
    assert "relu_backward: wrong  [mask-missing]" in printed and "hint relu_backward" in printed
    assert "mend exercises/relu_backward.py" in printed
    assert "\033" not in printed
    path.write_text(RIGHT)
    assert run("check", "relu_backward") == 0
    printed = capsys.readouterr().out
    assert "passed" in printed and "solution relu_backward" in printed and "Next: The leaky ReLU" in printed
    assert run() == 0
    printed = capsys.readouterr().out
    assert "passed         relu_backward" in printed and f"1 of {len(names())} passed" in printed
    assert progress(folder)["relu_backward"]["passed"]


def test_check_without_a_name_takes_the_next_open_exercise(folder, capsys):
    assert run("check") == 1
    assert f"{names()[0]}: not attempted" in capsys.readouterr().out


def test_check_of_a_file_anywhere_leaves_the_progress_alone(folder, tmp_path, capsys):
    stray = tmp_path / "my_attempt.py"
    stray.write_text(RIGHT)
    assert run("check", stray) == 0
    assert "relu_backward: passed" in capsys.readouterr().out
    assert "relu_backward" not in progress(folder)
    assert run("check", folder / "tanh_backward.py") == 1
    assert progress(folder)["tanh_backward"]["status"] == "not attempted"


@pytest.mark.parametrize("words, message", [
    (["check", "relu_backwards"], "did you mean 'relu_backward'"),
    (["check", "nowhere.py"], "nowhere.py: no such file; expected an answer"),
    (["check", "two.py"], "defines relu_backward and tanh_backward"),
    (["check", "none.py"], "it defines none"),
    (["check", "broken.py"], "cannot read it"),
    (["check", "relu_backward", "--dir", "elsewhere"], "no folder of exercises"),
    (["hint", "nothing"], "unknown exercise"),
    (["watch", "elsewhere"], "is no folder of exercises"),
    (["check", "relu_backward", "--time-limit", "0"], "--time-limit must be above 0 and at most 86400, got 0"),
    (["check", "relu_backward", "--time-limit", "-3"], "--time-limit must be above 0 and at most 86400, got -3"),
])
def test_bad_requests_say_what_would_be_right(folder, tmp_path, words, message):
    (tmp_path / "two.py").write_text("def relu_backward(): pass\ndef tanh_backward(): pass\n")
    (tmp_path / "none.py").write_text("x = 1\n")
    (tmp_path / "broken.py").write_text("def (\n")
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        run(*words)


def test_suggested_commands_work_from_where_one_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("start", "ex", "relu_backward", "tanh_backward") == 0
    assert "scratchnets exercises check --dir ex" in capsys.readouterr().out
    (tmp_path / "ex" / "relu_backward.py").write_text(WRONG)
    assert run("check", "ex/relu_backward.py") == 1
    assert "scratchnets exercises hint relu_backward --dir ex" in capsys.readouterr().out
    assert progress(tmp_path / "ex")["relu_backward"]["status"] == "wrong"
    assert run("hint", "relu_backward", "--dir", "ex") == 0
    assert "scratchnets exercises check relu_backward --dir ex" in capsys.readouterr().out
    assert run("solution", "ex/relu_backward.py") == 1
    assert "solution relu_backward --give-up --dir ex" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "ex")
    assert run("hint") == 0 and "--dir" not in capsys.readouterr().out


@pytest.mark.parametrize("place", ["my", "a folder/my", "the \"best\"", "exercises", "."])
def test_the_commands_in_a_files_head_work_as_they_stand_there(place, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("start", place, "relu_backward") == 0
    head = ast.get_docstring(ast.parse((tmp_path / place / "relu_backward.py").read_text())).splitlines()
    commands = [shlex.split(line.partition("scratchnets exercises ")[2]) for line in head
                if line.startswith(("Check ", "Hint "))]
    for here in (tmp_path, tmp_path / place):
        monkeypatch.chdir(here)
        capsys.readouterr()
        assert [run(*words) for words in commands] == [1, 0]
        assert "relu_backward: not attempted" in capsys.readouterr().out


def test_an_unknown_name_gets_the_nearest_and_not_all(folder):
    with pytest.raises(ValueError) as error:
        run("check", "gausian_kl")
    assert "did you mean 'gaussian_kl'" in str(error.value) and "scratchnets exercises list" in str(error.value)
    assert len(str(error.value)) < 200


def test_what_is_next_is_in_the_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("start", ".", "tanh_backward", "relu_backward") == 0
    printed = capsys.readouterr().out
    assert f"2 files written to .{os.sep}" in printed and "relu_backward.py" in printed
    assert run("check") == 1 and "relu_backward: not attempted" in capsys.readouterr().out
    (tmp_path / "relu_backward.py").write_text(RIGHT)
    assert run("check") == 0 and "tanh_backward.py" in capsys.readouterr().out
    _pass(tmp_path, "tanh_backward")
    assert run("check") == 0 and "All exercises of this folder have passed" in capsys.readouterr().out


def test_the_list_shows_what_help_there_was(folder, capsys):
    run("hint", "relu_backward")
    run("hint", "relu_backward")
    run("solution", "relu_backward", "--give-up")
    capsys.readouterr()
    run()
    assert "(2 hints, solution seen)" in capsys.readouterr().out


def test_a_deleted_stub_is_missed_with_advice(folder):
    (folder / "relu_backward.py").unlink()
    with pytest.raises(ValueError, match="start .*exercises relu_backward"):
        run("check", "relu_backward")


def test_hints_rise_and_are_remembered(folder, capsys):
    shown = []
    for _ in range(4):
        assert run("hint", "relu_backward") == 0
        shown.append(capsys.readouterr().out)
    assert [f"hint {number} of 3" in text for number, text in zip((1, 2, 3, 3), shown)] == [True] * 4
    assert shown[2] == shown[3] and "--give-up" in shown[3] and "--give-up" not in shown[0]


def test_the_solution_comes_after_success_or_on_giving_up(folder, capsys):
    assert run("solution", "relu_backward") == 1
    assert "return dy * (y > 0)" not in capsys.readouterr().out
    assert run("solution", "relu_backward", "--give-up") == 0
    printed = capsys.readouterr().out
    assert "def relu_backward(dy, y):" in printed and "scratchnets/layers/activations.py" in printed
    assert progress(folder)["relu_backward"]["gave_up"]


@pytest.mark.parametrize("name", names())
def test_every_solution_can_be_shown_without_a_folder(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("solution", name, "--give-up") == 0
    assert "def " in capsys.readouterr().out and get(name).read[1]


def test_watch_checks_on_save_and_moves_on(folder, capsys, monkeypatch):
    for name in names():
        if name not in ("relu_backward", "tanh_backward"):
            _pass(folder, name)
    saves = iter([("relu_backward", WRONG), ("relu_backward", RIGHT), ("tanh_backward", None),
                  ("tanh_backward", "def tanh_backward(dy, y):\n    return dy * (1 - y * y)\n")])

    def changed(self):
        name, text = next(saves)
        if text is not None:
            (folder / f"{name}.py").write_text(text)
        return [name]
    monkeypatch.setattr("scratchnets.exercises.watch.Watch.changed", changed)
    assert run("watch", folder) == 0
    printed = capsys.readouterr().out
    verdicts = [line for line in printed.splitlines()
                if line.startswith(("relu_backward: ", "tanh_backward: "))]
    assert verdicts == ["relu_backward: not attempted", "relu_backward: wrong  [mask-missing]",
                        "relu_backward: passed", "tanh_backward: not attempted", "tanh_backward: passed"]
    assert "Next: tanh, backwards" in printed and "All exercises of this folder have passed!" in printed


def test_watch_ends_politely_on_an_interrupt(folder, capsys, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt
    monkeypatch.setattr("scratchnets.exercises.watch.Watch.changed", interrupted)
    assert run("watch", folder) == 0
    assert "Your progress is kept" in capsys.readouterr().out


def test_colours_only_on_a_terminal_that_wants_them(folder, capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    run()
    assert "\033" not in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    run()
    assert "\033[33mnot attempted" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    run()
    assert "\033" not in capsys.readouterr().out


def progress(folder):
    return json.loads((folder / PROGRESS).read_text())["exercises"]


def _pass(folder, name):
    stored = json.loads((folder / PROGRESS).read_text())
    stored["exercises"][name] = {"passed": True, "status": "passed"}
    (folder / PROGRESS).write_text(json.dumps(stored))
