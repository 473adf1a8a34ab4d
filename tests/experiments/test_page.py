"""The page of results: its order and its links, and figures of papers beside ours."""
import re

import pytest

from scratchnets.experiments import BOOK, published
from scratchnets.experiments.catalogue import all_experiments
from scratchnets.experiments.page import anchor, as_markdown, page


@pytest.fixture(scope="module")
def book():
    return page(BOOK, linked=True)


def test_the_scoreboard_comes_first_and_each_line_leads_to_its_section(book):
    headings = re.findall("^## (.+)$", book, re.M)
    assert headings[:3] == ["Beside published figures", "One dataset, every model", "Exact identities"]
    targets = re.findall(r"^\| \[\w+\]\(#([^)]+)\)", book, re.M)
    assert len(targets) == len(all_experiments()) and set(targets) <= set(map(anchor, headings))


def test_each_experiment_leads_to_its_lecture_and_its_script(book):
    for experiment in all_experiments():
        section = book.split(f"Command: `scratchnets reproduce {experiment.name}`")[0].rsplit("\n\n", 1)[1]
        assert f"[{experiment.lecture:02d}](/notebooks/{experiment.lecture:02d}-" in section
        assert f"](/scratchnets/experiments/catalogue/{experiment.name}.py)" in section


def test_a_derivation_is_linked_by_its_title_where_links_are_asked_for(book):
    assert "[Batch normalisation](/docs/derivations/batch-normalization.md)" in book
    assert "](/" not in page(BOOK) and "| docs/derivations/batch-normalization.md |" in page(BOOK)


def test_long_and_inner_tables_are_folded(book):
    folded = re.findall("<details><summary>(.+?)</summary>\n\n\\|", book)
    assert "<code>one_class</code>: 60 lines" in folded and len(folded) == book.count("</details>")
    assert "\n`draws`, `errors`:\n\n| labels |" in book                # the only table of its part


def test_of_a_docstring_names_are_code_and_signs_are_text():
    assert as_markdown('"a_b" is 2 * c_d, as `e_f`.\n\n    a    b\n    c    d') == (
        "`a_b` is 2 \\* c\\_d, as `e_f`.\n\n```text\na    b\nc    d\n```")


def test_the_book_has_ours_beside_each_published_figure():
    assert [each.setup for each in published.PUBLISHED if not each.ours(BOOK)] == []


def test_a_folder_without_rows_has_none_of_them(tmp_path):
    assert published.table(tmp_path) == "" and "Beside published figures" not in page(tmp_path)
