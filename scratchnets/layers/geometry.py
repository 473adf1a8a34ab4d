"""How many windows fit: the arithmetic of kernel, stride and padding, and what to say where none does."""
from scratchnets.arguments import integer

SIDES = ("height", "width")


def pair(name, value, at_least=1):
    """(height, width) from one number for both, or from two."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name} must be one number or two, (height, width); got {value!r}")
    return tuple(integer(f"{name} ({word})", number, at_least) for word, number in zip(SIDES, both))


def shortest(both):
    """A pair as it is shown: one number where height and width agree."""
    return both[0] if both[0] == both[1] else both


def windows_size(who, size, kernel, stride, padding):
    """⌊(H + 2p − k)/s⌋ + 1, of height and width: how often a window fits into a padded image.

    Rows and columns that are left over at the bottom and on the right are in no window.
    """
    counts = []
    for word, n, k, s, p in zip(SIDES, size, kernel, stride, padding, strict=True):
        if n + 2 * p < k:
            raise ValueError(f"{who} got images of {word} {n}: a window of {word} {k} does not fit, "
                             f"{n} + 2·{p} − {k} = {n + 2 * p - k} < 0 "
                             "(image + padding on both sides − window)")
        counts.append((n + 2 * p - k) // s + 1)
    return tuple(counts)


def transposed_size(who, size, kernel, stride, padding, output_padding):
    """(H − 1) s − 2p + k + o, of height and width: how large an image is whose windows these are."""
    sizes = []
    for word, n, k, s, p, o in zip(SIDES, size, kernel, stride, padding, output_padding, strict=True):
        sizes.append((n - 1) * s - 2 * p + k + o)
        if sizes[-1] < 1:
            raise ValueError(f"{who} got images of {word} {n}, and nothing is left of them: "
                             f"({n} − 1)·{s} − 2·{p} + {k} + {o} = {sizes[-1]} "
                             "(strides − padding on both sides + kernel + output padding)")
    return tuple(sizes)
