"""The house: which room may know which, and that pictures are drawn in one place."""
import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "scratchnets"

# Who may not import whom: a model knows no loop, a layer no model, and nothing but commands knows a picture.
CLOSED = {
    "layers": {"models", "training", "evaluation", "pictures", "experiments", "exercises", "commands"},
    "losses": {"models", "training", "evaluation", "pictures", "experiments", "exercises", "commands"},
    "metrics": {"layers", "models", "training", "evaluation", "pictures", "experiments", "exercises", "commands"},
    "models": {"training", "evaluation", "pictures", "experiments", "exercises", "commands"},
    "data": {"models", "training", "evaluation", "pictures", "experiments", "exercises", "commands"},
    "training": {"evaluation", "pictures", "experiments", "exercises", "commands"},
    "evaluation": {"pictures", "experiments", "exercises", "commands"},
    "pictures": {"experiments", "exercises", "commands"},
}


def imported(path):
    """Every module that a file names in an import, at its head or within a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_pictures_import_matplotlib():
    drawing = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")
               if any(name.partition(".")[0] == "matplotlib" for name in imported(path))}
    assert {path for path in drawing if path.parts[0] != "pictures"} == {Path("data/glyphs.py")}


@pytest.mark.parametrize("room", CLOSED)
def test_imports_point_one_way(room):
    wrong = [(str(path.relative_to(PACKAGE)), name)
             for path in (PACKAGE / room).rglob("*.py") for name in imported(path)
             if name.startswith("scratchnets.") and name.split(".")[1] in CLOSED[room]]
    assert wrong == [], f"what {room} needs of these belongs into a room further down, or the code into one further up"


def test_nothing_stands_in_the_corridor():
    """A file beside the rooms is what all of them stand on; anything else belongs into one."""
    assert {path.stem for path in PACKAGE.glob("*.py")} == {
        "__init__", "__main__", "cli", "backend", "parameter", "arguments", "randomness", "files", "locks",
        "reading", "archive", "memory", "initializers", "optimizers", "schedules", "clipping"}
