"""The variational autoencoder on the command line: what a run leaves, the figures, new images."""
import csv
import json

import numpy as np
import pytest

from scratchnets.cli import main

PICTURES = {"reconstructions.png", "generated.png", "latent.png", "loss.png"}


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    """Forty images of 6 × 5 pixels with labels, in a file as a reader would bring it."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("data") / "tiles.npz"
    np.savez(path, images=rng.integers(0, 256, (40, 6, 5), dtype=np.uint8), labels=np.arange(40) % 4)
    return path


@pytest.fixture(scope="module")
def trained(tiles, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert train(tiles, folder, "--latent", "3") == 0
    return folder


def train(tiles, folder, *options, epochs="2"):
    return main(["train", "vae", "--data", str(tiles), "--epochs", epochs, "--out", str(folder), *options])


def history(folder):
    with open(folder / "history.csv", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def test_a_run_leaves_both_terms_and_its_pictures(trained):
    for picture in PICTURES | {"traversals.png"}:
        assert (trained / picture).read_bytes().startswith(b"\x89PNG")
    for record in history(trained):
        assert record["test_loss"] == pytest.approx(record["test_reconstruction"] + record["test_kl"])
        assert record["test_reconstruction"] > 0 and record["test_kl"] > 0
    assert json.loads((trained / "config.json").read_text())["options"]["latent"] == 3


@pytest.mark.parametrize("options", [
    ["--latent", "2"], ["--latent", "1"], ["--likelihood", "gaussian"], ["--binarization", "fixed"],
    ["--binarization", "none", "--beta", "4"], ["--kl-warm-up", "3", "--validation", "0.2"]], ids=" ".join)
def test_its_options_train_and_draw(options, tiles, tmp_path):
    assert train(tiles, tmp_path / "run", *options, epochs="1") == 0
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert files >= PICTURES - {"latent.png"}
    assert ("manifold.png" in files) == (options == ["--latent", "2"])


@pytest.mark.parametrize("model", ["conv-vae", "conditional-vae"])
def test_its_relatives_train_evaluate_and_draw(model, tmp_path, capsys):
    rng = np.random.default_rng(0)
    tiles, run = tmp_path / "tiles.npz", tmp_path / "run"
    np.savez(tiles, images=rng.integers(0, 256, (40, 8, 4), dtype=np.uint8), labels=np.arange(40) % 4)
    assert main(["train", model, "--data", str(tiles), "--epochs", "1", "--latent", "3",
                 "--out", str(run)]) == 0
    assert {path.name for path in run.iterdir()} >= PICTURES | {"traversals.png"}
    assert main(["evaluate", str(run), "--json"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed[printed.index("{\n"):])["test_elbo"] < 0
    for extra in ([], ["--reconstruct"], ["--decode"], ["--code", "0.5,-1,2"]):
        assert main(["sample", str(run), "--count", "6", *extra]) == 0


def test_a_conditional_model_asks_for_labels(tmp_path, capsys):
    np.savez(tmp_path / "tiles.npz", images=np.zeros((40, 8, 4), dtype=np.uint8))
    assert main(["train", "conditional-vae", "--data", str(tmp_path / "tiles.npz"),
                 "--out", str(tmp_path / "run")]) == 2
    assert "has no labels" in capsys.readouterr().err


def test_evaluate_gives_the_bounds_and_names_the_binarisation(trained, capsys):
    assert main(["evaluate", str(trained), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["code_size"] == 3 and 0 <= result["active_units"] <= 3 and result["binarization"] == "dynamic"
    assert result["test_elbo"] == pytest.approx(-history(trained)[-1]["test_loss"], rel=1e-5)
    assert result["test_elbo"] == pytest.approx(-result["test_reconstruction"] - result["test_kl"])
    assert result["test_elbo"] < result["test_importance_weighted"] < 0
    assert main(["evaluate", str(trained)]) == 0
    printed = capsys.readouterr().out
    assert "test ELBO, nats an image" in printed and "dynamic" in printed


@pytest.mark.parametrize("extra", [[], ["--reconstruct"], ["--decode"], ["--code", "0.5,-1,2"]])
def test_sample_draws(trained, extra, tmp_path, capsys):
    picture = tmp_path / "picture.png"
    assert main(["sample", str(trained), "--count", "14", "--out", str(picture), *extra]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in capsys.readouterr().out


def test_a_run_goes_on_to_the_bit(tiles, tmp_path, no_pictures):
    """ε, the zeros and ones, and how far β has risen travel in the checkpoint."""
    options = ["--latent", "2", "--kl-warm-up", "7", "--schedule", "constant"]       # a cosine would be stretched
    train(tiles, tmp_path / "whole", *options, epochs="4")
    train(tiles, tmp_path / "parts", *options, epochs="2")
    assert main(["train", "--resume", str(tmp_path / "parts"), "--epochs", "4"]) == 0
    whole, parts = (dict(np.load(tmp_path / run / "checkpoint.npz")) for run in ("whole", "parts"))
    assert whole["model/steps"] == 4
    for name in whole:
        if name.startswith(("model/", "optimizer/")):
            np.testing.assert_array_equal(whole[name], parts[name])


@pytest.mark.parametrize("arguments, words", [
    (["vae", "--latent", "0"], ["latent must be at least 1"]),
    (["vae", "--likelihood", "gausian"], ["did you mean 'gaussian'"]),
    (["vae", "--binarization", "static"], ["dynamic, fixed, none"]),
    (["vae", "--beta", "-1"], ["beta must be at least 0"]),
    (["vae", "--loss", "squared-error"], ["'vae' has no option 'loss'", "likelihood"]),
    (["autoencoder", "--beta", "4"], ["'autoencoder' has no option 'beta'"]),
    (["vae", "--data", "ring"], ["(H, W, C)"]),
])
def test_wrong_options_are_answered_by_name(arguments, words, tiles, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    data = [] if "--data" in arguments else ["--data", str(tiles)]
    assert main(["train", *arguments, *data]) == 2
    printed = capsys.readouterr().err
    assert "Traceback" not in printed
    for word in words:
        assert word in printed


def test_a_checkpoint_of_another_kind_is_refused(trained, tiles, tmp_path, capsys):
    assert main(["train", "tied", "--data", str(tiles), "--epochs", "1", "--latent", "3",
                 "--out", str(tmp_path / "tied")]) == 0
    (tmp_path / "tied" / "checkpoint.npz").write_bytes((trained / "checkpoint.npz").read_bytes())
    assert main(["evaluate", str(tmp_path / "tied")]) == 2
    assert "belongs to another run" in capsys.readouterr().err
