"""How far one distribution is from another. Derived in docs/derivations/gaussian-kl.md."""
from scratchnets.backend import xp
from scratchnets.layers.remainder import remainder
from scratchnets.layers.sampling import expect_finite_exponential
from scratchnets.losses.average import batch_mean
from scratchnets.losses.checks import expect_array, expect_pair


def gaussian_kl(mean, log_var, prior_mean=None, prior_log_var=None):
    """L = 1/N Σₙ KL(N(μ, σ²) ‖ N(m, s²)): nats an example; the prior is N(0, 1) where none is given.

    Against N(0, 1) the divergence is ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²), against N(m, s²) it is
    ½ Σ_j ((μ_j − m_j)²/s_j² + σ_j²/s_j² − 1 − log σ_j²/s_j²). It is 0 only where the two are equal.

    Parameters
    ----------
    mean, log_var : array (N, …)
        μ and log σ², any real numbers.
    prior_mean, prior_log_var : array (N, …), optional
        m and log s², both or neither. They get gradients of their own: a prior may be learned.

    Returns
    -------
    value : array ()
    dmean : array (N, …)
        (μ − m)/s² / N;  μ / N against N(0, 1).
    dlog_var : array (N, …)
        ½ (σ²/s² − 1) / N.
    dprior_mean : array (N, …)
        Only with a prior given: (m − μ)/s² / N.
    dprior_log_var : array (N, …)
        Only with a prior given: ½ (1 − σ²/s² − (μ − m)²/s²) / N.

    Raises
    ------
    ValueError
        A variance, or the ratio of two, overflows.
    """
    expect_pair("gaussian_kl", mean, log_var, names=("mean", "log_var"))
    n = len(mean)
    if prior_mean is None and prior_log_var is None:
        value = batch_mean(gaussian_kl_terms(mean, log_var))
        return value, mean / n, 0.5 * xp.expm1(log_var) / n
    _expect_prior(mean, prior_mean, prior_log_var)
    relative = log_var - prior_log_var                               # log σ²/s²
    expect_finite_exponential("gaussian_kl", relative, "log_var − prior_log_var")
    expect_finite_exponential("gaussian_kl", -prior_log_var, "−prior_log_var")
    shrink = xp.exp(-0.5 * prior_log_var)                            # 1/s, twice: 1/s² may underflow
    z = (mean - prior_mean) * shrink
    distance, square = z * shrink, z * z                             # (μ − m)/s², (μ − m)²/s²
    value = batch_mean(gaussian_kl_terms(z, relative))
    excess = xp.expm1(relative)                                      # σ²/s² − 1
    return value, distance / n, 0.5 * excess / n, -distance / n, -0.5 * (excess + square) / n


def gaussian_kl_terms(mean, log_var):
    """KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − log σ²), number by number;  μ, log σ² (…) → (…).

    With log σ² = a and u = σ² − 1 = eᵃ − 1, the part of the variance is u − log(1 + u), about a²/2 near the
    prior: `expm1` keeps the digits that eᵃ and 1 would cancel, `remainder` those of u and a.
    """
    expect_finite_exponential("gaussian_kl", log_var)
    return 0.5 * mean * mean + 0.5 * remainder(xp.expm1(log_var), log_var)


def _expect_prior(mean, prior_mean, prior_log_var):
    if prior_mean is None or prior_log_var is None:
        missing = "prior_mean" if prior_mean is None else "prior_log_var"
        raise ValueError(f"gaussian_kl: {missing} is missing; give both of the prior, or neither for N(0, 1)")
    for name, array in (("prior_mean", prior_mean), ("prior_log_var", prior_log_var)):
        expect_array("gaussian_kl", name, array)
        expect_pair("gaussian_kl", mean, array, names=("mean", name))
