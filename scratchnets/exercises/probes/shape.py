"""Probes of the shape: transposed, not summed over the batch, an axis too many, another gradient's."""
import itertools
from dataclasses import replace

import numpy as np

from scratchnets.exercises import recognition
from scratchnets.exercises.probes import scale


def empty(suspect):
    """An array without a single number."""
    if all(yours.size for yours in suspect.yours):
        return None
    return suspect.found("empty", f"{suspect.name} holds no number at all: {_shapes(suspect)}. A slice or a mask "
                                  "that picks nothing gives an axis of extent 0.")


def another_value(suspect):
    """Another of the values that were asked for: the order of return is wrong."""
    for other in suspect.exercise.returns:
        if other != suspect.name and suspect.equals(lambda problem, right: problem.right[other]):
            return suspect.found("order", f"What you return as {suspect.name} is {other}. The order is "
                                          f"{', '.join(suspect.exercise.returns)}.")
    return None


def transposed(suspect):
    """The shape backwards, with the right numbers or with others."""
    if not all(yours.shape == right.shape[::-1] for _, yours, right in suspect.each()):
        return None
    if suspect.mended_by(lambda yours, right: yours.T):
        return suspect.found(
            "transposed",
            f"The numbers of {suspect.name} are right, but it is transposed: {_shapes(suspect)}."
            + (" A gradient has the shape of what it is the gradient of." if suspect.is_gradient else ""))
    besides = _besides(suspect, [yours.T for yours in suspect.yours])
    if besides:
        return suspect.found("transposed", f"Two mistakes at once. {suspect.name} is transposed: {_shapes(suspect)}. "
                                           f"And with its axes in order: {besides}")
    return suspect.found(
        "transposed-shape",
        f"{suspect.name} has the shape of the transpose, {_shapes(suspect)}, and its numbers are not right "
        "either. Write the shape under each factor: only one order of a product gives the shape that is "
        "asked for.")


def _besides(suspect, mended):
    """What is wrong with the numbers once the shape is mended, where a factor or a known mistake explains it."""
    rest = replace(suspect, yours=mended)
    found = scale.factor(rest) or recognition.alone(rest)
    return found.message if found else ""


def axis_left(suspect):
    """An axis too many, along which a sum or a mean is still due."""
    if not all(yours.ndim == right.ndim + 1 for _, yours, right in suspect.each()):
        return None
    for axis in range(suspect.yours[0].ndim):
        if suspect.mended_by(lambda yours, right: yours.sum(axis=axis)):
            batch = all(yours.shape[axis] == problem.extents.get("N") for problem, yours, _ in suspect.each())
            if batch and suspect.is_gradient:
                return suspect.found(
                    "not-summed-over-batch",
                    f"{suspect.name} still has one entry for each of the N examples; summed over axis {axis} "
                    "it would be right. All examples use the same numbers, and each sends its gradient back "
                    "to them: they add up.")
            return suspect.found("not-summed", f"{suspect.name} is not summed up: {_shapes(suspect)}. Its "
                                               f"sum over axis {axis} is right.")
        if suspect.mended_by(lambda yours, right: yours.mean(axis=axis)):
            return suspect.found("not-averaged", f"{suspect.name} is not averaged: {_shapes(suspect)}. Its "
                                                 f"mean over axis {axis} is right.")
    if not all(yours.shape == (problem.extents.get("N"), *right.shape)
               for problem, yours, right in suspect.each()):
        return None
    return suspect.found(
        "leading-batch-axis",
        f"{suspect.name} has a leading N: {_shapes(suspect)}. Nothing is summed over the batch. The sum "
        "would not be right either, so something else is wrong, too.")


def extra_axes(suspect):
    """Right numbers, with axes of extent 1 too many or too few."""
    if not all(yours.squeeze().shape == right.squeeze().shape for _, yours, right in suspect.each()):
        return None
    if suspect.mended_by(lambda yours, right: yours.reshape(right.shape)):
        return suspect.found(
            "extra-axis",
            f"The numbers of {suspect.name} are right, its shape is not: {_shapes(suspect)}. Look for "
            "keepdims=True, or reshape at the end: an axis of extent 1 broadcasts, and that hides mistakes.")
    return None


def summed_too_far(suspect):
    """Right after a sum or a mean over axes that were to stay."""
    for reduce, word in ((np.sum, "summed"), (np.mean, "averaged")):
        if suspect.letters and suspect.equals(lambda problem, right: reduce(right)):
            return suspect.found(
                "summed-over-everything",
                f"{suspect.name} is a single number: the right one, {word} over all its axes. Say over which "
                f"axis; {_with_letters(suspect)} has to stay.")
        for axis, letter in enumerate(suspect.letters):
            if suspect.equals(lambda problem, right: reduce(right, axis=axis)):
                return suspect.found(
                    "summed-too-far",
                    f"{suspect.name} is {word} over {letter}, which has to stay: {_shapes(suspect)}.")
    return None


def axes_in_another_order(suspect):
    """The right numbers with their axes exchanged, where there are more than two."""
    if not all(yours.ndim == right.ndim > 2 for _, yours, right in suspect.each()):
        return None
    for order in itertools.permutations(range(suspect.right[0].ndim)):
        if suspect.mended_by(lambda yours, right, order=order: yours.transpose(order)):
            letters = ", ".join(suspect.letters[order.index(axis)] for axis in range(len(order)))
            return suspect.found("axes-permuted", f"The numbers of {suspect.name} are right, and its axes stand in "
                                                  f"another order, ({letters}): {_shapes(suspect)}.")
    return None


def entries(suspect):
    """Along one axis some entries too many, or missing, and the others right."""
    if not all(yours.ndim == right.ndim for _, yours, right in suspect.each()):
        return None
    for axis, letter in enumerate(suspect.letters):
        pairs = [(np.moveaxis(yours, axis, 0), np.moveaxis(right, axis, 0)) for _, yours, right in suspect.each()]
        if any(yours.shape[1:] != right.shape[1:] for yours, right in pairs):
            continue
        more = [len(yours) - len(right) for yours, right in pairs]
        shown = next((abs(count) for count in more if count), 0)
        for where, cut in (("last", lambda array, length: array[:length]),
                           ("first", lambda array, length: array[len(array) - length:])):
            if min(more) >= 0 and max(more) > 0 and all(
                    suspect.close(cut(yours, len(right)), right) for yours, right in pairs):
                return _entries(suspect, letter, where, shown, "too many", "without")
            if max(more) <= 0 and min(more) < 0 and all(
                    suspect.close(yours, cut(right, len(yours))) for yours, right in pairs):
                return _entries(suspect, letter, where, shown, "missing", "but for")
    return None


def _entries(suspect, letter, where, count, what, apart):
    which = f"the {where} {'entry' if count == 1 else f'{count} entries'} along {letter}"
    verb = "is" if count == 1 else "are"
    return suspect.found("entries", f"In {suspect.name}, {which} {verb} {what}: {_shapes(suspect)}; {apart} "
                                    f"{'it' if count == 1 else 'them'} yours is right.")


def other_shape(suspect):
    """No known relation: say what is there and what was expected, and whose shape that is."""
    text = f"{suspect.name} has the wrong shape: {_shapes(suspect)}.{_axis_that_differs(suspect)}"
    alike = [name for name in suspect.array_arguments()
             if all(problem.arguments[name].shape == yours.shape for problem, yours, _ in suspect.each())]
    if alike:
        text += f" That is the shape of {' and of '.join(alike)}."
    elif not suspect.yours[0].ndim:
        text += " A sum or a mean without an axis gives a single number."
    return suspect.found("shape", text)


def _axis_that_differs(suspect):
    """Words where one axis alone has another extent, or the extents have letters."""
    if not all(yours.ndim == right.ndim for _, yours, right in suspect.each()):
        return _in_letters(suspect)
    wrong = [{axis for axis, pair in enumerate(zip(yours.shape, right.shape)) if pair[0] != pair[1]}
             for _, yours, right in suspect.each()]
    wrong = set.union(*wrong)
    if len(wrong) != 1:
        return _in_letters(suspect)
    axis, = wrong
    return f" Only the axis {suspect.letters[axis]} is too {_longer(suspect, axis)}." if suspect.letters else ""


def _longer(suspect, axis):
    over = [yours.shape[axis] - right.shape[axis] for _, yours, right in suspect.each()]
    by = f" by {abs(over[0])}" if len(set(over)) == 1 else ""
    return ("long" if max(over) > 0 else "short") + by


def _in_letters(suspect):
    """The shape that came in the letters of the task, where each extent is one of them."""
    problem, yours, _ = suspect.each()[0]
    names = {size: letter for letter, size in problem.extents.items()}
    letters = [names.get(size) for size in yours.shape]
    if not letters or None in letters or any(
            tuple(problem.extents[letter] for letter in letters) != yours.shape
            for problem, yours, _ in suspect.each()):
        return ""
    return f" Yours is ({', '.join(letters)}{',' if len(letters) == 1 else ''})."


def _shapes(suspect):
    _, yours, right = next(case for case in suspect.each() if case[1].shape != case[2].shape)
    letters = f"{_with_letters(suspect)} = " if suspect.letters else ""
    return f"expected {letters}{right.shape}, got {yours.shape}"


def _with_letters(suspect):
    """``(N, D)``, and ``(M,)`` as Python writes it."""
    return f"({', '.join(suspect.letters)}{',' if len(suspect.letters) == 1 else ''})"
