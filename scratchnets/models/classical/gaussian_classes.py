"""Gaussian classes: a generative classifier. Derived in docs/derivations/lda.md."""
from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.models.classical.checks import expect_fitted, expect_labels, expect_points
from scratchnets.models.classical.gaussian import conditional, maximum_likelihood
from scratchnets.models.classical.joint import GaussianJoint
from scratchnets.randomness import generator as resolve


def linear_weights(weights, means, covariance):
    """W (D, K) and b (K,) with p(y | x) = softmax(x W + b), for classes that share one covariance.

    w_y = Σ⁻¹ μ_y,   b_y = log π_y − ½ μ_yᵀ Σ⁻¹ μ_y: the terms of log p(x, y) that depend on y. With
    two classes the weights of the logistic posterior are the difference, Σ⁻¹ (μ₁ − μ₀).

    weights (K,), means (K, D), covariance (D, D).
    """
    W = xp.linalg.solve(covariance, means.T)
    return W, xp.log(weights) - 0.5 * (means.T * W).sum(axis=0)


class GaussianClasses(GaussianJoint):
    """p(x, y) = π_y N(x | μ_y, Σ_y): each class is a Gaussian, and fitting is counting.

    It models how points come about, not only how they are told apart. So it classifies, by Bayes' rule
    p(y | x) = p(x, y) / p(x), but it also says how likely a point is, draws new ones, and fills in
    what is hidden of a point.

    Parameters
    ----------
    covariance_type : {"full", "tied", "diag"}
        "full" is quadratic discriminant analysis; "tied" is linear discriminant analysis, whose borders
        between classes are planes; "diag" is Gaussian naive Bayes.
    reg_covar : float
        Added to the variance of every feature: the fewer points a class has, the more it needs.

    Attributes
    ----------
    classes_ : array (K,) of int
        The labels, in rising order; weights, means and covariances follow it.
    weights_ : array (K,)
        π, the share of each class.
    means_, covariances_
        As in `GaussianJoint`; divided by n, not n − 1: maximum likelihood.

    References
    ----------
    Fisher, "The use of multiple measurements in taxonomic problems", 1936; Ng and Jordan, "On
    discriminative vs. generative classifiers", 2002.
    """

    def fit(self, x, y):
        """Count, average and measure the spread of each class: x (N, D), y (N,) of int; returns self."""
        expect_points(self, x)
        y = expect_labels(self, y, len(x))
        classes = xp.unique(y)
        shares = (y[:, None] == classes).astype(x.dtype)              # as in EM, but nothing is hidden
        self.weights_, self.means_, self.covariances_ = \
            maximum_likelihood(x, shares, self.covariance_type, self.reg_covar)
        self.classes_ = classes
        return self

    def predict(self, x):
        """The most probable label of each point:  (N, D) → (N,)."""
        j = super().predict(x)
        return self.classes_[j]

    def sample(self, count, y=None, generator=None):
        """Draw `count` points, from p(x, y), or from p(x | y) when the label y is given.

        Returns
        -------
        x : array (count, D)
        y : array (count,) of int
        """
        if y is None:
            x, j = super().sample(count, generator)
            return x, self.classes_[j]
        j = xp.zeros(positive_integer("count", count), dtype=int) + self._position(y)
        return self._draw(j, resolve(generator)), self.classes_[j]

    def marginal(self, observed):
        """The same model of the observed features alone: Gaussians are marginalised by dropping rows.

        Parameters
        ----------
        observed : array (D,) of bool

        Returns
        -------
        GaussianClasses
            ``model.marginal(observed).predict_proba(x[:, observed])`` is p(y | what is seen of x).
        """
        seen = xp.nonzero(self._mask(observed))[0]
        part = GaussianClasses(self.covariance_type, self.reg_covar)
        part.classes_, part.weights_, part.means_ = self.classes_, self.weights_, self.means_[:, seen]
        part.covariances_ = self.covariances_[:, seen]
        if self.covariance_type != "diag":
            part.covariances_ = part.covariances_[:, :, seen]
        return part

    def fill_in(self, x, observed, y=None):
        """Points with their hidden features replaced by what is expected, given the seen ones.

        E[x_h | x_o] = Σ_y p(y | x_o) E[x_h | x_o, y]; with a label y, E[x_h | x_o, y] alone.

        Parameters
        ----------
        x : array (N, D)
            The hidden columns are not read, but must be finite.
        observed : array (D,) of bool
            True where a feature is seen, the same for all points.
        y : int, optional
        """
        seen, hidden = xp.nonzero(self._mask(observed))[0], xp.nonzero(~observed)[0]
        expect_points(self, x, features=len(observed))
        if y is None:
            guesses = range(len(self.classes_))
            posterior = self.marginal(observed).predict_proba(x[:, seen])
        else:
            guesses = [self._position(y)]
            posterior = xp.ones((len(x), len(self.classes_)), dtype=x.dtype)
        filled = x.copy()
        filled[:, hidden] = sum(
            posterior[:, j, None] * conditional(x, self.means_[j], self.covariances_[j], observed)
            for j in guesses)
        return filled

    def linear_weights(self):
        """W (D, K) and b (K,) with p(y | x) = softmax(x W + b), for tied covariances."""
        expect_fitted(self, "means_")
        if self.covariance_type != "tied":
            raise ValueError("only covariance_type='tied' has linear borders, this is "
                             f"{self.covariance_type!r}: with a covariance for each class, xᵀ Σ_y⁻¹ x stays")
        return linear_weights(self.weights_, self.means_, self.covariances_[0])

    def _position(self, y):
        expect_fitted(self, "means_")
        found = xp.nonzero(self.classes_ == y)[0]
        if not len(found):
            known = ", ".join(map(str, self.classes_.tolist()))
            raise ValueError(f"unknown label {y}; the classes are {known}")
        return int(found[0])

    def _mask(self, observed):
        expect_fitted(self, "means_")
        d = self.means_.shape[1]
        if not isinstance(observed, xp.ndarray) or observed.dtype.kind != "b" or observed.shape != (d,):
            raise ValueError(f"observed must be an array of {d} booleans, True where a feature is seen")
        if not 0 < int(observed.sum()) < d:
            raise ValueError("observed must have at least one feature seen and one hidden")
        return observed
