"""Training stopped in every way it can be: by Ctrl-C, by SIGKILL, by a full disk, by numbers that explode."""
import csv
import errno
import multiprocessing
import os
import runpy
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from scratchnets.cli import main
from scratchnets.training import checkpoint
from scratchnets.training.run import Run

QUIET_CHILD = str(Path(__file__).with_name("quiet_child.py"))
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "tiles.npz"
    np.savez(path, images=np.random.default_rng(0).integers(0, 256, (200, 6, 5), dtype=np.uint8))
    return path


pytestmark = pytest.mark.usefixtures("no_pictures")


def train(*arguments):
    return main(["train", *map(str, arguments)])


def new_run(tiles, folder, *arguments):
    return train("tied", "--data", tiles, "--latent", 3, "--batch-size", 16, "--out", folder, *arguments)


def losses(folder):
    """history.csv without the seconds."""
    with open(folder / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def assert_same_end(folder, other):
    assert (folder / "checkpoint.npz").read_bytes() == (other / "checkpoint.npz").read_bytes()
    assert losses(folder) == losses(other)


SETTINGS = ["--validation", "0.2", "--schedule", "cosine", "--warm-up", "5"]


def test_a_resumed_run_ends_bit_for_bit_as_one_never_stopped(tiles, tmp_path, power_cut):
    assert new_run(tiles, tmp_path / "straight", "--epochs", 4, *SETTINGS) == 0

    with power_cut("scratchnets.training.run.Run.log"):           # as the first epoch ends
        new_run(tiles, tmp_path / "stopped", "--epochs", 4, "--save-every", 1e-9, *SETTINGS)
    assert checkpoint.load(tmp_path / "stopped" / "checkpoint.npz")[1]["batch"] == 8     # in the middle of it
    assert train("--resume", tmp_path / "stopped") == 0
    assert_same_end(tmp_path / "stopped", tmp_path / "straight")
    stopped, straight = ((tmp_path / name / "best.npz").read_bytes() for name in ("stopped", "straight"))
    assert stopped == straight


def test_a_finished_run_can_be_extended(tiles, tmp_path, capsys):
    new_run(tiles, tmp_path / "straight", "--epochs", 5)
    new_run(tiles, tmp_path / "extended", "--epochs", 3)
    assert train("tied", "--resume", tmp_path / "extended", "--epochs", 5) == 0
    assert_same_end(tmp_path / "extended", tmp_path / "straight")
    assert Run.open(tmp_path / "extended").config["epochs"] == 5
    assert "going on after 3 epochs of 5" in capsys.readouterr().out


def test_training_stops_early_and_stays_stopped(tiles, tmp_path, capsys):
    folder = tmp_path / "run"
    assert new_run(tiles, folder, "--epochs", 300, "--validation", 0.2, "--patience", 3, "--lr", 0.3) == 0
    printed = capsys.readouterr().out
    history = Run.open(folder).history
    best = min(history, key=lambda record: record["validation_loss"])
    assert len(history) == best["epoch"] + 3 < 300
    assert f"stopped early, after {len(history)} epochs" in printed
    assert f"the best of {len(history)} epochs is number {best['epoch']}" in printed
    assert checkpoint.load(folder / "best.npz")[1]["epoch"] == best["epoch"]
    before = (folder / "checkpoint.npz").read_bytes()
    assert train("--resume", folder) == 0
    assert (folder / "checkpoint.npz").read_bytes() == before
    assert train("--resume", folder, "--patience", 5) == 0
    assert len(Run.open(folder).history) >= best["epoch"] + 5


def test_ctrl_c_saves_and_says_how_to_go_on(tiles, tmp_path, monkeypatch, capsys):
    new_run(tiles, tmp_path / "straight", "--epochs", 3)
    step = Run.training

    def interrupted_at_step_15(run, data):
        training, validation = step(run, data)
        advance = training.advance

        def and_ctrl_c(batch):
            advance(batch)
            if training.optimizer.steps == 15:
                signal.raise_signal(signal.SIGINT)

        training.advance = and_ctrl_c
        return training, validation

    with monkeypatch.context() as patch:
        patch.setattr(Run, "training", interrupted_at_step_15)
        assert new_run(tiles, tmp_path / "stopped", "--epochs", 3) == 130
    printed = capsys.readouterr().err
    assert "interrupted, and saved after 1 epoch and 5 steps" in printed
    assert f"scratchnets train --resume {tmp_path / 'stopped'}" in printed
    assert "Traceback" not in printed
    assert train("--resume", tmp_path / "stopped") == 0
    assert_same_end(tmp_path / "stopped", tmp_path / "straight")


def test_a_full_disk_costs_only_the_steps_since_the_last_checkpoint(tiles, tmp_path, monkeypatch, capsys):
    new_run(tiles, tmp_path / "straight", "--epochs", 4)
    folder, replace = tmp_path / "stopped", os.replace

    def full_after_two_epochs(source, target):
        if target.name == "checkpoint.npz" and (folder / "history.csv").exists() and len(losses(folder)) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full_after_two_epochs)
        assert new_run(tiles, folder, "--epochs", 4) == 2
    printed = capsys.readouterr().err
    assert f"cannot write {folder / 'checkpoint.npz'}: No space left on device" in printed
    assert f"go on with scratchnets train --resume {folder}" in printed and "Traceback" not in printed
    assert checkpoint.load(folder / "checkpoint.npz")[1]["epoch"] == 2
    assert train("--resume", folder) == 0
    assert_same_end(folder, tmp_path / "straight")


def test_a_learning_rate_that_is_too_high_is_explained(tiles, tmp_path, capsys):
    assert train("autoencoder", "--data", tiles, "--lr", "1e8", "--out", tmp_path / "run", "--epochs", 3) == 2
    printed = capsys.readouterr().err
    assert "epoch 1, step 2: the output of Dense(" in printed
    assert "a lower learning rate (it is 1e+08)" in printed
    assert f"kept: {tmp_path / 'run' / 'checkpoint.npz'}" in printed
    assert "Warning" not in printed and "Traceback" not in printed
    assert checkpoint.load(tmp_path / "run" / "checkpoint.npz")[1]["epoch"] == 0


@pytest.mark.parametrize("options, words", [
    (["--lr", "1", "--seed", "3"], "leave out --lr, --seed"),
    (["--epochs", "1"], "has already trained for more than 1 epochs"),
    (["--patience", "3"], "--patience needs --validation"),
    (["--save-every", "0"], "--save-every must be above 0"),
])
def test_settings_of_a_run_stay(options, words, tiles, tmp_path, capsys):
    new_run(tiles, tmp_path / "run", "--epochs", 2)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    assert train("--resume", tmp_path / "run", *options) == 2
    assert words in capsys.readouterr().err
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}


@pytest.mark.parametrize("arguments, words", [
    ([], "name a MODEL to train"),
    (["--resume", "nowhere"], "holds no run"),
    (["tied", "--patience", "3"], "--patience needs --validation"),
    (["tied", "--validation", "1.5"], "--validation must be at least 0 and below 1"),
    (["tied", "--schedule", "cosin"], "did you mean 'cosine'"),
])
def test_a_command_that_makes_no_sense_is_answered(arguments, words, tiles, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert train(*arguments, *(["--data", tiles] if arguments[:1] == ["tied"] else [])) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_another_models_run_is_named(tiles, tmp_path, capsys):
    new_run(tiles, tmp_path / "run", "--epochs", 1)
    assert train("autoencoder", "--resume", tmp_path / "run") == 2
    assert "holds a run of the model 'tied', not 'autoencoder'" in capsys.readouterr().err


def test_twenty_kills_at_random_moments_lose_nothing_that_was_saved(tiles, tmp_path):
    # Children are forked from a server that has imported everything, so that they start at once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scratchnets.cli"])
    folder, reached = tmp_path / "killed", [(0, 0)]
    new_run(tiles, folder, "--epochs", 0)
    for number, moment in enumerate(np.random.default_rng(0).uniform(0, 0.2, size=20)):
        before = (folder / "checkpoint.npz").stat().st_mtime_ns
        child = context.Process(target=runpy.run_path, args=(QUIET_CHILD, {"arguments": [
            "train", "--resume", str(folder), "--epochs", "100000", "--save-every", "0.001"]}))
        child.start()
        # Every other one may get as far as its first checkpoint, however busy the machine is.
        while number % 2 and child.is_alive() and (folder / "checkpoint.npz").stat().st_mtime_ns == before:
            time.sleep(0.001)
        time.sleep(moment)
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL                     # it was still training
        facts = checkpoint.load(folder / "checkpoint.npz")[1]        # whole, whatever the moment
        reached.append((facts["epoch"], facts["batch"]))
    assert reached == sorted(reached) and len(set(reached)) > 10
    epochs = reached[-1][0] + 1
    assert train("--resume", folder, "--epochs", epochs) == 0
    assert not list(folder.glob(".*"))                               # half-written files are gone
    new_run(tiles, tmp_path / "straight", "--epochs", epochs)
    assert_same_end(folder, tmp_path / "straight")
