"""The loop takes every example once an epoch, and a training that was stopped anywhere ends bit for bit as
one that never was."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import BatchNorm, Dense, Dropout, GaussianNoise, Layer, ReLU, Sequential
from scratchnets.losses import squared_error
from scratchnets.optimizers import SGD, Adam
from scratchnets.schedules import cosine
from scratchnets.training import Training, checkpoint, minibatches, train

N, BATCH, EPOCHS = 20, 6, 3             # four batches an epoch, the last of them smaller


class Noisy(Layer):
    """A model with all kinds of state: noise, dropout, running statistics."""

    def __init__(self, seed=0):
        self.network = Sequential(GaussianNoise(0.1, generator=seed), Dense(4, 8, generator=seed),
                                  BatchNorm(8), ReLU(), Dropout(0.3, generator=seed + 1),
                                  Dense(8, 4, generator=seed))

    def loss_and_gradients(self, x):
        value, dprediction = squared_error(self.network.forward(x), x)
        self.network.backward(dprediction, need_dx=False)
        return value


def noisy_training(seed=0, schedule=cosine(1e-2, steps=EPOCHS * 4)):
    model = Noisy(seed)
    x = asarray(np.random.default_rng(1).standard_normal((N, 4)))
    return Training(model, Adam(model.parameters()), x, batch_size=BATCH,
                    generator=np.random.default_rng(seed), schedule=schedule)


def assert_same_state(first, second):
    (groups, facts), (other_groups, other_facts) = first.state_dict(), second.state_dict()
    assert facts == other_facts
    for group, state in groups.items():
        assert state.keys() == other_groups[group].keys()
        for name, value in state.items():
            np.testing.assert_array_equal(value, other_groups[group][name], err_msg=f"{group}/{name}")


def test_an_epoch_takes_each_example_once_in_an_order_drawn_anew(rng):
    examples, labels = asarray(np.arange(N, dtype="float32")), asarray(np.arange(N))
    orders = []
    for _ in range(2):
        batches = list(minibatches((examples, labels), BATCH, rng))
        assert [len(batch[0]) for batch in batches] == [6, 6, 6, 2]
        for x, y in batches:
            assert np.array_equal(to_numpy(x), to_numpy(y))           # they stay together
        orders.append(np.concatenate([to_numpy(y) for _, y in batches]))
    assert all(np.array_equal(np.sort(order), np.arange(N)) for order in orders)
    assert not np.array_equal(*orders)


def test_a_record_holds_the_mean_loss_over_the_examples():
    class Mean(Layer):
        def loss_and_gradients(self, x):
            return x.mean()

    x = asarray(np.arange(N, dtype="float32"))
    model = Mean()
    nothing = SGD(Dense(1, 1).parameters())
    record, = train(model, nothing, x, epochs=1, batch_size=BATCH, generator=np.random.default_rng(0))
    assert record["epoch"] == 1 and record["loss"] == pytest.approx((N - 1) / 2) and record["seconds"] > 0


def test_the_loss_falls():
    records = list(noisy_training().epochs(EPOCHS))
    assert [record["epoch"] for record in records] == [1, 2, 3]
    assert records[-1]["loss"] < records[0]["loss"]


def test_the_caller_decides_when_to_stop():
    training = noisy_training()
    for record in training.epochs(100):
        if record["epoch"] == 2:
            break
    assert training.epoch == 2


def test_the_schedule_sets_the_rate_of_each_step():
    rates = []

    def schedule(step):
        rates.append(step)
        return 1 / (1 + step)

    training = noisy_training(schedule=schedule)
    record, = training.epochs(1)
    assert rates == [0, 1, 2, 3]
    assert record["lr"] == training.optimizer.lr == 1 / 4


@pytest.mark.parametrize("stop", range(1, EPOCHS * 4))
def test_a_training_stopped_after_any_step_ends_as_one_never_stopped(stop, tmp_path):
    straight = noisy_training()
    records = list(straight.epochs(EPOCHS))

    stopped = noisy_training()
    for _ in stopped.epochs(EPOCHS, pause=lambda: stopped.optimizer.steps == stop):
        if stopped.optimizer.steps == stop:
            break
    checkpoint.save(tmp_path / "checkpoint.npz", *stopped.state_dict())
    resumed = noisy_training(seed=7)                    # nothing but the file may lead it to the same end
    resumed.load_state_dict(*checkpoint.load(tmp_path / "checkpoint.npz"))
    assert_same_state(resumed, stopped)
    rest = list(resumed.epochs(EPOCHS))

    assert_same_state(resumed, straight)
    for record, expected in zip(rest, records[-len(rest):], strict=True):
        assert record["epoch"] == expected["epoch"] and record["loss"] == expected["loss"]


def test_pauses_change_nothing():
    straight, paused = noisy_training(), noisy_training()
    list(straight.epochs(EPOCHS))
    pauses = [record for record in paused.epochs(EPOCHS, pause=lambda: True) if record is None]
    assert len(pauses) == EPOCHS * 4
    assert_same_state(paused, straight)


def test_one_generator_may_serve_order_and_noise():
    def shared():
        generator = np.random.default_rng(3)
        model = Noisy()
        model.network.layers[0].generator = generator
        x = asarray(np.random.default_rng(1).standard_normal((N, 4)))
        return Training(model, Adam(model.parameters()), x, batch_size=BATCH, generator=generator)

    straight, stopped, resumed = shared(), shared(), shared()
    list(straight.epochs(2))
    next(stopped.epochs(2, pause=lambda: stopped.batch == 2))
    resumed.load_state_dict(*stopped.state_dict())
    list(resumed.epochs(2))
    assert_same_state(resumed, straight)


def test_a_step_of_another_kind_keeps_pauses_and_state():
    """Two optimisers and a step of its own, as two players of a game need."""
    class Duel(Training):
        def __init__(self, model, *arrays, **settings):
            super().__init__(model, SGD(model.network.layers[1].parameters(), lr=0.1), *arrays, **settings)
            self.second = Adam(model.network.layers[5].parameters())

        def parts(self):
            return super().parts() | {"second": self.second}

        def step(self, x):
            self.model.zero_grad()
            loss = self.model.loss_and_gradients(x)
            self.optimizer.step()
            self.second.step()
            return loss

    def duel():
        x = asarray(np.random.default_rng(1).standard_normal((N, 4)))
        return Duel(Noisy(), x, batch_size=BATCH, generator=np.random.default_rng(0))

    straight, stopped, resumed = duel(), duel(), duel()
    list(straight.epochs(2))
    next(stopped.epochs(2, pause=lambda: stopped.batch == 3))
    resumed.load_state_dict(*stopped.state_dict())
    list(resumed.epochs(2))
    assert_same_state(resumed, straight)
    assert straight.second.steps == 8


def test_a_state_of_another_model_is_refused():
    class Plain(Noisy):
        def __init__(self):
            self.network = Sequential(Dense(4, 4))

    model = Plain()
    plain = Training(model, Adam(model.parameters()), asarray(np.zeros((N, 4))), batch_size=BATCH,
                     generator=np.random.default_rng(0))
    with pytest.raises(ValueError, match="does not fit"):
        plain.load_state_dict(*noisy_training().state_dict())


@pytest.mark.parametrize("arrays, batch_size, words", [
    ((np.zeros((4, 2)), np.zeros(3)), 2, "hold 4, 3 examples"),
    ((), 2, "hold no examples"),
    ((np.zeros((0, 2)),), 2, "hold 0 examples"),
    ((np.zeros((4, 2)),), 0, "batch_size must be at least 1"),
])
def test_bad_arguments_are_named(arrays, batch_size, words):
    model = Noisy()
    with pytest.raises(ValueError, match=words):
        train(model, Adam(model.parameters()), *map(asarray, arrays), epochs=1, batch_size=batch_size,
              generator=np.random.default_rng(0))
