"""Softmax regression: a discriminative classifier. Derived in docs/derivations/softmax-regression.md."""
import numpy as np

from scratchnets.arguments import number, positive, positive_integer
from scratchnets.backend import xp
from scratchnets.layers import Dense
from scratchnets.layers.activations import softmax
from scratchnets.losses import softmax_cross_entropy
from scratchnets.models.classical.checks import expect_fitted, expect_labels, expect_points
from scratchnets.optimizers import SGD


class SoftmaxRegression:
    """p(y | x) = softmax(x W + b): one dense layer, and a loss.

    It models only how the classes are told apart, and spends nothing on how points come about. There is
    no closed form; but L = −1/N Σₙ log p(yₙ | xₙ) + λ/2 ‖W‖² is convex, so that descent with small enough steps
    comes to its least value from wherever it starts: from zero. With λ > 0 one W has it; b has it up to
    one number added to all of its entries, which changes no p. With λ = 0 there may be no minimum: see
    `converged_`.

    Parameters
    ----------
    weight_decay : float
        λ ≥ 0; the bias is left out of it. scikit-learn's ``LogisticRegression(C=1 / (N λ))``.
    lr : float, optional
        The learning rate. When not given, 1 over a bound on the curvature of L: with momentum 0, L then
        falls in every step, whatever the data.
    momentum : float
        In [0, 1). It pays where some directions are much flatter than others. Where none are it costs: no
        faster than √momentum a step, and L may rise on the way.
    max_iter : int
        Steps at most, each over all the data.
    tol : float
        Stop when no number of the gradient is larger.

    Attributes
    ----------
    classes_ : array (K,) of int
    coef_ : array (K, D)
        Wᵀ.
    intercept_ : array (K,)
    losses_ : list of float
        L before each step.
    n_iter_ : int
    converged_ : bool
        Whether the gradient fell below `tol`. Classes that a plane separates have no minimum at λ = 0:
        the weights then grow for ever, and more slowly all the time.

    References
    ----------
    Cox, "The regression analysis of binary sequences", 1958; Böhning, 1992, for the curvature.
    """

    def __init__(self, weight_decay=0.0, lr=None, momentum=0.9, max_iter=1000, tol=1e-4):
        self.weight_decay = number("weight_decay", weight_decay, at_least=0)
        self.lr = None if lr is None else positive("lr", lr)
        self.momentum = number("momentum", momentum, at_least=0, below=1)
        self.max_iter = positive_integer("max_iter", max_iter)
        self.tol = number("tol", tol, at_least=0)

    def fit(self, x, y):
        """Descend to the minimum of L for points x (N, D) and labels y (N,) of int; returns self."""
        expect_points(self, x)
        y = expect_labels(self, y, len(x))
        classes = xp.unique(y)
        if len(classes) < 2:
            raise ValueError(f"SoftmaxRegression needs at least two classes, got only {classes.tolist()}")
        labels = xp.searchsorted(classes, y)
        layer = Dense(x.shape[1], len(classes), initializer=_zeros)
        optimizer = SGD(layer.parameters(), lr=self.lr or 1 / (curvature_bound(x) + self.weight_decay),
                        momentum=self.momentum)
        self.losses_, self.converged_ = [], False
        for _ in range(self.max_iter):
            optimizer.zero_grad()
            loss, dlogits = softmax_cross_entropy(layer.forward(x), labels)
            layer.backward(dlogits, need_dx=False)
            layer.W.grad += self.weight_decay * layer.W.data
            self.losses_.append(float(loss) + self.weight_decay / 2 * float((layer.W.data ** 2).sum()))
            if max(float(abs(p.grad).max()) for p in layer.parameters()) <= self.tol:
                self.converged_ = True
                break
            optimizer.step()
        self.classes_, self.n_iter_ = classes, len(self.losses_)
        self.coef_, self.intercept_ = layer.W.data.T, layer.b.data
        return self

    def decision_function(self, x):
        """The logits x W + b:  (N, D) → (N, K)."""
        expect_fitted(self, "coef_")
        expect_points(self, x, features=self.coef_.shape[1])
        return x @ self.coef_.T + self.intercept_

    def predict_proba(self, x):
        """p(y | x):  (N, D) → (N, K), rows sum to 1."""
        return softmax(self.decision_function(x))

    def predict(self, x):
        """The most probable label of each point:  (N, D) → (N,)."""
        best = self.decision_function(x).argmax(axis=1)
        return self.classes_[best]


def curvature_bound(x):
    """½ λ_max(X̃ᵀX̃ / N), X̃ = [X 1]: no direction of (W, b) bends the loss of points x (N, D) more.

    The Hessian of the cross-entropy with respect to the logits of one example is diag(π) − ππᵀ, whose
    eigenvalues are at most ½.
    """
    x = xp.concatenate([x, xp.ones((len(x), 1), dtype=x.dtype)], axis=1)
    products = x.T @ x if x.shape[0] > x.shape[1] else x @ x.T         # the smaller has the same eigenvalues
    return 0.5 * float(xp.linalg.eigvalsh(products)[-1]) / len(x)


def _zeros(shape, generator):
    return np.zeros(shape)
