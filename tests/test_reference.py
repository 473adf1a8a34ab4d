"""The library's formulas against naive loops, on the examples of the gradient check."""
import numpy as np
import pytest
import reference

from scratchnets import backend
from scratchnets.gradcheck import registry
from scratchnets.layers import Layer

FORMULAS = [name for name, example in registry.EXAMPLES.items()
            if not isinstance(example(registry.Draw(0))[0], Layer)]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_agrees_with_its_loops(name, seed, float64):
    subject, *inputs = registry.EXAMPLES[name](registry.Draw(seed))
    on_device = [backend.asarray(value) if np.ndim(value) else value for value in inputs]
    result = subject[0](*on_device) if isinstance(subject, tuple) else subject(*on_device)[0]
    expected = oracle(registry.base(name))(*inputs)
    assert result.shape == np.shape(expected)
    assert np.allclose(backend.to_numpy(result), expected, rtol=1e-12, atol=1e-13)


def oracle(name):
    """The loops of "dense", or of "minimax.real" under the name minimax_real."""
    found = getattr(reference, name.replace(".", "_"), None)
    assert found, f"write {name} as loops into tests/reference.py"
    return found
