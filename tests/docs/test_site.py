"""The site builds without a warning, every formula can be set, and no page needs anything from outside."""
import importlib.util
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("sphinx", "myst_nb", "numpydoc", "pydata_sphinx_theme", "sphinxcontrib.katex")


def is_there(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


missing = [module for module in NEEDED if not is_there(module)]
reason = f"{', '.join(missing)} not installed: pip install -e '.[docs]'"
pytestmark = [pytest.mark.site, pytest.mark.skipif(bool(missing), reason=reason)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "html"
    built = subprocess.run([sys.executable, ROOT / "docs" / "site", out], capture_output=True, text=True,
                           cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert built.returncode == 0, built.stderr[-4000:]
    return out


class References(HTMLParser):
    """What a page loads (assets), and where it leads (links)."""

    LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
              "embed": "src", "object": "data", "use": "href", "image": "href"}
    LINK_LOADS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload",
                  "manifest"}

    def __init__(self, text):
        super().__init__()
        self.assets, self.links, self.styles, self.pictures, self.classes = [], [], [], [], set()
        self.in_style = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.in_style = tag == "style"
        self.classes.update((attributes.get("class") or "").split())
        if tag in self.LOADED and attributes.get(self.LOADED[tag]):
            self.assets.append(attributes[self.LOADED[tag]])
        if tag == "link" and set((attributes.get("rel") or "").split()) & self.LINK_LOADS:
            self.assets.append(attributes["href"])
        if attributes.get("srcset"):
            self.assets += [each.split()[0] for each in attributes["srcset"].split(",")]
        if attributes.get("style"):
            self.styles.append(attributes["style"])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "img":
            self.pictures.append(attributes)

    def handle_data(self, data):
        if self.in_style:
            self.styles.append(data)


@cache
def pages(site):
    """{path: what the page refers to}."""
    return {path: References(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))
            if "_static" not in path.parts}


def of_a_style(text):
    return re.findall(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""", text)


def outside(reference):
    return re.match(r"(?:[a-z]+:)?//", reference, re.I) is not None


def test_no_page_loads_anything_from_outside(site):
    found = {}
    for path, references in pages(site).items():
        assets = references.assets + [a or b for style in references.styles for a, b in of_a_style(style)]
        found[path.name] = [asset for asset in assets if outside(asset)]
    assert {page: assets for page, assets in found.items() if assets} == {}


def test_no_style_sheet_loads_anything_from_outside(site):
    for path in site.rglob("*.css"):
        references = [a or b for a, b in of_a_style(path.read_text(encoding="utf-8"))]
        assert [reference for reference in references if outside(reference)] == [], path


def test_all_that_is_loaded_is_there(site):
    for path, references in pages(site).items():
        for asset in references.assets:
            file = (path.parent / asset.split("?")[0].split("#")[0])
            assert asset.startswith("data:") or file.exists(), f"{path.name}: {asset}"
    for path in site.rglob("*.css"):
        for a, b in of_a_style(path.read_text(encoding="utf-8")):
            file = (a or b).split("?")[0].split("#")[0]
            here = not file or file.startswith(("data:", "%23"))
            assert here or (path.parent / file).exists(), f"{path.name}: {file}"


def test_links_within_the_site_lead_somewhere(site):
    for path, references in pages(site).items():
        for link in references.links:
            if not outside(link) and not link.startswith(("mailto:", "javascript:")):
                file = (path.parent / link.split("#")[0].split("?")[0])
                assert file.exists() or link.startswith("#"), f"{path.name}: {link}"


def test_every_formula_could_be_set(site):
    assert [path.name for path, references in pages(site).items() if "katex-error" in references.classes] == []


def test_what_a_cell_prints_is_set_as_well(site):
    """A table in Markdown that was left as it is begins like this."""
    raw = [path.name for path in pages(site) if path.parent.name == "lectures"
           and re.search(r"<p>\|[^<]*\|\s*\n\|[-—:]", path.read_text(encoding="utf-8"))]
    assert raw == []


def test_every_picture_has_words_in_its_place(site):
    def spoken(image):                             # where nothing is said, Sphinx puts the name of the file
        return image.get("alt") and not image["alt"].endswith((".png", ".gif", ".svg"))
    without = {path.name: [image.get("src") for image in references.pictures if not spoken(image)]
               for path, references in pages(site).items()}
    assert {page: pictures for page, pictures in without.items() if pictures} == {}


def test_every_lecture_and_derivation_is_in_it(site):
    for path in (ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"):
        assert (site / "lectures" / f"{path.stem}.html").exists()
    for path in (ROOT / "docs" / "derivations").glob("*.md"):
        name = "index" if path.stem == "README" else path.stem
        assert (site / "derivations" / f"{name}.html").exists()
    assert (site / "search.html").exists() and (site / "searchindex.js").exists()
