"""Build the site:  python docs/site [OUT]     (by default build/site; open its index.html)

The pages are laid out beside OUT, then Sphinx is called, with warnings as errors. Nothing is executed and
nothing is fetched. Needs `pip install -e ".[docs]"`.
"""
import json
import re
import sys
from pathlib import Path

import api
import exercise_pages
import source
from book import ROOT, Book, place

from scratchnets.experiments import BOOK
from scratchnets.experiments.page import page as results

HERE = Path(__file__).resolve().parent
PARTS = {"start.md": "Start", "lectures/index.md": "Lectures", "derivations/index.md": "Derivations",
         "exercises.md": "Exercises", "source/index.md": "Source", "api/index.md": "API", "results.md": "Results",
         "lecture-notes.md": "Lecture notes", "how-the-judge-thinks.md": "How the judge thinks",
         "contributing.md": "Contributing", "changelog.md": "Changelog", "licence.md": "Licence"}


def lay_out():
    """All pages, {name: text or bytes}."""
    book = Book()
    pages = book.pages
    generated = {"lectures/index.md": lectures, "exercises.md": exercise_pages.page,
                 "results.md": lambda: results(BOOK, linked=True)}
    pages |= dict.fromkeys(generated, "")                                    # known, and written below
    written = [path.relative_to(ROOT) for path in sorted((ROOT / "docs").glob("**/*.md"))]
    book.add(*written, "CONTRIBUTING.md", "CHANGELOG.md", *source.order())
    for name, page in generated.items():
        pages[name] = book.relink(page(), ROOT / name, name)
    pages["lecture-notes.md"] = exercise_pages.linked(pages["lecture-notes.md"])
    book.add()                                                               # what those lead to
    pages |= api.pages()
    add_contents(book)
    return pages


def lectures():
    """The list of the lectures, in the order of their files."""
    titles = {path.name: title(path) for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))}
    listed = "\n".join(f"- [{text}](/notebooks/{name})" for name, text in titles.items())
    return ("# The lectures\n\nOne question each, and an experiment that answers it. They are notebooks: here "
            "you read them with their\npictures, in a clone you run them. Each begins with what you should "
            f"know, and ends with exercises.\n\n{listed}\n")


def title(path):
    """The heading of a notebook."""
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).split("\n", 1)[0].removeprefix("# ")


def add_contents(book):
    """The tables of contents, which make the order of the pages and the navigation beside them."""
    pages = book.pages
    derivations = dict.fromkeys(re.findall(r"\]\(([\w-]+\.md)\)", pages["derivations/index.md"]))
    read = [name for name in map(place, source.order()) if name not in PARTS]
    contents = {
        "api/index.md": [f"{name.removesuffix('.md').split('.', 1)[1]} <{name}>"
                         for name in sorted(pages) if name.startswith("api/scratchnets.")],
        "index.md": [f"{label} <{name}>" for name, label in PARTS.items() if name in pages],
        "lectures/index.md": sorted(name for name in pages if name.endswith(".ipynb")),
        "derivations/index.md": ["notation.md", *(f"derivations/{name}" for name in derivations)],
        "source/index.md": read}
    for name in list(pages):
        if re.fullmatch(r"source/scratchnets/.*index\.md", name):
            folder = name.removesuffix("index.md")
            inside = [page for page in pages if re.fullmatch(rf"{folder}([^/]+\.md|[^/]+/index\.md)", page)]
            contents[name] = [page for page in sorted(inside) if page != name and page not in read]
    for name, entries in contents.items():
        if entries:
            listed = "\n".join(re.sub(r"([^<\s]+\.(md|ipynb))", r"/\1", entry) for entry in entries)
            pages[name] += f"\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def write(pages, folder):
    """Lay the pages into `folder`; what is there already, unchanged, is left alone, and the rest removed."""
    wanted = {folder / name: text.encode() if isinstance(text, str) else text for name, text in pages.items()}
    for path in [path for path in folder.rglob("*") if path.is_file() and path not in wanted]:
        path.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)


def main(out):
    from sphinx.cmd.build import main as sphinx
    out = Path(out).resolve()
    laid, doctrees = out.with_name(out.name + "-pages"), out.with_name(out.name + "-doctrees")
    write(lay_out(), laid)
    options = ["-W", "--keep-going", "-q", "-b", "html", "-c", HERE, "-d", doctrees]
    return sphinx([str(option) for option in [*options, laid, out]])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [ROOT / "build" / "site"]))
