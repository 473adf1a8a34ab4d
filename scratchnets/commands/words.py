"""What holds for the words of every command: each says something, is text, and what is said of it is short."""
import argparse
import contextlib
import math
import re
import sys

from scratchnets.arguments import brief
from scratchnets.reading import is_text

LONGEST = 2000          # characters of an error
LARGEST = 10 ** 15      # whole number
FORMATS = (".png", ".pdf", ".svg")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are of bounded length, whatever was typed."""

    def error(self, message):
        super().error(shortened(message))


def expect_words(arguments):
    """Refuse an option that was given and is empty, no text or no finite number.

    An empty one would count as its default, or as the folder that one stands in.

    Parameters
    ----------
    arguments : argparse.Namespace
        With its ``parser``.
    """
    for name, value in vars(arguments).items():
        called = option(arguments.parser, name, getattr(arguments, "action", None))
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, float) and not math.isfinite(word):
                raise ValueError(f"{called} must be a finite number, got {word}")
            if isinstance(word, int) and abs(word) > LARGEST:
                raise ValueError(f"{called} must be a whole number of at most 15 digits, got {brief(word)}")
            if not isinstance(word, str):
                continue
            if not word.strip():
                raise ValueError(f"{called} is empty; name something, or leave it out")
            if "\0" in word or not is_text(word):
                raise ValueError(f"{called} {ascii(word)}: is no text in UTF-8; give the "
                                 "file another name")
            if re.match(r"\w+://", word):
                raise ValueError(f"{called} {brief(word)}: is an address; download the file, and give its name here")


def option(parser, name, chosen=None):
    """What the user typed for an argument: ``--out``, or the word that stands for it in the help.

    `chosen` is the action of a command that has several, such as ``exercises start``.
    """
    inner = [action.choices[chosen] for action in parser._actions
             if isinstance(action, argparse._SubParsersAction) and chosen in action.choices]
    actions = [action for each in [parser, *inner] for action in each._actions]
    return next((max(action.option_strings, key=len, default=action.metavar or name)
                 for action in actions if action.dest == name), name)


def expect_picture(path):
    """Refuse a name that no picture can have, before it is drawn."""
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"--out {brief(path)}: expected a name that ends in one of {', '.join(FORMATS)}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"--out {brief(path)}: there is no folder {brief(path.parent)}; "
                                "make it, or name another")


def print_anything():
    """Let what the terminal's encoding lacks be printed as a question mark: a Windows console knows no ∂."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):       # what tests and notebooks put in their place
            if stream.encoding.lower().replace("-", "") != "utf8":
                stream.reconfigure(errors="replace")


def shortened(message):
    message = str(message)
    return message if len(message) <= LONGEST else f"{message[:LONGEST]} … ({len(message):,} characters)"
