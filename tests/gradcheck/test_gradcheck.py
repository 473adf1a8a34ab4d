"""The check of the check: right passes, each known way of being wrong is refused, traps included."""
import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import xp
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import BatchNorm, Dense, Dropout, Identity, Layer, ReLU, Sequential, Sigmoid, Tanh, TiedDense
from scratchnets.layers.activations import relu, relu_backward, sigmoid, sigmoid_backward
from scratchnets.layers.dense import dense, dense_backward
from scratchnets.layers.penalty import L1Activity, total_penalty
from scratchnets.losses import binary_cross_entropy, cross_entropy, squared_error
from scratchnets.models.autoencoder import autoencoder


@pytest.fixture
def x(rng):
    return rng.normal(size=(3, 4))


@pytest.fixture
def dense_inputs(rng):
    return rng.normal(size=(3, 4)), rng.normal(size=(4, 5)), rng.normal(size=5)


def verdicts(report):
    """{gradient: verdict}, of a gradient with a fault beside the numbers that fault."""
    return {row.gradient: row.verdict for row in report.rows}


# ---- what is right passes --------------------------------------------------------------------------

@pytest.mark.parametrize("method", ["richardson", "central", "complex", "directional"])
def test_a_correct_layer_passes_by_every_method(method, x):
    report = gradcheck(Dense(4, 5), x, method=method)
    assert report.passed and report
    assert [row.gradient for row in report.rows] == ["dx", "dW", "db"]
    assert {row.method for row in report.rows} == {method}
    assert report.worst < 1e-9


def test_a_correct_pair_passes(dense_inputs):
    assert gradcheck((dense, dense_backward), *dense_inputs)
    assert gradcheck((dense, dense_backward), dense_inputs)
    assert gradcheck((dense, dense_backward), dict(zip("xWb", dense_inputs)))


def test_an_argument_that_is_none_has_no_row(dense_inputs):
    report = gradcheck((dense, dense_backward), *dense_inputs[:2])
    assert verdicts(report) == {"dx": "correct", "dW": "correct"}


def test_a_backward_that_works_on_the_output_gets_it(x):
    assert gradcheck((sigmoid, sigmoid_backward), x)


def test_a_correct_loss_passes_and_its_target_is_no_variable(x, rng):
    assert verdicts(gradcheck(squared_error, x, rng.normal(size=x.shape))) == {"dprediction": "correct"}


def test_labels_floats_and_none_are_passed_through(rng):
    def scaled_row_sum(x, labels, factor, nothing=None):
        return factor * (x * labels).sum(), factor * labels * (x * 0 + 1)
    assert gradcheck(scaled_row_sum, rng.normal(size=(3, 4)), np.arange(1, 13).reshape(3, 4), 0.5)


def test_tied_weights_are_one_parameter_with_the_sum_of_both_paths(x):
    encoder = Dense(4, 3)
    report = gradcheck(Sequential(encoder, Sigmoid(), TiedDense(encoder)), x)
    assert list(verdicts(report)) == ["dx", "0.dW", "0.db", "2.db"] and report


def test_penalties_are_counted_in(rng):
    class Forgets(L1Activity):
        def backward(self, dy, need_dx=True):
            self.take(dy)
            return dy
    x = rng.uniform(0.5, 1, (3, 4))
    assert gradcheck(Sequential(Dense(4, 5), L1Activity(0.7)), x)
    assert not gradcheck(Sequential(Dense(4, 5), Forgets(0.7)), x)


class Model(Layer):
    """x̂ = x W + b with the squared error, and what may go wrong with it."""

    def __init__(self, factor=1, overwrites=False):
        self.network, self.factor, self.overwrites = Dense(4, 4), factor, overwrites

    def loss_and_gradients(self, batch):
        value, dprediction = squared_error(self.network.forward(batch), batch)
        if self.overwrites:
            self.network.zero_grad()
        self.network.backward(self.factor * dprediction, need_dx=False)
        return value


def test_a_model_is_checked_through_its_loss(x):
    assert verdicts(gradcheck(Model(), x)) == {"network.dW": "correct", "network.db": "correct"}
    assert verdicts(gradcheck(Model(factor=3), x)) == {"network.dW": "wrong", "network.db": "wrong"}
    assert "not added" in verdicts(gradcheck(Model(overwrites=True), x)).values()


class Denoising(Layer):
    """A model that draws noise, has a penalty within, and takes its batch as a pair."""

    def __init__(self):
        self.encoder = Sequential(Dropout(0.5, generator=1), Dense(4, 3), Sigmoid(), L1Activity(0.3))
        self.decoder = Dense(3, 4)

    def loss_and_gradients(self, batch):
        noisy, clean = batch
        value, dprediction = squared_error(self.decoder.forward(self.encoder.forward(noisy)), clean)
        self.encoder.backward(self.decoder.backward(dprediction), need_dx=False)
        return value + total_penalty(self)


def test_a_models_noise_is_held_still_and_its_penalties_count(x, rng):
    model = Denoising()
    before = model.encoder.layers[0].generator.bit_generator.state
    assert gradcheck(model, (x, rng.normal(size=x.shape)))
    assert model.encoder.layers[0].generator.bit_generator.state == before
    model.encoder.layers[3].backward = lambda dy: dy
    assert not gradcheck(model, (x, rng.normal(size=x.shape)))


def test_a_batch_normalisations_running_averages_are_held_still(rng):
    network = Sequential(Dense(4, 3), BatchNorm(3), Tanh(), Dense(3, 2))
    report = gradcheck(network, rng.normal(size=(5, 4)))
    assert verdicts(report).pop("0.db") == "vacuous", "what a mean takes away has no gradient"
    assert all(row.passed for row in report.rows if row.gradient != "0.db")


def test_a_buffer_that_the_output_depends_on_is_held_still(x):
    class Drifts(Layer):
        buffers = ("scale",)

        def __init__(self):
            self.scale = xp.ones(4)

        def forward(self, x):
            self.scale += 0.1
            return self.keep(x * self.scale, 1 * self.scale)

        def backward(self, dy, need_dx=True):
            scale, = self.take(dy)
            return dy * scale if need_dx else None

    assert gradcheck(Drifts(), x)


def test_a_deep_network_of_rectifiers_passes():
    """Its gradients are small beside its value, and kinks are close by everywhere."""
    images = np.random.default_rng(0).uniform(0.05, 0.95, (8, 6, 5, 1))
    report = gradcheck(autoencoder((6, 5, 1), generator=3), images)
    assert report, f"\n{report}"


def test_many_numbers_are_checked_along_directions(rng):
    report = gradcheck(Dense(60, 50), rng.normal(size=(3, 60)))
    assert report and {row.method for row in report.rows} == {"directional"}


def test_one_wrong_number_among_thousands_is_noticed(rng):
    def nearly(dy, x, W):
        dx, dW, db = dense_backward(dy, x, W)
        dW[17, 3] *= -1
        return dx, dW, db
    inputs = rng.normal(size=(3, 60)), rng.normal(size=(60, 50)), rng.normal(size=50)
    assert verdicts(gradcheck((dense, nearly), *inputs)) == {"dx": "correct", "dW": "wrong", "db": "correct"}


# ---- the caller's things stay as they are ----------------------------------------------------------

def test_the_layer_and_the_inputs_stay_as_they_are(x):
    layer = Dense(4, 5).freeze()
    before, x_before = layer.state_dict(), x.copy()
    assert gradcheck(layer, x)
    assert all((before[key] == value).all() for key, value in layer.state_dict().items())
    assert layer.W.data.dtype == "float32" and not layer.W.grad.any() and layer.frozen and layer._slot is None
    assert (x == x_before).all()
    assert backend.default_dtype() == "float32"


# ---- what is wrong fails, and is named -------------------------------------------------------------

WRONG = {
    "sign": (lambda dy, x, W: (-dy @ W.T, x.T @ dy, dy.sum(axis=0)), {"dx": "wrong"}),
    "mean for sum": (lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.mean(axis=0)), {"db": "wrong"}),
    "not summed": (lambda dy, x, W: (dy @ W.T, x.T @ dy, dy), {"db": "wrong shape"}),
    "transposed": (lambda dy, x, W: (dy @ W.T, dy.T @ x, dy.sum(axis=0)), {"dW": "wrong shape"}),
    "last example": (lambda dy, x, W: (dy @ W.T, x[-1:].T @ dy[-1:], dy.sum(axis=0)), {"dW": "wrong"}),
    "1/N": (lambda dy, x, W: (dy @ W.T, x.T @ dy / len(x), dy.sum(axis=0)), {"dW": "wrong"}),
    "zero": (lambda dy, x, W: (dy @ W.T, 0 * W, dy.sum(axis=0)), {"dW": "wrong"}),
    "None": (lambda dy, x, W: (dy @ W.T, None, dy.sum(axis=0)), {"dW": "missing"}),
    "NaN": (lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.sum(axis=0) * np.nan), {"db": "not finite"}),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_backward_fails_in_the_right_row(mistake, dense_inputs):
    backward, expected = WRONG[mistake]
    report = gradcheck((dense, backward), *dense_inputs)
    assert not report.passed and not report
    assert verdicts(report) == {"dx": "correct", "dW": "correct", "db": "correct"} | expected


def test_the_worst_place_and_the_factor_are_shown(dense_inputs):
    report = gradcheck((dense, WRONG["1/N"][0]), *dense_inputs)
    assert "ratio 0.3333; everywhere 0.3333 times the numeric gradient" in str(report)
    assert "looks transposed" in str(gradcheck((dense, WRONG["transposed"][0]), *dense_inputs))


def test_a_batch_norm_without_its_path_through_the_variance_fails(rng):
    """With ones as the upstream gradient it would pass."""
    def standardise(x):
        return (x - x.mean(axis=0)) / xp.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0))

    def through_the_mean_alone(dy, x):
        return (dy - dy.mean(axis=0)) / xp.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0))

    report = gradcheck((standardise, through_the_mean_alone), rng.normal(size=(5, 4)))
    assert verdicts(report) == {"dx": "wrong"}


class Wrong(Dense):
    """A dense layer with one mistake."""

    def __init__(self, mistake):
        super().__init__(4, 4)
        self.mistake = mistake

    def forward(self, x):
        y = super().forward(x)
        if self.mistake == "keeps the first batch":
            self.first = getattr(self, "first", x)
            self.keep(y, self.first)
        if self.mistake == "keeps the first batch's size":
            self.size = getattr(self, "size", len(x)) if len(x) == 3 else self.size
        if self.mistake == "writes into x":
            x += 1e-3
        if self.mistake == "caches W":
            self.cached = getattr(self, "cached", self.W.data.copy())
        return y

    def backward(self, dy, need_dx=True):
        x, = self.take(dy)
        W = self.cached if self.mistake == "caches W" else self.W.data
        if self.mistake == "keeps the first dy":
            self.dy = dy = getattr(self, "dy", dy)
        dx, dW, db = dense_backward(dy, x, W)
        if self.mistake == "keeps the first batch's size":
            dx = dx[:self.size]
        if self.mistake == "ignores freeze" or not self.frozen:
            if self.mistake == "overwrites":
                self.W.grad, self.b.grad = dW, db
            elif not (self.mistake == "learns only with dx" and not need_dx):
                self.W.grad += dW
                self.b.grad += db
        if self.mistake == "stops when frozen" and self.frozen:
            return 0 * dx
        if self.mistake == "writes into dy":
            dy *= 2
        if self.mistake == "writes into W":
            self.W.data += dW
        return dx


@pytest.mark.parametrize("mistake, gradient, verdict", [
    ("keeps the first batch", "dW", "wrong"),
    ("caches W", "dx", "wrong"),
    ("keeps the first dy", "dx", "wrong"),
    ("keeps the first batch's size", "dx", "not repeatable"),
    ("overwrites", "dW", "not added"),
    ("ignores freeze", "dW", "not frozen"),
    ("stops when frozen", "dx", "inconsistent"),
    ("learns only with dx", "dW", "inconsistent"),
    ("writes into x", "dx", "input overwritten"),
    ("writes into dy", "dx", "input overwritten"),
    ("writes into W", "dW", "input overwritten"),
])
def test_a_breach_of_the_contract_is_named(mistake, gradient, verdict, x):
    report = gradcheck(Wrong(mistake), x)
    assert not report
    assert (gradient, verdict) in {(row.gradient, row.verdict) for row in report.rows}
    assert gradcheck(Wrong("none"), x)


def test_a_pair_or_loss_that_writes_into_its_input_is_caught(x, rng):
    def writes(dy, y):
        dy *= y * (1 - y)
        return dy

    def clips(prediction, target):
        value, dprediction = squared_error(prediction, target)
        prediction *= 0.5
        return value, dprediction

    rows = gradcheck((sigmoid, writes), x).rows
    assert [row.verdict for row in rows] == ["correct", "input overwritten"]
    assert verdicts(gradcheck(clips, x, rng.normal(size=x.shape)))["dprediction"] == "input overwritten"


def test_noise_that_is_drawn_anew_in_backward_is_caught(x):
    class Redraws(Layer):
        def __init__(self):
            self.generator = np.random.default_rng(0)

        def mask(self, shape):
            return backend.asarray((self.generator.random(shape) < 0.5).astype(float))

        def forward(self, x):
            return self.keep(x * self.mask(x.shape))

        def backward(self, dy):
            self.take(dy)
            return dy * self.mask(dy.shape)
    assert not gradcheck(Redraws(), x)


def test_what_comes_from_above_may_bear_the_name_of_the_output(x):
    square = (lambda x: x * x)
    assert gradcheck((square, lambda dsquared, x: 2 * dsquared * x), x)
    assert gradcheck(((lambda x: 1 / x), lambda dinverse, inverse: -dinverse * inverse * inverse), x)
    assert not gradcheck((square, lambda dsquared, squared: 2 * dsquared * squared), x)


# ---- traps: what would pass, or fail, for the wrong reason -------------------------------------------

def test_a_vacuous_check_is_refused(x):
    report = gradcheck(ReLU(), -abs(x) - 1)
    assert verdicts(report) == {"dx": "vacuous"} and not report
    constant = (lambda x: 0 * x + 3.0), (lambda dy, x: 0 * dy)
    assert verdicts(gradcheck(constant, x)) == {"dx": "vacuous"}


def test_a_gradient_where_there_should_be_none_is_wrong_and_not_vacuous(x):
    constant = (lambda x: 0 * x + 3.0), (lambda dy, x: 1e-3 * dy)
    assert verdicts(gradcheck(constant, x)) == {"dx": "wrong"}


def test_a_small_gradient_is_judged_by_what_rounding_leaves_to_see(x):
    def small(factor):
        return (lambda x: 1 + 1e-7 * x * x), (lambda dy, x: factor * 2e-7 * dy * x)
    assert gradcheck(small(1), x)
    assert verdicts(gradcheck(small(1.1), x)) == {"dx": "wrong"}


def test_a_large_value_is_rounded_more(x):
    def offset(prediction):
        return 1e5 + 1e-3 * (prediction * prediction).sum(), 2e-3 * prediction
    report = gradcheck(offset, x)
    assert report and "kink" not in str(report)
    assert not gradcheck(lambda prediction: (offset(prediction)[0], 2.1e-3 * prediction), x)


def wavy(value, gradient, factor):
    """`value` and on top of it a sine with slopes of this size; its gradient, times a factor."""
    def loss(x):
        return value + gradient * xp.sin(x).sum(), factor * gradient * xp.cos(x)
    return loss


@pytest.mark.parametrize("value, gradient, factor, digits", [
    (1e5, 5e-8, -1, 0), (1e6, 1e-6, 0.5, 0), (700, 3e-8, 0.99, 1), (1e5, 1e-5, 0.99, 2), (1e3, 1e-6, 0.999, 3),
    (1e5, 5e-8, 1, 0), (1e3, 1e-6, 1, 3)])
def test_where_rounding_hides_the_digits_nothing_is_decided(value, gradient, factor, digits, x):
    """A wrong sign, a half, one per cent: none of these can be seen in differences of so large a value."""
    report = gradcheck(wavy(value, gradient, factor), x)
    assert verdicts(report) == {"dx": "undecided"} and not report
    assert f"{digits} digit{'s' * (digits != 1)} can be seen" in str(report) and report.worst == np.inf


@pytest.mark.parametrize("value, gradient", [(0, 1), (700, 1e-3), (1e5, 2e-3), (1e8, 1e2), (1e15, 1e9)])
def test_what_can_be_seen_is_decided(value, gradient, x):
    assert gradcheck(wavy(value, gradient, 1), x)
    for factor in (-1, 0.5, 0.99, 1.001):
        assert verdicts(gradcheck(wavy(value, gradient, factor), x)) == {"dx": "wrong"}


def test_a_complex_step_sees_what_differences_cannot(x):
    assert gradcheck(wavy(1e5, 1e-5, 1), x, method="complex")
    assert verdicts(gradcheck(wavy(1e5, 1e-5, 0.99), x, method="complex")) == {"dx": "wrong"}


@pytest.mark.parametrize("size", [1e4, 1e5, 1e6, 1e8, 1e12])
def test_large_inputs_have_the_step_that_was_taken(size):
    """At 1e5 the numbers lie so far apart that a step of 0.001 is one of 0.001 (1 ± 1e-8)."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        target = size * rng.normal(size=(3, 4))
        prediction = target + rng.uniform(-1, 1, (3, 4))
        assert gradcheck(squared_error, prediction, target)
        assert gradcheck(squared_error, prediction, target, method="central")
        assert not gradcheck(lambda prediction, target: (squared_error(prediction, target)[0],
                                                         1.00001 * squared_error(prediction, target)[1]),
                             prediction, target)


@pytest.mark.parametrize("size", [1e4, 1e6, 1e8])
def test_directions_through_large_inputs_have_it_too(size, rng):
    target = size * rng.normal(size=(50, 60))
    prediction = target + rng.uniform(-1, 1, (50, 60))
    assert gradcheck(squared_error, prediction, target)


@pytest.mark.parametrize("size", [1e-2, 1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("loss", [cross_entropy, binary_cross_entropy])
def test_a_step_that_leaves_the_domain_is_followed_by_a_smaller_one(loss, size, rng):
    """A probability of 1e-6 less a step of 0.001 is none; the loss refuses it."""
    prediction, target = size * rng.uniform(1, 2, (3, 4)), rng.uniform(0.1, 0.9, (3, 4))
    assert gradcheck(loss, prediction, target)
    assert gradcheck(loss, 1 - prediction, target)


def test_the_edge_of_the_domain_is_left_out(rng):
    prediction = target = np.concatenate([np.zeros((1, 4)), rng.uniform(0.1, 0.9, (3, 4))])
    report = gradcheck(binary_cross_entropy, prediction, np.where(target > 0, 1 - target, 0))
    assert report and "4 of 16 values lie at a kink and are left out" in str(report)


def test_the_formulas_own_error_is_not_held_against_the_gradient():
    """Waves so short and so low that a step of 0.001 is a large one, and where they cross 0 none of it shows."""
    def ripples(factor):
        return lambda x: (1 + 1e-6 * xp.sin(80 * x).sum(), factor * 8e-5 * xp.cos(80 * x))
    x = np.pi / 80 * np.arange(1, 13).reshape(3, 4)
    assert gradcheck(ripples(1), x)
    assert verdicts(gradcheck(ripples(1 + 1e-5), x)) == {"dx": "wrong"}


def test_kinks_are_left_out_and_said(x):
    x[0, 0] = 0
    report = gradcheck((relu, relu_backward), x)
    assert report and "1 of 12 values lie at a kink and are left out" in str(report)


def test_too_many_kinks_are_refused(x):
    x[:, 1:] = 0
    report = gradcheck((relu, relu_backward), x)
    assert verdicts(report) == {"dx": "kinked"} and "9 of 12" in str(report)


def test_a_kink_nearby_does_no_harm(x):
    x[0, :] = [1e-4, -1e-4, 3e-5, -3e-6]
    report = gradcheck((relu, relu_backward), x)
    assert report and report.worst < 1e-9


def test_a_single_example_is_refused(rng):
    """With N = 1 a mean for a sum, an extra 1/N and the last example alone all pass."""
    W, b = rng.normal(size=(4, 5)), rng.normal(size=5)
    for mistake in ("mean for sum", "1/N", "last example"):
        with pytest.raises(ValueError, match="batch of at least 2 examples"):
            gradcheck((dense, WRONG[mistake][0]), rng.normal(size=(1, 4)), W, b)
    with pytest.raises(ValueError, match="batch of at least 2 examples"):
        gradcheck(Model(), rng.normal(size=(1, 4)))


def test_parameters_that_are_constant_are_moved(x):
    """A scale of ones and a bias of zeros would hide that backward forgets them."""
    class Scale(Layer):
        def __init__(self):
            from scratchnets.parameter import Parameter
            self.gamma = Parameter(xp.ones(4), "gamma")

        def forward(self, x):
            return self.keep(x * self.gamma.data, x)

        def backward(self, dy, need_dx=True):
            x, = self.take(dy)
            if not self.frozen:
                self.gamma.grad += (dy * x).sum(axis=0)
            return dy                                        # without gamma

    assert verdicts(gradcheck(Scale(), x)) == {"dx": "wrong", "dgamma": "correct"}


def test_both_seeds_count(x):
    """A backward that is right for the one upstream gradient and wrong for the other."""
    seen = []

    def records(dy):
        seen.append(float(dy[0, 0]))
        return dy

    def doubles_the_larger(dy):
        return dy * (2 if float(dy[0, 0]) == max(seen) else 1)

    def identity(x):
        return x + 0

    assert gradcheck((identity, records), x, seeds=(0, 1)) and len(set(seen)) == 2
    single = [gradcheck((identity, doubles_the_larger), x, seeds=(seed,)).passed for seed in (0, 1)]
    assert sorted(single) == [False, True]
    for seeds in ((0, 1), (1, 0)):
        assert not gradcheck((identity, doubles_the_larger), x, seeds=seeds)


# ---- a check that cannot be made says so -------------------------------------------------------------

def test_the_complex_step_complains_where_it_does_not_work(x, rng):
    modulus = (lambda x: abs(x) * x), (lambda dy, x: 2 * dy * abs(x))
    with pytest.raises(ValueError, match="needs an analytic function"):
        gradcheck(modulus, x, method="complex")
    with pytest.raises(ValueError, match="computes with complex numbers; squared_error does not"):
        gradcheck(squared_error, x, rng.normal(size=x.shape), method="complex")
    assert gradcheck(modulus, x)


@pytest.mark.parametrize("subject, inputs, message", [
    (Dense, (np.ones((3, 4)),), "gradcheck takes a Layer, a pair .* got the class Dense"),
    (3, (np.ones((3, 4)),), "gradcheck takes a Layer, a pair .* got 3"),
    ((dense, lambda dy, x, cache: dy), (np.ones((3, 4)), np.ones((4, 5))), "asks for 'cache'"),
    ((dense, lambda dx, W: dx), (np.ones((3, 4)), np.ones((4, 5))), "asks for 'dx'.*may name the output otherwise"),
    ((dense, lambda dy, x: dy), (np.ones((3, 4)), np.ones((4, 5))),
     r"returned 1 gradient for the 2 floating-point arrays x, W; .* constants"),
    ((dense, dense_backward), (np.ones((3, 4)),), "cannot call dense.* with these 1 inputs"),
    (lambda x: x, (np.ones((3, 4)),), r"must return its value and its gradients"),
    (lambda x: (x, x), (np.ones((3, 4)),), "must return one number as its value"),
    (lambda x: (np.inf, x), (np.ones((3, 4)),), "has the value inf"),
    (lambda labels: (0.0, labels), (np.arange(3),), "has no floating-point array"),
    (Identity(), (), "cannot call Identity.forward"),
])
def test_what_cannot_be_checked_is_refused_with_the_reason(subject, inputs, message):
    with pytest.raises((TypeError, ValueError), match=message):
        gradcheck(subject, *inputs)


def test_an_unknown_method_names_the_valid_ones(x):
    with pytest.raises(ValueError, match="did you mean 'central'.*richardson, central, complex, directional"):
        gradcheck(Dense(4, 5), x, method="centrl")
