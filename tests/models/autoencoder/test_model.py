"""The class as its equation: what is corrupted, what is penalised, what a loss counts, and what is saved."""
import copy

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import (
    Dense,
    GaussianNoise,
    KLSparsity,
    L1Activity,
    MaskingNoise,
    ReLU,
    SaltAndPepper,
    Sequential,
    Sigmoid,
    TiedDense,
)
from scratchnets.layers.penalty import total_penalty
from scratchnets.losses import binary_cross_entropy_with_logits, squared_error
from scratchnets.metrics import sum_squared_error
from scratchnets.models.autoencoder import Autoencoder, autoencoder
from scratchnets.optimizers import SGD
from scratchnets.training import checkpoint, train


@pytest.fixture
def x(rng):
    return asarray(rng.uniform(0.1, 0.9, (5, 6)))


def network(penalty=None, **settings):
    """6-4-6 with sigmoids, and a penalty on the code where one is given."""
    code = [Sigmoid(), *([penalty] if penalty else [])]
    return Autoencoder(Sequential(Dense(6, 4, generator=0), *code),
                       Sequential(Dense(4, 6, generator=1), Sigmoid()), **settings)


# ---- gradients ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("settings", [
    {"corruption": MaskingNoise(0.4, generator=0)},
    {"corruption": GaussianNoise(0.3, generator=0)},
    {"corruption": SaltAndPepper(0.4, generator=0)},
    {"weight_decay": 0.7},
    {"penalty": L1Activity(0.6)},
    {"penalty": KLSparsity(0.2, 0.6)},
    {"penalty": KLSparsity(0.2, 0.6), "corruption": MaskingNoise(0.4, generator=0), "weight_decay": 0.3},
    {"penalty": L1Activity(0.6), "loss": binary_cross_entropy_with_logits, "weight_decay": 0.3},
], ids=lambda settings: " ".join(f"{name}={getattr(value, '__name__', value)}" for name, value in settings.items()))
def test_every_gradient_is_that_of_the_whole_loss(settings, x, float64):
    """With the noise held still, and penalties and weight decay counted."""
    report = gradcheck(network(**settings), x, method="directional")
    assert report.passed, str(report)
    assert report.worst < 1e-7


def test_of_weights_that_are_shared_the_decay_counts_once(x, float64):
    dense = Dense(6, 4, generator=0)
    model = Autoencoder(Sequential(dense, Sigmoid()), Sequential(TiedDense(dense), Sigmoid()),
                        weight_decay=0.5)
    assert gradcheck(model, x).passed
    assert len(model.weights()) == 1
    assert float(model.decay()) == pytest.approx(0.25 * float((dense.W.data ** 2).sum()), rel=1e-12)


def test_a_frozen_layer_does_not_decay_but_counts(x, float64):
    model = network(weight_decay=0.5)
    model.encoder.freeze()
    before = float(model.decay())
    model.loss_and_gradients(x)
    assert not to_numpy(model.encoder.layers[0].W.grad).any()
    assert to_numpy(model.decoder.layers[0].W.grad).any()
    assert float(model.decay()) == before > 0


def test_biases_do_not_decay(x, float64):
    plain, decaying = network(), network(weight_decay=0.5)
    for model in (plain, decaying):
        model.loss_and_gradients(x)
    for first, second in zip((plain.encoder, plain.decoder), (decaying.encoder, decaying.decoder)):
        np.testing.assert_array_equal(to_numpy(first.layers[0].b.grad), to_numpy(second.layers[0].b.grad))
        difference = to_numpy(second.layers[0].W.grad - first.layers[0].W.grad)
        np.testing.assert_allclose(difference, 0.5 * to_numpy(first.layers[0].W.data), rtol=1e-9)


# ---- what the loss counts -------------------------------------------------------------------------------

def test_the_loss_is_the_sum_of_its_terms(x, float64):
    model = network(KLSparsity(0.2, 0.6), weight_decay=0.3)
    copy_loss, _ = squared_error(model.predict(x), x)
    value = float(model.loss_and_gradients(x))
    squares = sum(float((part.layers[0].W.data ** 2).sum()) for part in (model.encoder, model.decoder))
    assert value == pytest.approx(float(copy_loss + total_penalty(model)) + 0.15 * squares, rel=1e-12)
    assert value > float(copy_loss) + 0.15 * squares > float(copy_loss)


@pytest.mark.parametrize("penalty", [None, L1Activity(0.6), KLSparsity(0.2, 0.6)], ids=str)
def test_in_evaluation_it_is_the_same_loss_where_nothing_is_corrupted(penalty, x, float64):
    model = network(penalty, weight_decay=0.3)
    assert float(model.loss_of(x)) == pytest.approx(float(model.loss_and_gradients(x)), rel=1e-12)
    terms = {name: float(value) for name, value in model.terms_of(x).items()}
    assert terms["loss"] == pytest.approx(terms["reconstruction"] + terms["regularizer"], rel=1e-12)
    assert terms["reconstruction"] == pytest.approx(float(squared_error(model.predict(x), x)[0]), rel=1e-12)


def test_penalties_are_averaged_over_the_batches_of_an_evaluation(x, float64):
    model = network(L1Activity(0.6))
    assert float(model.loss_of(x, batch_size=2)) == pytest.approx(float(model.loss_of(x)), rel=1e-12)
    model = network(KLSparsity(0.2, 0.6))
    parts = []
    for batch in (x[:2], x[2:4], x[4:]):
        model.loss_and_gradients(batch)
        parts.append(len(batch) * float(total_penalty(model)) / 5)
    assert float(model.terms_of(x, batch_size=2)["regularizer"]) == pytest.approx(sum(parts), rel=1e-12)


def test_evaluation_neither_corrupts_nor_changes_anything(x):
    model = network(L1Activity(0.6), corruption=MaskingNoise(0.5, generator=0))
    twin = copy.deepcopy(model)
    assert float(model.loss_of(x)) == float(model.loss_of(x))
    model.reconstruct(x), model.anomaly_score(x), model.encode(x), model.corrupt(x)
    assert float(model.loss_and_gradients(x)) == float(twin.loss_and_gradients(x))       # with the same noise
    assert all(layer.training and layer._recording for layer in model.walk())


# ---- corruption -----------------------------------------------------------------------------------------

def test_the_copy_of_a_corrupted_input_is_compared_with_the_clean_one(x, float64):
    model = network(corruption=MaskingNoise(0.5, generator=3))
    corrupted = copy.deepcopy(model.corruption).forward(x)
    assert (to_numpy(corrupted) != to_numpy(x)).any()
    value, _ = squared_error(model.predict(corrupted), x)
    assert float(model.loss_and_gradients(x)) == pytest.approx(float(value), rel=1e-12)


def test_the_gradient_of_the_input_goes_through_the_corruption(x):
    model = network(corruption=MaskingNoise(0.5, generator=3))
    mask = to_numpy(copy.deepcopy(model.corruption).forward(x)) != 0
    y = model.forward(x)
    dx = to_numpy(model.backward(y))
    assert (dx[~mask] == 0).all() and (dx[mask] != 0).all()
    model.forward(x)
    assert model.backward(y, need_dx=False) is None
    with pytest.raises(RuntimeError, match="backward needs a forward"):
        model.corruption.backward(x)


def test_corrupt_shows_what_training_sees_and_can_be_repeated(x):
    model = network(corruption=MaskingNoise(0.5)).eval()
    first, again, other = (to_numpy(model.corrupt(x, generator=seed)) for seed in (0, 0, 1))
    assert (first == again).all() and (first != other).any()
    assert 0 < (first == 0).mean() < 1
    np.testing.assert_array_equal(to_numpy(network().corrupt(x)), to_numpy(x))


# ---- anomalies ------------------------------------------------------------------------------------------

def test_the_anomaly_score_is_the_squared_error_of_each_image(rng, float64):
    images = asarray(rng.random((7, 2, 3, 1)))
    for loss in ("squared-error", "cross-entropy"):
        model = autoencoder((2, 3, 1), latent=2, hidden=(4,), loss=loss, generator=0)
        scores = to_numpy(model.anomaly_score(images))
        each = [float(((model.reconstruct(images[n:n + 1]) - images[n:n + 1]) ** 2).sum()) for n in range(7)]
        np.testing.assert_allclose(scores, each, rtol=1e-12)
        assert scores.mean() == pytest.approx(sum_squared_error(model.reconstruct(images), images), rel=1e-12)


def test_what_lies_outside_the_subspace_that_was_learned_scores_higher(rng, float64):
    """Points on a line; one beside it. A linear autoencoder that found the line copies only the line."""
    line = rng.standard_normal((50, 1)) * np.array([[0.6, 0.8]])
    direction = np.array([[0.6], [0.8]])
    encoder, decoder = Dense(2, 1, bias=False), Dense(1, 2, bias=False)
    encoder.W.data[...], decoder.W.data[...] = asarray(direction), asarray(direction.T)
    model = Autoencoder(Sequential(encoder), Sequential(decoder))
    np.testing.assert_allclose(to_numpy(model.anomaly_score(asarray(line))), np.zeros(50), atol=1e-20)
    beside = asarray(line[:1] + 0.5 * np.array([[-0.8, 0.6]]))
    assert float(model.anomaly_score(beside)[0]) == pytest.approx(0.25, rel=1e-12)


# ---- save and load --------------------------------------------------------------------------------------

def test_a_saved_model_goes_on_as_it_was(x, tmp_path):
    model = network(KLSparsity(0.2, 0.1), corruption=GaussianNoise(0.1), weight_decay=0.01)
    for _ in train(model, SGD(model.parameters(), lr=0.1), x, epochs=2, batch_size=3,
                   generator=np.random.default_rng(0)):
        pass
    checkpoint.save(tmp_path / "model.npz", {"model": model.state_dict()}, {})
    loaded = network(KLSparsity(0.2, 0.1), corruption=GaussianNoise(0.1), weight_decay=0.01)
    assert (to_numpy(loaded.encode(x)) != to_numpy(model.encode(x))).any()
    loaded.load_state_dict(checkpoint.load(tmp_path / "model.npz")[0]["model"])
    for method in ("encode", "reconstruct", "anomaly_score"):
        ours, theirs = (to_numpy(getattr(each, method)(x)) for each in (loaded, model))
        np.testing.assert_array_equal(ours, theirs)
    assert float(loaded.loss_of(x)) == float(model.loss_of(x))


@pytest.mark.parametrize("settings, words", [
    ({"weight_decay": -0.1}, "weight_decay must be at least 0, got -0.1"),
    ({"weight_decay": float("nan")}, "weight_decay must be at least 0"),
])
def test_a_bad_setting_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        network(**settings)


def test_it_says_what_it_is():
    said = repr(network(L1Activity(0.5), corruption=MaskingNoise(0.25), weight_decay=0.1))
    for part in ("L1Activity(0.5)", "corruption=MaskingNoise(0.25)", "weight_decay=0.1"):
        assert part in said
    assert "corruption" not in repr(network())


def test_a_relu_code_under_l1_falls_silent(rng):
    """What the penalty is for: most of the code is exactly 0, and more of it at a higher price."""
    x = asarray(rng.random((40, 6)))
    zeros = []
    for weight in (0.0, 0.05, 0.5):
        model = Autoencoder(Sequential(Dense(6, 12, generator=0), ReLU(), L1Activity(weight)),
                            Sequential(Dense(12, 6, generator=1)))
        for _ in train(model, SGD(model.parameters(), lr=0.1), x, epochs=60, batch_size=10,
                       generator=np.random.default_rng(0)):
            pass
        zeros.append(float((model.encode(x) == 0).mean()))
    assert zeros[0] < zeros[1] < zeros[2]
