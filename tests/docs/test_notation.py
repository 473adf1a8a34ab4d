"""One symbol, one meaning: docs/notation.md knows every letter of every formula, and what it stands for there."""
import json
import re
from pathlib import Path

import pytest

from scratchnets.exercises.catalogue import get, names as exercises

ROOT = Path(__file__).parents[2]
NOTATION = ROOT / "docs/notation.md"
DERIVATIONS = sorted(path.stem for path in (ROOT / "docs/derivations").glob("*.md") if path.name != "README.md")
LECTURES = sorted(path for path in (ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))

CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.M | re.S)
MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.S)
GREEK = re.compile(r"\\(?:var)?(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau"
                   r"|phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega|ell)(?![A-Za-z])")
# What the conventions of notation.md explain, or words: E an expectation, 𝒩 a Gaussian, F Frobenius' norm.
WORDS = re.compile(r"\\(?:text|mathrm|texttt|mathbb|begin|end|mathbf)(?:\{[^}]*\}|\s*[A-Z1])|\\mathcal\s*\{?N\}?|_F\b")
EXPLAINED = {"n", "d", "m", "j", "l", "t", "i", "e", "delta", "omega", "c", "I", "O", "theta'"}


def letters(text):
    """{letter} of all formulas in a text: Latin ones as they are, Greek ones by name, 𝒞 as calC."""
    found = set()
    for display, inline in MATH.findall(CODE.sub("", text)):
        formula = WORDS.sub(" ", display or inline)
        found |= {"cal" + letter for letter in re.findall(r"\\mathcal\s*\{?([A-Z])", formula)}
        formula = re.sub(r"\\mathcal\s*\{?[A-Z]", " ", formula)
        found |= set(GREEK.findall(formula))
        found |= set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", formula)))
    return found


def rows(text):
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()
            if line.startswith("| $")]


EVERYWHERE, ELSEWHERE = NOTATION.read_text(encoding="utf-8").split("## Letters with another meaning")
KNOWN = EXPLAINED | {letter for row in rows(EVERYWHERE) for letter in letters(row[0])}
# (letters, meaning, [file, …]) of the last table
OTHERS = [(letters(symbol), meaning, [Path(link) for link in re.findall(r"\]\(([^)]+)\)", where)])
          for symbol, meaning, where in rows(ELSEWHERE)]


def local(name):
    """The letters to which the last table gives a meaning on this page."""
    return {letter for found, _, files in OTHERS for letter in found if name in [path.stem for path in files]}


def markdown(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


@pytest.mark.parametrize("page", DERIVATIONS)
def test_every_letter_of_a_page_has_a_meaning(page):
    used = letters((ROOT / f"docs/derivations/{page}.md").read_text(encoding="utf-8"))
    assert used - KNOWN - local(page) == set(), "say in docs/notation.md what it means"


@pytest.mark.parametrize("lecture", [path.stem for path in LECTURES])
def test_every_letter_of_a_lecture_has_a_meaning(lecture):
    used = letters(markdown(ROOT / f"notebooks/{lecture}.ipynb"))
    assert used - KNOWN - local(lecture) == set(), "say in docs/notation.md what it means"


@pytest.mark.parametrize("page", DERIVATIONS)
def test_no_other_meaning_is_listed_that_a_page_does_not_use(page):
    used = letters((ROOT / f"docs/derivations/{page}.md").read_text(encoding="utf-8"))
    assert local(page) - used == set(), "take the page out of that row of docs/notation.md"


@pytest.mark.parametrize("name", exercises())
def test_every_extent_of_an_exercise_has_a_meaning(name):
    """Of the shapes (N, D) of what it takes and returns."""
    exercise = get(name)
    shapes = re.findall(r"\(([\w, +·/]*)\)", " ".join([*exercise.takes.values(), *exercise.returns.values()]))
    used = set(re.findall(r"\b[A-Z]\b", " ".join(shapes)))
    assert used - KNOWN - local(name) == set(), "say in docs/notation.md what it means"


def test_a_symbol_stands_once_in_the_tables_that_hold_everywhere():
    symbols = [symbol for row in rows(EVERYWHERE) for symbol in re.findall(r"\$([^$]+)\$", row[0])]
    assert sorted(symbols) == sorted(set(symbols))


def test_greek_letters_of_the_docstrings_are_known():
    names = dict(zip("αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ", (
        "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega "
        "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega").split()))
    listed = KNOWN | {letter for found, *_ in OTHERS for letter in found}
    unknown = {(path.name, letter) for path in (ROOT / "scratchnets").rglob("*.py")
               for letter in set(path.read_text(encoding="utf-8")) & set(names)
               if names[letter] not in listed and letter != "Σ"}                 # Σ is a sum as well
    assert unknown == set()
