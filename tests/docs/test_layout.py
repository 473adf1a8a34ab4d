"""How the pages of the site are laid out, before Sphinx turns them into HTML."""
import importlib.util
import json
import os
import re
import sys
from pathlib import Path

import pytest

from scratchnets.experiments import page

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "docs" / "site"))
book, docstrings, source = map(importlib.import_module, ("book", "docstrings", "source"))
PROGRAM = ROOT / "docs" / "site" / "__main__.py"
specification = importlib.util.spec_from_file_location("build_the_site", PROGRAM)
build = importlib.util.module_from_spec(specification)
specification.loader.exec_module(build)


@pytest.fixture(scope="module")
def pages():
    return build.lay_out()


def text_of(pages):
    return {name: text for name, text in pages.items() if name.endswith(".md")}


def test_every_link_leads_to_a_page(pages):
    dead = []
    for name, text in text_of(pages).items():
        for found in book.MARKDOWN.finditer(text):
            target = (found["target"] or "#").partition("#")[0]
            if target and "://" not in target and not target.startswith("mailto:"):
                page = os.path.normpath(os.path.join(os.path.dirname(name), target))
                dead += [(name, target)] if page not in pages else []
    assert dead == []


def test_no_backtick_stands_alone(pages):
    """It would hide all links behind it from the site: they would be taken for code."""
    odd = [(name, paragraph[:60]) for name, text in text_of(pages).items() if not name.startswith("source/scratchnets")
           for paragraph in re.sub(r"^(`{3,}|~{3,}).*?^\1", "", text, flags=re.M | re.S).split("\n\n")
           if paragraph.count("`") % 2]
    assert odd == []


def test_no_page_has_the_name_of_a_folder(pages):
    folders = {str(folder) for name in pages for folder in Path(name).parents}
    assert sorted(folders & set(pages)) == []


def test_every_page_is_in_the_contents_or_says_that_it_is_not(pages):
    listed = {entry.split("<")[-1].rstrip(">").lstrip("/") for text in text_of(pages).values()
              for block in re.findall(r"^```\{toctree\}\n:hidden:\n\n(.*?)^```", text, re.M | re.S)
              for entry in block.splitlines()}
    read = {name for name in pages if name.endswith((".md", ".ipynb"))} - {"index.md"}
    assert sorted(name for name in read - listed if "orphan: true" not in pages[name]) == []


def test_no_page_is_in_the_contents_twice(pages):
    """Two parents are no warning, but the header then marks the wrong part."""
    listed = [entry for text in text_of(pages).values()
              for block in re.findall(r"^```\{toctree\}\n:hidden:\n\n(.*?)^```", text, re.M | re.S)
              for entry in re.findall(r"/\S+?\.(?:md|ipynb)", block)]
    assert [entry for entry in set(listed) if listed.count(entry) > 1] == []


def test_the_whole_source_is_in_the_book(pages):
    for path in (ROOT / "scratchnets").rglob("*.py"):
        if path.name != "__init__.py":
            page = pages[book.place(path.relative_to(ROOT))]
            code = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            assert [line for line in code if line not in page] == [], path


def test_a_pair_stands_beside_its_derivation(pages):
    page = pages["source/scratchnets/layers/dense.md"]
    beside = re.search(r"\{container\} beside\n(.*?)\n::::::\n", page, re.S)[1]
    code, derivation = beside.split(":::::{container} derivation")
    assert "def dense(" in code and "def dense_backward(" in code and "class Dense" not in code
    assert "dx = dy W^\\top" in derivation and "import numpy" not in derivation


def test_brackets_in_code_and_formulas_are_no_links():
    text = "`x[0](y)`, $\\mathbb E[x](y)$\n```\na[b](c)\n```\n"
    assert book.Book().relink(text, ROOT / "docs" / "x.md", "x.md") == text


def test_a_dead_link_is_refused_by_name():
    with pytest.raises(FileNotFoundError, match="docs/x.md links to gone.md"):
        book.Book().relink("[gone](gone.md)", ROOT / "docs" / "x.md", "x.md")


def test_a_lecture_to_come_is_no_link_yet():
    text = book.Book().relink("[99](../notebooks/99-no-such-lecture.ipynb)", ROOT / "docs" / "x.md", "x.md")
    assert text == "99"


def test_a_docstring_keeps_its_signs_and_its_indented_formula():
    docstring = ["The norm |x|_2 of ``a*b``::", "", "    x * x", "", "See docs/derivations/dense.md."]
    lines = docstrings.as_rst(docstring, {"dense"})
    assert lines[0] == r"The norm \|x\|_2 of ``a*b``:"
    assert lines[-1] == "See :doc:`/derivations/dense`."
    assert ".. code-block:: text" in lines and "        x * x" in lines


@pytest.mark.parametrize("line, said", [
    ("*y* is what comes", "*y* is what comes"), ("**Strips.** The *rows*", "**Strips.** The *rows*"),
    ("a * b * c and 2**k", r"a \* b \* c and 2\*\*k"), ("*open to the next line", r"\*open to the next line"),
    ("* an item", "* an item"), ("*arguments : array", "*arguments : array"), ("-----", "-----")])
def test_stars_are_emphasis_where_they_come_in_pairs(line, said):
    assert docstrings.inline(line, set()) == said


def test_links_that_a_lecture_prints_lead_to_pages():
    said = book.Book().relink("[PCA](../docs/derivations/pca.md#x)", ROOT / "notebooks" / "x", "lectures/x.ipynb")
    assert said == "[PCA](../derivations/pca.md#x)"


def test_pages_that_a_verdict_names_are_links_and_printed_prose_hides_its_code(tmp_path):
    read = "<p>Read: <code>notebooks/00-backprop-by-hand.ipynb</code>, <code>docs/derivations/dense.md</code></p>"
    cells = [{"cell_type": "code", "source": "", "metadata": {}, "outputs": [{"data": data}]}
             for data in ({"text/html": [read]}, {"text/markdown": ["Seen."]}, {"text/plain": ["1"]})]
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": cells}))
    laid = json.loads(book.Book().notebook(tmp_path / "x.ipynb", "lectures/x.ipynb"))["cells"]
    assert laid[0]["outputs"][0]["data"]["text/html"] == (
        '<p>Read: <a href="00-backprop-by-hand.html">notebooks/00-backprop-by-hand.ipynb</a>, '
        '<a href="../derivations/dense.html">docs/derivations/dense.md</a></p>')
    assert [cell["metadata"] for cell in laid] == [{}, {"tags": ["hide-input"]}, {}]


def test_folders_of_exercises_and_results_lead_to_their_pages(pages):
    assert "[The exercises](exercises.md)" in pages["index.md"] and "[The results](results.md)" in pages["index.md"]
    assert "[licence](licence.md)" in pages["start.md"] and "[MIT licence](source/LICENSE.md)" in pages["licence.md"]
    assert "Permission is hereby granted" in pages["source/LICENSE.md"]
    assert "What it teaches" in pages["exercises.md"] and "Beside published figures" in pages["results.md"]


def test_derivations_stand_in_the_order_of_their_page(pages):
    listed = re.findall(r"/derivations/([\w-]+)\.md", pages["derivations/index.md"].split("{toctree}")[1])
    index = (ROOT / "docs" / "derivations" / "README.md").read_text(encoding="utf-8")
    assert listed == re.findall(r"^\| \[[^]]+\]\(([\w-]+)\.md\)", index, re.M)


def test_exercises_of_the_notes_lead_to_their_entries(pages):
    names = re.findall(r"\[`(\w+)`\]\(exercises\.md#([^)]+)\)", pages["lecture-notes.md"])
    headings = {page.anchor(title) for title in re.findall("^### (.+)$", pages["exercises.md"], re.M)}
    assert len(names) > 30 and {anchor for _, anchor in names} <= headings


def test_a_figure_and_its_error_stay_together_in_a_table():
    laid = book.Book().relink("as 1 ± 2\n\n| a |\n|---|\n| 1 ± 2 |", ROOT / "docs" / "x.md", "x.md")
    assert laid == "as 1 ± 2\n\n| a |\n|---|\n| 1\u00a0±\u00a02 |"


def test_a_section_finds_its_function_by_its_heading():
    path = ROOT / "scratchnets" / "layers" / "activations.py"
    beside = source.align(path, source.split(path.read_text(encoding="utf-8")))
    assert beside["tanh", "tanh_backward"].startswith("**Tanh**")
    assert beside["elu", "elu_backward"].startswith("**ELU**")
