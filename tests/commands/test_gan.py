"""The command line trains a game, goes on with it bit for bit, and leaves pictures, a film and a verdict."""
import csv
import json

import numpy as np
import pytest

from scratchnets.backend import to_numpy
from scratchnets.cli import main
from scratchnets.evaluation.games import ending
from scratchnets.training.frames import frames
from scratchnets.training.run import Run

Image = pytest.importorskip("PIL.Image")
SMALL = ["--epochs", 3, "--batch-size", 1000]


def run(*arguments):
    return main(list(map(str, arguments)))


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "ring"
    assert run("train", "gan", "--data", "ring", *SMALL, "--out", folder) == 0
    return folder


def test_a_run_leaves_curves_the_picture_and_the_film(ring):
    for name in ("players.png", "gradients.png", "game.png"):
        assert Image.open(ring / name).size[0] > 300
    film = Image.open(ring / "film.gif")
    assert film.n_frames == 3 and film.is_animated
    with open(ring / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    assert {"loss", "test_generator_loss", "test_d_real", "test_d_fake", "test_g_gradient"} <= rows[0].keys()


def test_the_film_follows_the_same_noise_from_frame_to_frame(ring):
    opened = Run.open(ring)
    shown = list(frames(ring, opened.history, (2,)))
    assert [frame["title"].split(":")[0] for frame in shown] == ["epoch 1", "epoch 2", "epoch 3"]
    assert shown[0]["samples"].shape == (300, 2) and shown[0]["heat"].shape == (50, 50)
    last = to_numpy(opened.model().sample(300))
    np.testing.assert_allclose(shown[-1]["samples"], last, rtol=1e-5)
    assert not np.allclose(shown[0]["samples"], shown[-1]["samples"])


def test_the_end_is_said_in_words(ring, tmp_path, capsys):
    run("train", "gan", "--data", "moons", *SMALL, "--out", tmp_path / "run")
    words = "starved:", "collapsed:", "oscillating:", "converged:", "unfinished:"
    assert any(line.startswith(words) for line in capsys.readouterr().out.splitlines())
    opened = Run.open(ring)
    assert ending(opened.model(), opened.data(), opened.history).startswith(words)


def test_evaluate_counts_modes(ring, capsys):
    assert run("evaluate", ring, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 <= found["modes_covered"] <= found["modes"] == 8 and 0 <= found["high_quality"] <= 1
    assert found["histogram_jsd"] > 3 * found["histogram_jsd_of_data"]        # after three epochs


def test_samples_of_points(ring, tmp_path, capsys):
    assert run("sample", ring, "--count", 50, "--out", tmp_path / "a.png") == 0
    assert run("sample", ring, "--code", "0,1", "--out", tmp_path / "b.png") == 0
    assert Image.open(tmp_path / "a.png").size == Image.open(tmp_path / "b.png").size
    capsys.readouterr()
    assert run("sample", ring, "--reconstruct") != 0
    assert "has no encoder" in capsys.readouterr().err


def test_images(tmp_path, capsys):
    images = np.random.default_rng(0).integers(0, 256, (60, 6, 5), dtype=np.uint8)
    np.savez(tmp_path / "tiles.npz", images=images)
    folder = tmp_path / "run"
    assert run("train", "gan", "--data", tmp_path / "tiles.npz", "--epochs", 2, "--k", 2, "--latent", 4,
               "--loss", "hinge", "--prior", "uniform", "--out", folder) == 0
    assert Image.open(folder / "film.gif").n_frames == 2
    assert (folder / "generated.png").exists() and "Fréchet" in capsys.readouterr().out
    assert run("sample", folder, "--count", 5) == 0


def test_a_resumed_game_ends_bit_for_bit_as_one_never_stopped(tmp_path, power_cut):
    settings = ["--data", "ring", "--epochs", 2, "--batch-size", 900, "--k", 2, "--warm-up", 3]
    assert run("train", "gan", *settings, "--out", tmp_path / "straight") == 0

    with power_cut("scratchnets.training.run.Run.log"):
        run("train", "gan", *settings, "--save-every", 1e-9, "--out", tmp_path / "stopped")
    assert run("train", "--resume", tmp_path / "stopped") == 0
    straight, stopped = (tmp_path / name / "checkpoint.npz" for name in ("straight", "stopped"))
    assert straight.read_bytes() == stopped.read_bytes()
    for name in ("film.gif", "game.png"):
        assert (straight.parent / name).read_bytes() == (stopped.parent / name).read_bytes()


def test_remedies_by_command(tmp_path):
    """They stand in the configuration, a resumed run has them, and the pictures can be drawn."""
    settings = ["--data", "ring", *SMALL, "--r1", 0.1, "--packing", 3, "--smoothing", 0.1, "--d-lr", 5e-4]
    assert run("train", "gan", *settings, "--out", tmp_path / "run") == 0
    opened = Run.open(tmp_path / "run")
    assert opened.config["options"]["remedies"] == {"r1": 0.1, "packing": 3, "smoothing": 0.1}
    training, _ = opened.training(opened.data())
    assert training.d_optimizer.lr == 5e-4 and training.g_optimizer.lr == 1e-3
    assert repr(training.model.remedies) == "(R1(0.1),)" and training.model.packing == 3
    assert training.model.discriminator.layers[0].m == 3 and (tmp_path / "run" / "game.png").exists()
    assert run("evaluate", tmp_path / "run") == 0


def test_a_resumed_game_with_noise_and_penalty_ends_as_one_never_stopped(tmp_path, no_pictures):
    for number, remedies in enumerate((["--gradient-penalty", 1, "--loss", "wasserstein"],
                                       ["--instance-noise", 0.5, "--noise-steps", 20, "--minibatch-std", 1],
                                       ["--spectral-norm", "--clip", 0.5])):
        settings = ["train", "gan", "--data", "ring", "--batch-size", 900, *remedies]
        straight, stopped = tmp_path / f"straight{number}", tmp_path / f"stopped{number}"
        assert run(*settings, "--epochs", 2, "--schedule", "constant", "--out", straight) == 0
        assert run(*settings, "--epochs", 1, "--schedule", "constant", "--out", stopped) == 0
        assert run("train", "--resume", stopped, "--epochs", 2) == 0
        ends = [np.load(folder / "checkpoint.npz") for folder in (straight, stopped)]
        arrays = [name for name in ends[0].files if ends[0][name].dtype.kind == "f"]
        assert arrays and all(np.array_equal(ends[0][name], ends[1][name]) for name in arrays)


@pytest.mark.parametrize("arguments, message", [
    (["gan", "--r1", "-1"], "the weight of R1 must be at least 0"),
    (["gan", "--packing", "0"], "packing must be at least 1"),
    (["gan", "--noise-steps", "5"], "but there is none; give instance_noise, too"),
    (["gan", "--loss", "hinge", "--smoothing", "0.1"], "needs a loss with labels"),
    (["gan", "--spectral-norm", "--r1", "0.1"], "has no tangent"),
    (["gan", "--d-lr", "0"], "--d-lr must be above 0"),
    (["autoencoder", "--d-lr", "1e-3"], "--d-lr is the learning rate of a gan's discriminator"),
    (["autoencoder", "--r1", "0.1"], "--r1 is a remedy for a gan; the model autoencoder takes none"),
    (["gan", "--k", "0"], "k, the discriminator's steps"),
    (["gan", "--loss", "hing"], "unknown loss 'hing' (did you mean 'hinge'?)"),
    (["gan", "--updates", "both"], "unknown updates 'both'"),
    (["gan", "--validation", "0.2"], "in a game of two no loss is the lower the better"),
    (["gan", "--optimizer", "sgd", "--beta1", "0.5"], "--beta1 belongs to adam"),
    (["autoencoder", "--k", "2"], "has no option 'k'")])
def test_bad_settings_are_refused(arguments, message, tmp_path, capsys):
    assert run("train", *arguments, "--data", "mnist5k" if arguments[0] != "gan" else "ring",
               "--out", tmp_path / "run") != 0
    assert message in capsys.readouterr().err
