"""The judge scores what it was trained to tell apart, and knows real images from poor ones."""
import numpy as np
import pytest

from scratchnets.backend import asarray
from scratchnets.data.dataset import Dataset
from scratchnets.evaluation import judge as judging
from scratchnets.evaluation.judge import Judge, beside, judge_of, nearest
from scratchnets.metrics import frechet_distance
from scratchnets.models import GAN
from scratchnets.models.classifier import classifier
from scratchnets.training.checkpoint import CheckpointError


def bars(count, seed):
    """Images 8×8 of three classes: a bar in the upper, middle or lower part, on grey noise."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = 0.2 * random.random((count, 8, 8, 1))
    for image, label in zip(images, labels):
        image[2 * label:2 * label + 3] += 0.6
    return images.astype("float32"), labels


@pytest.fixture(scope="module")
def data():
    return Dataset("bars", *bars(240, 0), *bars(60, 1))


@pytest.fixture(scope="module")
def judged(data):
    return judge_of(data)


def test_it_has_learned_the_classes(judged, data):
    assert judged.accuracy > 0.95
    assert judged.classes(asarray(data.x_test)).sum() == 60
    assert judged.features(asarray(data.x_test)).shape == (60, 128)


def test_scores_of_real_images(judged, data):
    floor = judged.floor
    assert floor == judged.scores(asarray(data.x_test))
    assert floor["class_entropy"] == pytest.approx(np.log(3), abs=0.02) and floor["confidence"] > 0.9
    features = judged.features(asarray(data.x_test)), judged.features(asarray(data.x_train))
    assert floor["frechet"] == pytest.approx(frechet_distance(*features), rel=1e-6)
    assert judged.scores(asarray(data.x_train))["frechet"] == pytest.approx(0, abs=1e-6)


def test_one_class_alone_shows_in_the_entropy(judged, data):
    one = judged.scores(asarray(data.x_test[data.y_test == 1]))
    assert one["class_entropy"] < 0.2 and one["frechet"] > 5 * judged.floor["frechet"]


def test_noise_is_far_from_the_data(judged, rng):
    assert judged.scores(asarray(rng.random((60, 8, 8, 1))))["frechet"] > 10 * judged.floor["frechet"]


def test_it_is_the_same_each_time_and_is_read_where_it_is_kept(data, judged, tmp_path, monkeypatch):
    path = tmp_path / "judge.npz"
    kept = judge_of(data, path)
    monkeypatch.setattr(judging, "train", lambda *_, **__: pytest.fail("it was trained again"))
    again = judge_of(data, path)
    assert kept.floor == again.floor == judged.floor
    assert np.array_equal(again.features(asarray(data.x_test)), judged.features(asarray(data.x_test)))


def test_a_judge_of_other_data_is_not_taken(data, tmp_path):
    path = tmp_path / "judge.npz"
    judge_of(data, path)
    other = Dataset("others", 1 - data.x_train, data.y_train, 1 - data.x_test, data.y_test)
    assert judge_of(other, path).accuracy > 0.95
    path.write_bytes(b"no judge")
    with pytest.raises(CheckpointError, match="judge.npz"):
        judge_of(data, path)


def test_only_games_of_labelled_images_have_one(data, tmp_path):
    unlabelled = Dataset("plain", data.x_train, None, data.x_test, None)
    assert beside(None, classifier((8, 8, 1)), data) == {}
    assert beside(None, GAN.__new__(GAN), unlabelled) == {}
    assert not list(tmp_path.iterdir())


def test_the_nearest_example_and_its_distance(rng):
    examples = rng.random((50, 3, 2, 1))
    x = examples[[7, 3]] + 0.01 * rng.standard_normal((2, 3, 2, 1))
    index, distance = nearest(asarray(x), asarray(examples))
    assert index.tolist() == [7, 3]
    np.testing.assert_allclose(distance, ((x - examples[[7, 3]]) ** 2).sum(axis=(1, 2, 3)), rtol=1e-3)


def test_a_judge_is_made_of_any_classifier(data):
    untrained = Judge(classifier((8, 8, 1), classes=3, generator=0), data)
    assert untrained.accuracy < 0.9 and untrained.floor["confidence"] < 0.6
