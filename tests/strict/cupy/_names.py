"""What CuPy has: the names and parameters that list_names.py read off a real CuPy."""
import json
from math import inf
from pathlib import Path

NAMES = json.loads(Path(__file__).with_name("names.json").read_text())


class Parameters:
    """The parameters of one CuPy function, written as ``"a axis * keepdims"``."""

    def __init__(self, function, text):
        words = text.split()
        stars = [word for word in words if word.startswith("*")]
        self.function = function
        self.positional = words[:words.index(stars[0])] if stars else words
        self.limit = inf if stars and stars[0][1:].isidentifier() else len(self.positional)     # *args
        self.keywords = frozenset(words) - set(stars) - {"self"}
        self.any_keyword = any(star.startswith("**") for star in stars)

    def check(self, args, kwargs):
        """Raise the TypeError that CuPy raises."""
        if len(args) > self.limit:
            raise TypeError(f"cupy.{self.function} takes {self.limit} positional arguments, got {len(args)}")
        if not self.any_keyword and not self.keywords.issuperset(kwargs):
            unknown = ", ".join(sorted(set(kwargs) - self.keywords))
            raise TypeError(f"cupy.{self.function} has no parameter {unknown}; "
                            f"it has {', '.join(sorted(self.keywords))}")
        if kwargs.get("subok") or kwargs.get("writeable"):
            raise NotImplementedError(f"cupy.{self.function} knows subok and writeable, but refuses them")
