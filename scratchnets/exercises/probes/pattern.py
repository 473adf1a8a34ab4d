"""Probes of what is there instead: zeros, an argument, one example's share, one row for all."""
import numpy as np

from scratchnets.exercises.agreement import agree, relative_error
from scratchnets.exercises.probes.behaviour import ignored
from scratchnets.exercises.problems import named

PLUS = """{name} is the right one plus {argument}: a term too many, or an array that was not empty when you
began to add into it."""

LESS = """{name} is the right one less {argument}: either {argument} is subtracted where it should not be, or
a term {argument} that belongs there is missing."""


def all_zero(suspect):
    """Nothing but zeros, or what rounding leaves of them."""
    if any(np.abs(yours).max() > 1e-12 * np.abs(right).max() for _, yours, right in suspect.each()):
        return None
    return suspect.found(
        "all-zero", f"{suspect.name} is zero everywhere, and should not be."
        + (" It is an array of integers: in such a one everything between −1 and 1 is cut to 0." if suspect.whole
           else ""))


def an_argument(suspect):
    """An argument, handed back as it came."""
    for name in suspect.array_arguments():
        if suspect.equals(lambda problem, right: problem.arguments[name]):
            return suspect.found("passed-on", f"{suspect.name} is {name} itself, passed on unchanged.")
    return None


def plus_an_argument(suspect):
    """The right value and an argument on top, or less."""
    for name in suspect.array_arguments():
        for sign, text in ((1, PLUS), (-1, LESS)):
            if (suspect.equals(lambda problem, right: _sum(right, sign * problem.arguments[name]))
                    and not ignored(suspect, name)):        # of what was left out, that probe says more
                return suspect.found("plus-argument", " ".join(text.split()).format(
                    name=suspect.name, argument=name))
    return None


def as_given(suspect):
    """What the code that was to be mended returns: its mistake is still there."""
    given = suspect.exercise.given
    if given is None:
        return None
    names = list(suspect.exercise.returns)
    if suspect.equals(lambda problem, right: named(given(*problem.fresh().values()), names)[suspect.name]):
        return suspect.found(
            "as-given", f"{suspect.name} is still what the given code makes of these inputs: its mistake is in there, "
                        "whatever else you have changed.")
    return None


def constant_offset(suspect):
    """One number too much in all places."""
    offsets = [float((yours - right).mean()) for _, yours, right in suspect.each()]
    if not suspect.matches([right + offset for right, offset in zip(suspect.right, offsets)]):
        return None
    if np.allclose(offsets, offsets[0], rtol=1e-6):
        return suspect.found(
            "constant-offset",
            f"{suspect.name} is the right one plus {offsets[0]:.6g}, in every place and for every input.")
    if all(right.size == 1 for right in suspect.right):
        return None                                     # any two numbers differ by a number
    listed = ", ".join(f"{offset:.4g}" for offset in offsets)
    return suspect.found(
        "offset",
        f"{suspect.name} is the right one plus one number, the same in all places of an input ({listed} for the "
        f"{len(offsets)} inputs). Which term of yours is the same everywhere?")


def rearranged(suspect):
    """The right numbers in other places."""
    if any(right.ndim < 1 for right in suspect.right):
        return None
    if suspect.equals(lambda problem, right: right.T.reshape(right.shape) if right.ndim > 1 else None):
        return suspect.found(
            "reshaped",
            f"{suspect.name} has the right numbers in other places: it was reshaped where it had to be "
            "transposed. reshape keeps the order of reading; .T swaps rows and columns.")
    moved = _moved_along(suspect)
    if moved:
        return suspect.found("rearranged", f"{suspect.name} has the right numbers, {moved}.")
    if all(relative_error(np.sort(yours, axis=None), np.sort(right, axis=None)) <= suspect.tolerance
           for _, yours, right in suspect.each()):
        return suspect.found("rearranged", f"{suspect.name} has the right numbers in other places.")
    return None


def _moved_along(suspect):
    """Words where all entries along an axis stand in reverse, or a few places further; else ""."""
    for axis, letter in enumerate(suspect.letters):
        if suspect.equals(lambda problem, right: np.flip(right, axis)):
            return f"in reverse order along {letter}"
        for by, words in ((1, "one place too far"), (-1, "one place too early")):
            if suspect.equals(lambda problem, right: np.roll(right, by, axis)):
                return f"but each of them {words} along {letter}; what falls off at one end stands at the other"
            if all(_shifted(yours, right, axis, by) for _, yours, right in suspect.each()):
                return f"but each of them {words} along {letter}"
    return ""


def _shifted(yours, right, axis, by):
    """Whether yours is the right one moved on by a place, whatever stands in the gap."""
    yours, right = np.moveaxis(yours, axis, 0), np.moveaxis(right, axis, 0)
    here, there = (yours[1:], right[:-1]) if by > 0 else (yours[:-1], right[1:])
    return len(yours) > 2 and agree(here, there) and not agree(yours, right) and np.ptp(right) > 0


def one_example(suspect):
    """What one example contributes, or the sum without that one."""
    for n, word in ((0, "first"), (-1, "last")):
        shares = [_share(suspect, problem, n) for problem in suspect.problems]
        if any(share is None for share in shares):
            return None
        averaged = [share / problem.extents["N"] for share, problem in zip(shares, suspect.problems)]
        for parts in (shares, averaged):                # a loss divides by N, a layer does not
            if suspect.matches(parts):
                return suspect.found(
                    "one-example",
                    f"{suspect.name} is the share of the {word} example alone. All N add up; in a loop over "
                    "the examples write += and not =.")
            if suspect.matches([right - part for right, part in zip(suspect.right, parts)]):
                return suspect.found(
                    "example-left-out",
                    f"{suspect.name} lacks the share of the {word} example; those of all the others are right.")
    return None


def same_along_an_axis(suspect):
    """One row repeated where the right rows differ."""
    for axis, letter in enumerate(suspect.letters):
        if not all(_is_constant(yours, axis) and not _is_constant(right, axis)
                   for _, yours, right in suspect.each()):
            continue
        text = f"{suspect.name} is the same {'for all examples' if letter == 'N' else f'along {letter}'}"
        for reduce, word in ((np.mean, "mean"), (np.sum, "sum")):
            if suspect.equals(lambda problem, right: np.broadcast_to(
                    reduce(right, axis=axis, keepdims=True), right.shape)):
                text += f", the {word} of the right ones"
        return suspect.found("same-everywhere", text + "; the right one differs.")
    return None


def _share(suspect, problem, n):
    """The right value of a batch of the one example n, or None where there is no such thing."""
    if suspect.letters[:1] == ("N",) or "N" not in problem.extents:
        return None
    picked = slice(n, None if n == -1 else n + 1)
    alone = {name: value[picked] if suspect.exercise.takes[name].startswith("(N") else value
             for name, value in problem.arguments.items()}
    try:
        with np.errstate(all="ignore"):
            return problem.reference(alone)[suspect.name]
    except (ValueError, TypeError, IndexError):
        return None


def _is_constant(array, axis):
    return np.ptp(array, axis=axis).max() <= 1e-12 * np.abs(array).max()


def _sum(right, term):
    return right + term if np.shape(term) == right.shape else None
