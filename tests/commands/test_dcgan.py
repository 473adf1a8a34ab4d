"""The command line trains a convolutional game, judges its samples, and goes on with it bit for bit."""
import json

import numpy as np
import pytest

from scratchnets.backend import to_numpy
from scratchnets.cli import main
from scratchnets.training.run import Run

Image = pytest.importorskip("PIL.Image")


def run(*arguments):
    return main(list(map(str, arguments)))


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    """Images 8×8 of two classes, bright above or below."""
    random = np.random.default_rng(0)
    labels = np.arange(120) % 2
    images = random.integers(0, 60, (120, 8, 8))
    images[labels == 0, :4] += 180
    images[labels == 1, 4:] += 180
    path = tmp_path_factory.mktemp("data") / "tiles.npz"
    np.savez(path, images=images.astype("uint8"), labels=labels)
    return path


@pytest.fixture(scope="module")
def trained(tiles, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "dcgan"
    assert run("train", "dcgan", "--data", tiles, "--epochs", 2, "--batch-size", 16, "--latent", 5,
               "--out", folder) == 0
    return folder


def test_a_run_leaves_samples_a_film_and_what_the_judge_sees(trained):
    for name in ("generated.png", "nearest.png", "classes.png", "players.png", "gradients.png"):
        assert Image.open(trained / name).size[0] > 300
    assert (trained / "judge.npz").exists()


def test_the_film_of_grey_images_is_grey(trained):
    film = Image.open(trained / "film.gif")
    assert film.n_frames == 2
    for position in range(film.n_frames):
        film.seek(position)
        frame = np.asarray(film.convert("RGB")).astype(int)
        assert np.ptp(frame, axis=2).max() <= 8 and np.ptp(frame) > 200


def test_figures_stand_beside_those_of_real_images(trained, capsys):
    assert run("evaluate", trained, "--json") == 0
    out = capsys.readouterr()
    found = json.loads(out.out)
    assert found["judge_accuracy"] == 1 and "training a judge" not in out.err        # it was kept
    for name in ("frechet", "class_entropy", "confidence", "nearest"):
        assert np.isfinite(found[name]) and np.isfinite(found[f"{name}_of_data"])
    assert found["frechet"] > found["frechet_of_data"]                               # after two epochs


def test_samples_are_the_averaged_generators(trained):
    model = Run.open(trained).model()
    z = model.prior.sample(3, np.random.default_rng(0))
    assert np.array_equal(to_numpy(model.sample(3)), to_numpy(model.average.predict(z)))
    assert not np.array_equal(to_numpy(model.sample(3)), to_numpy(model.generator.predict(z)))


def test_a_sheet_of_samples(trained, tmp_path):
    assert run("sample", trained, "--count", 24, "--out", tmp_path / "sheet.png") == 0
    assert Image.open(tmp_path / "sheet.png").size[0] > 300


@pytest.mark.parametrize("options", [["--no-batch-norm", "--average", 0], ["--architecture", "upsample"],
                                     ["--architecture", "dense", "--loss", "hinge"]])
def test_other_architectures(options, tiles, tmp_path):
    folder = tmp_path / "run"
    assert run("train", "dcgan", "--data", tiles, "--epochs", 1, *options, "--out", folder) == 0
    kept = Run.open(folder).config["options"]
    assert kept["batch_norm"] == ("--no-batch-norm" not in options)
    assert kept["architecture"] == (options[1] if "--architecture" in options else "transpose")


def test_a_resumed_game_ends_bit_for_bit_as_one_never_stopped(tiles, tmp_path, power_cut):
    settings = ["--data", tiles, "--epochs", 2, "--batch-size", 20]
    assert run("train", "dcgan", *settings, "--out", tmp_path / "straight") == 0

    with power_cut("scratchnets.training.run.Run.log"):
        run("train", "dcgan", *settings, "--save-every", 1e-9, "--out", tmp_path / "stopped")
    assert run("train", "--resume", tmp_path / "stopped") == 0
    straight, stopped = (tmp_path / name / "checkpoint.npz" for name in ("straight", "stopped"))
    assert straight.read_bytes() == stopped.read_bytes()
    with np.load(straight) as file:
        averages = [name for name in file.files if name.startswith("model/average.")]
        assert "model/average.2.running_mean" in averages and len(averages) == 12
    assert (straight.parent / "film.gif").read_bytes() == (stopped.parent / "film.gif").read_bytes()


@pytest.mark.parametrize("arguments, message", [
    (["--architecture", "transposed"], "unknown architecture 'transposed' (did you mean 'transpose'?)"),
    (["--average", "1"], "decay, the share of the average that stays, must be at least 0 and below 1"),
    (["--validation", "0.2"], "in a game of two no loss is the lower the better"),
    (["--data", "ring"], "learns images of shape (H, W, C)")])
def test_bad_settings_are_refused(arguments, message, tiles, tmp_path, capsys):
    data = [] if "--data" in arguments else ["--data", tiles]
    assert run("train", "dcgan", *arguments, *data, "--out", tmp_path / "run") != 0
    assert message in capsys.readouterr().err
