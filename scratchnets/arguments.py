"""Refuse a bad argument by its name: what it was, and what it may be."""
import difflib
import math
import operator
from collections.abc import Hashable


def positive_integer(name, value):
    """`value` as an int of at least 1."""
    return integer(name, value, at_least=1)


def integer(name, value, at_least=0, at_most=math.inf):
    """`value` as an int within the bounds."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {brief(repr(value))}") from None
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {brief(number)}")
    if number > at_most:
        raise ValueError(f"{name} must be at most {at_most:,}, got {brief(number)}")
    return number


def number(name, value, at_least=-math.inf, above=-math.inf, at_most=math.inf, below=math.inf):
    """`value` as a finite float within the bounds."""
    try:
        real = float(value)
    except (TypeError, ValueError, OverflowError):      # the last: a whole number beyond all floats
        raise TypeError(f"{name} must be a number, got {brief(repr(value))}") from None
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
    if isinstance(value, Hashable) and value in choices:
        return value
    known = [str(known) for known in choices]
    near = difflib.get_close_matches(str(value)[:80], known, n=1)
    raise ValueError(f"unknown {name} {brief(repr(value))}" + (f" (did you mean {near[0]!r}?)" if near else "")
                     + f"; valid: {', '.join(known)}")


def listed(names, most=8):
    """The first of many names, each cut to a bounded length, and how many there are in all."""
    names = list(names)
    shown = ", ".join(brief(name, 40) for name in names[:most])
    return shown if len(names) <= most else f"{shown}, … ({len(names):,} in all)"


def brief(value, most=120):
    """As text in one line of bounded length: what was given may be anything."""
    try:
        said = " ".join(str(value).split())
    except ValueError:                                  # Python prints no whole number of thousands of digits
        return f"a number of {value.bit_length():,} bits"
    return said if len(said) <= most else f"{said[:most]} …"
