"""A learner's file may do anything to its process; the parent always gets a verdict."""
import os
import subprocess
import sys
import time

import pytest

from scratchnets.exercises.bounds import MEMORY
from scratchnets.exercises.process import check_file

RIGHT = "    return dy @ W.T, x.T @ dy, dy.sum(axis=0)\n"
POSIX = pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals of POSIX")


@pytest.fixture
def write(tmp_path):
    def writer(body, before="", name="dense_backward.py"):
        path = tmp_path / name
        path.write_text(f"import numpy as np\n{before}\n\ndef dense_backward(dy, x, "
                        f"W):\n{body}", encoding="utf-8")
        return path
    return writer


def check(path, limit=10.0):
    return check_file(path, "dense_backward", limit)


def test_a_right_file_passes_in_under_two_seconds_of_the_processor(write):
    path = write("    print('shapes', x.shape, '∂')\n" + RIGHT)
    verdict, seconds = check(path), 0.0
    if hasattr(os, "killpg"):                   # processor time, which other work on the machine does not stretch
        import resource
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        verdict, after = check(path), resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert verdict.passed and seconds < 2
    assert verdict.printed.startswith("shapes "
                                      "(") and "∂" in verdict.printed and verdict.printed.count("shapes") == 1


def test_a_wrong_file_gets_the_verdict_that_a_notebook_would_give(write):
    verdict = check(write("    return dy @ W.T, x.T @ dy, dy.mean(axis=0)\n"))
    assert (verdict.status, verdict.diagnosis) == ("wrong", "db-averaged")
    assert verdict.gradients == {"dx": True, "dW": True, "db": False} and verdict.corners


@pytest.mark.parametrize("body, diagnosis, words", [
    ("    while True:\n        pass\n", "time-limit", "while True" if sys.platform != "win32" else ""),
    ("    while True:\n        print('again and again')\n", "time-limit", "after 1 seconds"),
    ("    import time; time.sleep(60)\n", "time-limit", "line 5, in dense_backward"),
])
def test_what_does_not_end_is_stopped_and_told_where_it_was(write, body, diagnosis, words):
    started = time.perf_counter()
    verdict = check(write(body), limit=1.0)
    assert (verdict.status, verdict.diagnosis) == ("raised", diagnosis)
    assert words in verdict.message or "pass" in verdict.message
    assert time.perf_counter() - started < 5 and len(verdict.printed) < 11_000


@POSIX
@pytest.mark.parametrize("body, words", [
    ("    import os; os.abort()\n", "SIGABRT"),
    ("    import os; os.kill(os.getpid(), 9)\n", "SIGKILL"),
    ("    import ctypes; ctypes.string_at(0)\n", "SIGSEGV"),
    ("    import os; os._exit(0)\n", "exit status 0"),
    ("    import os; os._exit(7)\n", "exit status 7"),
])
def test_a_crash_is_a_verdict(write, body, words):
    verdict = check(write(body))
    assert (verdict.status, verdict.diagnosis) == ("raised", "crashed") and words in verdict.message


@POSIX
def test_a_crash_tells_its_line(write):
    assert "line 6, in dense_backward:  os.abort()" in check(write("    import os\n    os.abort()\n")).message


@pytest.mark.parametrize("body, diagnosis, words", [
    ("    import sys; sys.exit(0)\n", "exit", "ends the program"),
    ("    return input('dx? ')\n", "EOFError", "input("),
    ("    return dense_backward(dy, x, W)\n", "RecursionError", "line 5"),
    ("    return np.zeros((10 ** 7, 10 ** 7))\n", "MemoryError" if sys.platform != "win32" else "", "line 5"),
    ("    return dy @ W, 0, 0\n", "ValueError", "dy (9, 4)"),
])
def test_what_the_function_raises_is_shown_with_its_line(write, body, diagnosis, words):
    verdict = check(write(body))
    assert verdict.status == "raised" and diagnosis in verdict.diagnosis and words in verdict.message


@POSIX
def test_a_list_that_grows_for_ever_does_not_eat_the_machine(write):
    body = ("    import resource; print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
            "    hoard = []\n    while True:\n        hoard.append(np.empty(2 ** 26))\n")
    verdict = check(write(body))
    assert (verdict.status, verdict.diagnosis) == ("raised", "MemoryError")
    assert verdict.printed.strip() == str(MEMORY)


@pytest.mark.parametrize("text, diagnosis, words", [
    ("def dense_backward(dy, x, W)\n    return 1\n", "SyntaxError", "line 1"),
    ("import nothing_of_that_name\n", "ModuleNotFoundError", "line 1:  import nothing_of_that_name"),
    ("import sys\nsys.exit()\n", "exit", "while it is being read"),
    ("x = 1 / 0\n", "ZeroDivisionError", "before any check"),
    ("\x00\n", "SyntaxError", "cannot read"),
    ("while True:\n    pass\n", "time-limit", "in <module>"),
])
def test_a_file_that_cannot_be_read_is_a_verdict(tmp_path, text, diagnosis, words):
    path = tmp_path / "dense_backward.py"
    path.write_text(text)
    verdict = check(path, limit=1.0)
    assert (verdict.status, verdict.diagnosis) == ("raised", diagnosis) and words in verdict.message


def test_a_file_without_the_function_is_not_attempted(tmp_path):
    path = tmp_path / "dense_backward.py"
    path.write_text("def dense_backwards(dy, x, W):\n    pass\n")
    verdict = check(path)
    assert (verdict.status, verdict.diagnosis) == ("not attempted", "no-function")
    assert "it has dense_backwards" in verdict.message
    path.write_text("")
    assert "empty so far" in check(path).message


def test_code_under_main_does_not_run(write):
    path = write(RIGHT)
    path.write_text(path.read_text() + "\nif __name__ == '__main__':\n    raise SystemExit('ran')\n")
    assert check(path).passed


def test_neighbours_can_be_imported_and_hide_nothing_of_pythons(write, tmp_path):
    (tmp_path / "helper.py").write_text("def batch_sum(a):\n    return a.sum(axis=0)\n")
    for name in ("random", "json", "numpy", "scratchnets", "dense"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('I am the wrong module')\n")
    verdict = check(write("    return dy @ W.T, x.T @ dy, "
                          "batch_sum(dy)\n", before="from helper import batch_sum"))
    assert verdict.passed, verdict
    assert not (tmp_path / "__pycache__").exists()


@POSIX
def test_threads_and_children_that_stay_behind_do_not_keep_us_and_do_not_stay(write):
    body = ("    import subprocess, sys, threading, time\n"
            "    threading.Thread(target=time.sleep, args=(60,)).start()\n"
            "    sleep = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
            "    print(subprocess.Popen(sleep).pid)\n" + RIGHT)
    started = time.perf_counter()
    verdict = check(write(body))
    assert verdict.passed and time.perf_counter() - started < 6
    while _runs(int(verdict.printed)):
        assert time.perf_counter() - started < 6
        time.sleep(0.01)


def _runs(pid):
    """Whether a process is there and no zombie that only waits to be collected."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_input_finds_nothing_to_read_even_if_we_have_something(write):
    path = write("    return input('dx? ')\n")
    program = ("from scratchnets.exercises.process import check_file\n"
               f"print(check_file({str(path)!r}, 'dense_backward').diagnosis)")
    done = subprocess.run([sys.executable, "-c", program], input="7\n" * 9, capture_output=True, text=True)
    assert done.stdout.strip() == "EOFError", done.stderr


def test_the_learners_numpy_is_numpy_whatever_the_backend(write, monkeypatch):
    monkeypatch.setenv("SCRATCHNETS_BACKEND", "cupy")
    assert check(write("    assert type(x) is np.ndarray and x.dtype == 'float64'\n" + RIGHT)).passed


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        check(tmp_path / "dense_backward.py")
