"""Which file of the repository becomes which page of the site, and how the links between them follow.

Pages are added by the path of their file. A link in a page leads to a file of the repository, as on GitHub;
here that file is added in its turn, so that whatever is linked to is part of the book.
"""
import json
import os
import re
from functools import partial
from pathlib import Path

import source

ROOT = Path(__file__).resolve().parents[2]
INDEX = {"docs/README.md": "index.md", "docs": "index.md", "README.md": "index.md",
         "notebooks": "lectures/index.md", "notebooks/README.md": "lectures/index.md",
         "docs/reading-order.md": "source/index.md", "scratchnets": "source/index.md",
         "docs/derivations/README.md": "derivations/index.md", "docs/derivations": "derivations/index.md",
         "scratchnets/exercises/catalogue": "exercises.md", "scratchnets/experiments/results": "results.md",
         "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}

# Whatever comes first: blocks of code, formulas and code keep their brackets; a link may hold either.
MARKDOWN = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$|\$\$.+?\$\$"
                      r"|\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^()\s]+)\)"
                      r"|\$[^$\n]+\$|(?P<tick>`+)[^`].*?(?P=tick)", re.M | re.S)

TABLE = re.compile(r"^\|.*", re.M)                       # a row: in a narrow cell a figure and its error stay together

READ = re.compile(r"<code>(?P<file>(?:notebooks|docs/derivations)/[\w-]+\.(?:ipynb|md))</code>")     # of a verdict

CAPTION = re.compile(r"\*(?![*\s])((?:(?!\n\n).)+?)(?<![*\s])\*(?=\s|\Z)", re.S)     # below a picture


class Book:
    """The pages, {name: text or bytes}, as they are handed to Sphinx."""

    def __init__(self):
        self.pages, self.waiting = {}, []

    def add(self, *paths):
        """Lay out the files and folders at these paths, and all that the pages so far lead to."""
        for path in paths:
            self.want(path)
        while self.waiting:
            path = self.waiting.pop()
            name = place(path)
            self.pages[name] = self.render(ROOT / path, name)

    def want(self, path):
        """The name of the page for `path`, which is laid out in its turn."""
        name = place(path)
        if name not in self.pages:
            self.pages[name] = ""
            self.waiting.append(path)
        return name

    def render(self, path, name):
        if path.is_dir():
            return self.relink(source.folder(path), path / "index.md", name)
        if path.suffix == ".py":
            return self.relink(source.page(path), path, name)
        if path.suffix == ".md":
            beside = name.startswith("source/") and name != "source/index.md"
            head = "---\norphan: true\n---\n" if beside else ""
            return head + self.relink(path.read_text(encoding="utf-8"), path, name)
        if path.suffix == ".ipynb":
            return self.notebook(path, name)
        if path.name == "LICENSE":
            return f"---\norphan: true\n---\n# Licence\n\n```text\n{path.read_text(encoding='utf-8')}```\n"
        return path.read_bytes()

    def notebook(self, path, name):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell, below in zip(notebook["cells"], [*notebook["cells"][1:], None]):
            if cell["cell_type"] == "markdown":
                cell["source"] = self.relink("".join(cell["source"]), path, name)
            elif below and (words := CAPTION.match("".join(below["source"]))):
                cell["metadata"]["mystnb"] = {"image": {"alt": as_text(words[1])}}
            for data in [output["data"] for output in cell.get("outputs", []) if "data" in output]:
                if "text/markdown" in data:                         # prose: not once more as the code that makes it
                    cell["metadata"]["tags"] = ["hide-input"]
                    data["text/markdown"] = self.relink("".join(data["text/markdown"]), path, name)
                if "text/html" in data:
                    data["text/html"] = READ.sub(partial(self.to_read, name), "".join(data["text/html"]))
        return json.dumps(notebook, ensure_ascii=False)

    def to_read(self, name, found):
        """A page that the judge says to read, as a link from the page `name`."""
        onward = self.want(found["file"]).rsplit(".", 1)[0] + ".html"
        return f'<a href="{os.path.relpath(onward, os.path.dirname(name))}">{found["file"]}</a>'

    def relink(self, text, path, name):
        """`text` of the file at `path`, with links from the page `name` to other pages."""
        def follow(found):
            target = found["target"]
            if target is None or "://" in target or target.startswith(("#", "mailto:")):
                return found[0]
            file, _, anchor = target.partition("#")
            base = ROOT if file.startswith("/") else path.parent
            file = os.path.relpath(base / file.lstrip("/"), ROOT).replace(os.sep, "/")
            if not (ROOT / file).exists():
                if still_to_be_written(file):
                    return found["text"]
                raise FileNotFoundError(f"{path.relative_to(ROOT)} links to {target}, and there is no {file}")
            onward = os.path.relpath(self.want(file), os.path.dirname(name) or ".").replace(os.sep, "/")
            return f"[{found['text']}]({onward}{'#' + anchor if anchor else ''})"
        return TABLE.sub(lambda row: row[0].replace(" ± ", "\u00a0±\u00a0"), MARKDOWN.sub(follow, text))


def as_text(words):
    """Markdown in one line, without its signs, for those to whom a picture is read out."""
    return re.sub(r"[`$*]|\\(?=[a-zA-Z])|\]\([^)]*\)|\[", "", " ".join(words.split()))


def still_to_be_written(file):
    """A lecture of whose number there is none yet: what leads to it is not a link so far."""
    lecture = re.fullmatch(r"notebooks/(\d\d)-[a-z0-9-]+\.ipynb", file)
    return lecture and not list((ROOT / "notebooks").glob(f"{lecture[1]}-*.ipynb"))


def place(path):
    """The name of a file's page: ``scratchnets/layers/dense.py`` → ``source/scratchnets/layers/dense.md``."""
    path = str(path).rstrip("/")
    if path in INDEX:
        return INDEX[path]
    if path.endswith("LICENSE"):
        return f"source/{path}.md"
    if re.fullmatch(r"notebooks/\d\d-.*\.ipynb", path):
        return path.replace("notebooks/", "lectures/")
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if (ROOT / path).is_dir():
        return f"source/{path}/index.md"
    if path.endswith(".py"):
        return f"source/{path.removesuffix('.py')}.md"
    return f"source/{path}"
