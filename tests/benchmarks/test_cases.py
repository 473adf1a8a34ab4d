"""Every case can be built and takes its step."""
import pytest

from scratchnets.benchmarks import CASES
from scratchnets.benchmarks.layer_steps import BETWEEN
from scratchnets.benchmarks.products import operations
from scratchnets.benchmarks.training_steps import training_step
from scratchnets.models.recipes import RECIPES


def test_every_model_is_a_case():
    missing = set(RECIPES) - set(CASES)
    assert not missing, f"add {missing} to the cases of scratchnets/benchmarks/training_steps.py"
    assert {"dense-forward", "dense-backward"} <= set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case_can_be_repeated(name):
    step, products, _ = CASES[name].build()
    step()
    step()
    assert (operations(products) > 0) == (name not in BETWEEN)


def test_the_autoencoder_has_the_size_that_is_compared():
    _, products, _ = training_step("autoencoder")
    weights = 2 * (784 * 512 + 512 * 256 + 256 * 32)
    assert operations(products) == 2 * 128 * (3 * weights - 784 * 512)
