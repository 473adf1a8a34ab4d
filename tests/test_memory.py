"""What would take too much memory is refused beforehand, with the figure."""
import tracemalloc

import numpy as np
import pytest

from scratchnets import memory
from scratchnets.cli import main
from scratchnets.models.recipes import RECIPES, build


def test_the_limit_is_set_by_hand_or_two_gigabytes_or_half_of_what_is_free(monkeypatch):
    assert 0 < memory.limit() <= 2e9
    monkeypatch.setattr(memory, "_free", lambda: iter([1e9, 3e9]))
    assert memory.limit() == 0.5e9
    monkeypatch.setenv("SCRATCHNETS_MEMORY", "8")
    assert memory.limit() == 8e9


@pytest.mark.parametrize("value", ["x", "0", "-1", "nan", "inf", "2GB"])
def test_a_limit_that_is_none_is_refused_by_name(value, monkeypatch):
    monkeypatch.setenv("SCRATCHNETS_MEMORY", value)
    with pytest.raises(ValueError, match="SCRATCHNETS_MEMORY must be a number of GB above 0"):
        memory.limit()


def test_a_counted_generator_draws_what_the_other_would_have_drawn():
    counted, plain = memory.Counted(np.random.default_rng(3), "x", "y"), np.random.default_rng(3)
    assert np.array_equal(counted.uniform(-1, 1, (3, 4)), plain.uniform(-1, 1, (3, 4)))
    assert np.array_equal(counted.standard_normal((3, 4)), plain.standard_normal((3, 4)))
    assert np.array_equal(counted.spawn(2)[1].random(3), plain.spawn(2)[1].random(3))
    assert counted.drawn == 24


@pytest.mark.parametrize("model", [name for name in RECIPES if "latent" in RECIPES[name].options()])
def test_a_code_that_is_far_too_wide_is_refused_before_a_weight_is_drawn(model, tmp_path, monkeypatch, capsys):
    """A tenth of the limit is not even touched, where half a terabyte was asked for."""
    monkeypatch.setenv("SCRATCHNETS_MEMORY", "1")
    tracemalloc.start()
    status = main(["train", model, "--latent", "100000000", "--out", str(tmp_path / "run")])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    message = capsys.readouterr().err
    assert status == 2 and peak < 2e8 and not (tmp_path / "run").exists()
    assert "GB of memory, and 1 GB are allowed here" in message or "must be below 784" in message


def test_no_layer_of_a_model_keeps_the_generator_that_counts():
    for name, recipe in RECIPES.items():
        options = recipe.options() | ({"classes": 3} if "y" in recipe.learns_from else {})
        model = build(name, (8, 8, 1), options, generator=0)
        assert not any(isinstance(each, memory.Counted) for each in model.generators().values()), name


@pytest.mark.parametrize("options", [["autoencoder", "--batch-size", "1000000000"], ["conv-autoencoder"]])
def test_batches_and_images_count_too(options, tmp_path, monkeypatch, capsys):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "photos.npz", images=rng.integers(0, 256, (12, 120, 160, 3), dtype="uint8"))
    monkeypatch.setenv("SCRATCHNETS_MEMORY", "0.2")
    assert main(["train", *options, "--data", str(tmp_path / "photos.npz"), "--out", str(tmp_path / "run")]) == 2
    message = capsys.readouterr().err
    assert "GB of memory, and 0.2 GB are allowed here; take " in message and "smaller images" in message
