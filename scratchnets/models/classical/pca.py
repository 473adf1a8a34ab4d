"""Principal component analysis. Derived in docs/derivations/pca.md."""
from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.models.classical.checks import expect_fitted, expect_points


class PCA:
    """The k directions along which the data vary most; equally, the k that lose least.

    With the centred data X (N, D) = U S Vᵀ, the components are the first k rows of Vᵀ, and
    λ_j = s_j² / (N − 1) is the variance along the j-th. Projecting on k of them leaves a mean
    squared error of Σ_{j>k} λ_j (N − 1) / N, and no linear map to k numbers and back leaves less.

    Parameters
    ----------
    n_components : int, optional
        k. All min(N, D) of them when not given.

    Attributes
    ----------
    mean_ : array (D,)
    components_ : array (k, D)
        Orthonormal rows, in falling order of variance. A direction has no sign; the entry of
        largest magnitude is made positive, so that a run can be repeated.
    explained_variance_ : array (k,)
        λ_1 ≥ … ≥ λ_k.
    explained_variance_ratio_ : array (k,)
        λ_j as a share of the variance in all directions; zeros where there is none at all.

    References
    ----------
    Pearson, "On lines and planes of closest fit", 1901; Hotelling, 1933; Eckart and Young, 1936.

    Examples
    --------
    >>> from scratchnets.backend import asarray
    >>> points = asarray([[0., 0.], [3., 4.], [6., 8.]])        # on a line through the origin
    >>> pca = PCA(n_components=1).fit(points)
    >>> print(pca.components_, pca.explained_variance_)
    [[0.6 0.8]] [25.]
    """

    def __init__(self, n_components=None):
        self.n_components = None if n_components is None else positive_integer("n_components", n_components)

    def fit(self, x):
        """Find the components of the points x (N, D); returns self."""
        expect_points(self, x, at_least=2)
        k = self.n_components or min(x.shape)
        if k > min(x.shape):
            raise ValueError(f"n_components={k} is more than {x.shape[0]} points of {x.shape[1]} features "
                             f"span; at most {min(x.shape)}")
        self.mean_ = x.mean(axis=0)
        _, s, directions = xp.linalg.svd(x - self.mean_, full_matrices=False)    # (r,), (r, D); falling s
        variance = s ** 2 / (len(x) - 1)
        total = variance.sum()
        self.components_ = _with_fixed_signs(directions[:k])
        self.explained_variance_ = variance[:k]
        self.explained_variance_ratio_ = variance[:k] / xp.where(total > 0, total, 1)
        return self

    def transform(self, x):
        """Coordinates along the components, h = (x − mean) Vᵀ:  (N, D) → (N, k)."""
        expect_fitted(self, "components_")
        expect_points(self, x, features=len(self.mean_))
        return (x - self.mean_) @ self.components_.T

    def inverse_transform(self, h):
        """The point of the subspace at these coordinates, x̂ = h V + mean:  (N, k) → (N, D)."""
        expect_fitted(self, "components_")
        expect_points(self, h, features=len(self.components_))
        return h @ self.components_ + self.mean_


def _with_fixed_signs(directions):
    largest = abs(directions).argmax(axis=1)[:, None]
    return directions * xp.sign(xp.take_along_axis(directions, largest, axis=1))
