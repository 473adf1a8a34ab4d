"""k-means: every point belongs to its nearest centre. Derived in docs/derivations/k-means.md."""
from scratchnets.arguments import positive_integer
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.metrics.distances import squared_distances
from scratchnets.models.classical.checks import expect_fitted, expect_points
from scratchnets.randomness import own_generator

BLOCK = 1 << 17         # numbers of the points whose distances are taken at a time


def update_centers(x, labels, centers):
    """The mean of each cluster's points: the centres that cost least while the labels stay.

    x (N, D), labels (N,) of int, centers (K, D) → (K, D). A cluster without points keeps its centre.
    Added up in float64: of all centres that the type of `centers` can name, the mean's neighbour costs least.
    """
    members = (labels[:, None] == xp.arange(len(centers))).astype("float64")  # (N, K), one 1 a row
    counts = members.sum(axis=0)[:, None]                                     # (K, 1)
    means = members.T @ x.astype("float64", copy=False) / xp.maximum(counts, 1)
    return xp.where(counts > 0, means.astype(centers.dtype), centers)


def nearest_centers(x, centers):
    """The label of each point's nearest centre, of equally near ones the first, and its squared distance, (N,) both.

    x (N, D), centers (K, D). A block of points at a time, which stays in the processor's cache.
    """
    rows = max(1, BLOCK // x.shape[1])
    blocks = [squared_distances(x[start:start + rows], centers) for start in range(0, len(x), rows)]
    return (xp.concatenate([squares.argmin(axis=1) for squares in blocks]),
            xp.concatenate([squares.min(axis=1) for squares in blocks]))


class KMeans:
    """K centres that cost least: L = Σₙ ‖xₙ − μ_{label n}‖², the inertia.

    Two steps take turns, and neither can raise L: every point goes to its nearest centre (of equally near
    ones to the first); every centre goes to the mean of its points. If L stays, so do the centres, and with
    them the labels: no labelling comes twice, so this ends. Where it ends the labels are best for the
    centres and the centres for the labels, which depends on the start. It is a local minimum unless a
    point is equally near to two centres: then moving both at once may still help.

    Parameters
    ----------
    n_clusters : int
        K.
    init : {"k-means++"} or array (K, D)
        Where the centres start. k-means++ draws them from the points, one after the other, each with
        a probability in proportion to its squared distance from the centres there are.
    n_init : int
        How many starts; the best result stays.
    max_iter : int
        The most rounds of a start.
    generator : numpy.random.Generator, int or None

    Attributes
    ----------
    cluster_centers_ : array (K, D)
    labels_ : array (N,) of int
        The cluster of each point that was fitted.
    inertia_ : float
    inertias_ : list of float
        L after each assignment, in float64. It never rises, wherever the points lie.
    n_iter_ : int

    Notes
    -----
    A cluster that has lost all points takes over the point that lies farthest from its centre.

    References
    ----------
    Lloyd, "Least squares quantization in PCM", 1957 (published 1982); Arthur and Vassilvitskii,
    "k-means++: the advantages of careful seeding", 2007.
    """

    def __init__(self, n_clusters, init="k-means++", n_init=1, max_iter=300, generator=None):
        self.n_clusters = positive_integer("n_clusters", n_clusters)
        if isinstance(init, str) and init != "k-means++":
            raise ValueError(f"unknown init {init!r}; it is 'k-means++' or an array of centres")
        self.init = init
        self.n_init = positive_integer("n_init", n_init)
        self.max_iter = positive_integer("max_iter", max_iter)
        self.generator = own_generator(generator)

    def fit(self, x):
        """Find the centres of the points x (N, D); returns self."""
        expect_points(self, x, at_least=self.n_clusters)
        if not isinstance(self.init, str):
            expect_points(self, self.init, features=x.shape[1])
            if len(self.init) != self.n_clusters:
                raise ValueError(f"init holds {len(self.init)} centres for n_clusters={self.n_clusters}")
        starts = [self.init] if not isinstance(self.init, str) else \
            (plus_plus(x, self.n_clusters, self.generator) for _ in range(self.n_init))
        best = min((self._descend(x, start) for start in starts), key=lambda result: result[2][-1])
        self.cluster_centers_, self.labels_, self.inertias_ = best
        self.inertia_, self.n_iter_ = self.inertias_[-1], len(self.inertias_)
        return self

    def predict(self, x):
        """The nearest centre of each point: (N, D) → (N,)."""
        self._expect(x)
        return nearest_centers(x, self.cluster_centers_)[0]

    def transform(self, x):
        """The distance of each point to each centre: (N, D) → (N, K)."""
        self._expect(x)
        return xp.sqrt(squared_distances(x, self.cluster_centers_)).astype(x.dtype)

    def _expect(self, x):
        expect_fitted(self, "cluster_centers_")
        expect_points(self, x, features=self.cluster_centers_.shape[1])

    def _descend(self, x, centers):
        """Centres, labels and the inertia after each assignment, from this start to its minimum."""
        x, labels, inertias = x.astype("float64", copy=False), None, []
        for _ in range(self.max_iter):
            if labels is not None:
                centers = update_centers(x, labels, centers)
                empty = xp.nonzero(xp.bincount(labels, minlength=self.n_clusters) == 0)[0]
                if len(empty):
                    farthest = ((x - centers[labels]) ** 2).sum(axis=1).argsort()[-len(empty):]
                    centers[empty] = x[farthest].astype(centers.dtype)
            previous, (labels, costs) = labels, nearest_centers(x, centers)
            inertias.append(float(costs.sum()))
            if previous is not None and bool((labels == previous).all()):
                break
        return centers, labels, inertias


def plus_plus(x, n_clusters, generator):
    """k-means++: draw K of the points x (N, D) that lie apart; returns them (K, D)."""
    chosen = [int(generator.integers(len(x)))]
    _, nearest = nearest_centers(x, x[chosen[0]:chosen[0] + 1])           # (N,) to the nearest centre so far
    while len(chosen) < n_clusters:
        weights = to_numpy(nearest)
        if not weights.any():
            raise ValueError(f"KMeans: the points have only {len(chosen)} different positions, "
                             f"fewer than n_clusters={n_clusters}")
        new = int(generator.choice(len(x), p=weights / weights.sum()))
        nearest = xp.minimum(nearest, nearest_centers(x, x[new:new + 1])[1])
        chosen.append(new)
    return x[asarray(chosen)]
