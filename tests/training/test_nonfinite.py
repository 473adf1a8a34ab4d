"""A number that is not finite stops the training; named is where it arose, not where it showed."""
import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.layers import Dense, Dropout, Layer, ReLU, Sequential
from scratchnets.losses import squared_error
from scratchnets.optimizers import SGD
from scratchnets.parameter import Parameter
from scratchnets.training import DivergedError, Training

HUGE = 1e30             # squared, it is infinite in float32


class Model(Layer):
    def __init__(self, *layers, loss=squared_error):
        self.encoder, self.decoder = Sequential(*layers), Sequential(Dense(4, 4, generator=1))
        self.loss = loss

    def loss_and_gradients(self, x):
        value, dprediction = self.loss(self.decoder.forward(self.encoder.forward(x)), x)
        self.encoder.backward(self.decoder.backward(dprediction), need_dx=False)
        return value


class Breaks(Layer):
    """The identity, but for one call of forward or backward, numbered from 1."""

    def __init__(self, forward=None, backward=None):
        self.breaking = (forward, backward)
        self.calls = Parameter(np.zeros(2))         # state: repeated steps count from where they start

    def _count(self, which):
        self.calls.data[which] += 1
        return int(self.calls.data[which]) == self.breaking[which]

    def forward(self, x):
        return self.keep(x * np.inf if self._count(0) else x)

    def backward(self, dy, need_dx=True):
        self.take(dy)
        return dy * np.inf if self._count(1) else dy


def training_of(model, lr=0.01, count=8 * 60, x=None):
    x = asarray(np.random.default_rng(0).standard_normal((count, 4)) if x is None else x)
    return Training(model, SGD(model.parameters(), lr=lr), x, batch_size=8,
                    generator=np.random.default_rng(0))


def message(training, epochs=2):
    with pytest.raises(DivergedError) as stop:
        list(training.epochs(epochs))
    return str(stop.value)


@pytest.mark.parametrize("step, where", [(1, "epoch 1, step 1:"), (2, "epoch 1, step 2:"),
                                         (50, "epoch 1, step 50:"), (51, "epoch 1, step 51:"),
                                         (60, "epoch 1, step 60:"), (61, "epoch 2, step 1:"),
                                         (119, "epoch 2, step 59:")])
def test_the_step_and_the_layer_are_named(step, where):
    model = Model(Dense(4, 4), ReLU(), Breaks(forward=step), Dense(4, 4), Dropout(0.2, generator=0))
    text = message(training_of(model))
    assert text.startswith(where)
    assert "the output of Breaks() (encoder.2) is the first that is not finite" in text
    assert "a lower learning rate (it is 0.01)" in text


def test_a_gradient_that_goes_wrong_is_told_from_an_output():
    model = Model(Dense(4, 4), Breaks(backward=7), Dense(4, 4))
    text = message(training_of(model))
    assert text.startswith("epoch 1, step 7:")
    assert "the gradient with respect to the input of Breaks() (encoder.1)" in text


def test_a_gradient_of_a_parameter_is_named():
    """x and dy are finite, but xᵀ dy is not."""
    def steep(prediction, target):
        return prediction.mean(), 0 * prediction + 1e20

    text = message(training_of(Model(Dense(4, 4), loss=steep), x=np.full((8, 4), 1e25)))
    assert "the gradient of W in Dense(4 → 4) (decoder.0) is the first" in text and "reaches 1e+20" in text


def test_the_loss_itself_is_named():
    model = Model(Dense(4, 4, generator=0))
    text = message(training_of(model, x=np.full((8, 4), HUGE)))
    assert "the loss is not finite, though every layer's output is" in text
    assert "works on logits" in text


def test_the_gradient_of_the_loss_is_named():
    def strange(prediction, target):
        value, dprediction = squared_error(prediction, target)
        return value, dprediction * np.nan

    text = message(training_of(Model(Dense(4, 4), loss=strange)))
    assert "the gradient that the loss hands to Sequential (decoder) is not finite" in text


def test_a_step_that_is_too_long_is_named():
    """Gradients are finite, and so is the rate, but not their product."""
    text = message(training_of(Model(Dense(4, 4, generator=0)), lr=1e38, x=np.full((8, 4), 1e3)), epochs=1)
    assert "the optimiser's step made encoder.0.W infinite" in text and "(it is 1e+38)" in text


def test_data_that_are_not_finite_are_named():
    x = np.zeros((80, 4))
    x[[3, 5], 2] = np.nan
    text = message(training_of(Model(Dense(4, 4)), x=x))
    assert "the data hold NaN or infinity" in text and "missing value" in text


def test_afterwards_the_training_stands_as_before_the_step():
    def training(step):
        return training_of(Model(Dense(4, 4, generator=0), Breaks(forward=step), Dropout(0.2, generator=0)))

    stopped, sound = training(53), training(None)
    message(stopped)
    for _ in sound.epochs(1, pause=lambda: sound.batch == 52):
        break
    (groups, facts), (expected, expected_facts) = stopped.state_dict(), sound.state_dict()
    assert facts == expected_facts
    assert all(np.array_equal(groups["model"][name], array) for name, array in expected["model"].items())
    assert not any("forward" in vars(layer) for layer in stopped.model.walk())       # nobody watches any more


def test_another_fault_passes_as_it_is():
    def faulty(prediction, target):
        raise ValueError("a fault of another kind")

    with pytest.raises(ValueError, match="a fault of another kind") as stop:
        list(training_of(Model(Dense(4, 4), loss=faulty)).epochs(1))
    assert not isinstance(stop.value, DivergedError)


def test_what_does_not_repeat_is_said_to():
    class Once(Layer):
        """Goes wrong in a way that no state holds."""
        times = 0

        def __init__(self):
            self.W = Parameter(np.ones(4))

        def loss_and_gradients(self, x):
            self.times += 1
            return (x * self.W.data).sum() * (np.inf if self.times == 5 else 1)

    assert "differs from one time to the next" in message(training_of(Once()))


def test_no_warning_comes_before_the_explanation(recwarn):
    message(training_of(Model(Dense(4, 4, generator=0)), x=np.full((8, 4), HUGE)))
    assert not recwarn.list


def test_a_shared_layer_is_looked_at_once():
    shared = Dense(4, 4, generator=0)

    class Twice(Layer):
        def __init__(self):
            self.first, self.second = shared, shared

        def loss_and_gradients(self, x):
            value, dprediction = squared_error(self.second.forward(x), x)
            self.second.backward(dprediction * np.nan)
            return value

    text = message(training_of(Twice()))
    assert "Dense(4 → 4) (first)" in text and "forward" not in vars(shared)


def test_looks_are_rare_so_that_a_gpu_need_not_wait(monkeypatch):
    training = training_of(Model(Dense(4, 4)), count=8 * 120)
    looks = []
    monkeypatch.setattr(training, "is_finite", lambda: looks.append(training.batch) or True)
    list(training.epochs(1))
    assert looks == [50, 100, 120]
