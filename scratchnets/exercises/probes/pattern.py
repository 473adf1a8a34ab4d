"""Probes for where it is wrong: only some rows, only where an argument is negative, everywhere zero."""
import numpy as np

from scratchnets.exercises.comparison import relative_error, wrong_places


def all_zero(suspect):
    if all(not yours.any() for yours in suspect.yours):
        return suspect.found("all-zero", f"{suspect.name} is zero everywhere: is an array of zeros made and never "
                                         "filled?")
    return None


def an_argument(suspect):
    """An argument, handed back as it came, or negated."""
    for name in suspect.array_arguments():
        if suspect.equals(lambda problem, right: problem.arguments[name]):
            return suspect.found("passed-on", f"{suspect.name} is {name} itself, passed on unchanged.")
    return None


def plus_an_argument(suspect):
    """The right value and an argument on top, or less."""
    for name in suspect.array_arguments():
        for sign, word in ((1, "plus"), (-1, "less")):
            if suspect.equals(lambda problem, right: _sum(right, sign * problem.arguments[name])):
                return suspect.found("plus-argument", f"{suspect.name} is the right one {word} {name}: "
                                                      "a term too many, or an array that was not empty when you "
                                                      "began to add into it.")
    return None


def constant_offset(suspect):
    """One number too much in all places."""
    offsets = [float((yours - right).mean()) for _, yours, right in suspect.each()]
    if not suspect.matches([right + offset for right, offset in zip(suspect.right, offsets)]):
        return None
    if np.allclose(offsets, offsets[0], rtol=1e-6):
        return suspect.found("constant-offset", f"{suspect.name} is the right one plus {offsets[0]:.6g}, in every "
                                                "place and for every input.")
    if all(right.size == 1 for right in suspect.right):
        return None
    return suspect.found("offset", f"{suspect.name} is the right one plus one number, the same in all places of an "
                                   f"input ({', '.join(f'{offset:.4g}' for offset in offsets)}): a mean or a sum "
                                   "that should not be there, or is missing.")


def signs(suspect):
    """The sizes are right, some signs are not."""
    if not all(relative_error(np.abs(yours), np.abs(right)) <= suspect.tolerance for _, yours, right in suspect.each()):
        return None
    where = _where(suspect)
    return suspect.found("signs", f"The sizes of {suspect.name} are right, the sign is wrong in part"
                                  f"{': ' + where if where else ''}.")


def places(suspect):
    """Right in some places and wrong in others, and the two are told apart by something."""
    where = _where(suspect)
    if not where:
        return None
    wrong = [_wrong(suspect, yours, right) for _, yours, right in suspect.each()]
    text = f"{suspect.name} is right in places. {where[0].upper()}{where[1:]}."
    pairs = list(zip(wrong, suspect.each()))
    if all(not yours[mask].any() for mask, (_, yours, _) in pairs):
        return suspect.found("zero-in-places", f"{text} Yours is zero there and should not be.")
    if all(not right[mask].any() for mask, (_, _, right) in pairs):
        return suspect.found("not-zero-in-places", f"{text} There it should be zero.")
    return suspect.found("right-in-places", text)


def rearranged(suspect):
    """The right numbers in other places."""
    if any(right.ndim < 1 for right in suspect.right):
        return None
    if suspect.equals(lambda problem, right: right.T.reshape(right.shape) if right.ndim > 1 else None):
        return suspect.found("reshaped", f"{suspect.name} has the right numbers in other places: it was reshaped where "
                                         "it had to be transposed. reshape keeps the order of reading; .T swaps "
                                         "rows and columns.")
    if all(relative_error(np.sort(yours, axis=None), np.sort(right, axis=None)) <= suspect.tolerance
           for _, yours, right in suspect.each()):
        return suspect.found("rearranged", f"{suspect.name} has the right numbers in other places.")
    return None


def one_example(suspect):
    """What one example contributes, or the sum without that one."""
    for n, word in ((0, "first"), (-1, "last")):
        shares = [_share(suspect, problem, n) for problem in suspect.problems]
        if any(share is None for share in shares):
            return None
        averaged = [share / problem.extents["N"] for share, problem in zip(shares, suspect.problems)]
        for parts in (shares, averaged):               # a loss divides by N, a layer does not
            if suspect.matches(parts):
                return suspect.found("one-example", f"{suspect.name} is the share of the {word} example alone. All N "
                                     "add up; in a loop over the examples write += and not =.")
            if suspect.matches([right - part for right, part in zip(suspect.right, parts)]):
                return suspect.found("example-left-out", f"{suspect.name} lacks the share of the {word} example: "
                                                         "look at where the loop begins and ends.")
    return None


def same_along_an_axis(suspect):
    """One row repeated where the right rows differ."""
    for axis, letter in enumerate(suspect.letters):
        if all(right.shape[axis] > 1 and np.ptp(yours, axis=axis).max() <= 1e-12 * np.abs(yours).max()
               for _, yours, right in suspect.each()):
            along = {"N": "for all examples"}.get(letter, f"along {letter}")
            for reduce, word in ((np.mean, "mean"), (np.sum, "sum")):
                if suspect.equals(lambda problem, right: np.broadcast_to(
                        reduce(right, axis=axis, keepdims=True), right.shape)):
                    along += f"; it is the {word} of the right ones"
            return suspect.found("same-everywhere", f"{suspect.name} is the same {along}. The right one differs.")
    return None


def _share(suspect, problem, n):
    """The right value of a batch of the one example n, or None where there is no such thing."""
    picked = slice(n, None if n == -1 else n + 1)
    alone = {name: value[picked] if isinstance(value, np.ndarray) and value.ndim
             and suspect.exercise.takes[name].startswith("(N") else value
             for name, value in problem.arguments.items()}
    if suspect.letters[:1] == ("N",) or "N" not in problem.extents:
        return None
    try:
        with np.errstate(all="ignore"):
            return problem.reference(alone)[suspect.name]
    except (ValueError, TypeError, IndexError):
        return None


def _where(suspect):
    """Words for the places that are wrong, where one description fits all problems; else ""."""
    cases = [(problem, _wrong(suspect, yours, right)) for problem, yours, right in suspect.each()]
    if any(mask.ndim == 0 or mask.all() or not mask.any() for _, mask in cases):
        return ""
    for axis, letter in enumerate(suspect.letters):
        word = "example" if letter == "N" else f"entry along {letter}"
        for description, picks in (
                (f"only the last {word} is wrong", lambda length: np.arange(length) == length - 1),
                (f"only the first {word} is wrong", lambda length: np.arange(length) == 0),
                (f"only the first {word} is right", lambda length: np.arange(length) != 0),
                (f"only the last {word} is right", lambda length: np.arange(length) != length - 1)):
            if all(_is_slab(mask, axis, picks(mask.shape[axis])) for _, mask in cases):
                return description
    for name in suspect.array_arguments():
        for words, predicate in ((f"it is wrong where {name} > 0", lambda a: a > 0),
                                 (f"it is wrong where {name} < 0", lambda a: a < 0),
                                 (f"it is wrong where {name} ≤ 0", lambda a: a <= 0),
                                 (f"it is wrong where {name} = 0", lambda a: a == 0),
                                 (f"it is wrong where {name} is not 0", lambda a: a != 0)):
            if all(problem.arguments[name].shape == mask.shape
                   and np.array_equal(predicate(problem.arguments[name]), mask) for problem, mask in cases):
                return words
    return ""


def _wrong(suspect, yours, right):
    return wrong_places(yours, right, suspect.tolerance)


def _is_slab(mask, axis, picked):
    """Whether exactly the picked entries along the axis are wrong, each of them whole."""
    shape = [1] * mask.ndim
    shape[axis] = -1
    return np.array_equal(np.broadcast_to(picked.reshape(shape), mask.shape), mask)


def _sum(right, term):
    return right + term if np.shape(term) == right.shape else None
