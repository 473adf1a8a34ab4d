"""Formulas, set by KaTeX while the site is built. Used where node is there; else the reader's browser sets them.

sphinxcontrib-katex brings KaTeX's program along. It can also do this, over a socket to a server; one process
that is asked line by line needs neither.
"""
import json
import subprocess
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinxcontrib import katex

PROGRAM = """
const katex = require(process.argv[1]);
require("readline").createInterface({input: process.stdin}).on("line", line => {
  let answer;
  try { answer = {html: katex.renderToString(...JSON.parse(line))}; }
  catch (error) { answer = {error: error.message}; }
  process.stdout.write(JSON.stringify(answer) + "\\n");
});
"""


@cache
def node():
    """The process that sets formulas; it ends when this one does, since its input does."""
    return subprocess.Popen(["node", "-e", PROGRAM, Path(katex.__file__).with_name("katex.min.js")],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


@cache
def html(formula, display):
    """The formula as HTML with MathML for screen readers, or None and the reason why not."""
    options = {"displayMode": display, "strict": "ignore"}
    print(json.dumps([formula, options]), file=node().stdin, flush=True)
    answer = json.loads(node().stdout.readline())
    return answer.get("html"), answer.get("error")


def visit(writer, element, tag, display):
    text, error = html(element.astext(), display)
    if error:
        logging.getLogger(__name__).warning("%s in %s", error, element.astext(), location=element)
    writer.body.append(f'<{tag} class="math">{text or writer.encode(element.astext())}</{tag}>')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("formulas", (lambda writer, element: visit(writer, element, "span", False), None),
                               (lambda writer, element: visit(writer, element, "div", True), None))
    app.add_css_file("katex/katex.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
