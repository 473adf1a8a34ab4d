"""Identities: what is known without this code, beside what the code says. One function, one identity.

A function returns (exact, ours), or (exact, ours, standard error) where ours is a mean over random draws.
Exact comes from a closed form, from paper and pencil, or from NumPy alone; ours from the code of the
lectures. A gradient check cannot see these: a forward and a backward pass may agree, and both be wrong.
"""


def identity(derived_in=None):
    """Marks a function as one; `derived_in` is the page of docs/derivations that says why it holds."""
    def mark(function):
        function.derivation = f"docs/derivations/{derived_in}.md" if derived_in else None
        return function
    return mark


def identities_of(module):
    """Those of a module, in the order of its file."""
    return [value for value in vars(module).values() if hasattr(value, "derivation")]


def sentence(identity):
    """What it says: the first line of its docstring."""
    return identity.__doc__.split("\n", 1)[0].removesuffix(".")


def mean_and_error(drawn):
    """Of independent draws (N,): their mean, and its standard error."""
    return drawn.mean(), drawn.std(ddof=1) / len(drawn) ** 0.5
