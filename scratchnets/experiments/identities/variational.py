"""Variational autoencoders: the sampler, the divergence, the bound and its gap, and probabilistic PCA."""
import math

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.experiments.identities import identity, mean_and_error
from scratchnets.layers import Dense, GaussianSample, Identity
from scratchnets.layers.sampling import gaussian_sample, gaussian_sample_backward
from scratchnets.losses import gaussian_kl, gaussian_nll
from scratchnets.models.variational import Bernoulli, Gaussian, VariationalAutoencoder, elbo
from scratchnets.models.variational.bounds import log_weights

DRAWS = 200_000


# ---- draws and divergences ----------------------------------------------------------------------------

@identity("reparameterization")
def the_variance_of_a_draw():
    """The sampler: a draw from log σ² = log 9 has the variance E (z − μ)² = 9."""
    mean, log_var = asarray(np.full(DRAWS, -1.0)), asarray(np.full(DRAWS, math.log(9)))
    z = to_numpy(GaussianSample(generator=0).forward(mean, log_var))
    return 9, *mean_and_error((z + 1) ** 2)


@identity("gaussian-kl")
def a_divergence_from_the_prior():
    """KL(N(3, e) ‖ N(0, 1)) = ½ (9 + e − 1 − 1)."""
    return 0.5 * (7 + math.e), float(gaussian_kl(asarray([[3.0]]), asarray([[1.0]]))[0])


@identity("gaussian-kl")
def a_divergence_between_two():
    """KL(N(1, 4) ‖ N(3, 2)) = ½ ((1 − 3)²/2 + 4/2 − 1 − log 4/2) = ½ (3 − log 2)."""
    given = (asarray([[number]]) for number in (1.0, math.log(4), 3.0, math.log(2)))
    return 0.5 * (3 - math.log(2)), float(gaussian_kl(*given)[0])


# ---- two gradients of an expectation ------------------------------------------------------------------

PHI = 0.3


@identity("reparameterization")
def the_gradient_through_a_draw():
    """d/dφ E[x² + sin x], x ~ N(φ³, e²ᵠ), at φ = 0.3: through the draw, right on average."""
    log_var, noise, x = draws()
    dmean, dlog_var = gaussian_sample_backward(asarray(2 * x + np.cos(x)), log_var, noise)
    return derivative(), *mean_and_error(to_numpy(3 * PHI ** 2 * dmean + 2 * dlog_var))


@identity("reparameterization")
def the_gradient_by_the_score():
    """d/dφ E[x² + sin x], x ~ N(φ³, e²ᵠ), at φ = 0.3: by the score ∂ log p(x)/∂φ, right on average."""
    log_var, _, x = draws()
    _, dmean, dlog_var = gaussian_nll(asarray(np.full(DRAWS, PHI ** 3)), log_var, asarray(x))
    score = -DRAWS * to_numpy(3 * PHI ** 2 * dmean + 2 * dlog_var)                 # the loss is a mean
    return derivative(), *mean_and_error((x ** 2 + np.sin(x)) * score)


def draws():
    """log σ², ε and x."""
    log_var = asarray(np.full(DRAWS, 2 * PHI))
    noise = asarray(np.random.default_rng(1).standard_normal(DRAWS))
    return log_var, noise, to_numpy(gaussian_sample(PHI ** 3, log_var, noise))


def derivative():
    """Of E[x² + sin x] = φ⁶ + e^{2φ} + sin(φ³) exp(−½ e^{2φ})."""
    variance, damped = math.exp(2 * PHI), math.exp(-0.5 * math.exp(2 * PHI))
    wave = 3 * PHI ** 2 * math.cos(PHI ** 3) - variance * math.sin(PHI ** 3)
    return 6 * PHI ** 5 + 2 * variance + wave * damped


# ---- the bound, where the code is one number ----------------------------------------------------------

SLOPE, OFFSET = np.array([2.0, -1.0, 3.0]), np.array([0.5, 0.0, -1.0])
SEEN = np.array([1.0, 0.0, 1.0])
LINE, STEP = np.linspace(-12, 12, 401, retstep=True)              # all of a normal density that counts


@identity("elbo")
def the_gap_of_the_bound():
    """log p(x) = ELBO + KL(q(z|x) ‖ p(z|x)), where z is one number: all integrals by quadrature."""
    model, x = three_pixels(), asarray([SEEN])
    bound = -sum(normal(noise) * float(model.loss_and_gradients(x, noise=asarray([[noise]])))
                 for noise in LINE) * STEP
    mean, log_var = (float(part[0, 0]) for part in model.posterior(x))
    q = normal((LINE - mean) / math.exp(log_var / 2)) / math.exp(log_var / 2)
    log_posterior = np.log(normal(LINE)) + log_likelihood(LINE) - log_p()
    return log_p(), bound + (q * (np.log(q) - log_posterior)).sum() * STEP


@identity("elbo")
def the_weights_average_to_the_likelihood():
    """E_q[p(x|z) p(z)/q(z|x)] = p(x): the weights of the importance-weighted bound have no bias."""
    log_w = log_weights(three_pixels(), asarray([SEEN]), samples=DRAWS, batch_size=DRAWS)
    return math.exp(log_p()), *mean_and_error(np.exp(log_w[0]))


def three_pixels():
    """Each is 1 with probability σ(wz + b). No Gaussian is the posterior, least of all this one."""
    model = VariationalAutoencoder(Identity(), Dense(3, 1), Dense(3, 1), Dense(1, 3), Bernoulli(),
                                   sampler=GaussianSample(generator=0))
    model.load_state_dict({
        "mean.W": [[0.4], [-0.2], [0.5]], "mean.b": [0.1], "log_var.W": [[-0.3], [0.1], [-0.2]],
        "log_var.b": [-0.3], "decoder.W": SLOPE[None], "decoder.b": OFFSET, "steps": 0.0})
    return model


def normal(z):
    """The density of N(0, 1)."""
    return np.exp(-0.5 * z ** 2) / math.sqrt(2 * math.pi)


def log_likelihood(z):
    """log p(x|z) of the three pixels, for z (N,)."""
    a = z[:, None] * SLOPE + OFFSET
    return (SEEN * a - np.logaddexp(0, a)).sum(axis=1)


def log_p():
    """log ∫ p(x|z) N(z; 0, 1) dz."""
    return math.log((np.exp(log_likelihood(LINE)) * normal(LINE)).sum() * STEP)


# ---- probabilistic PCA --------------------------------------------------------------------------------

D, K = 6, 2


@identity("probabilistic-pca")
def the_bound_of_a_linear_vae():
    """A linear VAE at its optimum has the ELBO −½ [D log 2π + D + (D − k) log σ² + Σ log λ_j], the sum over j ≤ k."""
    values, variance, model = probabilistic_pca()
    log_determinant = np.log(values[:K]).sum() + (D - K) * math.log(variance)
    exact = -0.5 * (D * math.log(2 * math.pi) + log_determinant + D)
    return exact, -float(model.loss_and_gradients(**with_exact_noise()))


@identity("probabilistic-pca")
def what_the_code_of_a_linear_vae_costs():
    """A linear VAE at its optimum has the mean KL ½ Σ log(λ_j/σ²) over j ≤ k."""
    values, variance, model = probabilistic_pca()
    return 0.5 * np.log(values[:K] / variance).sum(), elbo(model, asarray(points())).kl


@identity("probabilistic-pca")
def no_gradient_at_probabilistic_pca():
    """A linear VAE at its optimum has no gradient: ‖∂L/∂θ‖ = 0, that of the pixels' σ² included."""
    _, _, model = probabilistic_pca()
    model.loss_and_gradients(**with_exact_noise())
    return 0, math.sqrt(sum(float((parameter.grad ** 2).sum()) for parameter in model.parameters()))


def points():
    rng = np.random.default_rng(0)
    rotation, _ = np.linalg.qr(rng.standard_normal((D, D)))
    return rng.standard_normal((300, D)) * [3.0, 2.0, 0.9, 0.7, 0.6, 0.5] @ rotation + rng.standard_normal(D)


def probabilistic_pca():
    """λ falling, σ², the mean of those behind the k-th, and the VAE at W = U_k (Λ_k − σ²)^½."""
    x = points()
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    variance = values[K:].mean()
    W = vectors[:, :K] * np.sqrt(values[:K] - variance)                            # (D, k)
    encoder = W / values[:K]                                                       # W M⁻¹, and M is diagonal
    model = VariationalAutoencoder(Identity(), Dense(D, K), Dense(D, K), Dense(K, D), Gaussian(),
                                   sampler=GaussianSample(generator=0))
    model.load_state_dict({
        "mean.W": encoder, "mean.b": -x.mean(axis=0) @ encoder, "log_var.W": np.zeros((D, K)),
        "log_var.b": np.log(variance / values[:K]), "decoder.W": W.T, "decoder.b": x.mean(axis=0),
        "likelihood.scale": [Gaussian.scale_of(math.log(variance))], "steps": 0.0})
    return values, variance, model


def with_exact_noise():
    """Each x with each of the points ±√k e_j for ε: mean 0, covariance I, which is all that counts here."""
    noise = math.sqrt(K) * np.concatenate([np.eye(K), -np.eye(K)])
    return {"x": asarray(np.repeat(points(), 2 * K, axis=0)), "noise": asarray(np.tile(noise, (300, 1)))}
