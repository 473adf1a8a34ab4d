"""The page of the exercises, written from the catalogue."""
import html
import textwrap
from itertools import groupby

from scratchnets.exercises.catalogue import all_exercises
from scratchnets.exercises.exercise import message
from scratchnets.exercises.lectures import heading, notebook
from scratchnets.experiments.page import anchor

HEAD = """# The exercises

You write one function; the judge says *what* is wrong with it. In a terminal

```sh
scratchnets exercises start exercises     # one file an exercise
scratchnets exercises watch exercises     # judged each time you save
```

in a notebook `check("dense_backward", my_function)`, with `from scratchnets.exercises import check, hint`.
What to do when it says *wrong* stands in [Start here](/docs/start.md#when-an-exercise-says-wrong); how it finds
out what is wrong, in [How the judge thinks](/docs/how-the-judge-thinks.md).

There are {count} of them, and together they know {mistakes} mistakes by name. Behind *what it teaches* stand
the mistakes that an exercise recognises, each with the sentence that you would read. Try first.
"""


def page():
    exercises = all_exercises()
    words = [HEAD.format(count=len(exercises), mistakes=sum(len(exercise.mutants) for exercise in exercises))]
    for lecture, group in groupby(exercises, key=lambda exercise: exercise.lecture):
        file = notebook(lecture)
        title = heading(lecture)
        words.append(f"## {title}")
        if file.endswith(".ipynb"):
            words.append(f"From [the lecture](/{file}).")
        words += [entry(exercise) for exercise in group]
    return "\n\n".join(words) + "\n"


def linked(text):
    """Each name of an exercise, in backticks, as a link to its entry."""
    for exercise in all_exercises():
        text = text.replace(f"`{exercise.name}`", f"[`{exercise.name}`](exercises.md#{anchor(exercise.title)})")
    return text


def entry(exercise):
    parts = [f"### {exercise.title}", f"`{exercise.name}` · [derivation](/{exercise.derivation}) · "
             f"[its file, the answer included](/scratchnets/exercises/catalogue/{exercise.name}.py)",
             preformatted(textwrap.dedent(exercise.task).strip()),
             folded("Hints", ordered(exercise.hints)),
             folded(f"What it teaches: {len(exercise.mutants)} mistakes that it knows",
                    definitions({name: message(mutant) for name, mutant in exercise.mutants.items()}))]
    return "\n\n".join(parts)


def preformatted(text):
    return f":::{{container}} task\n```text\n{text}\n```\n:::"


def folded(title, inside):
    return f"<details><summary>{html.escape(title)}</summary>\n{inside}\n</details>"


def ordered(hints):
    return "<ol>" + "".join(f"<li>{html.escape(hint)}</li>" for hint in hints) + "</ol>"


def definitions(terms):
    return "<dl>" + "".join(f"<dt><code>{html.escape(term)}</code></dt>"
                            f"<dd>{html.escape(' '.join(said.split()))}</dd>"
                            for term, said in terms.items()) + "</dl>"
