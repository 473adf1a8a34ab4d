"""Nothing public goes unchecked: every layer, loss and pure pair has an example, and each is correct."""
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

from scratchnets import layers, losses
from scratchnets.gradcheck import registry


def modules_of(package):
    return [importlib.import_module(f"{package.__name__}.{module.name}")
            for module in pkgutil.iter_modules(package.__path__)]


def functions_of(module):
    """{name: function} of what this very module defines."""
    return {name: function for name, function in vars(module).items()
            if inspect.isfunction(function) and function.__module__ == module.__name__}


PUBLIC = [*layers.__all__, *losses.__all__]
PAIRS = [name for module in modules_of(layers) for name, _ in functions_of(module).items()
         if f"{name}_backward" in functions_of(module)]


MODULES = {name: module.__name__.split(".")[-1] for module in modules_of(layers) for name in functions_of(module)}


def a_line_for(name):
    """What to write into EXAMPLES for a layer, a pair or a loss."""
    subject = f"layers.{name}()" if name in layers.__all__ else f"losses.{name}"
    if name in PAIRS:
        subject = f'pair({MODULES[name]}, "{name}")'
    return f'    "{name}": lambda draw: ({subject}, draw.normal(3, 4)),'


@pytest.mark.parametrize("name", [name for name in dict.fromkeys(PUBLIC + PAIRS)
                                  if name not in registry.NO_EXAMPLE])
def test_everything_public_has_an_example(name):
    assert any(name in (registry.base(known), known.split(".")[0]) for known in registry.EXAMPLES), \
        f"{name} has no example: add to EXAMPLES in scratchnets/gradcheck/registry.py a line like\n{a_line_for(name)}"


def test_the_examples_are_of_what_their_names_say():
    for name in registry.names():
        subject, *_ = registry.EXAMPLES[name](registry.Draw(0))
        if isinstance(subject, layers.Layer):
            said = type(subject).__name__
        elif isinstance(subject, tuple):
            said = subject[0].__name__
            assert subject[1].__name__ == f"{said}_backward"
        else:
            said = getattr(subject, "__name__", None) or subject.name.split(".")[-1]
        assert said == registry.base(name).split(".")[-1] or f".{said}" in subject.__qualname__


def test_what_needs_no_example_is_still_public():
    assert set(registry.NO_EXAMPLE) <= set(PUBLIC)
    assert not set(registry.NO_EXAMPLE) & set(registry.EXAMPLES)


@pytest.mark.parametrize("name", registry.names())
def test_every_gradient_is_correct(name):
    report = registry.check(name)
    assert report.passed, f"\n{report}"
    assert report.worst < 1e-8
    assert not any("kink" in row.detail for row in report.rows), \
        "move the example away from its kinks: draw.away_from_zero(3, 4) in place of draw.normal(3, 4)"


@pytest.mark.parametrize("name", registry.names())
def test_an_example_is_telling(name):
    """At least three examples, and extents that differ wherever a transposition could hide."""
    where = f"its line in EXAMPLES of scratchnets/gradcheck/registry.py: {name!r}"
    subject, *inputs = registry.EXAMPLES[name](registry.Draw(0))
    arrays = [np.asarray(value) for value in inputs if np.ndim(value)]
    assert len(arrays[0]) >= 3, f"take three examples or more in {where}"
    for array in arrays:
        assert array.size <= 100, f"an array of {array.size} numbers is slow to check: make it smaller in {where}"
        if array.ndim == 2:
            assert array.shape[0] != array.shape[1], f"a square array hides a transposition: change {where}"


def test_two_seeds_give_two_examples():
    _, first = registry.EXAMPLES["Sigmoid"](registry.Draw(0))
    _, second = registry.EXAMPLES["Sigmoid"](registry.Draw(1))
    assert (first != second).any()


def test_a_name_stands_for_its_variants():
    assert registry.matching("Dense") == ["Dense", "Dense, no bias"]
    assert registry.matching("Dense, no bias") == ["Dense, no bias"]


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="unknown name 'Dens'.*did you mean 'Dense'.*TiedDense.*squared_error"):
        registry.matching("Dens")


def test_where_the_complex_step_cannot_be_taken_the_row_says_so():
    assert {row.method for row in registry.check("Tanh", method="complex").rows} == {"complex"}
    assert {row.method for row in registry.check("squared_error", method="complex").rows} == {"richardson"}
