"""The command line as a user meets it: files left behind, figures printed, errors that help."""
import csv
import json

import numpy as np
import pytest

from scratchnets.cli import COMMANDS, main

PICTURES = {"reconstructions.png", "filters.png", "latent.png", "loss.png"}


@pytest.fixture(scope="module")
def small_data(tmp_path_factory):
    """Forty images of 6 × 5 pixels with labels, in a file as a reader would bring it."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("data") / "tiles.npz"
    np.savez(path, images=rng.integers(0, 256, (40, 6, 5), dtype=np.uint8), labels=np.arange(40) % 4)
    return path


@pytest.fixture(scope="module")
def trained(small_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert main(["train", "autoencoder", "--data", str(small_data), "--epochs", "2", "--latent", "3",
                 "--out", str(folder)]) == 0
    return folder


def test_train_leaves_configuration_history_checkpoint_and_pictures(trained):
    files = {path.name for path in trained.iterdir()}
    assert files >= {"config.json", "history.csv", "checkpoint.npz"} | PICTURES
    config = json.loads((trained / "config.json").read_text())
    assert config["model"] == "autoencoder" and config["options"]["latent"] == 3 and config["seed"] == 0
    with open(trained / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["epoch"]) for row in rows] == [1, 2]
    assert all(float(row["loss"]) > 0 and float(row["test_loss"]) > 0 for row in rows)
    for picture in PICTURES:
        assert (trained / picture).read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(small_data, trained, tmp_path, no_pictures):
    arguments = ["train", "autoencoder", "--data", str(small_data), "--epochs", "2", "--latent", "3"]
    main([*arguments, "--out", str(tmp_path / "same")])
    main([*arguments, "--seed", "1", "--out", str(tmp_path / "other")])
    first, same, other = (dict(np.load(folder / "checkpoint.npz"))["model/encoder.1.W"]
                          for folder in (trained, tmp_path / "same", tmp_path / "other"))
    assert np.array_equal(first, same) and not np.array_equal(first, other)


def test_train_prints_the_test_error_beside_pcas(small_data, tmp_path, capsys):
    assert main(["train", "tied", "--data", str(small_data), "--epochs", "1", "--latent", "2",
                 "--out", str(tmp_path / "run")]) == 0
    printed = capsys.readouterr()
    assert "test squared error an image" in printed.out and "PCA" in printed.out
    assert str(tmp_path / "run" / "reconstructions.png") in printed.out
    assert "examples/s" in printed.err and "epoch 1/1" in printed.err and "loss=" in printed.err


def test_evaluate_gives_the_figures_that_training_printed(trained, capsys):
    assert main(["evaluate", str(trained), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["code_size"] == 3 and result["test_squared_error"] > 0
    last = list(csv.DictReader(open(trained / "history.csv", newline="")))[-1]
    assert result["test_loss"] == pytest.approx(float(last["test_loss"]), rel=1e-5)


@pytest.mark.parametrize("extra", [[], ["--decode"], ["--code", "0.5,-1,2"]])
def test_sample_draws(trained, extra, tmp_path, capsys):
    picture = tmp_path / "picture.png"
    assert main(["sample", str(trained), "--count", "4", "--out", str(picture), *extra]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in capsys.readouterr().out


@pytest.mark.parametrize("arguments, words", [
    (["trian", "autoencoder"], ["did you mean 'train'"]),
    (["train", "autoencodr"], ["did you mean 'autoencoder'", "tied"]),
    (["train", "autoencoder", "--data", "mnits5k"], ["did you mean 'mnist5k'"]),
    (["train", "autoencoder", "--data", "nowhere.npz"], ["nowhere.npz"]),
    (["train", "autoencoder", "--optimizer", "adm"], ["did you mean 'adam'"]),
    (["train", "autoencoder", "--backend", "nunpy"], ["did you mean 'numpy'"]),
    (["train", "autoencoder", "--dtype", "float16"], ["float32", "float64"]),
    (["train", "autoencoder", "--lr", "-1"], ["--lr must be above 0"]),
    (["train", "autoencoder", "--latent", "0"], ["latent must be at least 1"]),
    (["train", "autoencoder", "--batch-size", "0"], ["--batch-size must be at least 1"]),
    (["train", "autoencoder", "--seed", "-3"], ["--seed must be at least 0"]),
    (["evaluate", "nowhere"], ["nowhere", "no run"]),
])
def test_a_wrong_name_or_value_is_answered_with_the_valid_ones(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert "Traceback" not in printed
    for word in words:
        assert word in printed


def test_an_unknown_option_is_answered_with_the_nearest(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["train", "autoencoder", "--epoch", "3"])
    assert stop.value.code == 2
    assert "did you mean --epochs" in capsys.readouterr().err


def test_a_classifier_learns_from_labels(tmp_path, capsys):
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    images = np.full((60, 8, 8), 30) + 90 * labels[:, None, None] + rng.integers(0, 40, (60, 8, 8))
    np.savez(tmp_path / "shades.npz", images=images.astype(np.uint8), labels=labels)
    folder = tmp_path / "run"
    assert main(["train", "classifier", "--data", str(tmp_path / "shades.npz"), "--epochs", "9",
                 "--batch-size", "8", "--validation", "0.2", "--out", str(folder)]) == 0
    assert "share of test images classified right" in capsys.readouterr().out
    pictures = {"confusion.png", "mistakes.png", "loss.png", "filters.png", "feature-maps-2.png"}
    assert {path.name for path in folder.iterdir()} >= pictures
    assert json.loads((folder / "config.json").read_text())["options"]["classes"] == 3
    assert main(["evaluate", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test_accuracy"] > 0.9
    assert main(["sample", str(folder)]) == 2
    assert "a Classifier draws nothing" in capsys.readouterr().err


def test_a_classifier_needs_labels(tmp_path, capsys):
    np.savez(tmp_path / "tiles.npz", images=np.zeros((20, 8, 8), dtype=np.uint8))
    arguments = ["train", "classifier", "--data", str(tmp_path / "tiles.npz"), "--out", str(tmp_path / "run")]
    assert main(arguments) == 2
    assert "tiles has no labels, and this model learns from them" in capsys.readouterr().err


def test_a_wrong_code_says_how_many_numbers_it_needs(trained, capsys):
    assert main(["sample", str(trained), "--code", "1,2"]) == 2
    assert "expected 3 numbers" in capsys.readouterr().err


def test_a_second_run_never_overwrites_the_first(trained, small_data, capsys):
    before = (trained / "checkpoint.npz").read_bytes()
    assert main(["train", "autoencoder", "--data", str(small_data), "--out", str(trained)]) == 2
    assert "already holds a run" in capsys.readouterr().err
    assert (trained / "checkpoint.npz").read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    assert "example" in printed and f"scratchnets {command}" in printed.split("example")[-1]
