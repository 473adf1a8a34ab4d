"""Adversarial networks: the value of the game, two games that can be solved, and what the remedies do."""
import math

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.experiments.identities import identity
from scratchnets.layers import Dense, LeakyReLU, Sequential, SpectralNorm
from scratchnets.layers.spectral import power_iteration, spectral_normalize_backward
from scratchnets.losses import minimax, non_saturating, wasserstein
from scratchnets.metrics import js_divergence
from scratchnets.models.adversarial import theory
from scratchnets.models.adversarial.games import dirac_gan, eigenvalues, play
from scratchnets.models.adversarial.penalties import R1, r1, two_sided

X, DX = np.linspace(-12, 14, 4001, retstep=True)
P, G = theory.normal(X), theory.normal(X, mean=2)                  # N(0, 1) and N(2, 1)


# ---- the value of the game ----------------------------------------------------------------------------

@identity("adversarial-losses")
def the_logit_of_the_best_discriminator():
    """N(0, 1) against N(2, 1): the logit of D* is 2 − 2x, which is 1.4 at x = 0.3."""
    return 1.4, theory.best_logit(theory.normal(0.3), theory.normal(0.3, mean=2))


@identity("adversarial-losses")
def the_value_at_the_best_discriminator():
    """N(0, 1) against N(2, 1): V(D*, G) = 2 E log σ(2 − 2X) with X ~ N(0, 1), since both are mirrored."""
    return 2 * log_sigmoid(), theory.value(P, G, theory.best_discriminator(P, G), DX)


@identity("adversarial-losses")
def what_both_players_of_the_game_pay():
    """N(0, 1) against N(2, 1): a discriminator with the logit 2 − 2x pays −V(D*, G)."""
    a = asarray(2 - 2 * X)
    on_data, on_samples = (to_numpy(part.function(a)[0]) for part in (minimax.real, minimax.fake))
    return -2 * log_sigmoid(), (P * on_data + G * on_samples).sum() * DX


@identity("adversarial-losses")
def the_divergence_that_is_left():
    """N(0, 1) against N(2, 1): JSD = ½ (V(D*, G) + log 4)."""
    return log_sigmoid() + math.log(2), js_divergence(P, G, DX)


@identity("minimax-game")
def what_a_step_of_the_generator_follows():
    """N(0, 1) against N(θ, 1): with D* held, G follows ∂/∂θ 2 JSD = θ E D*(X), X ~ N(θ, 1), at θ = 2."""
    x, dx = np.linspace(-10, 14, 1601, retstep=True)
    exact = 2 * (np.exp(-0.5 * (x - 2) ** 2) / (1 + np.exp(2 * x - 2))).sum() * dx / math.sqrt(2 * math.pi)
    return exact, theory.generator_gradient(minimax, P, G, (X - 2) * G, DX)


def log_sigmoid():
    """E log σ(2 − 2X), X ~ N(0, 1), by quadrature."""
    x, dx = np.linspace(-12, 12, 1601, retstep=True)
    return -(np.exp(-0.5 * x ** 2) * np.logaddexp(0, 2 * x - 2)).sum() * dx / math.sqrt(2 * math.pi)


@identity("minimax-game")
def disjoint_supports_have_no_slope():
    """Disjoint supports: V(D*, G) = 0, however far apart they are."""
    p, g = np.array([0.5, 0.5, 0, 0, 0]), np.array([0, 0, 0, 0, 1.0])
    return 0, theory.value(p, g, theory.best_discriminator(p, g))


@identity("minimax-game")
def two_points_in_the_eyes_of_jsd():
    """Two points: JSD = log 2 at a distance of 3, and at any other."""
    return math.log(2), js_divergence(*two_points(), 0.5)


@identity("minimax-game")
def two_points_in_the_eyes_of_wasserstein():
    """Two points: W₁ = 3 at a distance of 3."""
    return 3, theory.wasserstein_1(*two_points(), 0.5)


def two_points():
    """As densities on a grid of spacing ½."""
    return np.eye(7)[0] / 0.5, np.eye(7)[6] / 0.5


@identity("adversarial-losses")
def a_generator_that_saturates():
    """The minimax generator has the slope −D at the logit: −¼ where D = ¼."""
    return -0.25, float(minimax.generator(asarray([-math.log(3)]))[1][0])


@identity("adversarial-losses")
def a_generator_that_does_not():
    """The non-saturating generator has the slope −(1 − D) at the logit: −¾ where D = ¼."""
    return -0.75, float(non_saturating.generator(asarray([-math.log(3)]))[1][0])


# ---- two games that can be solved ---------------------------------------------------------------------

@identity("dirac-gan")
def a_simultaneous_step_of_the_bilinear_game():
    """The bilinear game: a simultaneous step of h = ¾ multiplies the radius by √(1 + h²) = 5/4."""
    start, end = play(dirac_gan(0.6, -0.8, wasserstein, "simultaneous"), 0.75, 1)
    return 1.25, np.hypot(*end) / np.hypot(*start)


@identity("dirac-gan")
def six_alternating_steps_of_the_bilinear_game():
    """The bilinear game, alternating, h = 1: (1, 1), (−1, 2), (−2, 1), (−1, −1), (1, −2), (2, −1), (1, 1)."""
    path = play(dirac_gan(1, -1, wasserstein), 1.0, 6) * [1, -1]           # in min_θ max_φ θφ, φ is −ψ
    return 0, np.linalg.norm(path - [(1, 1), (-1, 2), (-2, 1), (-1, -1), (1, -2), (2, -1), (1, 1)])


@identity("dirac-gan")
def a_simultaneous_step_of_the_dirac_gan():
    """The Dirac-GAN: a simultaneous step multiplies the squared radius by 1 + h²σ(ψθ)²."""
    (theta, psi), end = play(dirac_gan(1.0, 0.5, minimax, "simultaneous"), 0.2, 1)
    return 1 + (0.2 / (1 + math.exp(-0.5))) ** 2, (end ** 2).sum() / (theta ** 2 + psi ** 2)


@identity("dirac-gan")
def a_step_with_r1():
    """The Dirac-GAN with R1: a simultaneous step takes ψ to ψ − h(σ(ψθ) θ + γψ)."""
    _, (_, psi) = play(dirac_gan(1.0, 0.5, minimax, "simultaneous", remedies=[R1(0.3)]), 0.2, 1)
    return 0.5 - 0.2 * (1 / (1 + math.exp(-0.5)) + 0.3 * 0.5), psi


@identity("dirac-gan")
def the_critical_penalty():
    """The Dirac-GAN with R1: the eigenvalues have (λ₁ − λ₂)² = γ² − 1, which is 0 at γ = 1."""
    first, second = eigenvalues(gamma=1.0, step=0.01)              # the field is linear along both axes
    return 0, ((first - second) ** 2).real


@identity("dirac-gan")
def below_it_the_game_spirals():
    """The Dirac-GAN with R1: it spirals below γ = 1, (λ₁ − λ₂)² = −0.64 at γ = 0.6."""
    first, second = eigenvalues(gamma=0.6, step=0.01)
    return -0.64, ((first - second) ** 2).real


# ---- remedies -----------------------------------------------------------------------------------------

@identity("packing")
def a_missing_half():
    """Half of the modes missed: JSD = ½ (r log r + log 4 − (1 + r) log(1 + r)), r = ½."""
    return divergence_of_packs(1)


@identity("packing")
def a_missing_half_in_pairs():
    """Half of the modes missed, in packs of m = 2: the same with r = 2⁻ᵐ = ¼."""
    return divergence_of_packs(2)


@identity("packing")
def a_missing_half_in_fours():
    """Half of the modes missed, in packs of m = 4: the same with r = 2⁻ᵐ = 1/16."""
    return divergence_of_packs(4)


def divergence_of_packs(m):
    r = 2.0 ** -m
    p, g = np.full(4, 0.25), np.array([0.5, 0.5, 0, 0])
    exact = 0.5 * (r * math.log(r) + math.log(4) - (1 + r) * math.log(1 + r))
    return exact, js_divergence(theory.packed(p, m), theory.packed(g, m))


@identity("spectral-normalization")
def the_norm_by_power_iteration():
    """Power iteration: uᵀWv = σ₁, the largest singular value by NumPy's decomposition."""
    W = weights()
    u, v = power_iteration(asarray(W), asarray(np.ones(4)), 200)
    return np.linalg.svd(W)[1][0], float(u @ asarray(W) @ v)


@identity("spectral-normalization")
def a_normalised_layer_stretches_by_one():
    """Spectral normalisation: the most that an input is stretched by is 1."""
    dense = Dense(6, 4, bias=False, generator=0)
    dense.W.data[...] = asarray(weights())
    return 1, np.linalg.svd(to_numpy(SpectralNorm(dense).forward(asarray(np.eye(6)))))[1][0]


@identity("spectral-normalization")
def along_the_weights_nothing_changes():
    """Spectral normalisation: ⟨∂L/∂W, W⟩ = 0, since W/σ₁(W) does not see the length of W."""
    dy = np.random.default_rng(1).standard_normal((6, 4))
    return 0, (to_numpy(spectral_normalize_backward(asarray(dy), asarray(weights()))) * weights()).sum()


def weights():
    return np.random.default_rng(0).standard_normal((6, 4))


@identity("gradient-penalty")
def the_two_sided_penalty_by_hand():
    """The two-sided penalty of D = 3x₁ + 4x₂ at λ = 10 is λ(‖w‖ − 1)² = 160."""
    return 160, float(two_sided(linear_critic(), asarray([[0.5, -2.0], [1.0, 7.0]]), 10))


@identity("gradient-penalty")
def its_gradient_by_hand():
    """The two-sided penalty of D = 3x₁ + 4x₂ at λ = 10 has the gradient 2λ(‖w‖ − 1) w/‖w‖ = (48, 64)."""
    critic = linear_critic()
    two_sided(critic, asarray([[0.5, -2.0], [1.0, 7.0]]), 10)
    return 0, np.linalg.norm(to_numpy(critic.W.grad)[:, 0] - [48, 64])


def linear_critic():
    critic = Dense(2, 1, generator=0)
    critic.W.data[...] = asarray([[3.0], [4.0]])
    return critic


@identity("gradient-penalty")
def the_gradient_of_r1():
    """R1 of a critic of two layers: its gradient is that of ½γ mean ‖∇D‖², by differences in NumPy."""
    x = np.random.default_rng(0).standard_normal((5, 3))
    critic = Sequential(Dense(3, 6, generator=1), LeakyReLU(0.2), Dense(6, 1, generator=2))
    r1(critic, asarray(x), 0.7)
    W, b, V, c = (to_numpy(parameter.data) for parameter in critic.parameters())
    ours = [to_numpy(parameter.grad) for parameter in critic.parameters()]

    def penalty(W, b, V):
        slopes = np.where(x @ W + b > 0, 1, 0.2) * V[:, 0] @ W.T
        return 0.7 / 2 * (slopes ** 2).sum(axis=1).mean()

    theirs = [differences(lambda W: penalty(W, b, V), W), differences(lambda b: penalty(W, b, V), b),
              differences(lambda V: penalty(W, b, V), V), 0 * c]
    return 0, math.sqrt(sum(((mine - other) ** 2).sum() for mine, other in zip(ours, theirs)))


def differences(function, at, h=1e-3):
    """∂/∂ each number of `at`: R1 is a parabola in each, of which central differences are exact."""
    steps = h * np.eye(at.size).reshape(-1, *at.shape)
    return np.array([(function(at + e) - function(at - e)) / (2 * h) for e in steps]).reshape(at.shape)
