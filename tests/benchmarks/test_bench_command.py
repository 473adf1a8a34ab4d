"""scratchnets bench prints its table, or JSON, with PyTorch and without. No speed is tested."""
import json

import pytest

from scratchnets.backend import name
from scratchnets.cli import main

pytestmark = pytest.mark.skipif(name() != "numpy", reason="the double of CuPy has no device to wait for")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr("scratchnets.benchmarks.measure.WARM_UP", 0)
    monkeypatch.setattr("scratchnets.benchmarks.measure.TURN", 0)
    monkeypatch.setattr("scratchnets.commands.bench.peak", lambda: 1e11)


@pytest.fixture
def without_pytorch(monkeypatch):
    monkeypatch.setattr("scratchnets.commands.bench.pytorch", lambda: None)


def test_json_is_a_list_of_objects(without_pytorch, capsys):
    assert main(["bench", "tied", "dense-forward", "--rounds", "2", "--json"]) == 0
    printed = capsys.readouterr()
    tied, dense = json.loads(printed.out)
    assert tied["name"] == "tied" and dense["name"] == "dense-forward"
    for result in (tied, dense):
        assert result["ms"] > 0 and result["ratio"] is None and result["torch_ms"] is None
        assert result["share_of_peak"] == pytest.approx(result["gflops"] / 100)
        assert result["products_ratio"] == pytest.approx(result["ms"] / result["products_ms"])
    assert "tied" in printed.err                                 # the progress bar stays out of the JSON


def test_with_pytorch_there_is_a_ratio(capsys):
    pytest.importorskip("torch")
    assert main(["bench", "tied", "--rounds", "2", "--json"]) == 0
    result, = json.loads(capsys.readouterr().out)
    assert result["ratio"] == pytest.approx(result["ms"] / result["torch_ms"])


def test_products_are_timed_in_turns_with_the_step(without_pytorch, monkeypatch, capsys):
    """A step of four seconds whose products take two of them, and one without products."""
    asked = []

    def measure(steps, rounds, tick):
        asked.append(len(steps))
        return [[4.0] * 3, [2.0] * 3][:len(steps)]

    monkeypatch.setattr("scratchnets.commands.bench.measure", measure)
    assert main(["bench", "conv-images", "relu"]) == 0
    title, convolution, relu, _ = capsys.readouterr().out.splitlines()
    assert asked == [2, 1]                                       # relu has no products that could be timed
    assert title.split()[:9] == ["step", "ms", "GFLOP/s", "of", "peak", "products", "ms", "ratio", "PyTorch"]
    assert convolution.split()[:8] == ["conv-images", "4000.00", "0", "0%", "2000.00", "2.00", "–", "–"]
    assert relu.split()[:8] == ["relu", "4000.00", "–", "–", "–", "–", "–", "–"]


def test_the_help_explains_the_ratio_and_shows_how_to_ask(capsys):
    with pytest.raises(SystemExit):
        main(["bench", "--help"])
    printed = capsys.readouterr().out
    assert "matrix products alone" in printed and "scratchnets bench conv-3x3 conv-5x5 conv-stride" in printed


def test_the_table_says_what_is_missing(without_pytorch, capsys):
    assert main(["bench", "tied", "--rounds", "1"]) == 0
    printed = capsys.readouterr().out
    assert "peak: 100 GFLOP/s" in printed and "pip install torch" in printed


def test_the_table_names_what_was_disturbed(without_pytorch, monkeypatch, capsys):
    monkeypatch.setattr("scratchnets.commands.bench.measure", lambda steps, *_: [[1.0, 2.0, 3.0]] * len(steps))
    main(["bench", "tied", "dense-forward"])
    assert "time again: tied, dense-forward" in capsys.readouterr().out
    monkeypatch.setattr("scratchnets.commands.bench.measure", lambda steps, *_: [[2.0, 2.1, 2.2]] * len(steps))
    main(["bench", "tied"])
    assert "time again" not in capsys.readouterr().out


def test_a_model_without_a_twin_is_timed_alone(monkeypatch, capsys):
    pytest.importorskip("torch")
    from scratchnets.benchmarks.torch_layers import NoTwin

    def none(*_):
        raise NoTwin("no twin")

    monkeypatch.setattr("scratchnets.benchmarks.torch_models.training_step", none)
    assert main(["bench", "tied", "--rounds", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["ratio"] is None


@pytest.mark.parametrize("arguments, words", [(["tiedd"], "did you mean 'tied'"),
                                              (["--rounds", "0"], "--rounds must be at least 1")])
def test_a_wrong_name_or_number_is_answered(arguments, words, capsys):
    assert main(["bench", *arguments]) == 2
    assert words in capsys.readouterr().err
