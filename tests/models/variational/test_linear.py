"""A linear VAE is probabilistic PCA, whose likelihood, subspace and optimum are known in closed form.

Tipping and Bishop, 1999; Lucas, Tucker, Grosse and Norouzi, 2019. No gradient check sees what these
see: forward and backward may agree about the wrong model.
"""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, Identity
from scratchnets.models.variational import Gaussian, VariationalAutoencoder, elbo
from scratchnets.optimizers import Adam
from scratchnets.schedules import cosine

D, K, N = 6, 2, 300


class PPCA:
    """The optimum: W = U_k (Λ_k − σ²)^½, σ² = the mean of the tail, and what follows."""

    def __init__(self, x, k):
        self.mean = x.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
        self.eigenvalues, vectors = values[::-1], vectors[:, ::-1]
        self.variance = self.eigenvalues[k:].mean()
        self.basis = vectors[:, :k]
        self.W = self.basis * np.sqrt(self.eigenvalues[:k] - self.variance)            # (D, k)
        M = self.W.T @ self.W + self.variance * np.eye(k)                              # diagonal
        self.encoder = np.linalg.solve(M, self.W.T)                                    # (k, D)
        self.posterior_variance = self.variance / np.diag(M)
        covariance = self.W @ self.W.T + self.variance * np.eye(len(self.mean))
        self.log_likelihood = self.log_density(x, covariance).mean()
        self.kl = 0.5 * np.log(self.eigenvalues[:k] / self.variance).sum()

    def log_density(self, x, covariance):
        centred = x - self.mean
        square = (centred * np.linalg.solve(covariance, centred.T).T).sum(axis=1)
        return -0.5 * (np.linalg.slogdet(2 * np.pi * covariance)[1] + square)


@pytest.fixture
def x(rng):
    spread = np.array([3.0, 2.0, 0.9, 0.7, 0.6, 0.5])
    rotation, _ = np.linalg.qr(rng.standard_normal((D, D)))
    return (spread * rng.standard_normal((N, D))) @ rotation.T + rng.standard_normal(D)


@pytest.fixture
def ppca(x):
    return PPCA(x, K)


def linear_vae(generator=0):
    encoder = Dense(D, K, generator=generator), Dense(D, K, generator=generator + 1)
    return VariationalAutoencoder(Identity(), *encoder, Dense(K, D, generator=generator + 2), Gaussian())


def at_the_optimum(ppca):
    model = linear_vae()
    scale = Gaussian.scale_of(np.log(ppca.variance))
    model.load_state_dict({
        "mean.W": ppca.encoder.T, "mean.b": -ppca.encoder @ ppca.mean,
        "log_var.W": np.zeros((D, K)), "log_var.b": np.log(ppca.posterior_variance),
        "decoder.W": ppca.W.T, "decoder.b": ppca.mean, "likelihood.scale": [scale], "steps": 0.0})
    return model


def with_exact_noise(x):
    """Each x with each of the 2k points ±√k e_j for ε: they have mean 0 and covariance I, so that the mean
    over them is the expectation of anything quadratic in ε, with no sampling noise."""
    points = np.sqrt(K) * np.concatenate([np.eye(K), -np.eye(K)])                      # (2k, k)
    return asarray(np.repeat(x, 2 * K, axis=0)), asarray(np.tile(points, (len(x), 1)))


def test_at_the_analytic_optimum_all_gradients_vanish(x, ppca, float64):
    model = at_the_optimum(ppca)
    repeated, noise = with_exact_noise(x)
    model.loss_and_gradients(repeated, noise=noise)
    largest = {name: abs(to_numpy(parameter.grad)).max()
               for name, parameter in model.named_parameters().items()}
    assert len(largest) == 7 and max(largest.values()) < 1e-8, largest


def test_with_random_noise_they_do_not(x, ppca, float64):
    """Why the exact points: the check above could never be that sharp with drawn ε."""
    model = at_the_optimum(ppca)
    model.loss_and_gradients(asarray(x))
    assert max(abs(to_numpy(parameter.grad)).max() for parameter in model.parameters()) > 1e-3


def test_at_the_optimum_the_bound_is_the_log_likelihood(x, ppca, float64):
    """ELBO* = −½ [d log 2π + Σ_{j≤k} log λ_j + (d−k) log σ² + d], and the mean KL is ½ Σ log(λ_j/σ²)."""
    log_determinant = np.log(ppca.eigenvalues[:K]).sum() + (D - K) * np.log(ppca.variance)
    closed = -0.5 * (D * np.log(2 * np.pi) + log_determinant + D)
    assert ppca.log_likelihood == pytest.approx(closed, abs=1e-12)
    model = at_the_optimum(ppca)
    repeated, noise = with_exact_noise(x)
    assert -float(model.loss_and_gradients(repeated, noise=noise)) == pytest.approx(closed, abs=1e-10)
    assert elbo(model, asarray(x)).kl == pytest.approx(ppca.kl, abs=1e-12)


@pytest.mark.parametrize("seed", [0, 10])
def test_from_a_random_start_it_learns_probabilistic_pca(seed, x, ppca, float64):
    model = linear_vae(seed)
    repeated, noise = with_exact_noise(x)
    steps = 2500
    optimizer, schedule = Adam(model.parameters(), lr=0.1), cosine(0.1, steps)
    for step in range(steps):
        optimizer.lr = schedule(step)
        optimizer.zero_grad()
        loss = model.loss_and_gradients(repeated, noise=noise)
        optimizer.step()
    assert abs(-float(loss) - ppca.log_likelihood) < 1e-3
    found, _ = np.linalg.qr(to_numpy(model.decoder.W.data).T)
    cosines = np.linalg.svd(found.T @ ppca.basis, compute_uv=False)
    angles = np.arcsin(np.sqrt(np.clip(1 - cosines ** 2, 0, 1)))
    assert angles.max() < 1e-3
    assert float(np.exp(to_numpy(model.likelihood.log_var)[0])) == pytest.approx(ppca.variance, rel=1e-3)


def test_the_standard_deviation_is_the_root_of_the_variance(x, ppca, float64):
    """With exp(log σ²) as the standard deviation, what is called the bound climbs above log p: here σ² < 1,
    and codes with too little noise are easy to decode. No gradient check would object."""
    model = at_the_optimum(ppca)
    repeated, noise = with_exact_noise(x)
    _, log_var = model.infer(repeated)
    too_small = noise * asarray(np.exp(0.5 * to_numpy(log_var)))                       # σ ε times σ
    assert -float(model.loss_and_gradients(repeated, noise=too_small)) > ppca.log_likelihood + 0.1
