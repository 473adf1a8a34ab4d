"""The page of results, written from the rows in a folder: the book's, or those of a reader."""
import re
from collections import Counter
from functools import cache

from scratchnets.benchmarks.machine import words as machine_words
from scratchnets.exercises.lectures import notebook
from scratchnets.experiments import BOOK, published
from scratchnets.experiments.catalogue import all_experiments
from scratchnets.experiments.reproduce import outcome
from scratchnets.experiments.store import Store
from scratchnets.experiments.tables import tables

HEAD = """# Results

What takes longer than a lecture may is computed by an experiment, stored, and loaded by the lecture. This page
is made from what is stored: nothing is typed in. What the lectures quote beyond that is computed in them, in
the cell above the sentence that quotes it.

```sh
scratchnets reproduce scoreboard     # one experiment, and how far it is from the book
scratchnets reproduce --quick        # a few trials of each: about six minutes on two cores
```

Stop it with Ctrl-C: the same command goes on. How to read the tables:

- Digits are the 5,000 of MNIST that come with the package: 4,000 to learn from and 1,000 to test.
- A figure is the mean over the seeds (or the draws of labels), ± the standard error of that mean. Where there is no ±,
  there is one run, or all agree; (1) says that one of the seeds alone has this figure. Other test digits would
  change it further: of the scoreboard lecture 19 says by how much.
- ↑ more is better, ↓ less. Of a curve the last value is shown.
- Columns, settings and parts are named as in the file of the rows, NAME.json.
- Quick is the number of trials that `--quick` runs. Minutes are those of all trials, one after the other, beside
  whatever else the machine had to do; – where not all rows have theirs.
"""

FIRST = "scoreboard"                       # what most readers come for; the others in the order of the lectures
LONG = 30                                  # lines of a table that is folded


def page(folder, linked=False):
    """The results in a folder as Markdown.

    Parameters
    ----------
    folder : path
        Where `scratchnets.experiments.store.Store` keeps them.
    linked : bool
        With links from the root of the repository to the scripts, the lectures and the derivations.
    """
    there = [(experiment, store) for experiment in all_experiments()
             if (store := Store(folder, experiment.name)).rows]
    there.sort(key=lambda each: each[0].name != FIRST)
    text = "\n\n".join([HEAD.rstrip(), overview(there, compared=folder != BOOK, linked=linked),
                        *beside_papers(folder), *(section(*each, linked) for each in there)]) + "\n"
    return re.sub(r"(?<=\| )docs/derivations/[\w-]+\.md(?= \|)", derivation, text) if linked else text


def overview(there, compared, linked):
    """A line for each experiment; with the distance to the book's figures, where they are not those."""
    lines = ["| experiment | what it asks | lecture | trials | quick | minutes |"
             + (" beside the book |" if compared else ""),
             "|---|---|--:|--:|--:|--:|" + ("---|" if compared else "")]
    for experiment, store in there:
        found = outcome(experiment, store, len(experiment.trials))
        trials = f"{found.done} of {found.trials}" if found.done < found.trials else found.done
        lecture = ", ".join(link(f"{number:02d}", notebook(number), linked) for number in lectures(experiment))
        quick = sum(trial.quick for trial in experiment.trials) or ""
        line = (f"| [{experiment.name}](#{anchor(heading(experiment))}) | {escape(experiment.title)} | {lecture} "
                f"| {trials} | {quick} | {minutes(store)} |")
        lines.append(line + (f" {found.verdict} |" if compared else ""))
    return "\n".join(lines)


def beside_papers(folder):
    found = published.table(folder)
    return [f"## Beside published figures\n\n{published.__doc__.strip()}\n\n{found}"] if found else []


def minutes(store):
    """How long it took, where all rows say so."""
    seconds = [row.get("seconds") for rows in store.rows.values() for row in rows]
    return "–" if None in seconds else f"{sum(seconds) / 60:.1f}"


def section(experiment, store, linked):
    script = link(f"`{experiment.name}.py`", f"scratchnets/experiments/catalogue/{experiment.name}.py", linked)
    used = ", ".join(link(f"{number:02d}", notebook(number), linked) for number in lectures(experiment))
    needs = "".join(f", with `pip install {package}`" for package in experiment.needs)
    words = [f"## {heading(experiment)}", *about(experiment),
             f"Lecture: {used}. Script: {script}. Command: `scratchnets reproduce {experiment.name}`{needs}. "
             f"{machines(store)}"]
    for part, rows in store.rows.items():
        keys = {name for trial in experiment.trials if trial.part == part for name in trial.key}
        for place, (name, table) in enumerate(tables(rows, keys).items()):
            title = ", ".join(f"`{each}`" for each in (part, name) if each)
            words.append(titled(title, table, folded=place > 0 or table.count("\n") > LONG))
    return "\n\n".join(words)


def titled(title, table, folded):
    if not folded:
        return f"{title}:\n\n{table}"
    title, lines = re.sub(r"`([^`]*)`", r"<code>\1</code>", title), table.count("\n|") - 1
    return f"<details><summary>{title}: {lines} line{'s' * (lines > 1)}</summary>\n\n{table}\n\n</details>"


def lectures(experiment):
    """The numbers of all lectures that load its rows; of the first alone, where the book is not at hand."""
    return sorted({experiment.lecture} | {number for number, loaded in loads().items() if experiment.name in loaded})


@cache
def loads():
    """{number of a lecture: names of the experiments that it loads}"""
    book = (BOOK.parents[2] / "notebooks").glob("[0-9][0-9]-*.ipynb")
    name = re.compile(r"""stored(?:_arrays)?\(\\?["'](\w+)""")
    return {int(file.name[:2]): set(name.findall(file.read_text(encoding="utf-8"))) for file in book}


def about(experiment):
    """What the script says of itself, below its heading: what the heading says already left out."""
    title, _, rest = experiment.about.strip().partition("\n")
    further = title.partition(": ")[2]
    return [as_markdown(text) for text in (further[:1].upper() + further[1:], rest.strip()) if text]


def machines(store):
    """Which machines computed how many of the rows."""
    counts = Counter(row.get("machine") for rows in store.rows.values() for row in rows)
    said = [f"{counts[place]} rows on {machine_words(facts)}" for place, facts in enumerate(store.machines)
            if counts[place]]
    if counts[None]:
        said.append(f"{counts[None]} rows are from before the machine was noted")
    return f"Computed: {'; '.join(said)}."


def heading(experiment):
    """What an experiment is about, in a few words: its title, as far as the colon."""
    return escape(experiment.title.split(":")[0].rstrip("."))


def anchor(heading):
    """The address of a heading within its page, as GitHub and MyST make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def link(text, path, linked):
    return f"[{text}](/{path})" if linked else text


def derivation(found):
    """A link to a page of the derivations, by its title."""
    title = (BOOK.parents[2] / found[0]).read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
    return link(title, found[0], linked=True)


def as_markdown(docstring):
    """A script's docstring: what stands indented is a table, or what one types; a name in quotes is code."""
    blocks = docstring.strip().split("\n\n")
    return "\n\n".join(f"```text\n{dedented(block)}\n```" if block.startswith("    ")
                       else escape(re.sub(r'"([\w-]+)"', r"`\1`", block)) for block in blocks)


def escape(text):
    """A sign of Markdown becomes one of the text; within code it is one already."""
    return re.sub(r"(`[^`]*`)|([*_|<])", lambda found: found[1] or f"\\{found[2]}", text)


def dedented(block):
    return "\n".join(line[4:] for line in block.split("\n"))
