"""What a trained encoder is worth for a task with labels: a classifier on top of it, or a linear probe."""
from scratchnets.arguments import integer
from scratchnets.backend import asarray, xp
from scratchnets.layers import Dense, Layer
from scratchnets.layers.penalty import ActivityPenalty
from scratchnets.metrics import accuracy
from scratchnets.models.classical import SoftmaxRegression
from scratchnets.models.classifier import Classifier


class Fixed(Layer):
    """A trained network that stays as it is: no gradients, and evaluation mode whatever surrounds it.

    Parameters
    ----------
    network : Layer
        Frozen from now on.
    """

    def __init__(self, network):
        self.network = network.freeze()
        for layer in network.walk():
            if isinstance(layer, ActivityPenalty):
                layer.penalty = 0.0                   # what its last batch of training was asked is over

    def forward(self, x):
        with self.network.inference():
            return self.keep(self.network.forward(x))

    def backward(self, dy, need_dx=True):
        self.take(dy)
        if need_dx:
            raise RuntimeError(f"{self!r} passes no gradient back; it comes first in a network")

    def __repr__(self):
        return f"Fixed({self.network!r})"


def classifier_on(encoder, classes, freeze=True, generator=None):
    """A `Classifier` whose features are an encoder's code: p(y | x) = softmax(f(x) W + b).

    Parameters
    ----------
    encoder : Layer
        f, from examples to codes (N, k); the object itself, not a copy of it. ``copy.deepcopy`` it first
        where the autoencoder is still needed.
    classes : int
    freeze : bool
        True: the code stays as it is, in evaluation mode, and only the softmax learns. Its parameters
        are still those of the model, so that they are saved with it: give an optimiser that shrinks
        weights by itself (AdamW) ``model.head.parameters()``. False: fine-tuning, all of it learns,
        and activity penalties within the encoder go on asking their price.
    generator : numpy.random.Generator, int or None
        For the softmax layer's weights.

    Returns
    -------
    Classifier
    """
    head = Dense(code_size(encoder), integer("classes", classes, at_least=2), generator=generator)
    return Classifier(Fixed(encoder) if freeze else encoder.unfreeze(), head)


def code_size(encoder):
    """k, how many numbers an encoder's last dense layer gives."""
    widths = [layer.n_out for layer in encoder.walk() if isinstance(layer, Dense)]
    if not widths:
        raise ValueError(f"classifier_on expected an encoder with a Dense layer, whose outputs are the code; "
                         f"got {encoder!r}")
    return widths[-1]


def linear_probe(features_train, labels_train, features_test, labels_test, weight_decay=1e-3, max_iter=1000):
    """The accuracy that softmax regression on these features reaches: how far classes can be told by planes.

    Features are standardised by the mean and deviation of the training part, so that their scale plays
    no role; one that never changes is left out. Then L = −1/N Σ log p(yₙ | hₙ) + λ/2 ‖W‖² is descended
    by `SoftmaxRegression`, from zero, so that nothing is drawn at random.

    Parameters
    ----------
    features_train, features_test : array (N, …), (M, …)
        Codes, or images as they are.
    labels_train, labels_test : integer array (N,), (M,)
    weight_decay : float
        λ ≥ 0.
    max_iter : int
        Steps at most, each over all the training features. Stopped early, a wide code whose features
        resemble one another, as random ones do, scores below what it is worth.

    Returns
    -------
    float
        Of the test part.

    References
    ----------
    Alain and Bengio, "Understanding intermediate layers using linear classifier probes", 2017.
    """
    labels_train, labels_test = asarray(labels_train), asarray(labels_test)
    train, test = (asarray(part).reshape(len(part), -1) for part in (features_train, features_test))
    if train.shape[1] != test.shape[1]:
        raise ValueError(f"linear_probe: {train.shape[1]} features to train on and {test.shape[1]} to test "
                         "on are not the same")
    mean, std = train.mean(axis=0), train.std(axis=0)
    scale = xp.where(std > 1e-6 * std.max(), 1 / xp.where(std > 0, std, 1), 0)
    regression = SoftmaxRegression(weight_decay, momentum=0.97, max_iter=max_iter)
    regression.fit((train - mean) * scale, labels_train)
    return accuracy(regression.predict((test - mean) * scale), labels_test)
