"""One holder at a time; the next is told who; a dead one holds nothing."""
import os
import subprocess
import sys
import threading

import pytest

from scratchnets.locks import Held, holder, locked

PROGRAM = "from scratchnets.locks import locked\nwith locked({!r}, 'it'):\n    print('held', flush=True)\n    input()"


def test_the_second_is_told_who_holds_it(tmp_path):
    path = tmp_path / "lock"
    with locked(path, "the run"):
        with pytest.raises(Held, match=f"the run is in use by process {os.getpid()} on .*, since 2.*; wait"):
            with locked(path, "the run"):
                pass
    assert not path.exists()
    with locked(path, "the run"):
        pass


def test_a_killed_process_leaves_no_lock(tmp_path):
    path = tmp_path / "lock"
    child = subprocess.Popen([sys.executable, "-c", PROGRAM.format(str(path))], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(Held, match=f"process {child.pid} "):
        with locked(path, "it"):
            pass
    child.kill()
    child.wait()
    assert path.exists()
    with locked(path, "it"):
        pass


def test_who_waits_gets_it_and_never_two_at_once(tmp_path):
    counted, inside = [], []

    def count():
        for _ in range(20):
            with locked(tmp_path / "lock", "it", wait=30):
                inside.append(1)
                counted.append(len(inside))
                inside.pop()
    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == [1] * 80 and os.listdir(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"process": "x"}', "\x00"])
def test_a_holder_that_cannot_be_read_is_another_process(tmp_path, text):
    (tmp_path / "lock").write_text(text)
    assert holder(tmp_path / "lock") == "another process"
    with locked(tmp_path / "lock", "it"):
        assert str(os.getpid()) in holder(tmp_path / "lock")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="cannot write .*nowhere"):
        with locked(tmp_path / "nowhere" / "lock", "it"):
            pass
