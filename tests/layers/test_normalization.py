"""Batch and layer normalisation: values by hand, loops, identities, running statistics."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.layers import BatchNorm, LayerNorm
from scratchnets.layers.normalization import (
    batch_norm,
    batch_norm_backward,
    layer_norm,
    layer_norm_backward,
    standardize,
)


def close(a, b, rtol=1e-12, atol=1e-13):
    np.testing.assert_allclose(to_numpy(a), to_numpy(b), rtol=rtol, atol=atol)


@pytest.fixture
def batch(float64, rng):
    """x, γ, β, dy of 6 examples with 4 features, none of them centred."""
    return [asarray(a) for a in (rng.normal(3, 2, (6, 4)), rng.normal(size=4), rng.normal(size=4),
                                 rng.normal(size=(6, 4)))]


# ---- by hand ------------------------------------------------------------------------------------

def test_two_examples_by_hand(float64):
    x, gamma, beta = asarray([[1.0], [5.0]]), asarray([3.0]), asarray([10.0])
    # μ = 3, σ² = 4; with ε₀ = 5: r = 1/3, u = ∓2/3.
    close(batch_norm(x, gamma, beta, epsilon=5.0), [[8], [12]])
    # dy = (1, 0): dγ = −2/3, dβ = 1; dx = 3·(1/3)/2 · (2 dy − 1 − u·(−2/3)) = ½ (±1 ∓ 4/9)
    dx, dgamma, dbeta = batch_norm_backward(asarray([[1.0], [0.0]]), x, gamma, epsilon=5.0)
    close(dx, [[5 / 18], [-5 / 18]])
    close(dgamma, [-2 / 3])
    close(dbeta, [1])


def test_layer_norm_by_hand(float64):
    x, gamma, beta = asarray([[1.0, 5.0]]), asarray([3.0, 6.0]), asarray([10.0, 20.0])
    close(layer_norm(x, gamma, beta, epsilon=5.0), [[8, 24]])
    # du = (3, 6), mean 4.5, mean(du u) = ½ (−2 + 4) = 1: dx = ⅓ (−1.5 + 2/3, 1.5 − 2/3)
    dx, dgamma, dbeta = layer_norm_backward(asarray([[1.0, 1.0]]), x, gamma, epsilon=5.0)
    close(dx, [[-5 / 18, 5 / 18]])
    close(dgamma, [-2 / 3, 2 / 3])
    close(dbeta, [1, 1])


# ---- against loops that follow the definition -----------------------------------------------------

def standardized_in_a_loop(row, epsilon):
    """u of a row of numbers, and the Jacobian ∂u_i/∂x_j, from the quotient rule."""
    n, mean = len(row), sum(row) / len(row)
    var = sum((value - mean) ** 2 for value in row) / n
    root = (var + epsilon) ** 0.5
    u = [(value - mean) / root for value in row]
    jacobian = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            dmean, dvar = 1 / n, 2 * (row[j] - mean) / n
            jacobian[i, j] = ((i == j) - dmean) / root - (row[i] - mean) * dvar / (2 * root ** 3)
    return np.array(u), jacobian


def test_batch_norm_like_a_loop(batch):
    x, gamma, beta, dy = batch
    y, (dx, dgamma, dbeta) = batch_norm(x, gamma, beta, 0.1), batch_norm_backward(dy, x, gamma, 0.1)
    for d in range(4):
        u, jacobian = standardized_in_a_loop(to_numpy(x)[:, d], 0.1)
        g, b, upstream = (float(to_numpy(a)[d]) for a in (gamma, beta, dbeta))
        close(y[:, d], g * u + b)
        close(dx[:, d], g * to_numpy(dy)[:, d] @ jacobian)
        close(dgamma[d], sum(to_numpy(dy)[:, d] * u))
        assert upstream == pytest.approx(sum(to_numpy(dy)[:, d]))


def test_layer_norm_like_a_loop(batch):
    x, gamma, beta, dy = batch
    y, (dx, dgamma, dbeta) = layer_norm(x, gamma, beta, 0.1), layer_norm_backward(dy, x, gamma, 0.1)
    rows = []
    for n in range(6):
        u, jacobian = standardized_in_a_loop(to_numpy(x)[n], 0.1)
        rows.append(u)
        close(y[n], to_numpy(gamma) * u + to_numpy(beta))
        close(dx[n], (to_numpy(gamma) * to_numpy(dy)[n]) @ jacobian)
    close(dgamma, (to_numpy(dy) * rows).sum(axis=0))
    close(dbeta, to_numpy(dy).sum(axis=0))


# ---- identities ----------------------------------------------------------------------------------

def test_input_gradients_of_batch_norm_sum_to_0(batch):
    """A constant added to a feature changes nothing; a factor changes nothing but for ε₀."""
    x, gamma, beta, dy = batch
    for epsilon in (1e-5, 0.5):
        u, rstd, _, _ = standardize(x, 0, epsilon)
        dx, dgamma, _ = batch_norm_backward(dy, x, gamma, epsilon)
        close(dx.sum(axis=0), np.zeros(4))
        # What is left of Σ dx u is due to ε₀ alone: mean(u²) = σ² r² = 1 − ε₀ r².
        close((dx * u).sum(axis=0), gamma * rstd[0] * dgamma * (epsilon * rstd[0] ** 2), rtol=1e-9)
        if epsilon == 1e-5:
            assert float(abs((dx * u).sum(axis=0)).max()) < 1e-4 < 1e-2 < float(abs(dx).max())


def test_input_gradients_of_layer_norm_sum_to_0_for_each_example(batch):
    x, gamma, _, dy = batch
    u, _, _, _ = standardize(x, -1, 1e-5)
    dx, _, _ = layer_norm_backward(dy, x, gamma)
    close(dx.sum(axis=-1), np.zeros(6))
    assert float(abs((dx * u).sum(axis=-1)).max()) < 1e-4 < 1e-2 < float(abs(dx).max())


def test_shift_and_scale_of_a_feature_are_forgotten(batch):
    x, gamma, beta, dy = batch
    stretch = asarray([0.5, 2.0, 30.0, 400.0])
    y, stretched = (batch_norm(each, gamma, beta, 1e-12) for each in (x, x * stretch - 7.0))
    close(y, stretched, rtol=1e-9)
    dx, of_stretched = (batch_norm_backward(dy, each, gamma, 1e-12)[0] for each in (x, x * stretch - 7.0))
    close(dx, of_stretched * stretch, rtol=1e-8, atol=1e-9)


def test_layer_norm_is_batch_norm_on_its_side(batch):
    x, _, _, dy = batch
    ones, zeros = xp.ones(4), xp.zeros(4)
    close(layer_norm(x, ones, zeros), batch_norm(x.T, xp.ones(6), xp.zeros(6)).T)
    close(layer_norm_backward(dy, x, ones)[0], batch_norm_backward(dy.T, x.T, xp.ones(6))[0].T)


def test_output_has_the_mean_and_variance_asked_for(batch):
    x, gamma, beta, _ = batch
    y = to_numpy(batch_norm(x, gamma, beta, 1e-12))
    close(y.mean(axis=0), beta)
    close(y.std(axis=0), abs(gamma), rtol=1e-9)


def test_an_example_of_layer_norm_sees_itself_alone(batch, rng):
    layer, x = LayerNorm(4), batch[0]
    others = asarray(np.concatenate([to_numpy(x)[:1], rng.normal(size=(5, 4))]))
    close(layer.forward(x)[0], layer.forward(others)[0])
    close(layer.eval().forward(x), layer.train().forward(x))


def test_handing_over_what_is_at_hand_changes_nothing(batch):
    x, gamma, _, dy = batch
    for backward, axis in ((batch_norm_backward, 0), (layer_norm_backward, -1)):
        u, rstd, _, _ = standardize(x, axis, 1e-5)
        for a, b in zip(backward(dy, x, gamma), backward(dy, None, gamma, standardized=(u, rstd))):
            close(a, b)


# ---- the layers ----------------------------------------------------------------------------------

def test_pixels_of_images_count_as_examples(float64, rng):
    x, dy = asarray(rng.normal(2, 3, (3, 4, 5, 2))), asarray(rng.normal(size=(3, 4, 5, 2)))
    images, rows = BatchNorm(2), BatchNorm(2)
    close(images.forward(x).reshape(-1, 2), rows.forward(x.reshape(-1, 2)))
    close(images.backward(dy).reshape(-1, 2), rows.backward(dy.reshape(-1, 2)))
    for name in ("gamma", "beta"):
        close(getattr(images, name).grad, getattr(rows, name).grad)
    close(images.running_var, rows.running_var)


def test_running_statistics_by_hand(float64):
    layer = BatchNorm(1)
    layer.forward(asarray([[1.0], [5.0]]))           # mean 3, variance 8 when divided by N − 1
    close(layer.running_mean, [0.3])
    close(layer.running_var, [0.9 + 0.8])
    layer.forward(asarray([[1.0], [5.0]]))
    close(layer.running_mean, [0.57])
    close(layer.running_var, [0.9 * 1.7 + 0.8])


def test_momentum_says_how_far_they_move(float64):
    x = asarray([[1.0], [5.0]])
    for momentum, mean, var in ((0, 0, 1), (0.5, 1.5, 4.5), (1, 3, 8)):
        layer = BatchNorm(1, momentum=momentum)
        layer.forward(x)
        close(layer.running_mean, [mean])
        close(layer.running_var, [var])


def test_running_variance_is_unbiased(float64, rng):
    """Batches of 4 from variance 9: the biased average would come to 6.75."""
    layer = BatchNorm(200, momentum=0.01)
    for _ in range(1500):
        layer.forward(asarray(rng.normal(0, 3, (4, 200))))
    # One feature has variance ≈ 2·81/3 · 0.01/2 ≈ 0.27 around 9; 200 of them are averaged.
    assert abs(float(layer.running_var.mean()) - 9) < 5 * np.sqrt(0.27 / 200)


def test_evaluation_mode_is_a_fixed_linear_map(float64):
    layer = BatchNorm(2, epsilon=0.25)
    layer.load_state_dict({"gamma": [3.0, 1.0], "beta": [10.0, 0.0], "running_mean": [1.0, -1.0],
                           "running_var": [2.0, 0.75]})
    layer.eval()
    close(layer.forward(asarray([[4.0, 1.0]])), [[16, 2]])       # a single example will do
    close(layer.backward(asarray([[1.0, 5.0]])), [[2, 5]])
    close(layer.gamma.grad, [2, 10])
    close(layer.beta.grad, [1, 5])
    close(layer.running_mean, [1, -1])
    close(layer.running_var, [2, 0.75])


def test_predict_leaves_the_running_statistics_alone(rng):
    layer = BatchNorm(3)
    layer.predict(asarray(rng.normal(5, 2, (40, 3))), batch_size=7)
    assert to_numpy(layer.running_mean).tolist() == [0, 0, 0]
    assert to_numpy(layer.running_var).tolist() == [1, 1, 1]


def test_a_frozen_layer_goes_on_counting(rng):
    """Frozen and evaluation mode are two things."""
    layer = BatchNorm(3).freeze()
    layer.forward(asarray(rng.normal(5, 2, (40, 3))))
    assert float(layer.running_mean.min()) > 0.2


def test_mode_may_change_between_forward_and_backward(batch):
    x, _, _, dy = batch
    layer = BatchNorm(4)
    layer.forward(x)
    expected = layer.backward(dy)
    layer.forward(x)
    close(layer.eval().backward(dy), expected)


def test_a_single_example_has_no_variance():
    layer = BatchNorm(3)
    said = r"BatchNorm\(3\) got a single example in training mode.*larger batch"
    with pytest.raises(ValueError, match=said):
        layer.forward(asarray([[1.0, 2.0, 3.0]]))
    assert to_numpy(layer.running_mean).tolist() == [0, 0, 0]
    layer.eval().forward(asarray([[1.0, 2.0, 3.0]]))


def test_a_single_image_has_many_pixels(rng):
    assert BatchNorm(3).forward(asarray(rng.normal(size=(1, 4, 4, 3)))).shape == (1, 4, 4, 3)


def test_a_constant_feature_gives_beta_and_finite_gradients(rng):
    for layer, x in ((BatchNorm(2), np.full((5, 2), 7.0)), (LayerNorm(2), np.full((5, 2), 7.0))):
        layer.load_state_dict(layer.state_dict() | {"beta": np.array([1.0, 2.0])})
        assert to_numpy(layer.forward(asarray(x))).tolist() == [[1, 2]] * 5
        assert np.isfinite(to_numpy(layer.backward(asarray(rng.normal(size=(5, 2)))))).all()


def test_a_large_mean_does_not_cost_the_variance(rng):
    """Two passes: E[x²] − μ² would have no digit left here in float32."""
    x = rng.normal(1000, 1, (4096, 3)).astype("float32")
    y = to_numpy(BatchNorm(3).forward(asarray(x)))
    exact = (x - x.mean(axis=0, dtype="float64")) / x.std(axis=0, dtype="float64")
    assert abs(y - exact).max() < 5e-3


@pytest.mark.parametrize("shape", [(4,), (4, 2), (4, 3, 3), (4, 5, 5, 2), (4, 2, 2, 2, 3)])
def test_batch_norm_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"BatchNorm\(3\) expected \(batch, .*3\), got \(4"):
        BatchNorm(3).forward(asarray(np.ones(shape)))


@pytest.mark.parametrize("shape", [(3,), (4, 2), (4, 3, 1)])
def test_layer_norm_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"LayerNorm\(3\) expected \(batch, …, 3\), got"):
        LayerNorm(3).forward(asarray(np.ones(shape)))


@pytest.mark.parametrize("bad", [dict(features=0), dict(features=2.5), dict(features=3, momentum=1.5),
                                 dict(features=3, momentum=-0.1), dict(features=3, epsilon=0)])
def test_arguments_of_batch_norm_that_are_refused(bad):
    with pytest.raises((TypeError, ValueError), match=f"{list(bad)[-1]} must be"):
        BatchNorm(**bad)


@pytest.mark.parametrize("bad", [dict(features=1), dict(features="3"), dict(features=3, epsilon=-1)])
def test_arguments_of_layer_norm_that_are_refused(bad):
    with pytest.raises((TypeError, ValueError), match=f"{list(bad)[-1]} must be"):
        LayerNorm(**bad)
