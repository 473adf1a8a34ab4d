"""Refuse a bad argument by its name: what it was, and what it may be."""
import difflib
import math
import operator


def positive_integer(name, value):
    """`value` as an int of at least 1."""
    return integer(name, value, at_least=1)


def integer(name, value, at_least=0):
    """`value` as an int of at least `at_least`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {number}")
    return number


def number(name, value, at_least=-math.inf, above=-math.inf, at_most=math.inf, below=math.inf):
    """`value` as a finite float within the bounds."""
    try:
        real = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r}") from None
    if not (math.isfinite(real) and at_least <= real <= at_most and above < real < below):
        bounds = [f"{words} {bound:g}" for words, bound in
                  (("at least", at_least), ("above", above), ("at most", at_most), ("below", below))
                  if math.isfinite(bound)]
        raise ValueError(f"{name} must be {' and '.join(bounds) or 'finite'}, got {real:g}")
    return real


def positive(name, value):
    """`value` as a finite float above 0."""
    return number(name, value, above=0)


def fraction(name, value):
    """`value` as a float in [0, 1): the share that is dropped, masked, kept in memory."""
    return number(name, value, at_least=0, below=1)


def choice(name, value, choices):
    """`value`, when it is one of `choices`; else an error with the nearest match."""
    if value in choices:
        return value
    known = [str(known) for known in choices]
    near = difflib.get_close_matches(str(value), known, n=1)
    raise ValueError(f"unknown {name} {value!r}" + (f" (did you mean {near[0]!r}?)" if near else "")
                     + f"; valid: {', '.join(known)}")
