"""Optimisers: steps by hand, trajectories in closed form, and step() against its pure formula."""
import math

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.layers import Dense
from scratchnets.optimizers import (
    BLOCK,
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    RMSProp,
    adam_update,
    momentum_update,
    nesterov_update,
    rmsprop_update,
)
from scratchnets.parameter import Parameter

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)


def trajectory(optimizer, gradient, start, steps):
    """[θ₀, θ₁, …]: where `optimizer(parameters)` takes θ, given ∂L/∂θ as a function of θ."""
    theta = Parameter([float(start)], "theta")
    optimizer, path = optimizer([theta]), [start]
    for _ in range(steps):
        optimizer.zero_grad()
        theta.grad += gradient(theta.data)
        optimizer.step()
        path.append(float(theta.data[0]))
    return np.array(path)


# ---- by hand -----------------------------------------------------------------------------------------

def test_three_steps_by_hand(float64):
    """Gradient 1, then 2, then 0, from θ = 1 with η = 0.1."""
    def path(optimizer):
        gradients = iter([1.0, 2.0, 0.0])
        return trajectory(optimizer, lambda theta: next(gradients), 1.0, 3)[1:]

    np.testing.assert_allclose(path(lambda p: SGD(p, lr=0.1)), [0.9, 0.7, 0.7], rtol=1e-14)
    # v = 1, 2.5, 1.25
    np.testing.assert_allclose(path(lambda p: SGD(p, lr=0.1, momentum=0.5)), [0.9, 0.65, 0.525], rtol=1e-14)
    # g + v/2 = 1.5, 3.25, 0.625
    np.testing.assert_allclose(path(lambda p: SGD(p, lr=0.1, momentum=0.5, nesterov=True)),
                               [0.85, 0.525, 0.4625], rtol=1e-14)
    # v = 0.75, 3.1875, 0.796875
    np.testing.assert_allclose(path(lambda p: RMSProp(p, lr=0.1, beta=0.25, epsilon=1e-30)),
                               [1 - 0.1 / 0.75 ** 0.5, 1 - 0.1 / 0.75 ** 0.5 - 0.2 / 3.1875 ** 0.5] +
                               [1 - 0.1 / 0.75 ** 0.5 - 0.2 / 3.1875 ** 0.5], rtol=1e-14)
    # m = 0.5, 1.25, 0.625 by 0.5, 0.75, 0.875; v = 0.75, 3.1875, 0.796875 by 0.75, 0.9375, 0.984375
    steps = [1, (1.25 / 0.75) / 3.4 ** 0.5, (0.625 / 0.875) / (0.796875 / 0.984375) ** 0.5]
    np.testing.assert_allclose(path(lambda p: Adam(p, lr=0.1, beta1=0.5, beta2=0.25, epsilon=1e-30)),
                               1 - 0.1 * np.cumsum(steps), rtol=1e-14)


def test_epsilon_stands_beside_the_root_of_the_corrected_moment(float64):
    path = trajectory(lambda p: Adam(p, lr=0.1, epsilon=1.0), lambda theta: 3.0, 1.0, 2)
    np.testing.assert_allclose(path, [1, 1 - 0.1 * 3 / 4, 1 - 0.2 * 3 / 4], rtol=1e-14)      # m̂ = 3, v̂ = 9
    path = trajectory(lambda p: RMSProp(p, lr=0.1, beta=0.75, epsilon=1.0), lambda theta: 4.0, 1.0, 1)
    np.testing.assert_allclose(path, [1, 1 - 0.1 * 4 / 3], rtol=1e-14)                    # √v = 2


# ---- in closed form, on L = ½ c θ² -------------------------------------------------------------------

CURVATURE = 3.0


def descend(optimizer, steps=40):
    return trajectory(optimizer, lambda theta: CURVATURE * theta, 1.0, steps)


def test_gradient_descent_shrinks_by_one_factor(float64):
    np.testing.assert_allclose(descend(lambda p: SGD(p, lr=0.1)), 0.7 ** np.arange(41), rtol=1e-12)


@pytest.mark.parametrize("nesterov, trace, determinant", [
    (False, 1 + 0.9 - 0.1 * CURVATURE, 0.9),
    (True, (1 + 0.9) * (1 - 0.1 * CURVATURE), 0.9 * (1 - 0.1 * CURVATURE))])
def test_momentum_follows_its_eigenvalues(nesterov, trace, determinant, float64):
    """θₜ₊₁ = trace · θₜ − determinant · θₜ₋₁, hence θₜ = A r₁ᵗ + B r₂ᵗ: here a spiral, |r| = √determinant."""
    path = descend(lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=nesterov))
    r = np.roots([1, -trace, determinant])
    a, b = np.linalg.solve([[1, 1], r], path[:2])
    t = np.arange(41)
    np.testing.assert_allclose(path, (a * r[0] ** t + b * r[1] ** t).real, rtol=1e-12, atol=1e-14)
    assert np.iscomplexobj(r)
    np.testing.assert_allclose(abs(r), math.sqrt(determinant), rtol=1e-14)


def test_plain_descent_diverges_beyond_two_over_the_curvature(float64):
    assert abs(descend(lambda p: SGD(p, lr=0.99 * 2 / CURVATURE))[-1]) < 1
    assert abs(descend(lambda p: SGD(p, lr=1.01 * 2 / CURVATURE))[-1]) > 1


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_adams_first_step_is_the_learning_rate_whatever_the_gradient(scale, float64):
    path = trajectory(lambda p: Adam(p, lr=0.1), lambda theta: scale * theta, 1.0, 1)
    np.testing.assert_allclose(path[1], 0.9, rtol=1e-4 if scale < 1 else 1e-8)


def test_rmsprops_first_step_is_longer_by_the_missing_correction(float64):
    path = trajectory(lambda p: RMSProp(p, lr=0.01, beta=0.99), lambda theta: 5.0, 1.0, 1)
    np.testing.assert_allclose(path[1], 1 - 0.01 / math.sqrt(1 - 0.99), rtol=1e-8)


def test_a_constant_gradient_leaves_adams_corrected_moments_constant(float64):
    path = trajectory(lambda p: Adam(p, lr=0.1), lambda theta: -2.0, 0.0, 50)
    np.testing.assert_allclose(np.diff(path), 0.1, rtol=1e-8)


# ---- step() is the pure formula -----------------------------------------------------------------------

@pytest.mark.parametrize("shape", [(), (7,), (3, 5), (2, 3, 4, 5), (300, 700), (1, BLOCK + 1)], ids=str)
@pytest.mark.parametrize("make, update", [
    (lambda p: SGD(p, lr=0.1, momentum=0.9),
     lambda t, theta, g, v: momentum_update(theta, g, v, lr=0.1, momentum=0.9)),
    (lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
     lambda t, theta, g, v: nesterov_update(theta, g, v, lr=0.1, momentum=0.9)),
    (lambda p: RMSProp(p, lr=0.1, beta=0.8, epsilon=1e-3),
     lambda t, theta, g, v: rmsprop_update(theta, g, v, lr=0.1, beta=0.8, epsilon=1e-3)),
    (lambda p: Adam(p, lr=0.1, beta1=0.7, beta2=0.8, epsilon=1e-3),
     lambda t, theta, g, m, v: adam_update(theta, g, m, v, t, lr=0.1, beta1=0.7, beta2=0.8, epsilon=1e-3)),
    (lambda p: AdamW(p, lr=0.1, beta1=0.7, beta2=0.8, epsilon=1e-3, weight_decay=0.5),
     lambda t, theta, g, m, v: adam_update(0.95 * theta, g, m, v, t, 0.1, 0.7, 0.8, 1e-3)),
], ids=["momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_steps_in_place_are_the_pure_formula(make, update, shape, rng, float64):
    theta = rng.standard_normal(shape)
    parameter = Parameter(theta)
    optimizer = make([parameter])
    data, state = parameter.data, [np.zeros(shape) for _ in optimizer.state]
    for t in (1, 2, 3):
        g = rng.standard_normal(shape)
        parameter.grad[...] = asarray(g)
        optimizer.step()
        theta, *state = update(t, theta, g, *state)
        np.testing.assert_allclose(to_numpy(parameter.data), theta, rtol=1e-12, atol=1e-13)
        np.testing.assert_array_equal(to_numpy(parameter.grad), g)        # the gradient is left as it is
    assert parameter.data is data                                         # in place: layers hold this array


@pytest.mark.parametrize("size", [1e-30, 1e-12, 1.0, 1e12, 1e19, 1e20])
@pytest.mark.parametrize("make, update", [
    (lambda p: RMSProp(p, lr=0.1), lambda t, theta, g, v: rmsprop_update(theta, g, v, 0.1, 0.99, 1e-8)),
    (lambda p: Adam(p, lr=0.1), lambda t, theta, g, m, v: adam_update(theta, g, m, v, t, 0.1, 0.9, 0.999, 1e-8)),
], ids=["rmsprop", "adam"])
def test_steps_in_place_overflow_where_the_formula_does_and_not_before(make, update, size, rng):
    """g² alone is no float32 from 1.8e19 on; (1 − β₂) g² is, until 5.8e20. (A `RuntimeWarning` is an error here.)"""
    theta = rng.standard_normal(7).astype("float32")
    parameter = Parameter(theta)
    optimizer = make([parameter])
    wide, state = theta.astype("float64"), [np.zeros(7) for _ in optimizer.state]
    narrow, narrow_state = theta.copy(), [np.zeros(7, "float32") for _ in optimizer.state]
    for t in range(1, 30):
        g = (size if t == 1 else min(size, 1.0)) * rng.choice([-1, 1], 7) * np.float32(1)
        parameter.grad[...] = asarray(g)
        optimizer.step()
        wide, *state = update(t, wide, g.astype("float64"), *state)
        narrow, *narrow_state = update(t, narrow, np.float32(g), *narrow_state)
    np.testing.assert_allclose(to_numpy(parameter.data), wide, rtol=1e-5)
    np.testing.assert_allclose(narrow, wide, rtol=1e-5)


def test_one_huge_gradient_does_not_stop_adam_for_ever():
    """After g = 1e20 the first moment still carries it on for a while: 0.94 after 100 steps of g = 1, as in PyTorch."""
    gradients = iter([1e20] + 100 * [1.0])
    path = trajectory(lambda p: Adam(p, lr=0.01), lambda theta: next(gradients), 1.0, 101)
    assert path[-1] == pytest.approx(0.94, abs=0.005)


def test_a_gradient_that_stands_out_moves_adam_by_three_times_the_rate(float64):
    """η (1 − β₁)/√(1 − β₂) = 3.16 η is the bound."""
    gradients = iter(5000 * [1e-6] + [1.0])
    path = trajectory(lambda p: Adam(p, lr=0.01), lambda theta: next(gradients), 0.0, 5001)
    assert -np.diff(path)[-1] / 0.01 == pytest.approx(0.1 / math.sqrt(0.001), rel=0.01)


@pytest.mark.parametrize("make, shorter", [
    (lambda p: SGD(p, lr=0.01), True), (lambda p: Adam(p, lr=0.01, epsilon=1e-20), False),
    (lambda p: RMSProp(p, lr=0.01, epsilon=1e-20), False)], ids=["sgd", "adam", "rmsprop"])
def test_a_factor_in_all_gradients_shortens_the_steps_of_plain_descent_alone(make, shorter, float64, rng):
    gradients = rng.standard_normal(20)
    whole, hundredth = (trajectory(make, lambda theta, given=iter(factor * gradients): next(given), 0.0, 20)
                        for factor in (1.0, 0.01))
    np.testing.assert_allclose(hundredth, 0.01 * whole if shorter else whole, rtol=1e-10)


@pytest.mark.parametrize("nesterov, bound", [(False, 2 * (1 + 0.9)), (True, (2 + 2 * 0.9) / (1 + 2 * 0.9))])
def test_momentum_diverges_beyond_its_bound_and_nesterovs_is_far_smaller(nesterov, bound, float64):
    """In units of 1/curvature: 3.8 and 1.36 at μ = 0.9, where plain descent has 2."""
    for factor, grows in ((0.98, False), (1.02, True)):
        path = descend(lambda p: SGD(p, lr=factor * bound / CURVATURE, momentum=0.9, nesterov=nesterov), 1500)
        assert (abs(path[-1]) > 1) == grows


def test_a_parameter_in_column_order_is_updated_too(rng, float64):
    theta = Parameter(np.asfortranarray(rng.standard_normal((300, 700))))
    before = to_numpy(theta.data).copy()
    theta.grad += 1
    SGD([theta], lr=0.5).step()
    np.testing.assert_allclose(to_numpy(theta.data), before - 0.5, rtol=1e-14)


@every_optimizer
def test_all_parameters_move_and_float32_stays_float32(optimizer, rng):
    parameters = [Parameter(rng.standard_normal(shape)) for shape in ((300, 700), (5,))]
    before = [to_numpy(parameter.data).copy() for parameter in parameters]
    optimizer = optimizer(parameters, lr=0.1)
    for parameter in parameters:
        parameter.grad += asarray(rng.standard_normal(parameter.shape))
    optimizer.step()
    for parameter, old in zip(parameters, before):
        assert parameter.data.dtype == xp.float32
        assert (to_numpy(parameter.data) != old).all()
    optimizer.zero_grad()
    assert all(not to_numpy(parameter.grad).any() for parameter in parameters)


@every_optimizer
def test_a_gradient_of_zero_moves_nothing(optimizer, rng):
    theta = Parameter(rng.standard_normal((3, 4)))
    before = to_numpy(theta.data).copy()
    optimizer = optimizer([theta], lr=0.1)
    optimizer.weight_decay = 0.0
    optimizer.step()
    np.testing.assert_array_equal(to_numpy(theta.data), before)


# ---- weight decay ---------------------------------------------------------------------------------------

def test_decay_in_the_gradient_is_the_gradient_of_the_penalised_loss(float64):
    for make in (lambda p, **decay: SGD(p, lr=0.1, momentum=0.9, **decay),
                 lambda p, **decay: RMSProp(p, lr=0.1, **decay), lambda p, **decay: Adam(p, lr=0.1, **decay)):
        with_decay = trajectory(lambda p: make(p, weight_decay=0.2), lambda theta: theta ** 2, 1.0, 9)
        with_penalty = trajectory(make, lambda theta: theta ** 2 + 0.2 * theta, 1.0, 9)
        np.testing.assert_allclose(with_decay, with_penalty, rtol=1e-12)


@every_optimizer
def test_decay_leaves_the_gradient_as_it_is(optimizer):
    theta = Parameter(np.ones(3))
    optimizer([theta], lr=0.1, weight_decay=0.5).step()
    assert to_numpy(theta.grad).tolist() == [0, 0, 0] and (to_numpy(theta.data) < 1).all()


def test_decay_alone_is_geometric_with_adamw_and_with_descent_but_not_with_adam(float64):
    """Without a loss: θ shrinks by 1 − ηλ a step. Adam makes steps of η instead, whatever λ is."""
    def path(optimizer):
        return trajectory(optimizer, lambda theta: 0 * theta, 1.0, 5)

    expected = (1 - 0.1 * 0.2) ** np.arange(6)
    np.testing.assert_allclose(path(lambda p: AdamW(p, lr=0.1, weight_decay=0.2)), expected, rtol=1e-14)
    np.testing.assert_allclose(path(lambda p: SGD(p, lr=0.1, weight_decay=0.2)), expected, rtol=1e-14)
    assert path(lambda p: Adam(p, lr=0.1, weight_decay=0.2))[1] == pytest.approx(0.9, rel=1e-6)
    assert path(lambda p: Adam(p, lr=0.1, weight_decay=0.002))[1] == pytest.approx(0.9, rel=1e-4)


# ---- state ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("make", [lambda p: SGD(p, lr=0.1, momentum=0.9), RMSProp, Adam, AdamW],
                         ids=["sgd", "rmsprop", "adam", "adamw"])
def test_a_saved_optimizer_goes_on_where_it_stopped(make, rng):
    start, gradients = rng.standard_normal((3, 4)), [asarray(rng.standard_normal((3, 4))) for _ in range(6)]

    def run(optimizer, theta, some):
        for g in some:
            theta.grad[...] = g
            optimizer.step()
        return to_numpy(theta.data).copy()

    theta = Parameter(start)
    optimizer = make([theta])
    halfway, saved = run(optimizer, theta, gradients[:3]), optimizer.state_dict()
    end = run(optimizer, theta, gradients[3:])
    resumed = Parameter(halfway)
    optimizer = make([resumed])
    optimizer.load_state_dict({name: np.asarray(value) for name, value in saved.items()})    # as from a file
    assert optimizer.steps == 3
    np.testing.assert_array_equal(run(optimizer, resumed, gradients[3:]), end)


def test_a_state_that_does_not_fit_is_refused_and_nothing_changes():
    adam = Adam([Parameter(np.ones((3, 4)), "W")])
    before = adam.state_dict()
    with pytest.raises(ValueError, match=r"does not fit Adam: m\.0, v\.0"):
        adam.load_state_dict(SGD([Parameter(np.ones((3, 4)))]).state_dict())
    larger = Adam([Parameter(np.ones((4, 4)))]).state_dict() | {"steps": 9}
    with pytest.raises(ValueError, match=r"m\.0 of shape \(4, 4\) for \(3, 4\)"):
        adam.load_state_dict(larger)
    assert adam.state_dict().keys() == before.keys() and adam.steps == 0


# ---- bad arguments ----------------------------------------------------------------------------------------

@every_optimizer
def test_bad_arguments_are_refused_by_name(optimizer):
    theta = Parameter(np.ones(3))
    for lr in (0, -1, math.nan, math.inf, "fast"):
        with pytest.raises((ValueError, TypeError), match="lr must be"):
            optimizer([theta], lr=lr)
    with pytest.raises(ValueError, match="weight_decay must be at least 0"):
        optimizer([theta], weight_decay=-0.1)
    with pytest.raises(ValueError, match="got no parameters"):
        optimizer([])
    with pytest.raises(ValueError, match="parameter twice"):
        optimizer([theta, theta])
    with pytest.raises(TypeError, match=r"takes parameters, got a Dense; pass network.parameters\(\)"):
        optimizer(Dense(3, 4))
    with pytest.raises(TypeError, match="takes parameters, got a ndarray among them"):
        optimizer([np.ones(3)])


@pytest.mark.parametrize("make, name", [
    (lambda p: SGD(p, momentum=1.0), "momentum"), (lambda p: Adam(p, beta1=1.0), "beta1"),
    (lambda p: Adam(p, beta2=-0.1), "beta2"), (lambda p: Adam(p, epsilon=0), "epsilon"),
    (lambda p: RMSProp(p, beta=1.5), "beta"), (lambda p: AdamW(p, weight_decay="much"), "weight_decay"),
    (lambda p: SGD(p, nesterov=True), "nesterov needs a momentum")])
def test_each_setting_has_its_bounds(make, name):
    with pytest.raises((ValueError, TypeError), match=name):
        make([Parameter(np.ones(3))])
