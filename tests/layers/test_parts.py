"""Every public layer has its parts: it is exported, derived, tested for itself, and asked for in an exercise.

A part that is not there is written, or the table below says why not. (The other parts have tests of their own: an
example in tests/test_registry.py, reference values in tests/reference_values, a place in the reading order in
tests/docs/test_pages.py. `python -m pytest --layer SiLU` runs what a SiLU must pass.)
"""
import ast
import functools
import importlib
import pkgutil
import re
import sys
from pathlib import Path

import pytest

from scratchnets import layers
from scratchnets.exercises.catalogue import names as exercises

ROOT = Path(__file__).parents[2]

WITHOUT = {
    "derivation": {
        "Layer": "the base of all layers has no formula",
        "Sequential": "the chain rule itself, which all pages use",
        "Identity": "dx = dy", "Flatten": "moves no number", "Reshape": "moves no number",
    },
    "exercise": {
        "Layer": "the base of all layers has no formula",
        "Sequential": "two_layer_network goes through one by hand",
        "Identity": "dx = dy", "Flatten": "moves no number", "Reshape": "moves no number",
        "AvgPool2D": "max_pool2d_backward asks for the harder one, with places",
        "Upsample2D": "its backward is a sum over windows, which im2col_backward asks for",
        "ELU": "a slope that follows from the output: tanh_backward asks for one",
        "Softplus": "its slope is the sigmoid, which sigmoid_backward knows",
        "GaussianNoise": "dx = dy", "SaltAndPepper": "a mask, as in dropout_backward",
        "MaskingNoise": "dropout_backward without the division",
        "MinibatchStd": "the path through a variance is that of batch_norm_backward",
    },
}


def modules():
    return [importlib.import_module(f"scratchnets.layers.{found.name}")
            for found in pkgutil.iter_modules(layers.__path__)]


def classes():
    """{name: class} of every layer that is written in scratchnets/layers, but for those that others are made from."""
    found = {name: value for module in modules() for name, value in vars(module).items()
             if isinstance(value, type) and issubclass(value, layers.Layer) and value.__module__ == module.__name__}
    bases = {base for value in found.values() for base in value.__mro__[1:]}
    return {name: value for name, value in found.items() if value not in bases or name in layers.__all__}


def names_of(name):
    """The class and its formulas: SiLU, silu, silu_backward; MaxPool2D, max_pool2d, max_pool2d_backward."""
    module = sys.modules[getattr(layers, name).__module__]
    return {name} | {known for known in vars(module)
                     if known.removesuffix("_backward").replace("_", "").startswith(name.lower())}


@functools.cache
def mentioned(path):
    """All names that a file uses; to import one is not to use it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {node.id for node in nodes if isinstance(node, ast.Name)} \
        | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def file_of(name):
    """scratchnets/layers/silu.py, relative to the root."""
    return Path(*getattr(layers, name).__module__.split(".")).with_suffix(".py")


every_layer = pytest.mark.parametrize("name", layers.__all__)


@pytest.mark.parametrize("name", classes())
def test_a_layer_is_exported(name):
    assert name in layers.__all__, (
        f'scratchnets/layers/__init__.py does not export {name}: add "{name}" to __all__, and the line\n'
        f"    from {classes()[name].__module__} import {name}")


@every_layer
def test_a_layer_is_derived(name):
    if name in WITHOUT["derivation"]:
        return
    layer, file = getattr(layers, name), file_of(name)
    said = f"{layer.__doc__ or ''} {sys.modules[layer.__module__].__doc__ or ''}"
    pages = [ROOT / page for page in re.findall(r"docs/derivations/[\w-]+\.md", said)]
    assert pages, (
        f'say in the docstring at the top of {file} on which page {name} is derived, "Derived in '
        f'docs/derivations/{file.stem.replace("_", "-")}.md", and write that page; or say in WITHOUT["derivation"] of '
        "tests/layers/test_parts.py why there is none")
    for page in pages:
        assert page.is_file(), f"write {page.relative_to(ROOT)}, where {file} says that it is derived"
    about = re.compile(rf"\b({'|'.join(names_of(name))})\b")
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert any(f"layers/{file.name}" in text and about.search(text) for text in texts), (
        f"name {name}, and the file as [`{file}`](../../{file}), on {' or '.join(page.name for page in pages)}")


@every_layer
def test_a_layer_has_a_test_of_its_own(name):
    path = ROOT / "tests" / "layers" / f"test_{file_of(name).stem}.py"
    assert path.is_file() and names_of(name) & mentioned(path), (
        f"write into {path.relative_to(ROOT)} what is known of {name} that does not come from its code: values by "
        "hand, and an identity. Forward and backward can agree and both be wrong, and no gradient check sees it")


@every_layer
def test_a_layer_is_asked_for_in_an_exercise(name):
    if name in WITHOUT["exercise"]:
        return
    catalogue = ROOT / "scratchnets" / "exercises" / "catalogue"
    asking = [exercise for exercise in exercises() if names_of(name) & mentioned(catalogue / f"{exercise}.py")]
    formula = min(names_of(name) - {name}, key=len, default=file_of(name).stem)
    assert asking, (
        f"write an exercise that asks for {name}, scratchnets/exercises/catalogue/{formula}_backward.py, as "
        'scratchnets/exercises/README.md says; or say in WITHOUT["exercise"] of tests/layers/test_parts.py why '
        "there is none")


@pytest.mark.parametrize("part, name", [(part, name) for part, reasons in WITHOUT.items() for name in reasons])
def test_what_is_done_without_is_of_a_layer(part, name):
    assert name in layers.__all__ and WITHOUT[part][name], f"take {name} out of WITHOUT[{part!r}] in this file"
