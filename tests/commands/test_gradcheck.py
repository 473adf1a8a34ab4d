"""scratchnets gradcheck as a user meets it."""
import json

import pytest

from scratchnets.cli import main
from scratchnets.gradcheck import registry
from scratchnets.layers import activations


def test_all_gradients_are_correct(capsys):
    assert main(["gradcheck"]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].split() == ["verdict", "error", "gradient", "method", "name"]
    assert all(f"  {name}" in printed for name in registry.names())
    assert "are correct; the largest error is" in printed.splitlines()[-1]


def test_names_choose(capsys):
    assert main(["gradcheck", "Dense", "squared_error", "Dense"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:-2]
    assert [row.split()[2:] for row in rows] == [
        ["dx", "richardson", "Dense"], ["dW", "richardson", "Dense"], ["db", "richardson", "Dense"],
        ["dx", "richardson", "Dense,", "no", "bias"], ["dW", "richardson", "Dense,", "no", "bias"],
        ["dprediction", "richardson", "squared_error"]]


def test_json_is_a_list_of_objects(capsys):
    assert main(["gradcheck", "TiedDense", "--json", "--method", "central", "--seed", "3"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["gradient"] for row in rows] == ["dh", "dW", "db"]
    for row in rows:
        assert set(row) == {"name", "gradient", "method", "error", "verdict"}
        assert (row["name"], row["method"], row["verdict"]) == ("TiedDense", "central", "correct")
        assert 0 < row["error"] < 1e-8


def test_the_seed_changes_the_numbers_and_not_the_verdict(capsys):
    printed = []
    for seed in ("0", "2", "0"):
        assert main(["gradcheck", "Dense", "--seed", seed]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[2] != printed[1]


def test_a_wrong_backward_ends_with_status_1(capsys, monkeypatch):
    monkeypatch.setattr(activations, "tanh_backward", lambda dy, y: dy * (1 + y * y))
    assert main(["gradcheck", "tanh", "sigmoid"]) == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[1].startswith("wrong") and "worst at index" in printed
    assert "1 of 2 gradients are not correct" in printed
    assert main(["gradcheck", "tanh", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["verdict"] == "wrong"


@pytest.mark.parametrize("arguments, message", [
    (["Dnse"], "did you mean 'Dense'"),
    (["--method", "complx"], "did you mean 'complex'"),
    (["--seed", "-1"], "--seed must be at least 0"),
])
def test_bad_input_ends_with_status_2_and_says_what_is_valid(arguments, message, capsys):
    assert main(["gradcheck", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit) as exit:
        main(["gradcheck", "--help"])
    assert exit.value.code == 0 and "scratchnets gradcheck Dense" in capsys.readouterr().out
