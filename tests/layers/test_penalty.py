"""Activity penalties: values by hand, their exact derivatives, and what they do to a code."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, KLSparsity, L1Activity, ReLU, Sequential, Sigmoid
from scratchnets.layers.penalty import kl_sparsity, l1_activity, total_penalty, without_penalties


def close(a, b, rtol=1e-12, atol=1e-14):
    np.testing.assert_allclose(to_numpy(a), to_numpy(b), rtol=rtol, atol=atol)


# ---- L1 ------------------------------------------------------------------------------------------

def test_l1_by_hand(float64):
    penalty, dx = l1_activity(asarray([[1.0, -2.0, 0.0], [0.0, 4.0, -1.0]]), 0.5)
    assert float(penalty) == 0.5 * 8 / 2
    close(dx, [[0.25, -0.25, 0], [0, 0.25, -0.25]])


def test_l1_with_a_free_code_is_soft_thresholding(float64, rng):
    """min over h of ½‖x − h Uᵀ‖² + λ‖h‖₁ with orthonormal U: h = sign(a) max(|a| − λ, 0), a = x U."""
    x, weight, lr = rng.normal(size=(1, 6)), 0.6, 0.01
    U = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    a = x @ U
    soft = np.sign(a) * np.maximum(abs(a) - weight, 0)
    assert 0 < (soft == 0).sum() < 6                     # some units are off, some are on
    h = asarray(rng.normal(size=(1, 6)))
    for _ in range(4000):
        dh = (h @ asarray(U.T) - asarray(x)) @ asarray(U) + l1_activity(h, weight)[1]
        h = h - lr * dh
    # Where the optimum is 0, the slope's sign flips from step to step: one step is the precision.
    assert abs(to_numpy(h) - soft)[soft != 0].max() < 1e-12
    assert abs(to_numpy(h) - soft)[soft == 0].max() < lr * 2 * weight


# ---- KL ------------------------------------------------------------------------------------------

def test_kl_by_hand(float64):
    x = asarray([[0.2, 0.9], [0.3, 0.6], [0.25, 0.75]])               # ρ̂ = (¼, ¾)
    penalty, dx = kl_sparsity(x, 0.5, 2.0)
    # KL(½ ‖ ¼) = ½ log 2 + ½ log ⅔ = ½ log 4/3, and the same for ¾ by symmetry.
    assert float(penalty) == pytest.approx(2 * math.log(4 / 3), rel=1e-14)
    # −½/¼ + ½/¾ = −4/3, times λ/N = 2/3
    close(dx, [[-8 / 9, 8 / 9]] * 3)


@pytest.mark.parametrize("rho", [0.05, 0.3, 0.5, 0.9])
def test_derivative_of_the_divergence(float64, rho):
    """∂KL(ρ ‖ ρ̂)/∂ρ̂ = −ρ/ρ̂ + (1 − ρ)/(1 − ρ̂): with one unit and equal activations, ρ̂ = x."""
    for rho_hat in (0.01, 0.2, 0.5, 0.99):
        _, dx = kl_sparsity(asarray(np.full((4, 1), rho_hat)), rho, 1.0)
        close(dx.sum(), -rho / rho_hat + (1 - rho) / (1 - rho_hat), rtol=1e-11)


def test_the_divergence_is_0_at_its_target_and_positive_elsewhere(float64):
    at_target, dx = kl_sparsity(asarray([[0.1], [0.3]]), 0.2, 3.0)
    assert float(at_target) == pytest.approx(0, abs=1e-15)
    close(dx, [[0], [0]], atol=1e-14)
    for rho_hat in (0.05, 0.15, 0.25, 0.95):
        assert float(kl_sparsity(asarray([[rho_hat]]), 0.2, 3.0)[0]) > 0


def test_every_example_gets_the_same_gradient(float64, rng):
    """Only the mean over the batch counts, not who brought it about."""
    x = rng.uniform(0.1, 0.9, (5, 3))
    _, dx = kl_sparsity(asarray(x), 0.05, 1.0)
    close(dx, np.tile(to_numpy(dx)[:1], (5, 1)))
    assert len(np.unique(to_numpy(dx)[0])) == 3


def test_descent_takes_the_mean_to_its_target(float64, rng):
    x = asarray(rng.uniform(0.3, 0.9, (8, 3)))
    for _ in range(3000):
        x = x - 0.02 * kl_sparsity(x, 0.2, 1.0)[1]
    close(x.mean(axis=0), [0.2] * 3)


# ---- both ----------------------------------------------------------------------------------------

PENALTIES = [L1Activity(0.3), KLSparsity(0.1, 0.3)]
each_layer = pytest.mark.parametrize("layer", PENALTIES, ids=repr)
X = [[0.2, 0.9], [0.3, 0.6], [0.25, 0.75]]


@each_layer
def test_averaged_like_a_loss(float64, layer):
    """The same examples twice: the same penalty, half the gradient for each."""
    once, dx = layer.cost(asarray(X))
    twice, dx2 = layer.cost(asarray(X + X))
    close(once, twice)
    close(dx2[:3], dx / 2)


@each_layer
def test_x_passes_and_its_price_joins_the_gradient(float64, layer):
    x, dy = asarray(X), asarray([[1.0, -1.0], [2.0, 0.0], [0.0, 5.0]])
    penalty, gradient = layer.cost(x)
    close(layer.forward(x), X)
    assert float(layer.penalty) == float(penalty) > 0
    close(layer.backward(dy), dy + gradient)


@each_layer
def test_evaluation_mode_asks_the_same(layer):
    """The loss of the validation data includes the penalty."""
    x = asarray(X)
    layer.train().forward(x)
    asked = float(layer.penalty)
    layer.eval().forward(asarray([[0.4, 0.1], [0.6, 0.3]]))
    assert float(layer.penalty) != asked
    layer.forward(x)
    assert float(layer.penalty) == asked
    layer.train()


@each_layer
def test_predict_neither_counts_nor_asks(layer):
    layer.forward(asarray(X))
    asked = float(layer.penalty)
    layer.predict(asarray([[0.9, 0.9]]))
    assert float(layer.penalty) == asked


@each_layer
def test_without_penalties_a_network_is_the_function_alone(layer):
    network, dy = Sequential(Dense(2, 2, generator=0), Sigmoid(), layer), asarray(np.ones((3, 2)))
    bare = Sequential(*network.layers[:2])
    network.forward(asarray(X))
    asked = float(layer.penalty)
    with without_penalties(network), without_penalties(layer):                     # one within the other
        network.forward(asarray(X))
        dx = network.backward(dy)
        bare.forward(asarray(X))
        close(dx, bare.backward(dy))
        network.forward(asarray(2 * np.array(X)))
    assert float(layer.penalty) == asked                                           # nothing was asked
    network.forward(asarray(X))
    assert abs(to_numpy(network.backward(dy)) - to_numpy(dx)).max() > 1e-4         # and now it is again


@pytest.mark.parametrize("free", [L1Activity(0), KLSparsity(0.1, 0)], ids=repr)
def test_without_weight_they_are_free(free):
    dy = asarray([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    free.forward(asarray(X))
    assert float(free.penalty) == 0
    close(free.backward(dy), dy)


def test_total_penalty_sums_what_a_network_asks():
    network = Sequential(Dense(3, 4), Sigmoid(), KLSparsity(0.1, 0.5),
                         Sequential(Dense(4, 2), L1Activity(0.2)))
    assert total_penalty(network) == 0
    network.forward(asarray(np.ones((3, 3))))
    kl, l1 = network.layers[2].penalty, network.layers[3].layers[1].penalty
    assert float(kl) > 0 and float(l1) > 0
    assert float(total_penalty(network)) == float(kl + l1)
    assert total_penalty(Dense(3, 4)) == 0


def test_the_penalty_reaches_the_weights_below(float64, rng):
    """Descent on the penalty alone brings a unit's mean activity to ρ."""
    network = Sequential(Dense(3, 2, generator=0), Sigmoid(), KLSparsity(0.1, 1.0))
    x, silence = asarray(rng.normal(size=(20, 3))), asarray(np.zeros((20, 2)))
    for _ in range(300):
        y = network.forward(x)
        network.zero_grad()
        network.backward(silence, need_dx=False)
        for parameter in network.parameters():
            parameter.data -= parameter.grad
    close(y.mean(axis=0), [0.1, 0.1], rtol=0.02)


# ---- what is refused -----------------------------------------------------------------------------

@pytest.mark.parametrize("x", [[[0.5, 1.5]], [[-0.1, 0.5]]])
def test_kl_wants_activations_between_0_and_1(x):
    said = r"KLSparsity\(0.1, 0.3\) expected activations in \(0, 1\), got values from"
    with pytest.raises(ValueError, match=said):
        KLSparsity(0.1, 0.3).forward(asarray(x))


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_unit_that_never_moves_costs_infinitely_much(level):
    with pytest.raises(ValueError, match=rf"KLSparsity.* a unit is at {level:g} for the whole batch"):
        KLSparsity(0.1, 0.3).forward(asarray([[0.5, level], [0.5, level]]))


def test_a_saturated_activation_is_no_fault():
    """In float32 a sigmoid reaches 1 at 17; the mean is what counts."""
    layer = KLSparsity(0.1, 0.3)
    layer.forward(asarray([[0.0, 1.0], [0.5, 0.5]]))
    assert math.isfinite(float(layer.penalty))


def test_kl_behind_a_relu_is_told_so(rng):
    network = Sequential(Dense(3, 4), ReLU(), KLSparsity(0.1, 0.3))
    with pytest.raises(ValueError, match="put a Sigmoid before it"):
        network.forward(asarray(10 * rng.normal(size=(8, 3))))


@pytest.mark.parametrize("rho", [0, 1, -0.1, float("nan")])
def test_targets_that_are_refused(rho):
    with pytest.raises(ValueError, match="rho must be"):
        KLSparsity(rho, weight=1)


@pytest.mark.parametrize("weight", [-0.1, float("inf"), "much", None])
def test_weights_that_are_refused(weight):
    for make in (L1Activity, lambda weight: KLSparsity(0.1, weight)):
        with pytest.raises((TypeError, ValueError), match="weight must be"):
            make(weight)
