"""How far copies are from their originals, by the literature's convention."""
from scratchnets.losses.average import batch_mean
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
    return float(batch_mean((prediction - target) ** 2))
