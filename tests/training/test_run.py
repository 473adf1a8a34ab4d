"""A run's folder says what was trained and how; what does not belong together is refused by name."""
import json
import shutil

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.data import load
from scratchnets.training import checkpoint
from scratchnets.training.checkpoint import CheckpointError
from scratchnets.training.origin import fingerprint
from scratchnets.training.run import Run, new_folder


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    """Fifty images of 4 × 4 pixels, as a file of the reader's own."""
    path = tmp_path_factory.mktemp("data") / "tiles.npz"
    np.savez(path, images=np.random.default_rng(0).integers(0, 256, (50, 4, 4), dtype=np.uint8))
    return path


def config(tiles, **changes):
    return {"model": "tied", "options": {"latent": 3, "loss": "squared-error"}, "data": str(tiles),
            "epochs": 2, "batch_size": 16, "optimizer": "adam", "lr": 1e-3, "schedule": "constant",
            "warm_up": 0, "validation": 0, "patience": None, "seed": 0, "backend": backend.name(),
            "dtype": backend.default_dtype().name, "example_shape": [4, 4, 1],
            "data_sha256": fingerprint([load(tiles).x_train])} | changes


def trained(folder, tiles, **changes):
    run = Run.create(folder, config(tiles, **changes))
    training, _ = run.training(run.data())
    for record in training.epochs(run.config["epochs"]):
        run.log(record)
        run.save(training)
    return run, training


def test_a_run_is_opened_as_it_was_left(tiles, tmp_path):
    run, training = trained(tmp_path / "run", tiles)
    again = Run.open(tmp_path / "run")
    assert again.config == run.config and again.history == run.history
    assert [type(record["epoch"]) for record in again.history] == [int, int]
    resumed, _ = again.training(again.data())
    again.resume(resumed)
    assert resumed.epoch == 2 and resumed.batch == 0
    for name, array in training.model.state_dict().items():
        assert np.array_equal(array, again.model().state_dict()[name])


def test_the_best_weights_are_the_trained_model_where_there_is_validation(tiles, tmp_path):
    run, training = trained(tmp_path / "run", tiles, validation=0.25)
    training.model.encoder.layers[1].b.data[:] = 5
    run.save_best(training.model)
    assert (backend.to_numpy(run.model().encoder.layers[1].b.data) == 5).all()


def test_validation_examples_are_not_trained_on(tiles, tmp_path):
    run = Run.create(tmp_path / "run", config(tiles, validation=0.25))
    training, (validation,) = run.training(run.data())
    x, = training.arrays
    assert len(x) == 30 and len(validation) == 10                # of 40 that are not for testing
    rows = {backend.to_numpy(image).tobytes() for part in (x, validation) for image in part}
    assert len(rows) == 40


def test_a_cosine_ends_with_the_run_and_a_warm_up_starts_it(tiles, tmp_path):
    run = Run.create(tmp_path / "run", config(tiles, schedule="cosine", warm_up=2, epochs=4))
    training, _ = run.training(run.data())
    rates = [training.schedule(step) for step in range(13)]       # 3 batches an epoch
    assert rates[0] == pytest.approx(0.5e-3) and rates[12] == pytest.approx(0, abs=1e-12)
    assert all(after < before for before, after in zip(rates[1:], rates[2:]))


def test_a_run_killed_before_its_first_checkpoint_starts_over(tiles, tmp_path):
    Run.create(tmp_path / "run", config(tiles))
    run = Run.open(tmp_path / "run")
    training, _ = run.training(run.data())
    run.resume(training)
    assert training.epoch == 0 and run.history == []


def test_a_run_killed_between_record_and_checkpoint_repeats_the_epoch(tiles, tmp_path):
    run, training = trained(tmp_path / "run", tiles)
    run.log({"epoch": 3, "loss": 1.0, "seconds": 1.0})
    again = Run.open(tmp_path / "run")
    again.resume(again.training(again.data())[0])
    assert [record["epoch"] for record in again.history] == [1, 2]


def refused(folder, words, error=ValueError):
    with pytest.raises(error, match=words):
        run = Run.open(folder)
        training, _ = run.training(run.data())
        run.resume(training)


def test_a_checkpoint_of_another_run_is_refused(tiles, tmp_path):
    trained(tmp_path / "one", tiles)
    for key, value in (("seed", 1), ("options", {"latent": 4, "loss": "squared-error"}),
                       ("model", "autoencoder")):
        trained(tmp_path / key, tiles, **{key: value})
        shutil.copy(tmp_path / "one" / "checkpoint.npz", tmp_path / key / "checkpoint.npz")
        refused(tmp_path / key, f"belongs to another run: its {key} is", CheckpointError)


def test_shapes_of_another_model_are_refused(tiles, tmp_path):
    """The configuration says one thing, the arrays another; the checksum is right."""
    run, _ = trained(tmp_path / "run", tiles)
    groups, facts = checkpoint.load(run.last)
    groups["model"]["encoder.1.W"] = groups["model"]["encoder.1.W"][:, :2]
    checkpoint.save(run.last, groups, facts)
    refused(run.folder, "checkpoint.npz does not fit this run.*encoder.1.W: expected shape", CheckpointError)


@pytest.mark.parametrize("lacking", ["generators", "epoch"])
def test_a_checkpoint_that_lacks_something_is_refused(lacking, tiles, tmp_path):
    run, _ = trained(tmp_path / "run", tiles)
    groups, facts = checkpoint.load(run.last)
    del facts[lacking]
    checkpoint.save(run.last, groups, facts)
    refused(run.folder, f"does not fit this run: .*{lacking}", CheckpointError)


def test_data_that_changed_are_refused(tiles, tmp_path):
    own = tmp_path / "own.npz"
    shutil.copy(tiles, own)
    run, _ = trained(tmp_path / "run", own)
    np.savez(own, images=np.zeros((50, 4, 4), dtype=np.uint8))
    refused(run.folder, "does not hold the examples that")


def test_a_history_that_is_not_whole_is_refused(tiles, tmp_path):
    run, _ = trained(tmp_path / "run", tiles)
    (run.folder / "history.csv").unlink()
    refused(run.folder, "history.csv does not hold the 2 epochs")


def test_a_damaged_configuration_is_refused(tiles, tmp_path):
    run, _ = trained(tmp_path / "run", tiles)
    for text, words in (("{", "config.json is damaged"), ("[]", "no configuration of a run"),
                        (json.dumps({"model": "tied"}), "lacks backend, batch_size")):
        (run.folder / "config.json").write_text(text)
        refused(run.folder, words)
    refused(tmp_path / "nowhere", "holds no run", FileNotFoundError)


def test_what_cannot_be_written_says_how_to_go_on(tiles, tmp_path):
    run, training = trained(tmp_path / "run", tiles)
    before = run.last.read_bytes()
    run.last.rename(tmp_path / "kept")
    shutil.rmtree(run.folder)
    with pytest.raises(OSError, match="cannot write .*checkpoint.npz: No such file or directory$"):
        run.save(training)
    run.folder.mkdir()
    (tmp_path / "kept").rename(run.last)
    (run.folder / "history.csv").mkdir()
    with pytest.raises(OSError, match="history.csv.*go on with scratchnets train --resume .*run"):
        run.log({"epoch": 3, "loss": 1.0, "seconds": 1.0})
    assert run.last.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tiles, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(OSError, match=f"{folder}"):
            Run.create(folder, config(tiles))


def test_new_folders_are_numbered(tmp_path):
    assert new_folder("a", tmp_path) == tmp_path / "a"
    (tmp_path / "a-2").mkdir()
    assert new_folder("a", tmp_path) == tmp_path / "a-3" and (tmp_path / "a-3").is_dir()
