"""Every lecture has one frame: a question, what to know, the verdict, an exercise, papers, its neighbours."""
import re
from pathlib import Path

import pytest

from scratchnets.exercises.catalogue import names

nbformat = pytest.importorskip("nbformat")

FOLDER = Path(__file__).parents[2] / "notebooks"
LECTURES = {int(path.name[:2]): path for path in sorted(FOLDER.glob("[0-9][0-9]-*.ipynb"))}
every_lecture = pytest.mark.parametrize("number", LECTURES, ids=lambda number: LECTURES[number].stem)

# What stands in italics at the very beginning of the text below a picture.
CAPTION = re.compile(r"\*(?![*\s])(?P<words>(?:(?!\n\n).)+?)(?<![*\s])\*(?=\s|\Z)", re.S)


def cells(number):
    return nbformat.read(LECTURES[number], as_version=4).cells


def prose(number):
    return "\n\n".join(cell.source for cell in cells(number) if cell.cell_type == "markdown")


def code(number):
    return "\n".join(cell.source for cell in cells(number) if cell.cell_type == "code")


def links(text):
    return [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


@every_lecture
def test_the_title_is_a_question_and_the_question_is_explained(number):
    first = cells(number)[0].source
    title = first.split("\n", 1)[0]
    assert title.startswith(f"# {number:02d} · ") and "?" in title
    assert re.search(r"\*\*(The question|Question)\.\*\*", first)


@every_lecture
def test_it_says_what_one_should_know(number):
    assert "**What you should know.**" in prose(number)


@every_lecture
@pytest.mark.parametrize("heading", ["What we saw", "Exercises?", "Further reading"])
def test_it_ends_as_all_do(number, heading):
    assert re.search(rf"^## {heading}\s*$", prose(number), re.M)


@every_lecture
def test_its_randomness_is_seeded(number):
    assert re.search(r"default_rng\(\S|seed|generator=\S", code(number))
    unseeded = r"default_rng\(\)|generator=None|np\.random\.(?!default_rng|Generator|RandomState)"
    assert not re.search(unseeded, code(number))


@every_lecture
def test_it_leads_to_its_neighbours(number):
    lead_to = set(links(prose(number)))
    neighbours = [LECTURES[each].name for each in (number - 1, number + 1) if each in LECTURES]
    assert [name for name in neighbours if name not in lead_to] == []


@every_lecture
def test_its_links_lead_somewhere(number):
    def still_to_be_written(link):
        lecture = re.fullmatch(r"(\d\d)-[a-z0-9-]+\.ipynb", link)
        return lecture and int(lecture[1]) not in LECTURES
    missing = [link for link in links(prose(number)) if link and not (FOLDER / link).exists()]
    assert [link for link in missing if not still_to_be_written(link)] == []


@every_lecture
def test_its_exercises_exist(number):
    asked = re.findall(r"\b(?:task|check|hint|solution)\(\s*[\"'](\w+)[\"']", code(number) + prose(number))
    assert [name for name in asked if name not in names()] == []
    assert asked or "scratchnets exercises" in prose(number)


@every_lecture
def test_its_pictures_have_captions(number):
    """Right below: a cell of text that begins in italics. The site gives that to screen readers."""
    found = [*cells(number), None]
    bare = [position for position, (cell, below) in enumerate(zip(found, found[1:]))
            if cell.cell_type == "code" and shows_a_picture(cell) and caption(below) is None]
    assert bare == [], "pictures without a caption stand in these cells"


def shows_a_picture(cell):
    return any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {}))


def caption(cell):
    """The words below a picture, or None."""
    found = CAPTION.match(cell.source.lstrip()) if cell is not None and cell.cell_type == "markdown" else None
    return found["words"] if found and len(found["words"]) >= 40 else None
