"""What a model cannot learn from is refused before the first epoch, and before there is a folder."""
import json
import re

import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.cli import main
from scratchnets.layers import BatchNorm, Dense, Pack, Sequential
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.optimizers import SGD
from scratchnets.training import Training
from scratchnets.training.loop import least_batch

RNG = np.random.default_rng(0)


def images(*shape):
    return RNG.integers(0, 256, shape, dtype="uint8")


@pytest.mark.parametrize("model, arrays, words", [
    ("autoencoder", {"images": images(5, 28, 28)}, "1 examples to test; it takes at least 2"),
    ("autoencoder", {"images": images(1, 28, 28)}, "1 examples to train on; it takes at least 2"),
    ("tied", {"images": images(40, 8, 8), "train": np.arange(40), "test": np.arange(0)}, "0 examples to test"),
    ("vae", {"images": images(40, 8, 8), "train": np.arange(1), "test": np.arange(20, 40)}, "1 examples to train on"),
    ("gan", {"images": RNG.random((200, 13))}, "rows of 13 numbers.*or points of the plane, .*reshape"),
    ("gan", {"images": RNG.random((200, 784))}, r"images.reshape\(-1, 28, 28, 1\)"),
    ("tied", {"images": RNG.random((200, 2))}, r"rows of 2 numbers; the model tied learns images of shape \(H, W, C\)"),
    ("classifier", {"images": images(40, 8, 8), "labels": 1990 + np.arange(40) % 31},
     r"labels are 1990, 1991, .* 31 classes; they must be numbered 0 … 30, without gaps: store numpy.unique"),
    ("classifier", {"images": images(40, 8, 8), "labels": np.zeros(40, int)}, "all labels are 0; .* at least two"),
    ("classifier", {"images": images(40, 8, 8), "labels": 2 ** 31 * (np.arange(40) % 2)}, "numbered 0 … 1"),
    ("conditional-vae", {"images": images(40, 8, 8), "labels": 1 + np.arange(40) % 3}, "labels are 1, 2, 3"),
    ("classifier", {"images": images(40, 8, 8)}, "has no labels"),
])
def test_data_that_cannot_do_are_refused_by_name(model, arrays, words, tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", **arrays)
    assert main(["train", model, "--data", str(tmp_path / "mine.npz"), "--out", str(tmp_path / "run")]) == 2
    message = capsys.readouterr().err
    assert "mine" in message and not (tmp_path / "run").exists()
    assert re.search(words, message)


@pytest.mark.parametrize("options", [["gan", "--packing", "5"], ["gan", "--data", "grammar"],
                                     ["dcgan", "--batch-size", "1"],
                                     ["tied", "--validation", "0.001"]])
def test_options_that_do_not_suit_the_data_leave_no_folder(options, tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", images=images(40, 8, 8))
    data = [] if "--data" in options else ["--data", str(tmp_path / "mine.npz")]
    assert main(["train", *options, *data, "--out", str(tmp_path / "run")]) == 2
    assert "error: " in capsys.readouterr().err and not (tmp_path / "run").exists()


@pytest.mark.parametrize("model", ["autoencoder", "vae", "conv-vae", "denoising", "sparse-l1", "classifier", "gan",
                                   "dcgan"])
def test_two_examples_to_test_are_enough_for_all_that_follows(model, tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", images=images(10, 8, 8), labels=np.arange(10) % 2)
    arguments = ["train", model, "--data", str(tmp_path / "mine.npz"), "--epochs", "1", "--out", str(tmp_path / "run")]
    assert main(arguments) == 0, capsys.readouterr().err


@pytest.mark.parametrize("labels", [np.zeros(20, int), np.full(20, 7), 3 * (np.arange(20) % 2)])
def test_a_game_whose_labels_make_no_judge_goes_without_one(labels, tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", images=images(20, 8, 8), labels=labels)
    assert main(["train", "gan", "--data", str(tmp_path / "mine.npz"), "--epochs", "1", "--out",
                 str(tmp_path / "run")]) == 0
    printed = capsys.readouterr()
    assert "note: the samples get no judge" in printed.err and "judge" not in printed.out
    assert main(["evaluate", str(tmp_path / "run"), "--json"]) == 0
    assert "frechet_pixels" in json.loads(capsys.readouterr().out)


# ---- the rest of an epoch --------------------------------------------------------------------------

@pytest.mark.parametrize("options", [["dcgan", "--architecture", "dense"], ["dcgan"], ["gan", "--packing", "2"]])
def test_a_last_batch_of_one_is_left_out_and_said_to_be(options, tmp_path, capsys):
    """33 examples to train, in batches of 16: the one that is left over has no variance, and makes no pack."""
    np.savez(tmp_path / "mine.npz", images=images(41, 4, 4))
    arguments = ["train", *options, "--data", str(tmp_path / "mine.npz"), "--batch-size", "16", "--epochs", "2"]
    assert main([*arguments, "--out", str(tmp_path / "run")]) == 0
    assert capsys.readouterr().out.count("of each epoch the last 1 of these, drawn anew each time, are left out") == 1
    assert main(["train", "--resume", str(tmp_path / "run"), "--epochs", "3"]) == 0


def toy(*layers):
    return Autoencoder(Sequential(*layers), Sequential(Dense(4, 3, generator=0)))


def training(model, count, batch_size):
    x = asarray(np.random.default_rng(0).normal(size=(count, 3)))
    return Training(model, SGD(model.parameters()), x, batch_size=batch_size, generator=np.random.default_rng(0))


def test_the_loss_of_an_epoch_is_the_mean_of_what_was_seen():
    whole, cut = (training(toy(Dense(3, 4, generator=0), BatchNorm(4)), 8, 8) for _ in range(2))
    assert whole.left_out == 0
    cut = training(toy(Dense(3, 4, generator=0), BatchNorm(4)), 9, 8)
    assert cut.left_out == 1
    losses = []
    step = cut.step
    cut.step = lambda *batch: losses.append(float(step(*batch))) or losses[-1]
    records = list(cut.epochs(2))
    assert len(losses) == 2                                       # one batch an epoch
    assert [record["loss"] for record in records] == pytest.approx(losses)


def test_without_such_layers_nothing_is_left_out():
    model = toy(Dense(3, 4, generator=0))
    assert least_batch(model) == 1 and training(model, 9, 8).left_out == 0
    assert sum(len(batch[0]) for batch in training(model, 9, 8).batches()) == 9


@pytest.mark.parametrize("count, batch_size", [(1, 8), (9, 1)])
def test_batches_that_are_always_too_small_are_refused_at_once(count, batch_size):
    with pytest.raises(ValueError, match=r"batches of at least 2 examples, because of its BatchNorm\(4\)"):
        training(toy(Dense(3, 4, generator=0), BatchNorm(4)), count, batch_size)


def test_a_pack_asks_for_a_whole_one():
    assert least_batch(Pack(3)) == 3


