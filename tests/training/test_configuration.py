"""config.json and history.csv are read as they were written; anything else is refused by its name and entry."""
import json
import math

import pytest

from scratchnets.training import configuration, history

GOOD = {"model": "tied", "options": {"latent": 3, "loss": "squared-error", "weight_decay": 0.0}, "data": "mnist5k",
        "epochs": 2,
        "batch_size": 16, "optimizer": "adam", "lr": 1e-3, "schedule": "constant", "warm_up": 0, "validation": 0.0,
        "patience": None, "seed": 0, "backend": "numpy", "dtype": "float32", "example_shape": [4, 4, 1],
        "data_sha256": "00"}


def read(tmp_path, config):
    (tmp_path / "config.json").write_text(json.dumps(config))
    return configuration.read(tmp_path / "config.json")


def test_what_training_wrote_passes(tmp_path):
    assert read(tmp_path, GOOD) == GOOD
    assert read(tmp_path, GOOD | {"something": "of a later version"})["something"]


@pytest.mark.parametrize("entry, values", [
    ("model", [None, 1, [], "tide", {}]), ("options", [None, [], "x", {"latent": math.nan}, {"none": 1},
                                                       {"latent": [[]]}]),
    ("data", ["", None, 3, "a\0b", "\udcff"]), ("epochs", [-1, 1.5, "2", 10 ** 12, math.inf]),
    ("batch_size", [0, -1, 1.5, None]), ("optimizer", ["adm", 1, []]), ("optimizer_options", [[], {"beta1": "x"}]),
    ("lr", [0, -1, math.nan, "x", 10 ** 400]), ("warm_up", [-1, "x"]), ("validation", [1, -1, "x"]),
                                           ("patience", [0, "x"]),
    ("seed", [-1, 0.5, "x"]), ("backend", ["nump", 1]), ("dtype", ["float16", None]),
    ("example_shape", [[0], [-1], "28", [1.5], [[1]], [1] * 9, [10 ** 12], 28]), ("data_sha256", [1, ""])])
def test_an_entry_of_another_kind_is_refused_by_name(entry, values, tmp_path):
    for value in values:
        with pytest.raises(ValueError,
                           match=f"config.json: .*{entry if entry != 'options' else ''}.*put the file back") as error:
            read(tmp_path, GOOD | {entry: value})
        assert len(str(error.value)) < 600


HEAD = "epoch,loss,seconds\n"


def records(tmp_path, text):
    (tmp_path / "history.csv").write_text(text)
    return history.read(tmp_path / "history.csv")


def test_a_history_comes_back(tmp_path):
    written = [{"epoch": 1, "loss": 0.5, "seconds": 1.25}, {"epoch": 2, "loss": math.inf, "seconds": 1e-3}]
    text = history.text_of(tmp_path / "history.csv", written)
    assert records(tmp_path, text) == written and text.startswith(HEAD)
    assert history.read(tmp_path / "nowhere.csv") == [] and records(tmp_path, "") == []


@pytest.mark.parametrize("text, words", [
    (HEAD + "1,0.5\n", "line 2: 2 numbers for 3 columns"), (HEAD + "1,0.5,1,7\n", "line 2: 4 numbers for 3 columns"),
    (HEAD + "1,,1\n", "line 2: loss must be a number, got ''"),
                                         (HEAD + "1,2,3\n1,x,3\n", "line 3: loss must be a number, got 'x'"),
    (HEAD.replace(",", ";") + "1;0.5;1\n", "name the columns"), ("loss\n1\n", "one of them epoch"),
    ("epoch,loss,loss\n1,2,3\n", "each once"), (HEAD + '1,"2,3\n', "damaged"),
                                         (HEAD + "1,²,3\n", "loss must be a number")])
def test_a_damaged_history_names_file_line_and_column(text, words, tmp_path):
    with pytest.raises(ValueError, match=f"history.csv.*{words}.*[Pp]ut it back"):
        records(tmp_path, text)
