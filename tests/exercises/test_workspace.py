"""The learner's folder: stubs that are never overwritten, progress that survives."""
import json
import os

import pytest

from scratchnets.exercises.catalogue import get, names
from scratchnets.exercises.lectures import notebook
from scratchnets.exercises.stubs import stub
from scratchnets.exercises.verdict import Verdict
from scratchnets.exercises.workspace import PROGRESS, Workspace


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "exercises")
    made.start()
    return made


def test_start_writes_one_file_an_exercise_that_python_can_read(workspace):
    assert {path.stem for path in workspace.folder.glob("*.py")} == set(names())
    for name in names():
        compile(workspace.file(name).read_text(encoding="utf-8"), name, "exec")


def test_a_stub_says_what_to_write_with_which_shapes_and_where_to_read():
    text = stub(get("dense_backward"))
    assert "def dense_backward(dy, x, W):" in text and "dx = ..." in text and "return dx, dW, db" in text
    for words in ("dy : array (N, M)", "db : array (M,)", "y = x W + "
                                                          "b", "docs/derivations/dense.md", notebook(0),
                  "scratchnets exercises check dense_backward"):
        assert words in text
    assert "@ W.T" not in text, "the solution is not in the stub"


def test_a_stub_to_be_mended_holds_the_broken_code_and_no_hint_of_where():
    text = stub(get("mend_sampler"))
    assert "z = mean + np.exp(log_var) * noise" in text and "as_given" not in text


def test_lines_of_stubs_are_of_readable_length():
    for name in names():
        assert max(map(len, stub(get(name)).splitlines())) <= 110, name


def test_start_again_keeps_what_is_there(workspace):
    workspace.file("relu_backward").write_text("mine")
    workspace.file("tanh_backward").unlink()
    written, kept = workspace.start()
    assert written == ["tanh_backward"] and len(kept) == len(names()) - 1
    assert workspace.file("relu_backward").read_text() == "mine"


def test_states_go_from_not_started_to_passed_and_stay(workspace):
    name = "relu_backward"
    assert workspace.state(name) == "not attempted"
    workspace.record(Verdict(name, "wrong", "sign"))
    assert workspace.state(name) == "wrong"
    workspace.record(Verdict(name, "passed"))
    workspace.record(Verdict(name, "raised", "ValueError"))
    assert workspace.state(name) == "passed" and workspace.of(name)["status"] == "raised"
    workspace.file("tanh_backward").unlink()
    assert workspace.state("tanh_backward") == "no file"


def test_next_goes_on_from_where_one_is_and_comes_back_to_what_was_left(workspace):
    order = names()
    assert workspace.next() == order[0] and workspace.next(after=order[3]) == order[4]
    for name in order[1:]:
        workspace.record(Verdict(name, "passed"))
    assert workspace.next(after=order[3]) == order[0]
    workspace.record(Verdict(order[0], "passed"))
    assert workspace.next() is None


def test_two_hands_on_one_folder_do_not_undo_each_other(workspace):
    other = Workspace(workspace.folder)
    workspace.record(Verdict("relu_backward", "passed"))
    other.record(Verdict("tanh_backward", "passed"))
    workspace.remember("relu_backward", hints=2)
    assert other.of("relu_backward")["passed"] and other.of("relu_backward")["hints"] == 2
    assert workspace.of("tanh_backward")["passed"]


DAMAGES = ["", "{", "[]", '{"exercises": 3}', '{"exercises": {"relu_backward": 3}}', "\x00\xff", "[" * 10 ** 5,
           "1" * 10 ** 5, '{"exercises": {"relu_backward": {"hints": -1}}}', '{"exercises": {"relu_backward": []}}',
           '{"exercises": {"relu_backward": {"passed": 1}}}', '{"exercises": {"relu_backward": {"status": "well"}}}',
           '{"exercises": {"relu_backward": {"hints": NaN}}}']


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_reading_a_damaged_progress_file_changes_nothing(workspace, damage, capsys):
    path = workspace.folder / PROGRESS
    path.write_text(damage)
    before = {each.name: each.stat().st_mtime_ns for each in workspace.folder.iterdir()}
    for _ in range(2):
        assert workspace.progress() == {} and workspace.state("relu_backward") == "not attempted"
        assert Workspace.find(workspace.folder) and workspace.next() == names()[0]
    assert capsys.readouterr().err.count("is damaged") == 1
    assert path.read_text() == damage
    assert before == {each.name: each.stat().st_mtime_ns for each in workspace.folder.iterdir()}


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_progress_file_is_kept_aside_when_there_is_progress(workspace, damage, capsys):
    for round in (1, 2):
        (workspace.folder / PROGRESS).write_text(damage)
        workspace.record(Verdict("relu_backward", "passed"))
        assert "was damaged: it is now" in capsys.readouterr().err
        assert [path.read_text() for path in workspace.folder.glob("*.damaged*.json")] == [damage] * round
    assert Workspace(workspace.folder).state("relu_backward") == "passed"


def test_what_is_whole_in_a_damaged_file_counts(workspace):
    (workspace.folder / PROGRESS).write_text(json.dumps({"version": 1, "exercises": {
        "relu_backward": {"passed": True}, "tanh_backward": {"passed": "perhaps"}}}))
    assert workspace.state("relu_backward") == "passed" and workspace.state("tanh_backward") == "not attempted"
    workspace.remember("dense_backward", hints=1)
    assert workspace.state("relu_backward") == "passed"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_progress_file_that_is_no_file_is_not_waited_for(workspace):
    path = workspace.folder / PROGRESS
    for make in (os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)):
        path.unlink()
        make(path)
        assert workspace.progress() == {}
        workspace.record(Verdict("relu_backward", "passed"))
        assert workspace.state("relu_backward") == "passed" and path.is_file()


def test_a_link_in_a_stubs_place_is_not_written_through(tmp_path):
    made = Workspace(tmp_path / "exercises")
    made.folder.mkdir()
    made.file("relu_backward").symlink_to(tmp_path / "elsewhere.py")
    written, kept = made.start()
    assert "relu_backward" in kept and not (tmp_path / "elsewhere.py").exists()


def test_a_crash_while_writing_leaves_the_old_progress(workspace, monkeypatch):
    workspace.record(Verdict("relu_backward", "passed"))

    def crash(*arguments):
        raise OSError("disk full")
    monkeypatch.setattr("os.replace", crash)
    with pytest.raises(OSError):
        workspace.record(Verdict("tanh_backward", "passed"))
    monkeypatch.undo()
    assert workspace.of("relu_backward")["passed"] and not workspace.of("tanh_backward")["passed"]
    assert sorted(path.name for path in workspace.folder.iterdir() if path.suffix != ".py") == [PROGRESS]


def test_the_folder_is_found_from_here_from_within_and_from_above(workspace, monkeypatch, tmp_path):
    monkeypatch.chdir(workspace.folder)
    assert Workspace.find().folder == workspace.folder
    inner = workspace.folder / "notes"
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert Workspace.find().folder == workspace.folder
    monkeypatch.chdir(tmp_path)
    assert Workspace.find().folder == workspace.folder
    assert Workspace.find(tmp_path) is None


def test_progress_is_json_that_a_person_can_read(workspace):
    workspace.record(Verdict("relu_backward", "passed"))
    stored = json.loads((workspace.folder / PROGRESS).read_text())["exercises"]
    assert stored == {"relu_backward": {"status": "passed", "passed": True, "hints": 0, "gave_up": False}}
