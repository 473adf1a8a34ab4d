"""A verdict as text and as HTML."""
import html
import math
import shutil
import textwrap

MARKS = {True: "right", False: "wrong", None: "not there yet"}
COLOURS = {"passed": "32", "wrong": "31", "raised": "31", "not attempted": "33", "not judged": "33",
           True: "32", False: "31", None: "33"}
PRINTED_LINES = 40
HTML_COLOURS = {"passed": "#1a7f37", "wrong": "#cf222e", "raised": "#cf222e", "not attempted": "#9a6700",
                "not judged": "#9a6700"}


def as_text(verdict, colour=False):
    """Lines for a terminal, readable without colours."""
    def paint(text, code):
        return f"\033[{code}m{text}\033[0m" if colour else text

    parts = []
    if verdict.printed:
        shown = textwrap.indent(_beginning(verdict.printed), "  | ", lambda line: True)
        parts.append(f"printed by your code:\n{shown}")
    tail = f"  [{verdict.diagnosis}]" if verdict.diagnosis else ""
    parts.append(f"{paint(verdict.exercise, '1')}: {paint(verdict.status, COLOURS[verdict.status])}{tail}")
    if _table_worth(verdict):
        longest = max(map(len, verdict.gradients))
        parts[-1] += "".join(
            f"\n  {name:<{longest}}  {paint(MARKS[right], COLOURS[right])}"
            + (f"  [{verdict.diagnoses[name]}]" if verdict.diagnoses.get(name) else "")
            for name, right in verdict.gradients.items())
    parts += [wrapped(verdict.message)]
    parts += [_corner_text(corner) for corner in verdict.corners]
    read = "Read: " + ", ".join(verdict.read) if verdict.read and not verdict.passed else ""
    onward = "Next: " + verdict.next if verdict.next else ""
    closing = [line for line in (read, *onward.splitlines()) if line]
    parts.append("\n".join(wrapped(line, indent="      ") for line in closing))
    return "\n\n".join(part for part in parts if part)


def as_html(verdict):
    """The same for a notebook. All that may stem from the learner is escaped."""
    escape = html.escape
    tail = f" <code>{escape(verdict.diagnosis)}</code>" if verdict.diagnosis else ""
    parts = [f'<p><b>{escape(verdict.exercise)}</b>: <b style="color:{HTML_COLOURS[verdict.status]}">'
             f"{verdict.status}</b>{tail}</p>"]
    if verdict.printed:
        parts.insert(0, f"<pre>{escape(_beginning(verdict.printed))}</pre>")
    if _table_worth(verdict):
        rows = "".join(f"<tr><td><code>{escape(name)}</code></td><td>{MARKS[right]}</td>"
                       f"<td>{_code(verdict.diagnoses.get(name, ''))}</td></tr>"
                       for name, right in verdict.gradients.items())
        parts.append(f"<table>{rows}</table>")
    for paragraph in verdict.message.split("\n\n"):
        parts.append(f"<pre>{escape(paragraph)}</pre>" if paragraph.startswith("    ")
                     else f"<p>{escape(paragraph)}</p>")
    parts += [_corner_html(corner) for corner in verdict.corners]
    if verdict.read and not verdict.passed:
        parts.append(f"<p>Read: {', '.join(f'<code>{escape(page)}</code>' for page in verdict.read)}</p>")
    if verdict.next:
        parts.append(f"<p>Next: {escape(verdict.next)}</p>".replace("\n", "<br>"))
    return "<div>" + "".join(parts) + "</div>"


def _code(text):
    return f"<code>{html.escape(text)}</code>" if text else ""


def _beginning(printed):
    """The first lines of what was printed: a loop's thousand lines would push the verdict out of sight."""
    lines = printed.rstrip("\n").splitlines()
    left_out = len(lines) - PRINTED_LINES
    return "\n".join(lines[:PRINTED_LINES] + (["… and so on"] if left_out > 0 else []))


def _table_worth(verdict):
    """Whether the table of gradients says more than the status."""
    judged = [right for right in verdict.gradients.values() if right is not None]
    return len(verdict.gradients) > 1 and bool(judged)


def _corner_text(corner):
    """Three blocks side by side, 80 columns in all."""
    blocks = [["".join(f"{cell:>8}" for cell in row) for row in _cells(rows)]
              for rows in (corner.yours, corner.expected, corner.ratio)]
    heads = [f"  {head}" for head in ("yours", corner.method, "ratio")]
    widths = [max(len(head), len(block[0])) for head, block in zip(heads, blocks)]
    lines = ["   ".join(f"{part:<{width}}" for part, width in zip(parts, widths)).rstrip()
             for parts in (heads, *zip(*blocks))]
    return "\n".join([f"{corner.name}{corner.where}", *lines])


def _corner_html(corner):
    blocks = [_cells(rows) for rows in (corner.yours, corner.expected, corner.ratio)]
    head = "".join(f'<th colspan="{len(block[0])}" style="text-align:left">{html.escape(title)}</th>'
                   for title, block in zip(("yours", corner.method, "ratio"), blocks))
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for row in rows for cell in row) + "</tr>"
                   for rows in zip(*blocks))
    return (f"<p><code>{html.escape(corner.name + corner.where)}</code></p>"
            f"<table><tr>{head}</tr>{body}</table>")


def _cells(rows):
    return [[_number(value) for value in row] for row in rows]


def _number(value):
    """About five digits in seven characters."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e4:
        decimals = 4 if size < 10 else 3 if size < 100 else 2 if size < 1000 else 1
        return f"{value:.{decimals}f}"
    mantissa, exponent = f"{value:.{0 if size < 1e-9 else 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def wrapped(text, indent=""):
    """Paragraphs filled to the terminal's width; those that stand indented stay as they are."""
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 100))
    return "\n\n".join(
        paragraph if paragraph.startswith("    ") else textwrap.fill(
            paragraph, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n\n"))
