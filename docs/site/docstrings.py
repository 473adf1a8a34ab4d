"""Docstrings are written to be read as they stand, in a terminal; here they become reStructuredText.

In |x|, 2**k and x_ the signs mean themselves, but *this* is emphasis. What stands indented, a formula or a
command, is shown as it is, and so is a table.
"""
import re
from itertools import groupby

CODE = re.compile(r"(``.+?``|`[^`\n]+`)")
EMPHASIS = r"(?<![\w*])(?P<stars>\*{1,2})(?=[^\s*])[^*]*(?<=[^\s*])(?P=stars)(?![\w*])"
SIGNS = re.compile(rf"{EMPHASIS}|^\* |[*|]|(?<=\w)_(?!\w)")
ARGUMENTS = re.compile(r"\*{1,2}\w+( :.*)?$")                    # a heading among numpydoc's parameters
RULE = re.compile(r"\s*-{3,}\s*")
DERIVATION = re.compile(r"docs/derivations/([a-z0-9-]+)\.md")
ITEM = re.compile(r"[-*] |\d+\. ")


def as_rst(lines, derivations):
    """`lines` for Sphinx, as numpydoc is to find them; `derivations` names the pages to link to."""
    below = next((number for number, line in enumerate(lines) if RULE.fullmatch(line)), len(lines) + 1)
    prose, sections = lines[:below - 1], lines[below - 1:]
    return [*paragraphs(prose, derivations), *(inline(line, derivations) for line in sections)]


def inline(line, derivations):
    """One line, with what reStructuredText would take for markup escaped outside of code."""
    def link(found):
        return f":doc:`/derivations/{found[1]}`" if found[1] in derivations else found[0]
    if RULE.fullmatch(line) or ARGUMENTS.match(line):
        return line
    parts = CODE.split(line)
    parts[::2] = [SIGNS.sub(escape, part) for part in parts[::2]]
    return DERIVATION.sub(link, "".join(parts))


def escape(found):
    """A backslash before a sign, unless signs make an emphasis or a list."""
    return found[0] if len(found[0]) > 1 else f"\\{found[0]}"


def paragraphs(lines, derivations):
    """The text above the first section: what is indented, and every table, as a block of its own."""
    found, literal = [], False
    for blank, block in groupby(lines, key=lambda line: not line.strip()):
        block = list(block)
        if blank:
            found += block
            continue
        for indented, run in groupby(block, key=lambda line: shown_as_it_is(line, block)):
            run = list(run)
            if indented and not literal:
                if found and not found[-1].strip():
                    found = without_colons(found)
                found += ["", ".. code-block:: text", ""]
            elif literal and not indented:
                found.append("")
            literal = indented
            found += [f"    {line}" if indented else inline(line, derivations) for line in run]
    return found


def shown_as_it_is(line, block):
    return not ITEM.match(block[0].lstrip()) and (line.startswith("  ") or block[0].startswith("==="))


def without_colons(lines):
    """``as follows::`` → ``as follows:``, since the block below is marked already."""
    last = max((number for number, line in enumerate(lines) if line.strip()), default=None)
    if last is not None and lines[last].endswith("::"):
        lines = [*lines[:last], lines[last][:-1], *lines[last + 1:]]
    return lines
