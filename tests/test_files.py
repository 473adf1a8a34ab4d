"""A file is the old one or the new one, never half of one; what cannot be written is named with its cause."""
import os

import pytest

from scratchnets.files import atomic_write, remove_leftovers, write_new, write_text


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "note.txt"
    write_text(path, "old")
    with atomic_write(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["note.txt"]


def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "note.txt"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt):
        with atomic_write(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["note.txt"]


def test_a_link_stays_a_link(tmp_path):
    write_text(tmp_path / "target.txt", "old")
    (tmp_path / "link.txt").symlink_to("target.txt")
    write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "target.txt").read_text() == "new"


def test_what_cannot_be_written_is_named_with_the_cause(tmp_path):
    write_text(tmp_path / "file", "in the way")
    (tmp_path / "folder").mkdir()
    for path, cause in ((tmp_path / "nowhere" / "note.txt", "No such file or directory"),
                        (tmp_path / "file" / "note.txt", "Not a directory"),
                        (tmp_path / "folder", "no ordinary file"),
                        ("/dev/null", "no ordinary file")):
        with pytest.raises(OSError, match=cause) as refusal:
            write_text(path, "text")
        assert f"cannot write {path}" in str(refusal.value)


def test_leftovers_of_killed_writers_are_removed(tmp_path):
    write_text(tmp_path / "note.txt", "kept")
    (tmp_path / ".scratchnets-0123456789abcdef.part").write_text("half")
    remove_leftovers(tmp_path)
    assert os.listdir(tmp_path) == ["note.txt"]


def test_a_temporary_name_cannot_be_foretold_and_is_never_a_link(tmp_path, monkeypatch):
    (tmp_path / "keep").write_text("mine")
    tokens = iter(["aaaa", "bbbb"])
    monkeypatch.setattr("secrets.token_hex", lambda count: next(tokens))
    (tmp_path / ".scratchnets-aaaa.part").symlink_to(tmp_path / "keep")        # planted by somebody who can foretell
    write_text(tmp_path / "note.txt", "new")
    assert (tmp_path / "keep").read_text() == "mine" and (tmp_path / "note.txt").read_text() == "new"
    assert next(tokens, None) is None


def test_a_writer_at_work_keeps_its_file(tmp_path):
    with atomic_write(tmp_path / "note.txt") as file:
        file.write(b"whole")
        remove_leftovers(tmp_path)
    assert (tmp_path / "note.txt").read_text() == "whole"


def test_no_link_leads_out_of_a_folder_that_is_named(tmp_path):
    inside = tmp_path / "run"
    inside.mkdir()
    (tmp_path / "keep").write_text("mine")
    (inside / "out").symlink_to(tmp_path / "keep")
    (inside / "folder").symlink_to(tmp_path)
    (inside / "in").symlink_to("note")
    for path in (inside / "out", inside / "folder" / "keep", inside / ".." / "keep"):
        with pytest.raises(OSError, match="out of .*run; delete the link"):
            write_text(path, "new", within=inside)
    write_text(inside / "in", "new", within=inside)
    assert (tmp_path / "keep").read_text() == "mine" and (inside / "note").read_text() == "new"


def test_a_new_file_is_written_where_none_is(tmp_path):
    assert write_new(tmp_path / "note.txt", "first") and not write_new(tmp_path / "note.txt", "second")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert not write_new(tmp_path / "link", "through")
    assert (tmp_path / "note.txt").read_text() == "first" and not (tmp_path / "elsewhere").exists()
