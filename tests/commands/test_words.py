"""What holds for the words of every command, whatever they mean."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scratchnets.cli import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("argv, named", [
    (["train", "gan", "--data", ""], "--data"), (["exercises", "start", ""], "DIR"), (["data", " "], "NAME"),
    (["evaluate", ""], "RUN"), (["train", "--resume", ""], "--resume"), (["sample", "x", "--out", ""], "--out"),
    (["exercises", "list", "--dir", ""], "--dir"), (["gradcheck", ""], "NAME"),
                                         (["train", "gan", "--loss", ""], "--loss")])
def test_an_empty_word_is_no_default(argv, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    assert capsys.readouterr().err == f"scratchnets: error: {named} is empty; name something, or leave it out\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argv, words", [
    (["train", "vae", "--beta", "nan"], "--beta must be a finite number"),
    (["train", "vae", "--latent", "1" * 40], "--latent must be a whole number of at most 15 digits"),
    (["data", "a\0b.npz"], "is no text in UTF-8"), (["data", "\udcff.npz"], "is no text in UTF-8"),
    (["data", "https://example.org/x.npz"], "is an address; download the file")])
def test_words_that_mean_nothing_are_refused_by_option(argv, words, capsys):
    assert main(argv) == 2
    assert words in capsys.readouterr().err


def test_an_error_has_a_bounded_length(capsys):
    assert main(["train", "x" * 10 ** 5]) == 2
    assert len(capsys.readouterr().err) < 2200
    with pytest.raises(SystemExit):
        main(["train", "vae", "--latent", "x" * 10 ** 5])
    assert len(capsys.readouterr().err) < 8000                     # with the usage


def typed(*argv, **environment):
    kept = {key: value for key, value in os.environ.items() if key != "SCRATCHNETS_BACKEND"}
    return subprocess.run([sys.executable, "-m", "scratchnets", *argv], capture_output=True, cwd=ROOT,
                          env=kept | {"PYTHONPATH": os.pathsep.join([str(ROOT),
                                                                     kept.get("PYTHONPATH", "")])} | environment)


def test_a_backend_that_is_none_is_a_line_and_not_a_traceback():
    ended = typed("data", SCRATCHNETS_BACKEND="nump")
    assert ended.returncode == 2
    assert ended.stderr.decode() == ("scratchnets: error: SCRATCHNETS_BACKEND: unknown backend 'nump' (did you mean "
                                     "'numpy'?); the backends are numpy and cupy\n")


@pytest.mark.parametrize("argv", [["exercises", "list"], ["gradcheck", "Dense"],
                                  ["exercises", "solution", "gaussian_kl", "--give-up"]])
def test_a_terminal_without_greek_letters_gets_question_marks(argv):
    """A Windows console, or its output in a file, is like that."""
    ended = typed(*argv, PYTHONIOENCODING="cp1252")
    assert ended.returncode == 0 and ended.stderr == b""
    assert len(ended.stdout.decode("cp1252").splitlines()) > 3
