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
    sizes = (from_origin ** 2).sum(axis=1)[:, None] + (other ** 2).sum(axis=1)          # (N, M)
    squares = sizes - 2 * from_origin @ other.T
    n, m = (squares < CLOSE * sizes).nonzero()
    step = max(1, PAIRS // x.shape[1])
    for start in range(0, len(n), step):
        rows, columns = n[start:start + step], m[start:start + step]
        squares[rows, columns] = ((x[rows] - y[columns]) ** 2).sum(axis=1)
    return squares
