"""Rows of figures as tables in Markdown: those that differ in the seed alone become one line.

What is the same for all seeds is a setting, what differs is a measurement; of a curve the last value is shown.
Columns are named as in the rows.
"""
from collections import Counter
from statistics import mean, stdev

from scratchnets.experiments.store import BOOKKEEPING, last

# Which direction is the better one. Of "nearest" neither is: what is too near was learned by heart.
BETTER = dict.fromkeys(("reconstruct", "label_error", "frechet", "test", "train", "squared_error", "train_loss",
                        "reverse_kl", "checkerboard", "difference"), "↓")
BETTER |= dict.fromkeys(("detect", "detect_two", "confidence", "class_entropy", "accuracy", "auroc", "inside", "elbo",
                         "weighted", "weighted_500", "covered", "touched", "high_quality"), "↑")

HIDDEN = (*BOOKKEEPING, "classes")                   # a histogram, which has no last value

COUNTED = {"seed": "seeds", "draw": "draws"}         # what a line is the mean over


def tables(rows, keys=()):
    """The tables of one part, {name: Markdown}.

    Parameters
    ----------
    rows : list of dict
    keys : collection of str
        Columns that are known to be settings.

    Returns
    -------
    dict
        Under "" the figures of the rows themselves, where they have some; the others are those of their
        dictionaries, by the names of these.
    """
    names = dict.fromkeys(name for row in rows for name, found in row.items() if isinstance(found, dict))
    made = {}
    for name in names:
        inner = [(row, {key: found for key, found in row[name].items() if plain(found)})
                 for row in rows if name in row]
        if any(figures for _, figures in inner):
            settings = [{key: found for key, found in row.items() if isinstance(found, (str, int))}
                        for row, _ in inner]
            made[name] = table([kept | figures for kept, (_, figures) in zip(settings, inner)], keys)
    return {"": table(rows, keys)} | made if measured(shown(rows), keys) or not made else made


def table(rows, keys=()):
    """One table of the rows, and below it what is the same in all of them."""
    rows = shown(rows)
    counted = next((name for name in COUNTED if any(name in row for row in rows)), None)
    figures = measured(rows, keys)
    settings = [name for name in names(rows) if name not in figures]
    groups, so_far = {}, Counter()
    for row in rows:
        key, seed = tuple(row.get(name) for name in settings), row.get(counted)
        so_far[key, seed] += 1                        # more than one of a seed: what differs was not stored
        groups.setdefault((key, so_far[key, seed]), []).append(row)
    varied = [name for name in settings if len({row.get(name) for row in rows}) > 1]
    fixed = [f"`{name}` {value(rows[0][name])}" for name in settings if name not in varied]
    last_column = [COUNTED[counted]] if counted else []
    heads = [f"{name} {BETTER[name]}" if name in BETTER else name for name in figures]
    lines = ["| " + " | ".join([*varied, *heads, *last_column]) + " |",
             "|" + "---|" * len(varied) + "--:|" * len(figures + last_column)]
    for (key, _), group in groups.items():
        cells = [value(dict(zip(settings, key))[name]) for name in varied]
        runs = len({row[counted] for row in group}) if counted else 1
        for name in figures:
            numbers = [row[name] for row in group if row.get(name) is not None]
            fewer = f" ({len(numbers)})" if 0 < len(numbers) < runs else ""
            cells.append(spread(numbers) + fewer)
        cells += [str(runs)] if counted else []
        lines.append("| " + " | ".join(cells) + " |")
    everywhere = "In all rows" if len(groups) > 1 else "In this row"
    return "\n".join(lines) + (f"\n\n{everywhere}: {', '.join(fixed)}." if fixed else "")


def shown(rows):
    """The rows without what no table shows."""
    return [{name: last(found) for name, found in row.items() if plain(last(found)) and name not in HIDDEN}
            for row in rows]


def names(rows):
    """Of all columns, in the order in which they come up."""
    return [name for name in dict.fromkeys(name for row in rows for name in row) if name not in COUNTED]


def measured(rows, keys=()):
    """The columns that hold measurements."""
    return [name for name in names(rows) if name not in keys and not is_setting(name, rows)]


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
            seeds.setdefault(row.get("seed", row.get("draw")), []).append(row[name])
    if len(seeds) < 2:
        return all(isinstance(one, int) for one in found)
    return len({tuple(sorted(set(one))) for one in seeds.values()}) == 1


def value(found):
    """A setting or a figure, as it stands in a cell."""
    if isinstance(found, float):
        return f"{found + 0.0:.4g}"                     # no -0
    return "" if found is None else str(found).replace("|", r"\|")


def spread(numbers):
    """``mean ± standard error``, to the two digits of the error that count; one value, where all agree."""
    numbers = [number for number in numbers if isinstance(number, (int, float))]
    if len(set(numbers)) < 2:
        return value(numbers[0]) if numbers else ""
    error = stdev(numbers) / len(numbers) ** 0.5
    digits = max(0, 1 - int(f"{error:e}".split("e")[1]))
    if digits > 7:
        return f"{mean(numbers):.2g} ± {error:.2g}"
    return f"{mean(numbers):.{digits}f} ± {error:.{digits}f}"
