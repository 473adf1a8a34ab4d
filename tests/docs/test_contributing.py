"""CONTRIBUTING.md works as printed: its layer is written into a copy of the book, and passes there.

Every block of the section goes into the file that is named last above it: a new file is the block, in an old one it
stands behind the lines that it begins with. Commands that name the layer are run.
"""
import contextlib
import importlib.util
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.long          # it copies the tree and runs commands in it

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## A layer from beginning to end")[1].split("## What notices a forgotten part")[0]
PIECE = re.compile(r"^(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=fence)$"
                   r"|(?<!\[)`(?P<path>[\w./-]+/[\w.-]+\.\w+)`", re.M | re.S)
COMMANDS = [shlex.split(line, comments=True) for block in re.findall(r"^```sh\n(.*?)^```", SECTION, re.M | re.S)
            for line in block.splitlines() if "SiLU" in line]
REFERENCE = "tests/reference_values/test_reference_values.py::test_what_is_public_has_a_reference_or_a_reason"
TORCH = importlib.util.find_spec("torch") is not None
# What a layer's name never selects, and what takes long to be looked through for it.
ELSEWHERE = [f"--ignore=tests/{folder}" for folder in ("benchmarks", "commands", "data", "evaluation", "experiments",
                                                       "metrics", "models", "notebooks", "pictures", "training")]


def blocks():
    """(path, text) of every block that goes into a file."""
    path = None
    for piece in PIECE.finditer(SECTION):
        if piece["path"]:
            path = piece["path"]
        elif piece["language"] in ("py", "md"):
            yield path, piece["text"]


def write(folder, path, text):
    """The block as a new file, or behind the lines of the file that it begins with."""
    file = folder / path
    if not file.exists():
        file.write_text(text, encoding="utf-8")
        return
    old, lines = file.read_text(encoding="utf-8"), text.splitlines(keepends=True)
    known = max(n for n in range(len(lines) + 1) if "\n" + "".join(lines[:n]) in "\n" + old)
    place = "".join(lines[:known])
    assert 0 < known < len(lines) and ("\n" + old).count("\n" + place) == 1, \
        f"{path} does not have the line, or has it twice, behind which CONTRIBUTING.md puts its block:\n{lines[0]}"
    file.write_text(old.replace(place, text, 1), encoding="utf-8")


def run(folder, command, *options):
    """A command of the page, in the copy."""
    program = {"python": [sys.executable], "scratchnets": [sys.executable, "-m", "scratchnets"]}[command[0]]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *strict_double()])}
    for inherited in [name for name in environment if name.startswith(("PYTEST_", "COV_"))]:
        del environment[inherited]
    return subprocess.run([*program, *command[1:], *options], cwd=folder, env=environment,
                          capture_output=True, text=True, encoding="utf-8", timeout=600)


def pytest_in(folder, *options):
    """What a layer of this name must pass; without pytest-xdist, which is not needed."""
    command = ["python", "-m", "pytest", "--layer", "SiLU"]
    return run(folder, command, "-p", "no:xdist", "-p", "no:cacheprovider", *options)


def strict_double():
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path.endswith("strict")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The book with the layer of CONTRIBUTING.md in it."""
    folder = tmp_path_factory.mktemp("book")
    rest = shutil.ignore_patterns("__pycache__", "images", "build", ".*")
    for part in ("scratchnets", "tests", "docs"):
        shutil.copytree(ROOT / part, folder / part, ignore=rest)
    for part in ("docs/images", "notebooks", "README.md", "CHANGELOG.md", "LICENSE"):        # only looked at
        (folder / part).symlink_to(ROOT / part)
    for part in ("CONTRIBUTING.md", "setup.cfg"):
        shutil.copy(ROOT / part, folder / part)
    for path, text in blocks():
        write(folder, path, text)
    return folder


def test_the_page_names_files_and_commands():
    paths = [path for path, _ in blocks()]
    assert len(paths) >= 12 and None not in paths
    assert ["python", "-m", "pytest", "--layer", "SiLU"] in COMMANDS


def test_its_values_come_from_pytorch_and_change_no_other(copy):
    if not TORCH:
        pytest.skip("needs PyTorch")
    command, = [command for command in COMMANDS if "make_reference_values" in command[1]]
    done = run(copy, command)
    assert done.returncode == 0, done.stderr
    name = "tests/reference_values/reference_values.npz"
    with np.load(ROOT / name) as before, np.load(copy / name) as after:
        assert set(after) - set(before) == {"SiLU/x", "SiLU/y", "SiLU/dy", "SiLU/dx"}
        assert [array for array in before if not np.array_equal(before[array], after[array])] == []


def test_its_layer_passes_what_a_new_layer_must_pass(copy):
    done = pytest_in(copy, *ELSEWHERE, *([] if TORCH else ["--deselect", f"{REFERENCE}[SiLU]"]))
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 60


def test_functions_that_numpy_does_not_have_are_as_exact_as_it_says():
    for code, said in re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", SECTION, re.M | re.S)[:1]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "CONTRIBUTING.md", "exec"), {})
        assert printed.getvalue() == said


# ---- what is forgotten is noticed ------------------------------------------------------------------------------------

# What is left out together, {file: what is said then}, and the tests that look.
FORGOTTEN = [
    ({"scratchnets/layers/__init__.py": 'add "SiLU" to __all__'}, ["tests/layers/test_parts.py"]),
    ({"docs/derivations/silu.md": "write docs/derivations/silu.md",
      "docs/reading-order.md": "[`layers/silu.py`](../scratchnets/layers/silu.py): …",
      "tests/layers/test_silu.py": "write into tests/layers/test_silu.py",
      "scratchnets/exercises/catalogue/silu_backward.py": "scratchnets/exercises/catalogue/silu_backward.py",
      "scratchnets/gradcheck/registry.py": '"SiLU": lambda draw: (layers.SiLU(), draw.normal(3, 4)),',
      "tests/reference_values/reference_values.npz": 'layer("SiLU", F.…, x=normal(3, 4))'},
     ["tests/layers/test_parts.py", "tests/test_registry.py", "tests/docs/test_pages.py", REFERENCE]),
    ({"tests/reference.py": "write silu as loops into tests/reference.py",
      "tests/exercises/correct/silu_backward.py": "write right answers into tests/exercises/correct/silu_backward.py",
      "docs/derivations/README.md": "| [silu](silu.md) |",
      "docs/lecture-notes.md": "add `silu_backward` to the last column"},
     ["tests/test_reference.py", "tests/exercises/test_catalogue.py", "tests/docs/test_pages.py"]),
]


@pytest.mark.parametrize("said, tests", FORGOTTEN, ids=["export", "parts of a layer", "parts of parts"])
def test_a_forgotten_part_is_named_with_the_place_to_write_it(copy, said, tests):
    written = {copy / path: (copy / path).read_bytes() for path in said}
    for path in said:
        (copy / path).unlink()
        if (ROOT / path).exists():
            shutil.copy(ROOT / path, copy / path)
    try:
        done = pytest_in(copy, *tests)
    finally:
        for file, content in written.items():
            file.write_bytes(content)
    assert done.returncode == 1 and [words for words in said.values() if words not in done.stdout] == [], \
        done.stdout + done.stderr
