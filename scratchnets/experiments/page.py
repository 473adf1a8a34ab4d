"""The page of results, written from the rows in a folder: the book's, or those of a reader.

What is the same for all seeds is a setting, what differs is a measurement; of a curve the last value is shown.
"""
import re
from collections import Counter
from statistics import mean, stdev

from scratchnets.experiments import BOOK, published
from scratchnets.experiments.catalogue import all_experiments
from scratchnets.experiments.machine import words as machine_words
from scratchnets.experiments.reproduce import outcome
from scratchnets.experiments.store import BOOKKEEPING, Store, last

HEAD = """# Results

What takes longer than a lecture may is computed by an experiment, stored, and loaded by the lecture. This page
is made from what is stored: nothing is typed in. A figure is the mean over the seeds, ± the standard error of
that mean, where there are several. What the lectures quote beyond that is computed in them, and printed above
the sentence that quotes it.

`scratchnets reproduce NAME` computes the figures of an experiment again, and says how far they are from those
of the book; `scratchnets reproduce --quick` a few of each. Stop it with Ctrl-C: the same command goes on.
"""


def page(folder, linked=False):
    """The results in a folder as Markdown.

    Parameters
    ----------
    folder : path
        Where `scratchnets.experiments.store.Store` keeps them.
    linked : bool
        With links from the root of the repository to the scripts and the lectures.
    """
    there = [(experiment, store) for experiment in all_experiments()
             if (store := Store(folder, experiment.name)).rows]
    return "\n\n".join([HEAD.rstrip(), overview(there, compared=folder != BOOK), *beside_papers(folder),
                        *(section(*each, linked) for each in there)]) + "\n"


def overview(there, compared):
    """A line for each experiment; with the distance to the book's figures, where they are not those."""
    lines = ["| experiment | lecture | trials | minutes |" + (" beside the book |" if compared else ""),
             "|---|--:|--:|--:|" + ("---|" if compared else "")]
    for experiment, store in there:
        found = outcome(experiment, store, len(experiment.trials))
        trials = f"{found.done} of {found.trials}" if found.done < found.trials else found.done
        line = f"| {experiment.name} | {experiment.lecture:02d} | {trials} | {minutes(store)} |"
        lines.append(line + (f" {found.verdict} |" if compared else ""))
    return "\n".join(lines)


def beside_papers(folder):
    found = published.table(folder)
    return [f"## Beside published figures\n\n{published.__doc__.strip()}\n\n{found}"] if found else []


def minutes(store):
    """How long it took, where all rows say so."""
    seconds = [row.get("seconds") for rows in store.rows.values() for row in rows]
    return "" if None in seconds else f"{sum(seconds) / 60:.1f}"


def section(experiment, store, linked):
    name = f"`{experiment.name}.py`"
    if linked:
        name = f"[{name}](/scratchnets/experiments/catalogue/{experiment.name}.py)"
    words = [f"## {experiment.name.replace('_', ' ').capitalize()}", as_markdown(experiment.about),
             f"Script: {name}. Command: `scratchnets reproduce {experiment.name}`. {machines(store)}"]
    for part, rows in store.rows.items():
        tables = "\n\n".join([table(rows, linked), *inner_tables(rows)])
        words.append(f"### {part.replace('_', ' ')}\n\n{tables}" if len(store.rows) > 1 else tables)
    return "\n\n".join(words)


def machines(store):
    """Which machines computed how many of the rows."""
    counts = Counter(row.get("machine") for rows in store.rows.values() for row in rows)
    said = [f"{counts[place]} rows on {machine_words(facts)}" for place, facts in enumerate(store.machines)
            if counts[place]]
    if counts[None]:
        said.append(f"{counts[None]} rows are from before the machine was noted")
    return f"Computed: {'; '.join(said)}."


def as_markdown(docstring):
    """A script's docstring: what stands indented is a table, or what one types."""
    blocks = docstring.strip().split("\n\n")
    return "\n\n".join(f"```text\n{dedented(block)}\n```" if block.startswith("    ")
                       else re.sub(r"(`[^`]*`)|([*_|<])", escaped, block) for block in blocks)


def escaped(found):
    """A sign of Markdown becomes one of the text; within code it is one already."""
    return found[1] or f"\\{found[2]}"


def dedented(block):
    return "\n".join(line[4:] for line in block.split("\n"))


def inner_tables(rows):
    """A table for each name under which a row has a dictionary of figures."""
    names = dict.fromkeys(name for row in rows for name, found in row.items() if isinstance(found, dict))
    for name in names:
        inner = [(row, {key: found for key, found in row[name].items() if plain(found)})
                 for row in rows if name in row]
        if any(figures for _, figures in inner):
            kept = [{key: found for key, found in row.items() if isinstance(found, (str, int))} | figures
                    for row, figures in inner]
            yield f"*{words(name)}*\n\n{table(kept)}"


def table(rows, linked=False):
    """Rows of one part, those that differ in the seed (or the draw) alone put together."""
    rows = [{"seed" if name == "draw" else name: last(found) for name, found in row.items()
             if plain(last(found)) and name not in BOOKKEEPING} for row in rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    settings = [name for name in names if name != "seed" and is_setting(name, rows)]
    measured = [name for name in names if name not in settings and name != "seed"]
    groups, so_far = {}, Counter()
    for row in rows:
        key = tuple(row.get(name) for name in settings)
        so_far[key, row.get("seed")] += 1             # more than one of a seed: what differs was not stored
        groups.setdefault((key, so_far[key, row.get("seed")]), []).append(row)
    shown = [name for name in settings if len({row.get(name) for row in rows}) > 1]
    fixed = [f"{words(name)} {value(rows[0].get(name), linked)}" for name in settings if name not in shown]
    counted = ["seeds"] if any("seed" in row for row in rows) else []
    lines = ["| " + " | ".join([*map(words, shown), *map(words, measured), *counted]) + " |",
             "|" + "---|" * len(shown) + "--:|" * (len(measured) + len(counted))]
    for (key, _), group in groups.items():
        cells = [value(dict(zip(settings, key))[name], linked) for name in shown]
        cells += [spread([row[name] for row in group if row.get(name) is not None]) for name in measured]
        cells += [str(len({row.get("seed") for row in group}))] * len(counted)
        lines.append("| " + " | ".join(cells) + " |")
    note = f"\n\nIn all rows: {', '.join(fixed)}." if fixed else ""
    return "\n".join(lines) + note


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


def value(found, linked=False):
    if isinstance(found, float):
        return f"{found:.4g}"
    if linked and isinstance(found, str) and found.startswith("docs/"):
        return f"[{found.rpartition('/')[2].removesuffix('.md').replace('-', ' ')}](/{found})"
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
