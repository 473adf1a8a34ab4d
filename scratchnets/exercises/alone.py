"""The learner's file by itself: it gets arguments and leaves values, and nothing here knows the right ones.

Run by its path, so that the rest of the exercises is not even imported.
"""
import builtins
import faulthandler
import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path

import numpy as np

MOST = 2_000_000        # numbers of one value that are handed on


class FromTheLibrary(BaseException):
    """The library's own answer was called."""


def main(path, folder, limit, name, module, function):
    """Load the file, ask its function each question of ``questions.json``, leave ``answers.json`` in `folder`."""
    folder = Path(folder)
    answers, bounds = _beside("answers"), _beside("bounds")
    questions = json.loads((folder / "questions.json").read_text())
    close_the_library(module, function)
    trace = open(folder / "trace.txt", "w")
    faulthandler.enable(trace)
    faulthandler.dump_traceback_later(max(float(limit), 0.01), exit=True, file=trace)
    bounds.mark()
    write, leave = os.write, os._exit
    told = json.dumps(_told(answers, path, name, questions)).encode()
    try:
        descriptor = os.open(folder / "answers.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        while told:
            told = told[write(descriptor, told):]
        leave(0)
    finally:
        leave(1)


def _told(answers, path, name, questions):
    before = names_of_numpy()
    try:
        function = answers.load(path).get(name)
        module = str(getattr(function, "__module__", ""))
        if module.startswith("scratchnets"):
            return {"library": f"has {name} from {module}"}
        found = {"answers": [_answered(answers, function, question, questions["returns"])
                             for question in questions["problems"]]}
    except FromTheLibrary as error:
        return {"library": str(error)}
    except answers.Unreadable as error:
        found = {"raised": str(error), "diagnosis": error.diagnosis}
    except answers.EngineError:
        found = {}
    except BaseException as error:          # whatever a learner's code may raise
        found = {"raised": answers.describe_error(error, path, {}), "diagnosis": answers.kind_of(error)}
    return found | {"replaced": [name for name, value in names_of_numpy().items() if before.get(name) is not value]}


def names_of_numpy():
    """{name: object} of what NumPy and Python offer."""
    return {f"{title}.{name}": value for title, module in (("np", np), ("np.linalg", np.linalg), ("builtins", builtins))
            for name, value in list(vars(module).items()) if not name.startswith("_")}


def _answered(answers, function, question, returns):
    arguments = {name: np.array(value["data"], dtype=value["dtype"]).reshape(value["shape"])
                 if isinstance(value, dict) else value for name, value in question.items()}
    answer = answers.ask(function, arguments, returns)
    values = {name: value for name, value in answer.values.items() if value is not None and value.size <= MOST}
    return {"low": answer.low_precision, "values": {name: {"shape": value.shape, "data": value.ravel().tolist()}
                                                    for name, value in values.items()}}


def close_the_library(module, name):
    """Let the function that is the answer raise `FromTheLibrary`, whoever calls it, and hide the exercises."""
    try:
        reference = importlib.import_module(module)
        for part in name.split("."):
            reference = getattr(reference, part)
        reference.__code__ = _closed.__code__
        _Closed.what = f"calls {module}.{name}"
    except (ImportError, AttributeError, ValueError, TypeError):
        pass                                # a composition, or built of closures: nothing to be taken
    for hidden in [each for each in sys.modules if each.startswith("scratchnets.exercises")]:
        del sys.modules[hidden]
    sys.modules["scratchnets.exercises"] = None
    sys.modules["scratchnets_closed"] = _Closed


class _Closed:
    """Stands where any function finds it, whatever its module."""

    what = ""

    @staticmethod
    def refuse():
        raise FromTheLibrary(_Closed.what)


def _closed(*arguments, **options):
    import sys
    sys.modules["scratchnets_closed"].refuse()


def _beside(name):
    """A module of this room, by its file: without the room, which knows the answers."""
    file = Path(__file__).with_name(f"{name}.py")
    specification = importlib.util.spec_from_file_location(f"scratchnets_{name}", file)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.path.append(sys.argv.pop())     # last, so that nothing of the package's folder hides a module of Python's
    main(*sys.argv[1:])
