"""u − log(1 + u): what divergences are made of, and what rounding eats where two distributions are close."""
from scratchnets.backend import xp

NEAR = 0.25                                             # |u| below which the series is taken
COEFFICIENTS = [1 / k for k in range(23, 1, -2)]        # 1/23, 1/21, …, 1/3: beyond, nothing of float64 is left


def remainder(u, log):
    """u − log(1 + u) ≥ 0, and 0 at u = 0 alone, given u > −1 and log(1 + u), of one shape.

    Near 0 it is u²/2, far less than either term. There log(1 + u) = 2 (s + s³/3 + s⁵/5 + …) with
    s = u/(2 + u) helps, since u − 2s = u s: the two large terms cancel on paper, and nothing does in rounding.
    The logarithm is an argument because the one who calls knows it better where 1 + u is nearly 0.
    """
    s = u / (2 + u)
    square, series = s * s, 0.0
    for coefficient in COEFFICIENTS:                    # s²/3 + s⁴/5 + …, from the last term
        series = (series + coefficient) * square
    return xp.where(abs(u) < NEAR, s * (u - 2 * series), u - log)
