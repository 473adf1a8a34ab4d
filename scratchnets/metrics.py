"""Numbers to report. Unlike losses they have no gradient and follow the literature's conventions."""
from scratchnets.losses.checks import expect_pair


def sum_squared_error(prediction, target):
    """1/N Σₙ ‖x̂ₙ − xₙ‖²: the squared error of an example, summed over its pixels, *without* the ½.

    Parameters
    ----------
    prediction, target : array (N, …)

    Returns
    -------
    float
    """
    expect_pair("sum_squared_error", prediction, target)
    return float(((prediction - target) ** 2).sum()) / len(prediction)
