"""The convolutional classifier: gradients of the whole model, what it says, and what it must learn."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.evaluation.figures import evaluate
from scratchnets.gradcheck import gradcheck
from scratchnets.models.classifier import Classifier, classifier
from scratchnets.optimizers import Adam
from scratchnets.training import train


@pytest.fixture
def images(rng):
    return asarray(rng.random((6, 7, 9, 1)))


def small(**settings):
    return classifier((7, 9, 1), classes=3, channels=(2, 3), width=5, generator=1, **settings)


def test_every_parameter_has_the_right_gradient(images, float64):
    labels = asarray(np.array([0, 1, 2, 0, 2, 1]))
    report = gradcheck(small(), asarray(images), labels, method="directional")
    assert report.passed, str(report)


def test_probabilities_sum_to_one_and_the_largest_is_the_class(images):
    model = small()
    probabilities = to_numpy(model.probabilities(images))
    assert probabilities.shape == (6, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(to_numpy(model.classify(images)), probabilities.argmax(axis=1))


def test_features_come_before_the_head(images):
    model = small()
    features = model.features.predict(images)
    assert features.shape == (6, 5)
    np.testing.assert_array_equal(to_numpy(model.head.predict(features)), to_numpy(model.predict(images)))


def test_before_training_it_knows_nothing(images, float64):
    model = small()
    model.head.W.data.fill(0)
    model.head.b.data.fill(0)
    assert float(model.loss_of(images, asarray(np.arange(6) % 3))) == pytest.approx(np.log(3), rel=1e-12)


def test_a_few_epochs_beat_the_nearest_mean_on_real_digits():
    data = load("mnist5k")
    model = classifier(data.example_shape, generator=0)
    for _ in train(model, Adam(model.parameters()), asarray(data.x_train[:1500]),
                   asarray(data.y_train[:1500]), epochs=4, batch_size=50, generator=np.random.default_rng(0)):
        pass
    result = evaluate(model, data)
    assert result["nearest_mean_accuracy"] == 0.795
    assert result["test_accuracy"] > 0.85
    assert result["test_loss"] < 0.5


def test_its_shape_is_that_of_its_description():
    model = classifier((28, 28, 1))
    shapes = model.features.summary((28, 28, 1))
    assert "(batch, 14, 14, 32)" in shapes and "(batch, 7, 7, 64)" in shapes and "(batch, 128)" in shapes
    assert isinstance(model, Classifier)


@pytest.mark.parametrize("call, words", [
    (lambda: classifier((28, 28)), r"\(H, W, C\)"),
    (lambda: classifier((28, 28, 1), classes=1), "classes must be at least 2"),
    (lambda: small().loss_and_gradients(asarray(np.zeros((1, 7, 9, 1))), asarray(np.array([3]))), "0 … 2"),
])
def test_bad_settings_name_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call()
