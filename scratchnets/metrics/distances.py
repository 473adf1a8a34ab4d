"""Squared Euclidean distances between two sets of points, by one matrix product and without its rounding."""

CLOSE = 1e-4            # of what the product adds up: where less is left, four and more of sixteen digits are gone
PAIRS = 1 << 22         # numbers of close pairs that are held at once


def squared_distances(x, y):
    """‖xₙ − yₘ‖², in float64 whatever the type of the points;  (N, D), (M, D) → (N, M).

    It is ‖xₙ‖² − 2 xₙ·yₘ + ‖yₘ‖², with the origin moved to the mean of y. The three terms cancel where two
    points lie close to each other and far from the origin, as all do of a cluster when another one is far
    away. Of such pairs the difference itself is squared, so that each distance is right to twelve digits,
    and 0 where the points are the same.
    """
    x, y = x.astype("float64", copy=False), y.astype("float64", copy=False)
    origin = y.mean(axis=0)
    from_origin, other = x - origin, y - origin
    sizes = _squared(from_origin)[:, None] + _squared(other)                            # (N, M)
    squares = (-2 * from_origin) @ other.T
    squares += sizes
    return mend_close(squares, sizes, lambda n, m: x[n] - y[m], x.shape[1])


def mend_close(squares, sizes, difference, features):
    """`squares` (N, M), with those of close pairs computed again from their differences; writes into it.

    Parameters
    ----------
    squares, sizes : array (N, M)
        What was left, and what was added up and subtracted to get there.
    difference : callable
        n, m (P,) → what is to be squared and summed for these pairs, (P, D).
    features : int
        D.
    """
    n, m = (squares < CLOSE * sizes).nonzero()
    step = max(1, PAIRS // features)
    for start in range(0, len(n), step):
        pairs = n[start:start + step], m[start:start + step]
        squares[pairs] = _squared(difference(*pairs))
    return squares


def _squared(rows):
    """‖row‖², (N,), without an array of the squares."""
    return (rows[:, None] @ rows[:, :, None])[:, 0, 0]
