"""The page of results, written from the stored rows of notebooks/experiments.

A file NAME.json holds parts, and a part rows: one training (or one evaluation of it) each, with its seed.
What is the same for all seeds is a setting, what differs is a measurement; of a curve the last value is shown.
"""
import ast
import json
import re
from collections import Counter
from pathlib import Path
from statistics import mean, stdev

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks" / "experiments"

HEAD = """# Results

What takes longer than a lecture may is computed by a script, stored beside it, and loaded by the lecture. The
tables below are made from those files when this page is built: nothing is typed in. A figure is the mean over
the seeds, ± the standard error of that mean, where there are several. What is quoted in the lectures
themselves is computed in them, and printed above the sentence that quotes it.
"""


def page():
    return "\n\n".join([HEAD, *map(experiment, sorted(FOLDER.glob("*.json")))]) + "\n"


def experiment(path):
    script = path.with_suffix(".py")
    words = [f"## {path.stem.replace('_', ' ').capitalize()}"]
    if script.exists():
        docstring = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
        words.append(as_markdown(docstring))
        words.append(f"Script: [`{script.name}`](/{script.relative_to(ROOT)}).")
    stored = json.loads(path.read_text(encoding="utf-8"))
    parts = stored.items() if isinstance(stored, dict) else [("", stored)]
    for name, rows in parts:
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            words.append(f"### {name.replace('_', ' ')}\n\n{table(rows)}" if name else table(rows))
    return "\n\n".join(words)


def as_markdown(docstring):
    """A script's docstring: what stands indented is what one types."""
    blocks = docstring.split("\n\n")
    return "\n\n".join(f"```sh\n{dedented(block)}\n```" if block.startswith("    ")
                       else re.sub(r"([*_|<])", r"\\\1", block) for block in blocks)


def dedented(block):
    return "\n".join(line[4:] for line in block.split("\n"))


def table(rows):
    """Rows of one part, those that differ in the seed alone put together."""
    rows = [{name: last(value) for name, value in row.items()} for row in rows]
    rows = [{name: found for name, found in row.items() if plain(found) and name != "seconds"}
            for row in rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    settings = [name for name in names if name != "seed" and is_setting(name, rows)]
    measured = [name for name in names if name not in settings and name != "seed"]
    groups, so_far = {}, Counter()
    for row in rows:
        key = tuple(row.get(name) for name in settings)
        so_far[key, row.get("seed")] += 1             # more than one of a seed: what differs was not stored
        groups.setdefault((key, so_far[key, row.get("seed")]), []).append(row)
    shown = [name for name in settings if len({row.get(name) for row in rows}) > 1]
    fixed = [f"{words(name)} {value(rows[0].get(name))}" for name in settings if name not in shown]
    lines = ["| " + " | ".join([*map(words, shown), *map(words, measured), "seeds"]) + " |",
             "|" + "---|" * len(shown) + "--:|" * (len(measured) + 1)]
    for (key, _), group in groups.items():
        cells = [value(dict(zip(settings, key))[name]) for name in shown]
        cells += [spread([row[name] for row in group if row.get(name) is not None]) for name in measured]
        lines.append("| " + " | ".join([*cells, str(len({row.get("seed") for row in group}))]) + " |")
    note = f"\n\nIn all rows: {', '.join(fixed)}." if fixed else ""
    return "\n".join(lines) + note


def last(found):
    return found[-1] if isinstance(found, list) and found else found


def plain(found):
    return found is None or isinstance(found, (str, int, float, bool))


def is_setting(name, rows):
    """The same for every seed, or no number at all."""
    found = [row[name] for row in rows if row.get(name) is not None]
    if any(isinstance(one, (str, bool)) for one in found):
        return True
    seeds = {}
    for row in rows:
        if row.get(name) is not None:
            seeds.setdefault(row.get("seed"), []).append(row[name])
    if len(seeds) < 2:
        return all(isinstance(one, int) for one in found)
    return len({tuple(sorted(set(one))) for one in seeds.values()}) == 1


def words(name):
    return name.replace("_", " ")


def value(found):
    if isinstance(found, float):
        return f"{found:.4g}"
    return "" if found is None else str(found).replace("|", r"\|")


def spread(numbers):
    """``mean ± standard error``, to the digits that the error leaves."""
    numbers = [number for number in numbers if isinstance(number, (int, float))]
    if not numbers:
        return ""
    if len(numbers) == 1:
        return value(float(numbers[0]))
    error = stdev(numbers) / len(numbers) ** 0.5
    digits = 2 if error == 0 else max(0, min(4, 1 - int(f"{error:e}".split("e")[1])))
    return f"{mean(numbers):.{digits}f} ± {error:.{digits}f}"
