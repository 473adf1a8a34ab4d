"""Only what has an end is read, and what is wrong with it is said with its name."""
import os

import pytest

from scratchnets import reading


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("make, words", [
    (os.mkfifo, "is a pipe"), (os.mkdir, "is a folder"), (lambda path: path.symlink_to("/dev/zero"), "is a device"),
    (lambda path: path.symlink_to("nothing"), "a link to nothing, which is not there"),
    (lambda path: path.symlink_to(path), "[Tt]oo many levels"), (lambda path: None, "no such file"),
])
def test_what_is_no_file_is_named_and_not_waited_for(make, words, tmp_path):
    path = tmp_path / "place"
    make(path)
    for read in (reading.ordinary, reading.content, reading.text, reading.json_of):
        with pytest.raises((ValueError, OSError), match=f"place.*{words}.*expected a"):
            read(path)


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path):
    (tmp_path / "x").write_bytes(bytes(2001))
    with pytest.raises(ValueError, match="x: is longer than 0 MB"):
        reading.content(tmp_path / "x", most=2000)
    assert len(reading.content(tmp_path / "x", most=2001)) == 2001


@pytest.mark.parametrize("content, words", [
    (b"caf\xe9", "not a text in UTF-8"), (b"", "is damaged"), (b"[" * 100_000, "nested too deeply"),
    (b'{"a": ' + b"9" * 9000 + b"}", "is damaged"), ("{}".encode("utf-16"), "not a text in UTF-8"),
])
def test_json_that_is_none_is_refused_by_name(content, words, tmp_path):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ValueError, match=f"x.json.*{words}"):
        reading.json_of(tmp_path / "x.json")


def test_a_byte_order_mark_is_no_letter(tmp_path):
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf[1]")
    assert reading.json_of(tmp_path / "x.json") == [1]
