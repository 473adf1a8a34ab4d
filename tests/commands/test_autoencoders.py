"""Every kind of autoencoder by command: its options, its figures, the pictures that suit it."""
import json

import numpy as np
import pytest

from scratchnets.cli import main
from scratchnets.training import checkpoint

EVERY = {"reconstructions.png", "residuals.png", "loss.png", "filters.png", "latent.png"}


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "tiles.npz"
    rng = np.random.default_rng(0)
    np.savez(path, images=rng.integers(0, 256, (60, 6, 5), dtype=np.uint8), labels=np.arange(60) % 4)
    return str(path)


@pytest.mark.parametrize("arguments, options, figures, pictures", [
    (["undercomplete", "--latent", "3", "--weight-decay", "0.01"], {"latent": 3, "weight_decay": 0.01},
     {"pca_test_squared_error"}, set()),
    (["overcomplete", "--latent", "31"], {"latent": 31}, set(), set()),
    (["sparse-l1", "--latent", "40", "--weight", "0.05"], {"weight": 0.05}, {"mean_activity", "silent"},
     {"activity.png"}),
    (["sparse-kl", "--latent", "20", "--rho", "0.2", "--weight", "0.3"], {"rho": 0.2, "weight": 0.3},
     {"mean_activity", "silent"}, {"activity.png"}),
    (["denoising", "--latent", "20", "--corruption", "gaussian", "--amount", "1.5"],
     {"corruption": "gaussian", "amount": 1.5}, {"corrupted_squared_error", "mended_squared_error"},
     {"mended.png"}),
    (["denoising", "--latent", "20", "--corruption", "salt-and-pepper"], {"amount": 0.5},
     {"corrupted_squared_error"}, {"mended.png"}),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_each_kind_trains_and_draws(arguments, options, figures, pictures, tiles, tmp_path, capsys):
    folder = tmp_path / "run"
    assert main(["train", *arguments, "--data", tiles, "--epochs", "1", "--out", str(folder)]) == 0
    assert json.loads((folder / "config.json").read_text())["options"].items() >= options.items()
    assert {path.name for path in folder.iterdir()} >= EVERY | pictures
    capsys.readouterr()
    assert main(["evaluate", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out).keys() >= {"test_loss", "test_squared_error"} | figures


def test_a_test_loss_that_overflows_stands_in_the_history(tiles, tmp_path, monkeypatch):
    """Without a word from NumPy, which would come before the explanation of the step that goes wrong next."""
    monkeypatch.setattr("scratchnets.commands.train.terms",
                        lambda model, batch: {"loss": model.loss_of(*batch) * 1e38 * np.float32(1e38)})
    folder = tmp_path / "run"
    options = ["--latent", "3", "--data", tiles, "--epochs", "1", "--out", str(folder)]
    assert main(["train", "undercomplete", *options]) == 0
    head, line = (folder / "history.csv").read_text().splitlines()
    assert dict(zip(head.split(","), line.split(",")))["test_loss"] == "inf"


def weights(folder):
    return checkpoint.load(folder / "checkpoint.npz")[0]["model"]


def test_pre_training_comes_first_and_once(tiles, tmp_path, no_pictures):
    """Resumed, a run goes on from its checkpoint; pre-trained or not, the same seed starts the same."""
    arguments = ["train", "undercomplete", "--latent", "3", "--data", tiles]
    for name, more in (("plain", ["--epochs", "0"]), ("before", ["--pretrain", "2", "--epochs", "0"]),
                       ("straight", ["--pretrain", "2", "--epochs", "2"]),
                       ("resumed", ["--pretrain", "2", "--epochs", "1"])):
        assert main([*arguments, *more, "--out", str(tmp_path / name)]) == 0
    assert main(["train", "--resume", str(tmp_path / "resumed"), "--epochs", "2"]) == 0
    plain, before, straight, resumed = (weights(tmp_path / name)
                                        for name in ("plain", "before", "straight", "resumed"))
    assert all((before[path] != plain[path]).any() for path in plain)
    assert all((straight[path] == resumed[path]).all() for path in plain)


def test_a_run_that_was_stopped_while_it_pre_trained_begins_anew(tiles, tmp_path, power_cut, no_pictures):
    arguments = ["train", "undercomplete", "--latent", "3", "--data", tiles, "--pretrain", "2",
                 "--epochs", "1"]

    with power_cut("scratchnets.commands.train.greedy_layerwise"):
        main([*arguments, "--out", str(tmp_path / "stopped")])
    assert main(["train", "--resume", str(tmp_path / "stopped")]) == 0
    assert main([*arguments, "--out", str(tmp_path / "straight")]) == 0
    stopped, straight = weights(tmp_path / "stopped"), weights(tmp_path / "straight")
    assert all((stopped[path] == straight[path]).all() for path in straight)


@pytest.mark.parametrize("arguments, words", [
    (["undercomplete", "--latent", "30"], "promises a bottleneck: latent must be below 30"),
    (["stacked", "--latent", "31"], "promises a bottleneck: latent must be below 30"),
    (["overcomplete", "--latent", "30"], "latent must be above 30"),
    (["sparse-l1", "--weight", "-0.1"], "weight must be at least 0, got -0.1"),
    (["sparse-kl", "--rho", "1"], "rho must be above 0 and below 1, got 1"),
    (["sparse-kl", "--rho", "0"], "rho must be above 0 and below 1, got 0"),
    (["denoising", "--amount", "1"], "amount must be at least 0 and below 1, got 1"),
    (["denoising", "--corruption", "maskin"], "did you mean 'masking'"),
    (["autoencoder", "--weight-decay", "-1"], "weight_decay must be at least 0"),
    (["autoencoder", "--rho", "0.1"], "the model 'autoencoder' has no option 'rho'"),
    (["tied", "--pretrain", "2"], "takes Dense layers that mirror each other, got TiedDense"),
    (["vae", "--pretrain", "2"], "takes an Autoencoder, got a VariationalAutoencoder"),
    (["stacked", "--latent", "3", "--pretrain", "0"], "--pretrain must be at least 1, got 0"),
])
def test_a_bad_setting_is_answered_by_name_and_leaves_no_folder(arguments, words, tiles, tmp_path, capsys):
    assert main(["train", *arguments, "--data", tiles, "--out", str(tmp_path / "run")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
