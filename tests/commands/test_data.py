"""scratchnets data: the list tells the truth, and every dataset can be looked into."""
import argparse
import gzip
import struct

import numpy as np
import pytest

from scratchnets.commands import data as command
from scratchnets.data import load, names

DRAWN = ("glyphs", "ring", "grid", "moons", "spiral", "swiss-roll")


def run(*argv):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    return command.run(parser.parse_args(["data", *map(str, argv)]))


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_list_names_every_dataset(capsys):
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:1 + len(names())]] == list(names())


@pytest.mark.parametrize("name", ["mnist5k", *DRAWN, "grammar"])
def test_what_the_list_says_is_what_load_gives(name):
    from scratchnets.data.registry import ENTRIES
    entry, data = ENTRIES[name], load(name)
    assert entry.shape == ("×".join(map(str, data.example_shape)) or "tokens")
    assert entry.size == f"{len(data.x_train):,} + {len(data.x_test):,}"
    assert data.licence.startswith(entry.licence)


@pytest.mark.parametrize("name", ["mnist5k", *DRAWN])
def test_a_picture_is_written_and_named(name, tmp_path, capsys):
    assert run(name, "--count", 40) == 0
    assert f"wrote {name}.png: 40 of" in capsys.readouterr().out
    content = (tmp_path / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 2000
    assert list(tmp_path.iterdir()) == [tmp_path / f"{name}.png"]


def test_the_seed_decides_the_picture(tmp_path):
    for file, seed in (("a.png", 1), ("b.png", 1), ("c.png", 2)):
        run("ring", "--count", 50, "--seed", seed, "--out", file)
    a, b, c = ((tmp_path / file).read_bytes() for file in ("a.png", "b.png", "c.png"))
    assert a == b != c


def test_the_grammar_prints_sentences_and_what_its_data_allow(capsys):
    assert run("grammar", "--count", 4) == 0
    out = capsys.readouterr().out
    grammar = load("grammar").distribution
    assert f"everything {grammar.entropy_rate:.4f}" in out and f"{grammar.markov_entropy(1):.4f}" in out
    said = out.splitlines()[-4:]
    assert all(np.isfinite(grammar.log_probability(grammar.vocabulary.encode(line.split()))) for line in said)
    assert all(line.endswith(" .") for line in said)


def test_text_of_ones_own(tmp_path, capsys):
    (tmp_path / "story.txt").write_text("A cat sat. It slept! Was it old? " * 20, encoding="utf-8")
    assert run("text", "--from", tmp_path / "story.txt", "--count", 2) == 0
    assert capsys.readouterr().out.endswith("\na cat sat .\nit slept !\n")


def test_a_folder_of_idx_files(tmp_path, capsys):
    images = np.random.default_rng(0).integers(0, 256, (12, 28, 28), dtype=np.uint8)
    for part in ("train", "t10k"):
        for kind, array in (("images-idx3", images), ("labels-idx1", np.arange(12, dtype=np.uint8) % 3)):
            header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            (tmp_path / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(header + array.tobytes()))
    assert run("fashion", "--from", tmp_path, "--out", "clothes.pdf") == 0
    assert "wrote clothes.pdf: 12 of 12" in capsys.readouterr().out
    assert (tmp_path / "clothes.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("shape", [(30, 6, 9, 3), (30, 6, 9), (30, 16), (30, 2)])
def test_images_of_ones_own_without_labels(tmp_path, shape, capsys):
    np.savez(tmp_path / "mine.npz", images=np.random.default_rng(0).random(shape))
    assert run("mine.npz", "--count", 7) == 0
    assert "wrote mine.png: 7 of 24" in capsys.readouterr().out


@pytest.mark.parametrize("argv, cause", [
    (["rnig"], "unknown dataset 'rnig'; did you mean 'ring'"),
    (["ring", "--count", "0"], "--count must be at least 1"),
    (["ring", "--seed", "-1"], "--seed must be at least 0"),
    (["ring", "--from", "here"], "--from: ring is not read from .*mnist, fashion, text are"),
    (["ring", "--out", "ring.gif"], "--out ring.gif: expected a name that ends in one of .png"),
    (["ring", "--out", "absent/ring.png"], "there is no folder absent"),
    (["grammar", "--out", "x.png"], "grammar is text, which is printed"),
    (["mnist", "--from", "absent"], "absent: no such folder"),
    (["absent.npz"], "absent.npz: no such file"),
])
def test_wrong_arguments_say_so_and_write_nothing(tmp_path, argv, cause):
    with pytest.raises((ValueError, OSError), match=cause):
        run(*argv)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_no_square_image(tmp_path):
    np.savez(tmp_path / "mine.npz", images=np.ones((30, 15)))
    with pytest.raises(ValueError, match="rows of 15 numbers, which are no square images"):
        run("mine.npz")


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        run("--help")
    assert "scratchnets data ring" in capsys.readouterr().out
