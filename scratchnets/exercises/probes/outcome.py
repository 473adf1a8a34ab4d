"""Probes of what became of the right value: cut to whole numbers, squared, another factor on either side."""
import numpy as np

from scratchnets.exercises.probes.scale import named_factors

INTEGERS = """{name} comes as an array of integers, and the right one has fractions: whatever is put into such an
array is cut to a whole number. np.zeros_like of an array of integers makes one, and so does dtype=int."""

FUNCTIONS = (
    ("the square of", np.square), ("the root of", np.sqrt), ("the logarithm of", np.log),
    ("the exponential of", np.exp), ("one divided by", lambda a: 1 / a), ("the absolute value of", np.abs),
    ("1 minus", lambda a: 1 - a), ("half the square of", lambda a: a * a / 2), ("the sign of", np.sign),
    ("the positive part of", lambda a: np.maximum(a, 0)), ("what rounding makes of", np.round),
    ("what rounding down makes of", np.floor), ("what is left without the fraction of", np.trunc),
    ("the power −½ of", lambda a: a ** -0.5))

SIDES = (("{} > 0", "{} ≤ 0", lambda a: a > 0), ("{} < 0", "{} ≥ 0", lambda a: a < 0),
         ("{} > 1", "{} ≤ 1", lambda a: a > 1), ("|{}| < 1", "|{}| ≥ 1", lambda a: np.abs(a) < 1))


def integers(suspect):
    """An array of integers where fractions belong."""
    if not suspect.whole or all(np.array_equal(right, np.round(right)) for right in suspect.right):
        return None
    return suspect.found("integers", " ".join(INTEGERS.split()).format(name=suspect.name))


def function_of_the_right_one(suspect):
    """Each number is a plain function of the right one."""
    for words, function in FUNCTIONS:
        if suspect.equals(lambda problem, right: function(right)):
            return suspect.found("function-of-it", f"Each number of yours is {words} the right one.")
    return None


def factors_on_two_sides(suspect):
    """A factor where an argument is on one side, and another where it is on the other."""
    named = list(named_factors(suspect))
    for name in suspect.array_arguments():
        for inside, outside, condition in SIDES:
            masks = [_fitting(condition(problem.arguments[name]), right) for problem, _, right in suspect.each()]
            if any(mask is None or mask.all() or not mask.any() for mask in masks):
                continue
            here = _factor(suspect, named, masks)
            there = here and _factor(suspect, named, [~mask for mask in masks])
            if there and here != there:
                return suspect.found(
                    "two-factors", f"Where {inside.format(name)}, yours is {here} the right one; where "
                                   f"{outside.format(name)}, it is {there} it.")
    return None


def _fitting(mask, right):
    return mask if mask.shape == right.shape else None


def _factor(suspect, named, masks):
    """Words for the one factor by which yours differs in these places, or None."""
    factors = []
    for mask, (_, yours, right) in zip(masks, suspect.each()):
        square = (right[mask] ** 2).sum()
        if not square > 0:
            return None
        factors.append(float((yours[mask] * right[mask]).sum() / square))
        if not suspect.close(yours[mask], factors[-1] * right[mask]):
            return None
    if np.allclose(factors, 0, atol=1e-9):
        return "0 times"
    for label, _, _, values in named:
        if np.allclose(factors, values, rtol=1e-6, atol=0):
            return f"{label} times"
    return f"{factors[0]:.6g} times" if np.allclose(factors, factors[0], rtol=1e-6, atol=0) else None
