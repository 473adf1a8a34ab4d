"""A success, asked for again of the file alone: with new numbers, in a process that does not know what is right."""
import json
import secrets
from pathlib import Path

import numpy as np

from scratchnets.exercises.agreement import FLOAT32, FLOAT64, agree
from scratchnets.exercises.bounds import read_file
from scratchnets.exercises.problems import Problem, on_numpy, problems
from scratchnets.exercises.verdict import PASSED, RAISED, WRONG, Verdict

LIBRARY = ("Your file takes the answer from the library: it {what}. Write it in NumPy; the rest of the library you may "
           "use.")

NOT_ALONE = (
    "Beside the judge your function is right; alone, with other numbers of the same kind, it is wrong in {names}. It "
    "is to compute from its arguments and nothing else: not from the judge's numbers, not from what it kept from an "
    "earlier call or run, and with NumPy as it is.")

REPLACES = (
    "Your file replaces {names}. The judge computes with it, too, so it cannot say whether your answer is right. Give "
    "what you write a name of its own.")


def confirm(exercise, verdict, folder, ask_alone):
    """The verdict, when the file alone bears it out; else another one.

    Parameters
    ----------
    exercise : Exercise
    verdict : Verdict
        ``passed``, or that the judge itself has failed, which may be the file's doing.
    folder : Path
        For questions and answers.
    ask_alone : callable
        ``ask_alone(name, module, function)`` runs `alone`, which is not to call that function; it returns a
        verdict where that did not end well.
    """
    asked = fresh_problems(exercise)
    (folder / "questions.json").write_text(json.dumps(
        {"returns": list(exercise.returns), "problems": [written(problem.arguments) for problem in asked]}))
    reference = exercise.reference
    failed = ask_alone(exercise.name, reference.__module__, reference.__qualname__)
    if failed is not None:
        return failed
    right, told = dict.fromkeys(exercise.returns, False), {}
    try:
        told = json.loads(read_file(Path(folder, "answers.json")))
        if "library" in told:
            return _say(exercise, WRONG, "library", LIBRARY.format(what=told["library"][:500]))
        if told.get("replaced") and not verdict.passed:
            return _say(exercise, RAISED, "replaces", REPLACES.format(names=", ".join(told["replaced"])[:500]))
        if "raised" in told:
            return _say(exercise, RAISED, told["diagnosis"][:100], told["raised"][:20_000])
        right = compared(exercise, asked, told["answers"])
    except Exception:                       # of bytes that the file may have written itself
        pass
    if not verdict.passed:
        return _say(exercise, PASSED, "", "Right.", right) if all(right.values()) else verdict
    if all(right.values()):
        return verdict
    names = " and ".join(name for name, good in right.items() if not good)
    return _say(exercise, WRONG, "not-alone", NOT_ALONE.format(names=names), right)


def compared(exercise, asked, answers):
    """{name: whether it is right everywhere}"""
    right = dict.fromkeys(exercise.returns, True)
    for problem, answer in zip(asked, answers, strict=True):
        tolerance = FLOAT32 if answer["low"] else FLOAT64
        for name, value in problem.right.items():
            right[name] &= agree(_array(answer["values"][name], value.shape), value, tolerance)
    return right


def fresh_problems(exercise):
    """Problems that nobody has seen, and the special cases."""
    seed = secrets.randbelow(2 ** 31)
    try:
        drawn = problems(exercise, seed)
    except RuntimeError:                    # hardly any different shapes with this seed
        drawn = problems(exercise, 1)
    with on_numpy():
        return [*drawn, *(Problem(exercise, case(np.random.default_rng([seed, 2027])))
                          for case in exercise.cases.values())]


def written(arguments):
    """Arguments as JSON: {name: number, or {"dtype", "shape", "data"}}."""
    return {name: {"dtype": value.dtype.str, "shape": value.shape, "data": value.ravel().tolist()}
            if isinstance(value, np.ndarray) else value for name, value in arguments.items()}


def _array(told, shape):
    array = np.array(told["data"], dtype="float64").reshape(told["shape"])
    return array.reshape(shape) if array.size == 1 and shape == () else array


def _say(exercise, status, diagnosis, text, gradients=None):
    return Verdict(exercise.name, status, diagnosis, text, gradients or dict.fromkeys(exercise.returns),
                   {name: diagnosis for name, good in (gradients or {}).items() if good is False},
                   read=list(exercise.read))
