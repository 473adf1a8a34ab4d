"""Gaussian mixtures, fitted by expectation maximisation. Derived in docs/derivations/em.md."""
from scratchnets.arguments import number, positive_integer
from scratchnets.backend import xp
from scratchnets.models.classical.checks import expect_points
from scratchnets.models.classical.gaussian import log_weighted_gaussians, maximum_likelihood
from scratchnets.models.classical.joint import GaussianJoint
from scratchnets.models.classical.kmeans import KMeans
from scratchnets.models.classical.log_domain import log_softmax, log_sum_exp
from scratchnets.randomness import own_generator


def responsibilities(x, weights, means, covariances):
    """The expectation step: how much of each point is due to each Gaussian.

    rₙⱼ = p(j | xₙ) = πⱼ N(xₙ | μⱼ, Σⱼ) / Σᵢ πᵢ N(xₙ | μᵢ, Σᵢ), by logarithms, so that the far
    points, where every density underflows, have their share too.

    x (N, D), weights (K,), means (K, D), covariances (K, D, D) or (K, D) → r (N, K) and
    log p(xₙ) (N,), in nats.
    """
    joint = log_weighted_gaussians(x, weights, means, covariances)
    return xp.exp(log_softmax(joint)), log_sum_exp(joint)


class GaussianMixture(GaussianJoint):
    """p(x) = Σⱼ πⱼ N(x | μⱼ, Σⱼ): clusters with a shape, and points that belong to several in part.

    Expectation: how much of point n is due to Gaussian j, rₙⱼ = p(j | xₙ). Maximisation: the
    Gaussians that are most likely when the points are shared out so. Neither step lowers the
    log-likelihood, and everything is computed on logarithms, so distant points do not underflow.

    Parameters
    ----------
    n_components : int
        K.
    covariance_type : {"full", "tied", "diag"}
    tol : float
        Stop when the mean log-likelihood of a point rises by less than this, in nats.
    reg_covar : float
        Added to the variance of every feature. Without it a Gaussian can shrink onto one point, where
        the likelihood is unbounded; with it the log-likelihood may fall by as little as it bends.
    max_iter : int
    generator : numpy.random.Generator, int or None
        Draws the start: k-means, with clusters for first responsibilities.

    Attributes
    ----------
    weights_, means_, covariances_
        As in `GaussianJoint`.
    lower_bounds_ : list of float
        The mean log-likelihood of a point after each round, in nats.
    lower_bound_ : float
        The last of them.
    converged_ : bool
    n_iter_ : int

    References
    ----------
    Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977.
    """

    def __init__(self, n_components=1, covariance_type="full", tol=1e-3, reg_covar=1e-6, max_iter=100,
                 generator=None):
        super().__init__(covariance_type, reg_covar)
        self.n_components = positive_integer("n_components", n_components)
        self.tol = number("tol", tol, at_least=0)
        self.max_iter = positive_integer("max_iter", max_iter)
        self.generator = own_generator(generator)

    def fit(self, x):
        """Find the mixture that makes the points x (N, D) most likely; returns self."""
        expect_points(self, x, at_least=self.n_components)
        clusters = KMeans(self.n_components, generator=self.generator).fit(x).labels_
        shares = (clusters[:, None] == xp.arange(self.n_components)).astype(x.dtype)
        self.lower_bounds_, self.converged_ = [], False
        while len(self.lower_bounds_) < self.max_iter and not self.converged_:
            self.weights_, self.means_, self.covariances_ = \
                maximum_likelihood(x, shares, self.covariance_type, self.reg_covar)
            shares, log_p = responsibilities(x, self.weights_, self.means_, self.covariances_)
            self.lower_bounds_.append(float(log_p.mean()))
            self.converged_ = len(self.lower_bounds_) > 1 and \
                self.lower_bounds_[-1] - self.lower_bounds_[-2] < self.tol
        self.lower_bound_, self.n_iter_ = self.lower_bounds_[-1], len(self.lower_bounds_)
        return self
