"""The file that a learner gets: the task, all shapes, where to read, and an empty place."""
import inspect
import re
import textwrap

from scratchnets.exercises.exercise import axes, meaning
from scratchnets.exercises.lectures import heading

WIDTH = 100

UNTOUCHED = "Leave the arguments as they are; x.copy() may be written into."


def stub(exercise, option=""):
    """The text of the file for this exercise; `option` ends the commands in it, such as ``" --dir my"``."""
    body = given_body(exercise) if exercise.given else empty_body(exercise)
    signature = f"def {exercise.name}({', '.join(exercise.takes)}):"
    head = f"{opening(exercise, option)}\nimport numpy as np"
    return f"{head}\n\n\n{signature}\n{docstring(exercise)}\n{body}\n"


def opening(exercise, option=""):
    """The docstring of the file."""
    option = option.replace("\\", "\\\\").replace('"', '\\"')
    title = exercise.title if exercise.title.endswith("?") else f"{exercise.title}."
    return (f'"""{title}\n\n'
            f"Lecture  {heading(exercise.lecture)}: {exercise.read[0]}\n"
            f"Read     {exercise.derivation}\n"
            f"Check    scratchnets exercises check {exercise.name}{option}\n"
            f"Hint     scratchnets exercises hint {exercise.name}{option}\n"
            f'"""')


def describe(exercise):
    """Task, arguments and returned values as text: the docstring of the function."""
    task = _filled(inspect.cleandoc(exercise.task))
    tables = [_table("Parameters", exercise.takes)] if exercise.takes else []
    rule = [UNTOUCHED] if any(axes(text) is not None for text in exercise.takes.values()) else []
    return "\n\n".join([task, *rule, *tables, _table("Returns", exercise.returns)])


def docstring(exercise):
    text = f'"""{describe(exercise)}\n"""'
    return textwrap.indent(text, "    ")


def empty_body(exercise):
    names = list(exercise.returns)
    lines = [*(f"{name} = ..." for name in names), "", f"return {', '.join(names)}"]
    return textwrap.indent("\n".join(lines), "    ")


def given_body(exercise):
    """The body of the function that is to be mended, without its own docstring."""
    source = textwrap.dedent(inspect.getsource(exercise.given))
    body = source[re.search(r"^def .*?:\n", source, re.MULTILINE | re.DOTALL).end():]
    body = re.sub(r'\A\s*""".*?"""\n', "", body, flags=re.DOTALL)
    return body.rstrip("\n")


def _table(title, described):
    rows = [f"{name} : {_shape(text)}\n    {meaning(text)}" for name, text in described.items()]
    return f"{title}\n{'-' * len(title)}\n" + "\n".join(rows)


def _shape(text):
    letters = axes(text)
    if letters is None:
        return "bool" if text.startswith("True") else "number"
    return f"array ({', '.join(letters)}{',' if len(letters) == 1 else ''})"


def _filled(text):
    return "\n\n".join(block if block.startswith("    ") else textwrap.fill(" ".join(block.split()), WIDTH)
                       for block in text.split("\n\n"))
