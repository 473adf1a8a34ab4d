"""Probes of the shape: transposed, not summed over the batch, an axis too many, another gradient's."""
import numpy as np


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
    return suspect.found(
        "transposed-shape",
        f"{suspect.name} has the shape of the transpose, {_shapes(suspect)}, and its numbers are not right "
        "either. Write the shape under each factor: only one order of a product gives the shape that is "
        "asked for.")


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


def other_shape(suspect):
    """No known relation: say what is there and what was expected, and whose shape that is."""
    text = f"{suspect.name} has the wrong shape: {_shapes(suspect)}."
    alike = [name for name in suspect.array_arguments()
             if all(problem.arguments[name].shape == yours.shape for problem, yours, _ in suspect.each())]
    if alike:
        text += f" That is the shape of {' and of '.join(alike)}."
    elif not suspect.yours[0].ndim:
        text += " A sum or a mean without an axis gives a single number."
    return suspect.found("shape", text)


def _shapes(suspect):
    _, yours, right = next(case for case in suspect.each() if case[1].shape != case[2].shape)
    letters = f"{_with_letters(suspect)} = " if suspect.letters else ""
    return f"expected {letters}{right.shape}, got {yours.shape}"


def _with_letters(suspect):
    """``(N, D)``, and ``(M,)`` as Python writes it."""
    return f"({', '.join(suspect.letters)}{',' if len(suspect.letters) == 1 else ''})"
