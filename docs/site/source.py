"""The source as a book: a page for each file, its derivation beside the code."""
import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DERIVATIONS = ROOT / "docs" / "derivations"
SECTION = re.compile(r"^## ", re.M)
PYTHON = re.compile(r"^```python\n.*?^```\n(\n```text\n.*?^```\n)?", re.M | re.S)
COMMON = {"backward", "forward", "update", "layer", "loss", "the", "and", "a", "of", "one", "with", "all"}

# No contents at the right, which leaves the room to the code; and not every file stands in the reading order.
FRONT_MATTER = "---\norphan: true\nhtml_theme.sidebar_secondary.remove: true\n---"


def page(path):
    """Markdown for one file: on the left the code, piece by piece, on the right its derivation."""
    text = path.read_text(encoding="utf-8")
    relative = path.relative_to(ROOT).as_posix()
    words = [FRONT_MATTER]
    words += [f"# `{relative.removeprefix('scratchnets/')}`", about(path)]
    words += [remark for remark in [reading_order().get(relative)] if remark]
    pieces = split(text)
    beside = align(path, pieces)
    for piece in pieces:
        code = block(piece)
        if piece.names in beside:
            words.append(f"::::::{{container}} beside\n:::::{{container}} code\n{code}\n:::::\n"
                         f":::::{{container}} derivation\n{beside[piece.names]}\n:::::\n::::::")
        else:
            words.append(code)
    return "\n\n".join(words) + "\n"


def about(path):
    """Where else this file stands in the book."""
    pages = derivations_of(path)
    if not pages:
        return ""
    links = ", ".join(f"[{title(page)}](/{page.relative_to(ROOT)})" for page in pages)
    return f"Derived in: {links}."


class Piece:
    """Lines that belong together: a function and its backward, a class, or what comes before them."""

    def __init__(self, names, first, lines):
        self.names, self.first, self.lines = names, first, lines


def split(text):
    """A file's pieces, from top to bottom; a function and its ``_backward`` are one."""
    lines = text.splitlines()
    starts = []
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            while first > 1 and lines[first - 2].startswith("#"):
                first -= 1
            starts.append((first, node.name))
    pieces = [Piece((), 1, None)]
    for first, name in starts:
        last = pieces[-1]
        if last.names and name == f"{last.names[0]}_backward":
            last.names += (name,)
        else:
            pieces.append(Piece((name,), first, None))
    for piece, following in zip(pieces, [*pieces[1:], None]):
        piece.lines = lines[piece.first - 1:following.first - 1 if following else None]
    return [piece for piece in pieces if any(line.strip() for line in piece.lines)]


def block(piece):
    code = "\n".join(piece.lines).rstrip()
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`+", code) or [""]))
    return f"{fence}{{code-block}} python\n:lineno-start: {piece.first}\n\n{code}\n{fence}"


@cache
def subjects():
    """{page of a derivation: the files and folders that its first lines name, in their order}."""
    heads = {page: SECTION.split(page.read_text(encoding="utf-8"))[0].split("Symbols:")[0]
             for page in sorted(DERIVATIONS.glob("*.md"))}
    return {page: [(DERIVATIONS / link).resolve() for link in re.findall(r"\]\(([^)#]+)\)", head)]
            for page, head in heads.items()}


def main_subject(page):
    """The file that a page derives first of all; of a folder, its model."""
    first = next(iter(subjects()[page]), None)
    return first / "model.py" if first is not None and first.is_dir() else first


def derivations_of(path):
    """The derivations of what stands in this file, or in its folder."""
    return [page for page, named in subjects().items() if path in named or path.parent in named]


def title(page):
    return page.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")


def align(path, pieces):
    """{names of a piece: the sections that derive it}, in the order of the pages.

    A section belongs to the piece that its heading and its code say most often, and to the piece of the section
    above it where they say none. A page that says none at all stands beside the longest piece of its main file.
    Checks are left to the page itself, and so is what it says of files in other folders.
    """
    public = [piece for piece in pieces if piece.names and not piece.names[0].startswith("_")]
    beside, named = {}, [piece.names for piece in public]
    for page in derivations_of(path):
        subject = main_subject(page)
        if not named or path != subject and (path not in subjects()[page] or path.parent != subject.parent):
            continue
        current, waiting = None, []
        for section in SECTION.split(page.read_text(encoding="utf-8"))[1:]:
            if not section.startswith(("Check", "Source")):
                section = PYTHON.sub("", section)
                best = max(named, key=lambda names: mentions(names, section))
                current = best if mentions(best, section) else current
                waiting.append((current, section))
        longest = max(public, key=lambda piece: len(piece.lines)).names
        first = next((names for names, _ in waiting if names), longest) if path == subject else None
        for names, section in waiting:
            if names := names or first:
                beside.setdefault(names, []).append((page, section))
    return {names: "\n\n".join(shown(page, section) for page, section in sections)
            for names, sections in beside.items()}


def mentions(names, section):
    """How often a section says one of these names: as code, more if it defines it, and most in its heading."""
    heading = [word for word in re.findall(r"[a-z0-9]+", section.partition("\n")[0].lower()) if word not in COMMON]
    code = "\n".join(re.findall(r"```py\n.*?```|`[^`\n]+`", section, re.S))
    return sum(len(re.findall(rf"(?<!\w){name}(?!\w)", code)) + 5 * len(re.findall(rf"def {name}\(", code))
               + 10 * sum(alike(word, part) for word in heading for part in parts(name)) for name in names)


def parts(name):
    """``max_unpool2d`` → max, unpool; ``BatchNorm`` → batch, norm, batchnorm."""
    words = re.findall(r"[A-Za-z]\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name.replace("2d", "").replace("2D", ""))
    return {word.lower() for word in [*words, name]} - COMMON


def alike(word, part):
    """The same, or one begins with the other: unpool, unpooling."""
    return word == part or min(len(word), len(part)) > 3 and (word.startswith(part) or part.startswith(word))


def shown(page, section):
    """One section of a page, its heading as a line in bold and its links as seen from the top."""
    heading, _, body = section.partition("\n")
    here = page.parent.relative_to(ROOT).as_posix()
    body = re.sub(r"^#+ (.*)$", r"**\1**", body, flags=re.M)
    body = re.sub(r"\]\((?!\w+://|#)([^)\s]+)\)", rf"](/{here}/\1)", body)
    body = re.sub(r"\]\(#([^)\s]+)\)", rf"](/{page.relative_to(ROOT)}#\1)", body)
    return f"**{heading}**\n{body.rstrip()}"


@cache
def reading_order():
    """{file or folder: what the reading order says of it}."""
    text = (ROOT / "docs" / "reading-order.md").read_text(encoding="utf-8")
    remarks = {}
    for item in re.findall(r"^\d+\. (.+?)(?=^\d+\. |^## |\Z)", text, re.M | re.S):
        found = re.match(r"\[[^\]]*\]\(\.\./([^)]+)\): (.*)", " ".join(item.split()))
        if found:
            remark = re.sub(r"\]\((?!/)", "](/docs/", found[2])
            remarks[found[1]] = remark[0].upper() + remark[1:]
    return remarks


def order():
    """Files and folders in the order in which they are read."""
    text = (ROOT / "docs" / "reading-order.md").read_text(encoding="utf-8")
    return list(dict.fromkeys(re.findall(r"\]\(\.\./([^)#]+)\)", text)))


def folder(path):
    """A page that lists the files of a folder, each with its first line."""
    relative = path.relative_to(ROOT).as_posix()
    words = [FRONT_MATTER, f"# `{relative.removeprefix('scratchnets/')}/`", reading_order().get(relative, "")]
    files = [file for file in sorted(path.iterdir())
             if file.suffix == ".py" or (file / "__init__.py").exists()]
    listed = [f"- [`{file.name}`](/{file.relative_to(ROOT)}): {first_line(file)}" for file in files
              if file.name != "__init__.py" or file.read_text(encoding="utf-8").strip()]
    return "\n\n".join([*words, "\n".join(listed)]) + "\n"


def first_line(path):
    path = path / "__init__.py" if path.is_dir() else path
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.split("\n")[0]
