"""Autoencoders: the linear one, which is PCA; the best denoiser, which is a score; prices on a code."""
import math

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.data.toy import ring
from scratchnets.experiments.identities import identity
from scratchnets.layers import Dense, GaussianNoise, Identity, Softmax, TiedDense
from scratchnets.layers.penalty import kl_sparsity, l1_activity
from scratchnets.losses import binary_cross_entropy_with_logits, squared_error
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.models.classical import PCA

D, K = 6, 2
STD = 0.7                                          # s, of the noise


# ---- the linear autoencoder ---------------------------------------------------------------------------

@identity("linear-autoencoder")
def no_gradient_on_the_subspace_of_pca():
    """A linear autoencoder on the subspace of PCA has no gradient: ‖∂L/∂(W, V)‖ = 0."""
    model = on_the_subspace_of_pca(points())
    model.loss_and_gradients(asarray(points()))
    return 0, norm_of_gradient(model)


@identity("pca")
def the_error_is_what_is_left_out():
    """A linear autoencoder on the subspace of PCA has the squared error Σ λ_j over j > k, what is left out."""
    x = points()
    return eigenvalues(x)[K:].sum(), 2 * float(on_the_subspace_of_pca(x).loss_of(asarray(x)))


@identity("linear-autoencoder")
def both_paths_of_tied_weights():
    """A tied linear autoencoder: ∂L/∂W = (XᵀE + EᵀX) W/N with E = XWWᵀ − X, a path through each layer."""
    x, dense = points(), Dense(D, K, bias=False, generator=0)
    model = Autoencoder(dense, TiedDense(dense))
    model.loss_and_gradients(asarray(x))
    W = to_numpy(dense.W.data)
    E = x @ W @ W.T - x
    return 0, np.linalg.norm(to_numpy(dense.W.grad) - (x.T @ E + E.T @ x) @ W / len(x))


def points():
    """200 centred points, longer in some directions than in others."""
    rng = np.random.default_rng(0)
    rotation, _ = np.linalg.qr(rng.standard_normal((D, D)))
    x = rng.standard_normal((200, D)) * [3, 2, 1, 0.5, 0.3, 0.1] @ rotation
    return x - x.mean(axis=0)


def eigenvalues(x):
    """Of the covariance of centred points, falling."""
    return np.linalg.eigvalsh(x.T @ x / len(x))[::-1]


def on_the_subspace_of_pca(x):
    components = PCA(K).fit(asarray(x)).components_                                # (K, D)
    encoder, decoder = Dense(D, K, bias=False, generator=0), Dense(K, D, bias=False, generator=0)
    encoder.W.data[...], decoder.W.data[...] = components.T, components
    return Autoencoder(encoder, decoder)


def norm_of_gradient(model):
    return math.sqrt(sum(float((parameter.grad ** 2).sum()) for parameter in model.parameters()))


# ---- denoising ----------------------------------------------------------------------------------------

@identity("denoising")
def the_risk_of_the_best_linear_denoiser():
    """The best linear denoiser, W = (G + s²)⁻¹G, has the squared error Σ_j λ_j s²/(λ_j + s²)."""
    x = points()
    model = denoiser(best_linear(x))
    values = eigenvalues(x)
    return (values * STD ** 2 / (values + STD ** 2)).sum(), 2 * float(model.loss_and_gradients(repeated(x)))


@identity("denoising")
def no_gradient_at_the_best_linear_denoiser():
    """The best linear denoiser, W = (G + s²)⁻¹G, has no gradient: ‖∂L/∂W‖ = 0."""
    model = denoiser(best_linear(points()))
    model.loss_and_gradients(repeated(points()))
    return 0, norm_of_gradient(model)


@identity("denoising")
def noise_is_weight_decay():
    """Noise on a linear network's input is weight decay: E‖(x + sε)W − x‖² = ‖xW − x‖² + s²‖W‖²."""
    x, W = points(), np.random.default_rng(1).standard_normal((D, D))
    exact = ((x @ W - x) ** 2).sum() / len(x) + STD ** 2 * (W ** 2).sum()
    return exact, 2 * float(denoiser(W).loss_and_gradients(repeated(x)))


class AllPoints(GaussianNoise):
    """For ε the points ±√D e_j in turn: mean 0 and covariance I, which is all that a squared error sees."""

    def draw(self, x):
        noise = math.sqrt(D) * np.concatenate([np.eye(D), -np.eye(D)])
        return asarray(np.tile(noise, (len(x) // len(noise), 1)))


def denoiser(W):
    model = Autoencoder(Dense(D, D, bias=False, generator=0), Identity(), corruption=AllPoints(STD))
    model.encoder.W.data[...] = asarray(W)
    return model


def best_linear(x):
    G = x.T @ x / len(x)
    return np.linalg.solve(G + STD ** 2 * np.eye(D), G)


def repeated(x):
    """Each example once for each point of the noise."""
    return asarray(np.repeat(x, 2 * D, axis=0))


@identity("denoising")
def tweedie():
    """Tweedie: E[x | x̃] − x̃ = s²∇ log p_s(x̃) on the ring of Gaussians, the left side by quadrature."""
    arrows = STD ** 2 * ring().with_noise(STD).score(noisy())
    return 0, np.linalg.norm(arrows - (best_guess(noisy()) - noisy()))


@identity("denoising")
def the_best_denoiser_is_a_network():
    """On the ring, dense layers and a softmax compute E[x | x̃] = (σ²x̃ + s² Σⱼ p(j | x̃) cⱼ)/(σ² + s²)."""
    centres, total = ring().centres, ring().std ** 2 + STD ** 2
    score, mean = Dense(2, len(centres), generator=0), Dense(len(centres), 2, bias=False, generator=0)
    score.W.data[...] = asarray(centres.T / total)
    score.b.data[...] = asarray(-(centres ** 2).sum(axis=1) / (2 * total))
    mean.W.data[...] = asarray(STD ** 2 / total * centres)
    attention = mean.forward(Softmax().forward(score.forward(asarray(noisy()))))
    output = ring().std ** 2 / total * noisy() + to_numpy(attention)
    return 0, np.linalg.norm(output - best_guess(noisy()))


def noisy():
    return 2 * np.random.default_rng(0).standard_normal((6, 2))


def best_guess(noisy):
    """E[x | x̃] of eight Gaussians of deviation 0.1 on a circle of radius 2, from sums over a grid."""
    axis, angle = np.linspace(-3, 3, 121), 2 * np.pi * np.arange(8) / 8
    x = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    centres = 2 * np.column_stack([np.cos(angle), np.sin(angle)])
    p = sum(np.exp(-((x - centre) ** 2).sum(axis=1) / (2 * 0.1 ** 2)) for centre in centres)
    weights = [p * np.exp(-((x - each) ** 2).sum(axis=1) / (2 * STD ** 2)) for each in noisy]
    return np.array([weight @ x / weight.sum() for weight in weights])


# ---- prices -------------------------------------------------------------------------------------------

@identity("activity-penalties")
def the_price_of_a_mean_activity():
    """KL sparsity costs KL(½ ‖ ¼) = ½ log 4/3 nats at ρ = ½ and ρ̂ = ¼."""
    return 0.5 * math.log(4 / 3), float(kl_sparsity(asarray([[0.1], [0.4]]), 0.5, 1.0)[0])


@identity("activity-penalties")
def the_slope_of_that_price():
    """KL sparsity has the slope −ρ/ρ̂ + (1 − ρ)/(1 − ρ̂) = 15/16 at ρ = 0.05 and ρ̂ = 0.2."""
    _, dx = kl_sparsity(asarray([[0.1], [0.3], [0.15], [0.25]]), 0.05, 1.0)
    return 15 / 16, float(dx.sum())


@identity("activity-penalties")
def a_free_code_is_thresholded():
    """L1, a free code: ½‖x − hUᵀ‖² + λ‖h‖₁ has no slope in h ≠ 0 at h = sign(a) max(|a| − λ, 0), a = xU."""
    h, dh, _ = thresholded()
    return 0, np.linalg.norm(dh[h != 0])


@identity("activity-penalties")
def the_least_loss_of_a_free_code():
    """L1, a free code: its cost there is ½a² for |a| ≤ λ, else λ|a| − ½λ²: 4.61 at a = (0.3, −2, 6, 0.5)."""
    return 4.61, thresholded()[2]


def thresholded():
    """h, the slope in h and the cost at λ = 0.6, for a = (0.3, −2, 6, 0.5) and a rotation U."""
    a, weight = np.array([[0.3, -2.0, 6.0, 0.5]]), 0.6
    U = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
    h = np.sign(a) * np.maximum(abs(a) - weight, 0)
    error, dcopy = squared_error(asarray(h @ U.T), asarray(a @ U.T))
    price, dh = l1_activity(asarray(h), weight)
    return h, to_numpy(dh) + to_numpy(dcopy) @ U, float(error + price)


@identity("reconstruction")
def a_grey_pixel_has_a_price():
    """Cross-entropy: a pixel x = ¼ with its perfect copy costs not 0 but log 4 − ¾ log 3 nats."""
    value, _ = binary_cross_entropy_with_logits(asarray([[-math.log(3)]]), asarray([[0.25]]))
    return math.log(4) - 0.75 * math.log(3), float(value)
