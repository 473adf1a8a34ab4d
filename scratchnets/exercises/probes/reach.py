"""Probes that move a part of the input: is it heard, how far does it reach, and with which slope?"""
import numpy as np

from scratchnets.exercises.exercise import axes

STILL, MOVED, UNSURE = 0, 1, 2

OVERWRITTEN = """Of {name} only the {which} {entry} has an effect on yours; on the right one, every {entry}
has. In a loop, = writes over what came before, where += adds; a return inside the loop ends it."""

LEFT_OUT = """Of {name}, {which} along {letter} {has} no effect on yours, and should have. Either that part is
never read, or what becomes of it ends up in a place that is cut off or written over."""


def slabs_left_out(suspect):
    """The right value hears every entry along an axis of an argument; yours hears one alone, or lacks some."""
    for problem in suspect.problems:
        for name in suspect.array_arguments():
            for axis, letter in enumerate(axes(suspect.exercise.takes[name])):
                heard = _heard(suspect, name, axis, problem)
                if heard is None or heard.all() or not heard.any():
                    continue
                text = OVERWRITTEN if heard.sum() == 1 and (heard[0] or heard[-1]) else LEFT_OUT
                silent = np.flatnonzero(~heard)
                text = " ".join(text.split()).format(
                    name=name, letter=letter, entry="example" if letter == "N" else f"entry along {letter}",
                    which=_which(heard) if text is LEFT_OUT else "first" if heard[0] else "last",
                    has="has" if len(silent) == 1 else "have")
                return suspect.found("left-out", text)
    return None


def _which(heard):
    """Words for the entries that are not heard: ``"the last entry"``, ``"the entries 2, 5"``."""
    silent, length = np.flatnonzero(~heard), len(heard)
    count = f"{len(silent)} entries" if len(silent) > 1 else "entry"
    for word, block in (("first", np.arange(len(silent))), ("last", np.arange(length - len(silent), length))):
        if np.array_equal(silent, block):
            return f"the {word} {count}"
    listed = ", ".join(map(str, silent[:5].tolist())) + (", …" if len(silent) > 5 else "")
    return f"{'the entries' if len(silent) > 1 else 'the entry'} {listed} (counted from 0)"


def wrong_reach(suspect):
    """One number of an argument moves other places of yours than of the right answer."""
    for name in suspect.array_arguments():
        moved = [_moved(suspect, name, problem) for problem in suspect.problems]
        if any(yours is None or not right.ndim for right, yours in moved):
            continue
        patterns = {(_pattern(right), _pattern(yours)) for right, yours in moved}
        if len(patterns) > 1 or any(a == b or UNSURE in (a, b) for a, b in patterns):
            continue
        right, yours = (mask == MOVED for mask in moved[0])
        place = ", ".join("1" for _ in suspect.problems[0].arguments[name].shape)
        return suspect.found(
            "reach",
            f"Change {name}[{place}] alone: the right {suspect.name} then changes {_words(suspect, right)}, "
            f"yours {_words(suspect, yours)}."
            + (" Which of them depend on each other in the forward pass?" if suspect.is_gradient else ""))
    return None


def wrong_slope(suspect):
    """dy times a slope, number by number, as it should be, and another slope."""
    upstream = [name for name, text in suspect.exercise.takes.items() if "from above" in text]
    others = [name for name in suspect.array_arguments() if name not in upstream]
    if len(upstream) != 1 or len(others) != 1 or len(suspect.exercise.returns) != 1:
        return None
    if not all(problem.arguments[name].shape == right.shape
               for problem, _, right in suspect.each() for name in (upstream[0], others[0])):
        return None                                     # a slope goes with numbers that stand in the same place
    right, yours = _moved(suspect, upstream[0], suspect.problems[0])
    if yours is None or (right == MOVED).sum() != 1 or (yours == MOVED).sum() != 1:
        return None
    problem, answer, target = suspect.each()[0]
    dy, y = problem.arguments[upstream[0]], problem.arguments[others[0]]
    place = np.unravel_index(int(np.argmax(np.abs(answer - target))), dy.shape)
    return suspect.found(
        "slope",
        f"Yours is {upstream[0]} times a slope, number by number, and so it should be; but the slope is not "
        f"the right one. Where {others[0]} is {y[place]:.4g} yours is {answer[place] / dy[place]:.4g}, and "
        f"it should be {target[place] / dy[place]:.4g}.")


def _moved(suspect, name, problem):
    """What becomes of each place when one number of an argument is moved: of the right one, and of yours."""
    value = problem.arguments[name]
    return _with_moved(suspect, name, problem, (1,) * value.ndim) if value.dtype.kind == "f" else (None, None)


def _heard(suspect, name, axis, problem):
    """For each entry along an axis of an argument, whether yours hears it; None where that proves nothing."""
    value = problem.arguments[name]
    if value.dtype.kind != "f":
        return None
    heard = []
    for index in range(value.shape[axis]):
        right, yours = _with_moved(suspect, name, problem, (*[slice(None)] * axis, index))
        if yours is None or not (right == MOVED).any():
            return None
        heard.append((yours == MOVED).any())
        if not heard[-1] and (yours == UNSURE).any():
            return None
    return np.array(heard)


def _with_moved(suspect, name, problem, place):
    """The same with the given place, or places, of the argument moved."""
    value = problem.arguments[name].copy()
    value[place] = 0.5 * (value[place] + value.flat[0]) + 0.01     # about where the others are
    arguments = problem.arguments | {name: value}
    answer = suspect.again(arguments)
    if answer is None or answer.get(suspect.name) is None:
        return None, None
    before = suspect.yours[suspect.problems.index(problem)]
    return (_changes(problem.reference(arguments)[suspect.name], problem.right[suspect.name]),
            _changes(answer[suspect.name], before))


def _changes(after, before):
    """Each place MOVED, STILL, or UNSURE: a change too small to be told from rounding, or from underflow."""
    if after.shape != before.shape or not np.isfinite(after).all():
        return np.full(before.shape, UNSURE)
    scale, change = np.abs(before).max(initial=0.0), np.abs(after - before)
    still = (change <= 1e-14 * scale) & (np.maximum(np.abs(after), np.abs(before)) > 1e-10 * scale)
    return np.where(change > 1e-10 * scale, MOVED, np.where(still, STILL, UNSURE))


def _pattern(changes):
    """Along each axis: nowhere, in one place, everywhere; UNSURE where it is in several.

    What depends on each other by a formula does so in one place or in all. In several: that is where a
    gate is shut, or where a share of a sum is lost in rounding, and it says nothing.
    """
    found = _counted(changes == MOVED)
    return UNSURE if "some" in found or found != _counted(changes != STILL) else found


def _counted(mask):
    counts = [mask.any(axis=tuple(other for other in range(mask.ndim) if other != axis)).sum()
              for axis in range(mask.ndim)]
    return tuple("none" if count == 0 else "one" if count == 1 else "all" if count == size else "some"
                 for count, size in zip(counts, mask.shape))


def _words(suspect, mask):
    pattern = _counted(mask)
    if "none" in pattern:
        return "nowhere"
    if set(pattern) == {"one"}:
        return "in one place"
    if set(pattern) == {"all"} and mask.all():
        return "everywhere"
    return "for " + ", ".join(f"{count} {'example' if count == 'one' else 'examples'}" if letter == "N"
                              else f"{count} along "
                                   f"{letter}" for count, letter in zip(pattern, suspect.letters))
