"""A run is itself: from any folder, with its own data wherever they lie now, and written by one process."""
import json
import os
import shutil

import numpy as np
import pytest

from scratchnets.cli import main
from scratchnets.data import load
from scratchnets.training import origin
from scratchnets.training.run import Run

TRAIN = ["train", "autoencoder", "--latent", "2", "--epochs", "1", "--data"]


def images(seed, count=60):
    return {"images": np.random.default_rng(seed).integers(0, 256, (count, 8, 8), dtype=np.uint8),
            "labels": np.arange(count) % 3}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A run that was started with a relative path, and the data beside it."""
    home = tmp_path_factory.mktemp("home")
    np.savez(home / "own.npz", **images(0))
    before = os.getcwd()
    os.chdir(home)
    try:
        assert main([*TRAIN, "own.npz", "--out", "run"]) == 0
    finally:
        os.chdir(before)
    return home


@pytest.fixture
def home(once, tmp_path, monkeypatch):
    """A copy of it, seen from a folder beside; the data are where they were."""
    shutil.copytree(once, tmp_path / "home")
    path = tmp_path / "home" / "run" / "config.json"
    config = json.loads(path.read_text())
    assert config["data"] == "own.npz" and config["data_at"] == str(once / "own.npz")
    path.write_text(json.dumps(config | {"data_at": str(tmp_path / "home" / "own.npz")}))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "home"


COMMANDS = [["evaluate", "../home/run"], ["sample", "../home/run", "--reconstruct"],
            ["sample", "../home/run", "--decode"], ["train", "--resume", "../home/run", "--epochs", "2"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_it_works_from_any_folder(home, command):
    assert main(command) == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_moved_data_are_asked_for_and_found_with_data(home, command, capsys):
    (home / "own.npz").rename(home / "moved.npz")
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "no longer at" in said and "--data FILE" in said
    assert main([*command, "--data", "../home/moved.npz"]) == 0
    assert "other examples" not in capsys.readouterr().err
    if command[0] == "train":
        assert Run.open(home / "run").config["data_at"] == str(home / "moved.npz")
        assert main(["evaluate", "../home/run"]) == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_other_data_in_their_place_are_named(home, command, capsys):
    np.savez(home / "own.npz", **images(1))
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "does not hold the examples" in said and "SHA-256" in said and "home/own.npz" in said


def test_another_test_part_is_other_data(home, capsys):
    tested = [image.tobytes() for image in (load(home / "own.npz").x_test[..., 0] * 255).round().astype("uint8")]
    changed = images(0)
    for image in changed["images"]:
        if image.tobytes() in tested:
            image[...] = 255 - image
    np.savez(home / "own.npz", **changed)
    assert Run.open(home / "run").config["data_sha256"] == origin.fingerprint([load(home / "own.npz").x_train])
    assert main(["evaluate", "../home/run"]) == 2
    assert "SHA-256" in capsys.readouterr().err


def test_a_model_is_evaluated_on_other_data_when_they_are_named_and_it_is_noted(home, capsys):
    np.savez(home / "other.npz", **images(1))
    assert main(["evaluate", "../home/run", "--data", "../home/other.npz"]) == 0
    assert "holds other examples than those" in capsys.readouterr().err
    assert main(["train", "--resume", "../home/run", "--epochs", "2", "--data", "../home/other.npz"]) == 2
    assert "SHA-256" in capsys.readouterr().err


def test_a_model_that_draws_needs_no_data(home, tmp_path, capsys):
    assert main(["sample", "../home/run", "--code", "1,2", "--out", "x.png"]) == 0
    (home / "own.npz").unlink()
    assert main(["sample", "../home/run", "--code", "1,2", "--out", "x.png"]) == 0


def test_data_without_labels_are_told_as_in_training(tmp_path, capsys):
    np.savez(tmp_path / "own.npz", **images(0))
    np.savez(tmp_path / "bare.npz", images=images(0)["images"])
    folder = str(tmp_path / "run")
    assert main(["train", "classifier", "--data", str(tmp_path / "own.npz"), "--epochs", "1", "--out", folder]) == 0
    capsys.readouterr()
    assert main(["evaluate", folder, "--data", str(tmp_path / "bare.npz")]) == 2
    assert "has no labels" in capsys.readouterr().err


def test_the_place_is_no_part_of_what_a_checkpoint_holds(once, home, capsys):
    shutil.copy(home / "own.npz", home / "copy.npz")
    assert main([*TRAIN, "../home/copy.npz", "--out", "run"]) == 0
    assert (once / "run" / "checkpoint.npz").read_bytes() == open("run/checkpoint.npz", "rb").read()


def test_the_judge_of_other_data_is_not_kept(monkeypatch, tmp_path):
    from scratchnets.evaluation import judge
    kept = []
    monkeypatch.setattr(judge, "judge_of", lambda data, path: kept.append(path))

    class Fake:
        folder = tmp_path
        own = True

        def is_own(self, data):
            return self.own
    data = type("Data", (), {"name": "two", "example_shape": (8, 8, 1), "y_train": [0, 1], "y_test": [0, 1]})
    run, game = Fake(), judge.GAN.__new__(judge.GAN)
    judge.beside(run, game, data)
    run.own = False
    judge.beside(run, game, data)
    assert kept == [tmp_path / "judge.npz", None]


# ---- to the bit ---------------------------------------------------------------------------------------------

def test_other_threads_are_noted_once_they_were_and_from_then_on(home, monkeypatch, capsys):
    resume = ["train", "--resume", "../home/run", "--epochs"]
    assert main([*resume, "2"]) == 0
    assert "note" not in capsys.readouterr().err
    now = origin.here()
    monkeypatch.setattr("scratchnets.training.origin.here", lambda: now | {"threads": 64})
    assert main([*resume, "3"]) == 0
    said = capsys.readouterr().err
    assert "threads: " in said and "and 64" in said and "To the bit takes the same NumPy, BLAS" in said
    monkeypatch.undo()
    monkeypatch.chdir(home.parent / "elsewhere")
    assert main([*resume, "4"]) == 0
    assert "and 64" in capsys.readouterr().err


# ---- the folder ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["checkpoint.npz", "loss.png", "history.csv"])
def test_no_link_is_followed_out_of_the_folder(home, name, capsys):
    keep = home.parent / "keep"
    shutil.move(home / "run" / name, keep)
    before = keep.read_bytes()
    (home / "run" / name).symlink_to(keep)
    assert main(["train", "--resume", "../home/run", "--epochs", "2"]) == 2
    assert f"{name} leads to {keep}" in capsys.readouterr().err and keep.read_bytes() == before


def test_samples_are_not_drawn_through_a_link(home, capsys):
    keep = home.parent / "keep.png"
    keep.write_text("mine")
    (home / "run" / "samples.png").symlink_to(keep)
    assert main(["sample", "../home/run"]) == 2
    assert "delete the link" in capsys.readouterr().err and keep.read_text() == "mine"
    assert main(["sample", "../home/run", "--out", str(keep)]) == 0           # named by the user: his own wish


def test_a_folder_of_runs_may_be_a_link_itself(home):
    (home.parent / "linked").symlink_to(home / "run")
    assert main(["train", "--resume", "../linked", "--epochs", "2"]) == 0


def test_half_files_of_killed_writers_go_when_the_run_is_opened(home):
    frames = home / "run" / "frames"
    frames.mkdir()
    left = [folder / ".scratchnets-0123456789abcdef.part" for folder in (home / "run", frames)]
    for path in left:
        path.write_text("half")
    assert main(["evaluate", "../home/run"]) == 0
    assert not any(path.exists() for path in left)


def test_a_run_that_never_began_leaves_no_folder(home, monkeypatch, capsys):
    def fail(run, arguments, save_every):
        raise ValueError("no")
    monkeypatch.setattr("scratchnets.commands.train.carry_out", fail)
    assert main(["train", "tied", "--data", "../home/own.npz"]) == 2
    assert not list((home.parent / "elsewhere" / "runs").iterdir())
