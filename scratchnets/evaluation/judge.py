"""A judge of generated images: a classifier that has learned the classes from the real ones.

What it measures depends on it. Compare figures of one judge, and with its own figures for real images.
"""
import sys

import numpy as np

from scratchnets import backend
from scratchnets.arguments import brief
from scratchnets.backend import asarray, to_numpy
from scratchnets.layers.activations import softmax
from scratchnets.metrics import accuracy, frechet_distance
from scratchnets.metrics.distances import squared_distances
from scratchnets.models import GAN
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import OPTIMIZERS
from scratchnets.training import checkpoint, train
from scratchnets.training.origin import fingerprint
from scratchnets.training.requirements import expect_classes

RECIPE, SEED = "classifier", 0


class Judge:
    """Scores images by the features and the classes that a classifier sees in them.

    Parameters
    ----------
    classifier : Classifier
        Trained on the data's training images.
    data : Dataset
        With labels.

    Attributes
    ----------
    accuracy : float
        Share of the test images that it classifies right.
    floor : dict
        `scores` of the test images: what as many new real images get.
    """

    def __init__(self, classifier, data):
        self.classifier = classifier
        self.real = self.features(asarray(data.x_train))
        self.accuracy = accuracy(classifier.classify(asarray(data.x_test)), asarray(data.y_test))
        self.floor = self.scores(asarray(data.x_test))

    def features(self, x):
        """What the classifier's last layer sees of each image,  (N, H, W, C) → ndarray (N, 128)."""
        return to_numpy(self.classifier.features.predict(x))

    def classes(self, x):
        """How many of the images it takes for each class: ndarray (K,) of int."""
        p = self._probabilities(self.features(x))
        return np.bincount(p.argmax(axis=1), minlength=p.shape[1])

    def scores(self, x):
        """{name: number} of images x.

        frechet, the Fréchet distance of their features to those of all training images, which depends on
        how many there are: compare equally many; class_entropy, of the shares of the classes, log K when
        all are equal, in nats; confidence, the mean probability of the class that an image is taken for.
        """
        features = self.features(x)
        p = self._probabilities(features)
        counts = np.bincount(p.argmax(axis=1))
        shares = counts[counts > 0] / len(x)
        return {"frechet": frechet_distance(features, self.real),
                "class_entropy": float((shares * np.log(1 / shares)).sum()),
                "confidence": float(p.max(axis=1).mean())}

    def _probabilities(self, features):
        return to_numpy(softmax(self.classifier.head.predict(asarray(features))))


def judge_of(data, path=None):
    """The judge of these data, by the recipe of ``scratchnets train classifier``, seed 0.

    Parameters
    ----------
    data : Dataset
        Images with labels.
    path : Path, optional
        A file that keeps its weights. Where it holds a judge of these data it is read, else written.
    """
    recipe = RECIPES[RECIPE]
    arrays = [asarray(array) for array in recipe.arrays(data, "train")]
    facts = {"judge": RECIPE, "seed": SEED, "data_sha256": fingerprint(recipe.arrays(data, "train")),
             "classes": data.classes, "dtype": backend.default_dtype().name}
    weights, order = np.random.default_rng(SEED).spawn(2)
    model = build(RECIPE, data.example_shape, {"classes": data.classes}, generator=weights)
    if path is not None and path.exists():
        groups, stored = checkpoint.load(path)
        if stored == facts:
            try:
                model.load_state_dict(groups["model"])
                if not all(backend.is_finite(parameter.data) for parameter in model.parameters()):
                    raise ValueError("its weights are not all finite")
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path} holds no judge of these data: {brief(error)}; delete it, and a new one is "
                                 "trained") from None
            return Judge(model, data)
    optimizer = OPTIMIZERS[recipe.optimizer](model.parameters(), lr=recipe.lr)
    for _ in train(model, optimizer, *arrays, epochs=recipe.epochs, batch_size=recipe.batch_size,
                   generator=order):
        pass
    if path is not None:
        checkpoint.save(path, {"model": model.state_dict()}, facts, within=path.parent)
    return Judge(model, data)


def beside(run, model, data):
    """What `evaluate` and `draw` take beside a run's model and data: ``{"judge": …}``, or nothing.

    A judge has only a game whose examples are images with labels that number two classes or more. It is kept in the
    run's folder, that of other data nowhere.
    """
    if not isinstance(model, GAN) or len(data.example_shape) != 3 or data.y_train is None:
        return {}
    try:
        expect_classes(data.name, data)
    except ValueError as error:
        print(f"note: the samples get no judge, a classifier of the training images: {error}", file=sys.stderr)
        return {}
    path = run.folder / "judge.npz" if run.is_own(data) else None
    if path is None or not path.exists():
        print("training a judge of the samples, a classifier of the training images: "
              f"{path or 'it is of other data, and is not kept'}", file=sys.stderr)
    return {"judge": judge_of(data, path)}


def nearest(x, examples):
    """For each image x the nearest of the examples: (its index, the squared distance of pixels).

    Parameters
    ----------
    x : array (N, …)
    examples : array (M, …)

    Returns
    -------
    index : ndarray (N,) of int
    distance : ndarray (N,)
    """
    squared = squared_distances(*(to_numpy(values).reshape(len(values), -1) for values in (x, examples)))
    return squared.argmin(axis=1), squared.min(axis=1)
