"""Watching a folder: what counts as a save."""
import os
from functools import partial

import pytest

from scratchnets.exercises.watch import Watch
from scratchnets.exercises.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "exercises")
    made.start(["relu_backward", "tanh_backward"])
    return made


def scripted(workspace, *steps):
    """A watch during whose pauses these steps happen, one after another."""
    script = iter(steps)

    def sleep(seconds):
        step = next(script, None)
        if step is None:
            raise KeyboardInterrupt
        step()
    return Watch(workspace, sleep)


def nothing():
    pass


def test_a_saved_file_is_reported_once(workspace):
    save = partial(workspace.file("relu_backward").write_text, "new")
    watch = scripted(workspace, nothing, save, nothing, nothing)
    assert watch.changed() == ["relu_backward"]
    with pytest.raises(KeyboardInterrupt):
        watch.changed()


def test_an_editor_that_empties_the_file_first_is_waited_for(workspace):
    path = workspace.file("tanh_backward")
    texts = []
    watch = scripted(workspace, lambda: path.write_text(""), lambda: path.write_text("half"),
                     lambda: path.write_text("the whole text"), nothing)
    assert watch.changed() == ["tanh_backward"]
    texts.append(path.read_text())
    assert texts == ["the whole text"]


def test_an_editor_that_renames_a_new_file_into_place_is_noticed(workspace):
    path = workspace.file("relu_backward")

    def save():
        path.with_suffix(".tmp").write_text("renamed into place")
        os.replace(path.with_suffix(".tmp"), path)
    assert scripted(workspace, path.unlink, nothing, save, nothing).changed() == ["relu_backward"]


def test_a_new_file_and_a_new_date_count_as_saves(workspace):
    def touch():
        os.utime(workspace.file("tanh_backward"), (1, 1))
    watch = scripted(workspace, lambda: workspace.start(["sigmoid_backward"]), nothing, touch, nothing)
    assert watch.changed() == ["sigmoid_backward"] and watch.changed() == ["tanh_backward"]


def test_a_folder_that_is_gone_is_an_error(workspace):
    def remove():
        for path in workspace.folder.iterdir():
            path.unlink()
        workspace.folder.rmdir()
    with pytest.raises(FileNotFoundError, match="is gone"):
        scripted(workspace, remove, nothing, nothing).changed()
