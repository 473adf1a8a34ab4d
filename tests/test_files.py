"""A file is the old one or the new one, never half of one; what cannot be written is named with its cause."""
import os

import pytest

from scratchnets.files import atomic_write, remove_leftovers, write_text


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
