"""The pages of the API: one a module, filled by autodoc from the docstrings."""
import importlib
import inspect
import pkgutil

import scratchnets

LEFT_OUT = ("scratchnets.__main__", "scratchnets.exercises.catalogue.")    # exercises have their own page


def modules():
    """Names of the modules that define anything, in alphabetical order."""
    found = (module.name for module in pkgutil.walk_packages(scratchnets.__path__, "scratchnets."))
    return sorted(name for name in found if not name.startswith(LEFT_OUT))


def pages():
    """{name of the page: Markdown}."""
    listed = {name: importlib.import_module(name) for name in modules()}
    return {"api/index.md": index(listed)} | {f"api/{name}.md": page(name) for name in listed}


def index(listed):
    rows = "\n".join(f"| [`{name.removeprefix('scratchnets.')}`]({name}.md) | {summary(module)} |"
                     for name, module in listed.items())
    return f"# API\n\nWhat each module defines. `[source]` behind a name leads to its code.\n\n" \
           f"| module of `scratchnets` | |\n|---|---|\n{rows}\n"


def summary(module):
    first = (inspect.getdoc(module) or "").split("\n")[0]
    return first.replace("|", r"\|").replace("``", "`").replace("*", r"\*")


def page(name):
    # What forward and backward of every layer promise stands in `Layer`; here it is their arguments that count.
    also = "   :undoc-members:\n" if name.startswith("scratchnets.layers.") else ""
    return f"# `{name}`\n\n```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n{also}```\n"
