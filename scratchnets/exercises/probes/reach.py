"""Probes that move one number of the input: how far does its effect reach, and with which slope?"""
import numpy as np

from scratchnets.exercises.comparison import agree


def wrong_reach(suspect):
    """One number of an argument moves other places of yours than of the right answer."""
    for name in suspect.array_arguments():
        right, yours = _moved(suspect, name)
        if yours is None or not right.ndim or _pattern(right) == _pattern(yours):
            continue
        return suspect.found(
            "reach",
            f"Change one number of {name}: the right {suspect.name} then changes {_words(suspect, right)}, "
            f"yours {_words(suspect, yours)}. Which of them depend on each other in the forward pass?")
    return None


def wrong_slope(suspect):
    """dy times a slope, number by number, as it should be, and another slope."""
    upstream = [name for name, text in suspect.exercise.takes.items() if "from above" in text]
    others = [name for name in suspect.array_arguments() if name not in upstream]
    if len(upstream) != 1 or len(others) != 1 or len(suspect.exercise.returns) != 1:
        return None
    right, yours = _moved(suspect, upstream[0])
    if yours is None or right.sum() != 1 or yours.sum() != 1:
        return None
    problem, answer, target = suspect.each()[0]
    dy, y = problem.arguments[upstream[0]], problem.arguments[others[0]]
    place = np.unravel_index(int(np.argmax(np.abs(answer - target))), dy.shape)
    return suspect.found(
        "slope",
        f"Yours is {upstream[0]} times a slope, number by number, and so it should be; but the slope is not "
        f"the right one. Where {others[0]} is {y[place]:.4g} yours is {answer[place] / dy[place]:.4g}, and "
        f"it should be {target[place] / dy[place]:.4g}.")


def _moved(suspect, name):
    """Masks of the places that change with one number of an argument: of the right answer and of yours."""
    problem = suspect.problems[0]
    value = problem.arguments[name].copy()
    if value.dtype.kind != "f":
        return None, None
    place = (1,) * value.ndim
    value[place] = 0.5 * (value[place] + value.flat[0]) + 0.01     # about where the others are
    arguments = problem.arguments | {name: value}
    answer = suspect.again(arguments)
    if answer is None or answer.get(suspect.name) is None:
        return None, None
    return (_changes(problem.reference(arguments)[suspect.name], problem.right[suspect.name]),
            _changes(answer[suspect.name], suspect.yours[0]))


def _changes(after, before):
    if agree(after, before, 1e-14):
        return np.zeros(before.shape, bool)
    return np.abs(after - before) > 1e-10 * np.abs(before).max()


def _pattern(mask):
    """Along each axis: nowhere, in one place, in several, everywhere."""
    counts = [mask.any(axis=tuple(other for other in range(mask.ndim) if other != axis)).sum()
              for axis in range(mask.ndim)]
    return tuple("none" if count == 0 else "one" if count == 1 else "all" if count == size else "some"
                 for count, size in zip(counts, mask.shape))


def _words(suspect, mask):
    pattern = _pattern(mask)
    if "none" in pattern:
        return "nowhere"
    if set(pattern) == {"one"}:
        return "in one place"
    if set(pattern) == {"all"} and mask.all():
        return "everywhere"
    return "for " + ", ".join(f"{count} {'example' if count == 'one' else 'examples'}" if letter == "N"
                              else f"{count} along "
                                   f"{letter}" for count, letter in zip(pattern, suspect.letters))
