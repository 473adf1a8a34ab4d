"""The linear autoencoder, where all is known: minimum, subspace, saddles, and the two paths of a tied W."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, Sequential, TiedDense
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.models.classical import PCA
from scratchnets.optimizers import Adam
from scratchnets.training import train


@pytest.fixture
def centred(rng, float64):
    """200 points in six dimensions, and the eigenvectors and falling eigenvalues of their covariance."""
    rotation, _ = np.linalg.qr(rng.standard_normal((6, 6)))
    x = rng.standard_normal((200, 6)) @ np.diag([3, 2, 1, 0.5, 0.3, 0.1]) @ rotation
    x -= x.mean(axis=0)
    eigenvalues, vectors = np.linalg.eigh(x.T @ x / len(x))
    return x, vectors[:, ::-1], eigenvalues[::-1]


def linear(W=None, V=None):
    """x → xW → xWV, without biases; the weights as given."""
    encoder, decoder = Dense(6, 2, bias=False, generator=0), Dense(2, 6, bias=False, generator=1)
    if W is not None:
        encoder.W.data[...], decoder.W.data[...] = asarray(W), asarray(V)
    return Autoencoder(Sequential(encoder), Sequential(decoder))


def squared_error_of(model, x):
    return 2 * float(model.loss_of(asarray(x)))                          # the loss has the ½


def test_training_lands_on_the_least_error_and_on_pcas_subspace(centred):
    """Σ_{j>k} λ_j is the least squared error of any linear map to k numbers and back."""
    x, _, eigenvalues = centred
    model, least = linear(), eigenvalues[2:].sum()
    errors = [2 * record["loss"] for record in train(
        model, Adam(model.parameters(), lr=0.02), asarray(x), epochs=1500, batch_size=200,
        generator=np.random.default_rng(0))]
    assert min(errors) >= least - 1e-12
    assert least - 1e-12 <= squared_error_of(model, x) < least * (1 + 1e-6)
    V = to_numpy(model.decoder.layers[0].W.data)
    projector = V.T @ np.linalg.inv(V @ V.T) @ V
    components = to_numpy(PCA(2).fit(asarray(x)).components_)
    np.testing.assert_allclose(projector, components.T @ components, atol=1e-3)
    assert abs(V @ V.T - np.eye(2)).max() > 0.05                         # the subspace, not its axes


def gradients_at(model, x):
    model.zero_grad()
    model.loss_and_gradients(asarray(x))
    return [to_numpy(parameter.grad).copy() for parameter in model.parameters()]


@pytest.mark.parametrize("chosen", [(0, 1), (0, 2), (1, 2), (3, 5)])
def test_every_choice_of_eigenvectors_is_stationary_and_costs_those_left_out(chosen, centred):
    x, vectors, eigenvalues = centred
    U = vectors[:, list(chosen)]
    model = linear(U, U.T)
    left_out = np.delete(eigenvalues, chosen).sum()
    assert squared_error_of(model, x) == pytest.approx(left_out, rel=1e-10)
    assert max(abs(gradient).max() for gradient in gradients_at(model, x)) < 1e-12


@pytest.mark.parametrize("chosen, better", [((0, 2), (2, 1)), ((1, 2), (2, 0)), ((3, 5), (5, 0))])
def test_all_but_the_first_are_saddles(chosen, better, centred):
    """A turn of a chosen direction towards a better one goes down, and other steps go up."""
    x, vectors, _ = centred
    old, new = better
    kept = [j for j in chosen if j != old]

    def error(angle, stretch=1.0):
        turned = np.cos(angle) * vectors[:, old] + np.sin(angle) * vectors[:, new]
        U = np.column_stack([vectors[:, kept[0]], turned])
        return squared_error_of(linear(stretch * U, U.T), x)

    assert error(0.1) < error(0) and error(-0.1) < error(0)
    assert error(0, stretch=1.1) > error(0) and error(0, stretch=0.9) > error(0)


def test_a_tied_gradient_is_the_sum_of_both_untied_ones(centred):
    x, _, _ = centred
    dense = Dense(6, 2, generator=0)
    tied = Autoencoder(Sequential(dense), Sequential(TiedDense(dense)))
    W = to_numpy(dense.W.data)
    untied = linear(W, W.T)
    dense.b.data.fill(0)
    through_encoder, through_decoder = gradients_at(untied, x)
    both, *_ = gradients_at(tied, x)
    np.testing.assert_allclose(both, through_encoder + through_decoder.T, rtol=1e-10, atol=1e-13)
    assert abs(through_encoder - through_decoder.T).max() > 1e-3         # two different paths
