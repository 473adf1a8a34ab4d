"""The pages of docs/: what they compute is true, what they link to exists, GitHub can show their formulas.

A block ``python`` is run, after those above it; the block ``text`` behind it is what it prints, the value of
a last expression included, as in a notebook. A block ``py`` is an excerpt and only shown.
"""
import ast
import contextlib
import io
import re
from pathlib import Path

import pytest

from scratchnets import backend
from scratchnets.exercises.catalogue import names as exercises

ROOT = Path(__file__).parents[2]
PAGES = {str(path.relative_to(ROOT / "docs")): path for path in sorted((ROOT / "docs").rglob("*.md"))}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.S)
every_page = pytest.mark.parametrize("page", PAGES)

DERIVATIONS = [page for page in PAGES if page.startswith("derivations") and not page.endswith("README.md")]


def blocks(page):
    return BLOCK.findall(PAGES[page].read_text(encoding="utf-8"))


def prose(page):
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", PAGES[page].read_text(encoding="utf-8")))


def run(page):
    """[(what a python block printed, what the page says that it prints or None), …], from top to bottom."""
    namespace, outputs = {}, []
    with backend.use("numpy", dtype="float32"):
        for language, text in blocks(page):
            if language == "python":
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    execute(ast.parse(text, page), page, namespace)
                outputs.append([printed.getvalue(), None])
            elif language == "text" and outputs:
                outputs[-1][1] = text
    return outputs


def execute(tree, page, namespace):
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, page, "exec"), namespace)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), page, "eval"), namespace)
        if value is not None:
            print(repr(value))


@every_page
def test_what_a_page_prints_is_what_it_says(page, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")                           # verdicts fold to the terminal
    for printed, said in run(page):
        assert printed == (said or "")


@pytest.mark.parametrize("page", DERIVATIONS)
def test_every_derivation_has_a_check_to_run(page):
    languages = [language for language, _ in blocks(page)]
    assert ("python", "text") in zip(languages, languages[1:]), (
        f"docs/{page} proves nothing: end it with a block ```python that checks the formula, and behind it a block "
        "```text with what it prints")


@pytest.mark.parametrize("page", DERIVATIONS)
def test_every_derivation_stands_in_the_index(page):
    name = Path(page).stem
    assert f"({name}.md)" in PAGES["derivations/README.md"].read_text(encoding="utf-8"), (
        "add to a table of docs/derivations/README.md the line\n"
        f"| [{name.replace('-', ' ')}]({name}.md) | what is derived | [file.py](../../scratchnets/layers/file.py) |")


SOURCES = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / "scratchnets").rglob("*.py"))}
every_source = pytest.mark.parametrize("source", SOURCES)


@pytest.mark.parametrize("source", [source for source in SOURCES if not source.endswith("__init__.py")])
def test_the_reading_order_walks_the_whole_source(source):
    """Every file, by itself or with its folder."""
    page = PAGES["reading-order.md"]
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    linked = {(page.parent / link).resolve() for link in links}
    assert linked & {SOURCES[source], *SOURCES[source].parents}, (
        "give it its place in docs/reading-order.md, with a line of what it is about:\n"
        f"[`{source.removeprefix('scratchnets/')}`](../{source}): …")


@every_source
def test_pages_that_the_source_names_exist(source):
    """``Derived in docs/derivations/dense.md.``"""
    named = re.findall(r"(?<![\w/.-])(?:docs|tests|notebooks)/[\w./-]*\w", SOURCES[source].read_text(encoding="utf-8"))
    missing = [path for path in named if not (ROOT / path).exists()]
    assert not missing, f"{source} names {' and '.join(missing)}, which is not there: write it, or name another"


@every_page
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", MATH.sub("", prose(page)))
    inside = [link for link in links if "://" not in link]
    missing = [link for link in inside if not (PAGES[page].parent / link).exists()]
    assert [link for link in missing if not still_to_be_written(link)] == []


def still_to_be_written(link):
    """A lecture of whose number there is none yet."""
    lecture = re.fullmatch(r"(?:\.\./)+notebooks/(\d\d)-[a-z0-9-]+\.ipynb", link)
    return lecture and not list((ROOT / "notebooks").glob(f"{lecture[1]}-*.ipynb"))


# What GitHub breaks before it recognises a formula, and how to write it instead.
UNSAFE = {r"\\[^A-Za-z\s]": r"Markdown takes the backslash away: \lbrace for \{, no \, or \;, \cr for \\",
          r"\\operatorname": r"not allowed on GitHub: \mathrm",
          r"<(?=\S)": r"may be read as HTML: \lt, or a space behind it",
          r"\]\(": "read as a link: put a space between",
          r"[½¼…·×≤≥]": "a command instead of the character"}


@every_page
@pytest.mark.parametrize("pattern", UNSAFE)
def test_github_can_show_the_formulas(page, pattern):
    formulas = [display or inline for display, inline in MATH.findall(prose(page))]
    assert [formula for formula in formulas if re.search(pattern, formula)] == [], UNSAFE[pattern]


@every_page
def test_no_two_underscores_make_an_emphasis(page):
    """By CommonMark's rule: one after punctuation and before a word opens, one after a word or ) closes."""
    emphasis = re.compile(r"(?<![\w\s])_(?=\S)[^`]*?(?<!\s)_(?!\w)")
    paragraphs = [" ".join(display or inline for display, inline in MATH.findall(paragraph))
                  for paragraph in prose(page).split("\n\n")]
    found = [match.group() for paragraph in paragraphs for match in emphasis.finditer(paragraph)]
    assert found == [], "write the first one with a space on both sides"


@every_page
def test_no_formula_ends_a_cell_of_a_table(page):
    rows = [line for line in prose(page).splitlines() if line.startswith("|")]
    assert [formula for row in rows for _, formula in MATH.findall(row) if "|" in formula] == []
    assert [row for row in rows if row.count("$") % 2] == []


@every_page
def test_dollars_stand_where_github_looks_for_them(page):
    text = prose(page)
    touching = [match.group() for match in MATH.finditer(text)
                if text[max(match.start() - 1, 0)].isalnum() or text[match.end():match.end() + 1].isalnum()]
    assert touching == []
    assert "**$" not in text and "$**" not in text
    assert "$" not in MATH.sub("", text), "a dollar without its partner on the same line"


# ---- the map of the notes ------------------------------------------------------------------------------------------

MAP = PAGES["lecture-notes.md"].read_text(encoding="utf-8")
ROWS = [re.split(r" \| ?", line.strip("| ")) for line in MAP.splitlines() if line.startswith("| ")]
NAMED = {name for row in ROWS if len(row) == 6 for name in re.findall(r"`(\w+)`", row[5])}


@pytest.mark.parametrize("lecture", [path.name for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))])
def test_every_lecture_stands_in_the_map_of_the_notes(lecture):
    assert f"notebooks/{lecture}" in MAP, (
        "add a row to docs/lecture-notes.md, or to the column Lecture of one that is there:\n"
        f"[{lecture[:2]}](../notebooks/{lecture})")


@pytest.mark.parametrize("exercise", exercises())
def test_every_exercise_stands_in_the_map_of_the_notes(exercise):
    assert exercise in NAMED, \
        f"add `{exercise}` to the last column, Exercise, of the row of docs/lecture-notes.md that it belongs to"


def test_the_map_of_the_notes_names_no_exercise_that_is_not_there():
    unknown = NAMED - set(exercises())
    assert not unknown, f"take {', '.join(sorted(unknown))} out of the column Exercise of docs/lecture-notes.md"
