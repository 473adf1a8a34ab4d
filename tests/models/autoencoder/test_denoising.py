"""Denoising where it can be solved: linear networks (identity 18) and mixtures of Gaussians (identity 19).

The noise is exact: all masks in turn, or points with the mean and the covariance of a Gaussian, which is all
that a quadratic loss sees of it. So the gradients vanish at the closed form to rounding.
"""
import itertools

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.data.mixture import GaussianMixture
from scratchnets.layers import Dense, GaussianNoise, Identity, MaskingNoise, Sequential, Softmax
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.optimizers import SGD

D, STD, KEPT = 5, 0.7, 0.5


class AllPoints(GaussianNoise):
    """±√D eⱼ in turn: mean 0, covariance I."""

    def draw(self, x):
        points = np.sqrt(D) * np.concatenate([np.eye(D), -np.eye(D)])
        return asarray(np.tile(points, (len(x) // len(points), 1)))


class AllMasks(MaskingNoise):
    """All 2^D masks in turn, equally often: each number is kept with probability ½."""

    def draw(self, x):
        masks = np.array(list(itertools.product([False, True], repeat=D)))
        return asarray(np.tile(masks, (len(x) // len(masks), 1)))


def closed_form(kind, G):
    """The best W of x̂ = x̃ W and its squared error, for second moments G."""
    if kind == "gaussian":
        values = np.linalg.eigvalsh(G)
        return np.linalg.solve(G + STD ** 2 * np.eye(D), G), (values * STD ** 2 / (values + STD ** 2)).sum()
    W = np.linalg.solve(KEPT ** 2 * G + KEPT * (1 - KEPT) * np.diag(np.diag(G)), KEPT * G)
    return W, np.trace(G) - KEPT * np.trace(G @ W)


@pytest.fixture(params=["gaussian", "masking"])
def problem(request, float64, rng):
    """(a linear denoising autoencoder, examples, the best W, its squared error)."""
    x = rng.normal(size=(30, D)) @ rng.normal(size=(D, D))
    corruption, repeats = (AllPoints(STD), 2 * D) if request.param == "gaussian" else (AllMasks(1 - KEPT), 2 ** D)
    model = Autoencoder(Dense(D, D, bias=False, generator=1), Identity(), corruption=corruption)
    return model, asarray(np.repeat(x, repeats, axis=0)), *closed_form(request.param, x.T @ x / len(x))


def test_the_closed_form_is_the_minimum(problem):
    model, x, W, risk = problem
    model.encoder.W.data[...] = asarray(W)
    value = model.loss_and_gradients(x)
    assert abs(to_numpy(model.encoder.W.grad)).max() < 1e-12
    assert 2 * float(value) == pytest.approx(risk, rel=1e-12)


def test_descent_ends_there(problem):
    model, x, W, _ = problem
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(1000):
        model.zero_grad()
        model.loss_and_gradients(x)
        optimizer.step()
    assert abs(to_numpy(model.encoder.W.data) - W).max() < 1e-9


def test_noise_on_the_input_is_weight_decay(float64, rng):
    """E‖(x + sε)W − x‖² = ‖xW − x‖² + s²‖W‖²: the halves of both, as the loss and the decay have them."""
    x = asarray(np.repeat(rng.normal(size=(12, D)), 2 * D, axis=0))
    W = asarray(rng.normal(size=(D, D)))
    noisy, decayed = (Autoencoder(Dense(D, D, bias=False, generator=1), Identity(), **options)
                      for options in ({"corruption": AllPoints(STD)}, {"weight_decay": STD ** 2}))
    losses = []
    for model in (noisy, decayed):
        model.encoder.W.data[...] = W
        losses.append(float(model.loss_and_gradients(x)))
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)
    assert abs(to_numpy(noisy.encoder.W.grad - decayed.encoder.W.grad)).max() < 1e-12


# ---- a mixture of Gaussians ---------------------------------------------------------------------------

MIXTURE = GaussianMixture([[-2.0, 0.0], [0.5, 1.0], [1.5, -1.0]], std=0.3)


def best_denoiser(mixture, noise):
    """(linear, attention) layers: r*(x̃) = σ²/(σ²+s²) x̃ + s²/(σ²+s²) Σⱼ p(j | x̃) cⱼ.

    p(j | x̃) is a softmax of numbers that are linear in x̃, so that r* is a network of our layers.
    """
    centres, total = mixture.centres, mixture.std ** 2 + noise ** 2
    k, d = centres.shape
    linear, score, mean = Dense(d, d, bias=False), Dense(d, k), Dense(k, d, bias=False)
    linear.W.data[...] = asarray(mixture.std ** 2 / total * np.eye(d))
    score.W.data[...] = asarray(centres.T / total)
    score.b.data[...] = asarray(-(centres ** 2).sum(axis=1) / (2 * total))
    mean.W.data[...] = asarray(noise ** 2 / total * centres)
    return linear, Sequential(score, Softmax(), mean)


@pytest.mark.parametrize("noise", [0.1, 0.6, 2.0])
def test_the_arrow_of_the_best_denoiser_is_the_score(float64, rng, noise):
    """Tweedie: r*(x̃) − x̃ = s² ∇ log p_s(x̃)."""
    noisy = 3 * rng.normal(size=(50, 2))
    output = sum(to_numpy(part.forward(asarray(noisy))) for part in best_denoiser(MIXTURE, noise))
    expected = noise ** 2 * MIXTURE.with_noise(noise).score(noisy)
    assert abs(output - noisy - expected).max() < 1e-12


def test_no_gradient_is_left_at_the_best_denoiser(float64):
    """E[(r*(x̃) − x) ∂r*/∂θ] = 0 for every parameter, as a sum over a grid of pairs (x, x̃) on a line;
    and the loss is D s² − s⁴ E‖∇ log p_s‖², below which none can come."""
    mixture, noise = GaussianMixture([[-2.0], [0.5], [1.5]], std=0.3), 0.6
    grid, step = np.linspace(-8, 8, 401, retstep=True)
    clean, noisy = (side.reshape(-1, 1) for side in np.meshgrid(grid, grid))
    weight = np.exp(mixture.log_density(clean)[:, None] - (noisy - clean) ** 2 / (2 * noise ** 2))
    weight *= step ** 2 / np.sqrt(2 * np.pi * noise ** 2)
    parts = best_denoiser(mixture, noise)
    error = sum(to_numpy(part.forward(asarray(noisy))) for part in parts) - clean
    for part in parts:
        part.backward(asarray(weight * error), need_dx=False)
    gradients = [to_numpy(parameter.grad) for part in parts for parameter in part.parameters()]
    assert len(gradients) == 4 and max(abs(gradient).max() for gradient in gradients) < 1e-10
    fisher = (weight * mixture.with_noise(noise).score(noisy) ** 2).sum()
    assert (weight * error ** 2).sum() == pytest.approx(noise ** 2 - noise ** 4 * fisher, rel=1e-10)
