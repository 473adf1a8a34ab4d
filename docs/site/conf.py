"""Sphinx's settings. The pages are laid out by `python docs/site`, which then calls Sphinx."""
import shutil

from docstrings import as_rst
from sphinxcontrib import katex

project = "scratchnets"
author = "the authors of scratchnets"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc"]
nitpicky = False
default_role = "literal"                                    # `x` in a docstring is code, as in Markdown

# Markdown as GitHub reads it.
myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_block"]
myst_heading_anchors = 4
myst_dmath_double_inline = True

# The lectures are committed with their outputs; building the site runs nothing.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_merge_streams = True
nb_render_markdown_format = "myst"                          # what a cell prints: tables and formulas, too

# Formulas: set at build time where node is there, and by the reader's browser where not. Style sheet and
# fonts come from static/katex in both cases and belong to this version.
assert katex.katex_version == "0.16.22", "docs/site/static/katex holds the fonts of KaTeX 0.16.22"
extensions.append("formulas" if shutil.which("node") else "sphinxcontrib.katex")
katex_css_path = "katex/katex.css"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"show-inheritance": True, "ignore-module-all": True}
numpydoc_show_class_members = False
add_module_names = False
viewcode_line_numbers = True

html_theme = "pydata_sphinx_theme"
html_title = "scratchnets"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_context = {"default_mode": "auto"}                     # light or dark, as the reader's system is
html_show_search_summary = False                       # it would fetch pages, which browsers refuse for files
html_copy_source = False
html_show_sourcelink = False
html_codeblock_linenos_style = "inline"
html_sidebars = {page: [] for page in ("index", "start", "exercises", "results", "lecture-notes",
                                       "how-the-judge-thinks", "contributing", "changelog", "licence")}
html_theme_options = {
    "logo": {"text": "scratchnets"},
    "header_links_before_dropdown": 7,
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "search_bar_text": "Search the book …",
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "footer_start": [], "footer_center": [], "footer_end": [],
}


def read_docstring(app, what, name, obj, options, lines):
    folder = "derivations/"
    pages = {page.removeprefix(folder) for page in app.env.found_docs if page.startswith(folder)}
    lines[:] = as_rst(lines, pages)


def setup(app):
    app.connect("autodoc-process-docstring", read_docstring, priority=100)      # before numpydoc's turn
