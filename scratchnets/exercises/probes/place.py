"""Probes of where it is wrong: in the last row, where an argument is negative, in the sign of some."""
from dataclasses import replace

import numpy as np

from scratchnets.exercises.agreement import relative_error, wrong_places

SLABS = (("only the last {} is wrong", lambda length: np.arange(length) == length - 1),
         ("only the first {} is wrong", lambda length: np.arange(length) == 0),
         ("only the first {} is right", lambda length: np.arange(length) != 0),
         ("only the last {} is right", lambda length: np.arange(length) != length - 1))

CONDITIONS = (("it is wrong where {} > 0", lambda a: a > 0), ("it is wrong where {} < 0", lambda a: a < 0),
              ("it is wrong where {} ≤ 0", lambda a: a <= 0), ("it is wrong where {} = 0", lambda a: a == 0),
              ("it is wrong where {} is not 0", lambda a: a != 0))


def signs(suspect):
    """The sizes are right, some signs are not."""
    if not all(relative_error(np.abs(yours), np.abs(right)) <= suspect.tolerance
               for _, yours, right in suspect.each()):
        return None
    where = _where(suspect)
    return suspect.found("signs", f"The sizes of {suspect.name} are right, the sign is wrong in part"
                                  f"{': ' + where if where else ''}.")


def places(suspect):
    """Right in some places and wrong in others, and something tells the two apart."""
    where, wrong = _where(suspect), list(zip(_masks(suspect), suspect.each()))
    if not _partly_right(suspect) or any(right.ndim == 0 for right in suspect.right):
        return None
    text = f"{suspect.name} is right in places."
    text += f" {where[0].upper()}{where[1:]}." if where else ""
    if all(not yours[mask].any() for mask, (_, yours, _) in wrong):
        return suspect.found("zero-in-places", f"{text} In the others yours is zero and should not be.")
    if all(not right[mask].any() for mask, (_, _, right) in wrong):
        return suspect.found("not-zero-in-places", f"{text} In the others it should be zero.")
    return suspect.found("right-in-places", text) if where else None


def sums(suspect):
    """Right in sum along an axis, and not in its shares."""
    if not suspect.is_gradient:
        return None                                     # probabilities have right sums whatever they are
    for axis, letter in enumerate(suspect.letters):
        def total(problem, right):
            summed = right.sum(axis=axis)
            return summed if np.abs(summed).max() > 1e-6 * np.abs(right).max() else None
        summed = [yours.sum(axis=axis) for yours in suspect.yours]
        if replace(suspect, yours=summed).equals(total):
            return suspect.found(
                "wrong-shares",
                f"Summed over {letter}, {suspect.name} is right; the shares along {letter} are not. What is "
                f"added up seems right, and goes to the wrong places along {letter}: do two arrays run "
                "through their entries in different orders?")
    return None


def _where(suspect):
    """Words for the places that are wrong, where one description fits all problems; else ""."""
    masks = _masks(suspect)
    if any(mask.ndim == 0 or not mask.any() for mask in masks) or not _partly_right(suspect):
        return ""
    for axis, letter in enumerate(suspect.letters):
        for words, picks in SLABS:
            if all(_is_slab(mask, axis, picks(mask.shape[axis])) for mask in masks):
                return words.format("example" if letter == "N" else f"entry along {letter}")
    for name in suspect.array_arguments():
        arguments = [problem.arguments[name] for problem in suspect.problems]
        for words, condition in CONDITIONS:
            if all(a.shape == mask.shape and np.array_equal(condition(a), mask)
                   for a, mask in zip(arguments, masks)):
                return words.format(name)
    return ""


def _partly_right(suspect):
    """Whether in every problem some place is right; one where both are 0 proves nothing."""
    return all((~mask & (right != 0)).any() for mask, right in zip(_masks(suspect), suspect.right))


def _masks(suspect):
    return [wrong_places(yours, right, suspect.tolerance) for _, yours, right in suspect.each()]


def _is_slab(mask, axis, picked):
    """Whether exactly the picked entries along the axis are wrong, each of them whole."""
    shape = [1] * mask.ndim
    shape[axis] = -1
    return np.array_equal(np.broadcast_to(picked.reshape(shape), mask.shape), mask)
