"""Encoders under a softmax: what learns, what stays, and what a linear probe says."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import BatchNorm, Dense, Dropout, ReLU, Sequential
from scratchnets.losses import softmax_cross_entropy
from scratchnets.models.autoencoder import autoencoder, conv_autoencoder, sparse_l1
from scratchnets.models.classifier import Classifier
from scratchnets.models.finetuning import classifier_on, linear_probe
from scratchnets.optimizers import Adam
from scratchnets.training import train

LABELS = np.array([0, 1, 2, 0, 2, 1])


@pytest.fixture
def images(rng):
    return asarray(rng.random((6, 4, 2, 1)))


@pytest.fixture
def encoder():
    return autoencoder((4, 2, 1), latent=3, hidden=(5,), generator=0).encoder


def learn(model, images, steps=3):
    for _ in train(model, Adam(model.parameters(), lr=0.1), images, asarray(LABELS), epochs=steps,
                   batch_size=4, generator=np.random.default_rng(0)):
        pass


def test_a_frozen_code_stays_and_the_softmax_learns(encoder, images):
    before = to_numpy(encoder.predict(images))
    model = classifier_on(encoder, classes=3, generator=0)
    head = to_numpy(model.head.W.data).copy()
    learn(model, images)
    assert isinstance(model, Classifier)
    np.testing.assert_array_equal(to_numpy(encoder.predict(images)), before)
    assert not any(to_numpy(parameter.grad).any() for parameter in encoder.parameters())
    assert (to_numpy(model.head.W.data) != head).all()


def test_a_fine_tuned_code_learns_too(encoder, images):
    model = classifier_on(encoder, classes=3, freeze=False, generator=0)
    before = model.state_dict()
    learn(model, images)
    assert all((value != before[path]).any() for path, value in model.state_dict().items())
    assert model.features is encoder


def test_what_was_frozen_before_can_be_fine_tuned(encoder, images):
    classifier_on(encoder, classes=3)
    model = classifier_on(encoder, classes=3, freeze=False)
    model.loss_and_gradients(images, asarray(LABELS))
    assert all(to_numpy(parameter.grad).any() for parameter in model.parameters())


def test_a_frozen_code_is_in_evaluation_mode_whatever_the_model_is_in(encoder, images):
    noisy = Sequential(encoder, BatchNorm(3), Dropout(0.5))
    model = classifier_on(noisy, classes=3, generator=0).train()
    np.testing.assert_array_equal(to_numpy(model.forward(images)), to_numpy(model.predict(images)))
    assert not to_numpy(noisy.layers[1].running_mean).any()             # and its statistics stay


def test_a_frozen_code_makes_it_softmax_regression_on_codes(encoder, images):
    model, labels = classifier_on(encoder, classes=3, generator=1), asarray(LABELS)
    model.loss_and_gradients(images, labels)
    twin = Dense(3, 3)
    twin.load_state_dict(model.head.state_dict())
    _, dlogits = softmax_cross_entropy(twin.forward(encoder.predict(images)), labels)
    twin.backward(dlogits)
    np.testing.assert_array_equal(to_numpy(model.head.W.grad), to_numpy(twin.W.grad))


def test_every_gradient_of_a_fine_tuned_one_is_right(encoder, images, float64):
    report = gradcheck(classifier_on(encoder, classes=3, freeze=False, generator=1), images, asarray(LABELS),
                       method="directional")
    assert report.passed, str(report)


def test_a_penalty_in_the_encoder_counts_where_it_is_fine_tuned(images, float64):
    model = classifier_on(sparse_l1((4, 2, 1), latent=5, weight=0.3, generator=0).encoder, 3, freeze=False,
                          generator=1)
    report = gradcheck(model, images, asarray(LABELS), method="directional")
    assert report.passed, str(report)


def test_a_penalty_in_a_frozen_encoder_is_over(images):
    autoencoder = sparse_l1((4, 2, 1), latent=5, weight=0.3, generator=0)
    autoencoder.loss_and_gradients(images)
    model = classifier_on(autoencoder.encoder, 3, generator=1)
    assert float(model.loss_and_gradients(images, asarray(LABELS))) == pytest.approx(
        float(model.loss_of(images, asarray(LABELS))), rel=1e-6)


def test_it_is_saved_and_loaded_as_a_whole(encoder, images):
    model = classifier_on(encoder, classes=3, generator=0)
    other = classifier_on(autoencoder((4, 2, 1), latent=3, hidden=(5,), generator=5).encoder, 3, generator=6)
    other.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(to_numpy(other.predict(images)), to_numpy(model.predict(images)))


def test_a_convolutional_encoder_has_a_code_too(rng):
    model = classifier_on(conv_autoencoder((8, 8, 1), latent=4).encoder, classes=3)
    assert model.predict(asarray(rng.random((2, 8, 8, 1)))).shape == (2, 3)


def test_the_probe_on_the_digits_knows_what_random_features_are_worth():
    """The control that any learned code has to beat: a fixed random layer of ReLUs."""
    data, rng = load("mnist5k"), np.random.default_rng(0)
    x, x_test = (part.reshape(len(part), -1) for part in (data.x_train[:1500], data.x_test))
    W = rng.uniform(-1 / 28, 1 / 28, (784, 800)).astype("float32")
    pixels = linear_probe(x, data.y_train[:1500], x_test, data.y_test, max_iter=60)
    random = linear_probe(np.maximum(x @ W, 0), data.y_train[:1500], np.maximum(x_test @ W, 0), data.y_test,
                          max_iter=60)
    assert 0.8 < pixels < random < 0.93


def test_the_probe_disregards_scale_and_features_that_never_change(rng):
    labels = np.arange(60) % 3
    x = rng.standard_normal((60, 4)) + 2 * np.eye(3, 4)[labels]
    parts = x[:40], labels[:40], x[40:], labels[40:]
    accuracy = linear_probe(*parts)
    assert 0.7 < accuracy <= 1
    moved, others = (1000 * part + 5 for part in parts[::2])
    assert linear_probe(moved, parts[1], others, parts[3]) == pytest.approx(accuracy)
    more, other = (np.concatenate([part, np.full((len(part), 1), 7.0)], axis=1) for part in parts[::2])
    assert linear_probe(more, parts[1], other, parts[3]) == accuracy


@pytest.mark.parametrize("call, words", [
    (lambda: classifier_on(Sequential(ReLU()), 3), "an encoder with a Dense layer"),
    (lambda: classifier_on(Sequential(Dense(3, 2)), 1), "classes must be at least 2"),
    (lambda: linear_probe(np.ones((4, 3)), np.arange(3) % 2, np.ones((2, 3)), np.zeros(2, int)),
     r"one label for each of 4 points, got shape \(3,\)"),
    (lambda: linear_probe(np.ones((4, 3)), np.arange(4) % 2, np.ones((2, 3)), np.zeros(3, int)),
     r"one for each example; got shapes \(2,\) and \(3,\)"),
    (lambda: linear_probe(np.ones((4, 3)), np.arange(4) % 2, np.ones((2, 5)), np.zeros(2, int)),
     "3 features to train on and 5 to test on"),
    (lambda: classifier_on(Sequential(Dense(3, 2)), 3).loss_and_gradients(
        asarray(np.ones((4, 3))), asarray(np.zeros(3, int))), r"whole numbers of shape \(4,\)"),
])
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
