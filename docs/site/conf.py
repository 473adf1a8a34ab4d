"""Sphinx's settings. The pages are laid out by `python docs/site`, which then calls Sphinx."""
import re
import shutil

from sphinxcontrib import katex

import scratchnets

project = "scratchnets"
author = "the authors of scratchnets"
release = scratchnets.__version__ if hasattr(scratchnets, "__version__") else ""

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc", "sphinxcontrib.katex"]
nitpicky = False
default_role = "literal"                                    # `x` in a docstring is code, as in Markdown
suppress_warnings = ["toc.not_included"]

# Markdown as GitHub reads it.
myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_block"]
myst_heading_anchors = 4
myst_dmath_double_inline = True

# The lectures are committed with their outputs; building the site runs nothing.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_merge_streams = True

# Formulas: set at build time where node is there, and by the reader's browser where not. Style sheet and
# fonts come from static/katex in both cases and belong to this version.
assert katex.katex_version == "0.16.22", "docs/site/static/katex holds the fonts of KaTeX 0.16.22"
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 120          # seconds: machines are busy at times
katex_css_path = "katex/katex.css"
katex_prerender = shutil.which("node") is not None

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"show-inheritance": True}
numpydoc_show_class_members = False
add_module_names = False
viewcode_line_numbers = True

html_theme = "pydata_sphinx_theme"
html_title = "scratchnets"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_context = {"default_mode": "auto"}                     # light or dark, as the reader's system is
html_copy_source = False
html_show_sourcelink = False
html_codeblock_linenos_style = "inline"
html_sidebars = {"index": [], "start": [], "exercises": [], "results": [], "lecture-notes": [], "contributing": [],
                 "changelog": []}
html_theme_options = {
    "logo": {"text": "scratchnets"},
    "header_links_before_dropdown": 9,
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "search_bar_text": "Search the book …",
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "footer_start": [], "footer_center": [], "footer_end": [],
}

# A docstring is written to be read as it stands, in a terminal: in |x|, 2**k and x_ the signs mean themselves.
CODE = re.compile(r"(``.+?``|`[^`\n]+`)")
DERIVATION = re.compile(r"docs/derivations/([a-z0-9-]+)\.md")


def plain_text(app, what, name, obj, options, lines):
    """Escape what reStructuredText would take for markup, outside of code."""
    def escape(text):
        return re.sub(r"\*\*|(?<!\w)[*|]|[*|](?!\w)|(?<=\w)_(?!\w)",
                      lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    for number, line in enumerate(lines):
        if set(line.strip()) != {"-"}:
            parts = CODE.split(line)
            escaped = "".join(part if position % 2 else escape(part) for position, part in enumerate(parts))
            lines[number] = DERIVATION.sub(lambda found: link(app, found), escaped)


def link(app, found):
    """To the page of a derivation, where there is one."""
    return f":doc:`/derivations/{found[1]}`" if f"derivations/{found[1]}" in app.env.found_docs else found[0]


def setup(app):
    app.connect("autodoc-process-docstring", plain_text, priority=100)          # before numpydoc's turn
