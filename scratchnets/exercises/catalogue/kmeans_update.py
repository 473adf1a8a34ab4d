"""The second half of a round of k-means: where the centres go."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.models.classical.kmeans import update_centers


def draw(rng):
    d, k = sizes(rng, 2)
    n = 2 * k + 3 + int(rng.integers(0, 4))
    while n in (d, k):
        n += 1
    # Every cluster has at least two points, and the clusters have different numbers of them.
    labels = rng.permutation(np.concatenate([np.arange(k), np.arange(k), np.zeros(n - 2 * k, int)]))
    return {"x": rng.standard_normal((n, d)), "labels": labels, "centers": rng.standard_normal((k, d)),
            "k": k}


def means(x, labels, k):
    return np.array([x[labels == j].mean(axis=0) for j in range(k)])


def loss(x, labels, centers):
    """Half the inertia: its gradient with respect to a centre is Nⱼ (μⱼ − mean of the cluster)."""
    return 0.5 * ((x - centers[labels]) ** 2).sum()


exercise = Exercise(
    name="kmeans_update", lecture=1, place=1, derivation="docs/derivations/k-means.md",
    title="The k-means update",
    task="""
    Every point belongs to one cluster. Move the centres to where

        L = Σₙ ‖xₙ − μ[labelₙ]‖²

    is smallest while the labels stay as they are. Set ∂L/∂μⱼ = 0 and solve for μⱼ. The centres so far
    are given for one reason: a cluster without points keeps its centre.
    """,
    takes={"x": "(N, D)  the points", "labels": "(N,)  the cluster of each point, 0 … K − 1",
           "centers": "(K, D)  the centres so far"},
    returns={"new": "(K, D)  the centres of least cost"},
    draw=draw, reference=update_centers,
    hints=(
        "In L, which terms hold μⱼ? Only those of the points with labelₙ = j.",
        "∂L/∂μⱼ = −2 Σ (xₙ − μⱼ) over the points of cluster j. It is zero where their sum is Nⱼ μⱼ.",
        "μⱼ is the mean of the points of cluster j: x[labels == j].mean(axis=0), in a loop over j. Start "
        "from a copy of centers, and skip the clusters without points.",
    ),
    lesson="""
    L is a sum of squares, so the best centre is the mean. Had L been a sum of distances ‖xₙ − μⱼ‖, it
    would be a median: what you minimise decides what a "centre" is.
    """)


@exercise.mutant
def not_divided(x, labels, k):
    """This is the sum of the points of each cluster. Setting the derivative to zero gives Σ xₙ = Nⱼ μⱼ:
    divide by the number of points *of this cluster*."""
    return {"new": np.array([x[labels == j].sum(axis=0) for j in range(k)])}


@exercise.mutant
def divided_by_all(x, labels, k):
    """The sum over a cluster is divided by N, the number of all points. Only the points of the cluster
    hold its centre: divide by Nⱼ, or small clusters are pulled towards the origin."""
    return {"new": np.array([x[labels == j].sum(axis=0) for j in range(k)]) / len(x)}


@exercise.mutant
def divided_by_clusters(x, labels, k):
    """The sum over a cluster is divided by K, the number of clusters. Divide by the number of its points."""
    return {"new": np.array([x[labels == j].sum(axis=0) for j in range(k)]) / k}


@exercise.mutant
def mean_of_all(x, k):
    """Every centre is the mean of all points. A point pulls only at the centre of its own cluster."""
    return {"new": np.broadcast_to(x.mean(axis=0), (k, x.shape[1]))}


@exercise.mutant
def mean_over_features(x, labels, k):
    """Each centre is one number, repeated: the mean runs over the features, too. Average over the points
    of the cluster, axis 0; a centre has D coordinates."""
    return {"new": np.array([np.full(x.shape[1], x[labels == j].mean()) for j in range(k)])}


@exercise.mutant
def old_centre_counts(x, labels, centers, k):
    """The old centre is averaged in, as if it were a point. L holds the points alone; the centre that is
    best for them does not depend on where it stood."""
    return {"new": np.array([np.vstack([x[labels == j], centers[j]]).mean(axis=0) for j in range(k)])}


@exercise.mutant
def half_way(x, labels, centers, k):
    """The centres went half of the way. Nothing is gained by caution: L is quadratic in μⱼ, and the mean
    is its minimum."""
    return {"new": (centers + means(x, labels, k)) / 2}


@exercise.mutant
def gradient(x, labels, centers, k):
    """This is the gradient ∂L/∂μⱼ at the old centres. Asked for is the place where it is zero."""
    counts = np.bincount(labels, minlength=k)[:, None]
    return {"new": 2 * counts * (centers - means(x, labels, k))}


@exercise.mutant
def displacement(x, labels, centers, k):
    """This is how far the centres move, mean − old centre. Return where they arrive."""
    return {"new": means(x, labels, k) - centers}


@exercise.mutant
def median(x, labels, k):
    """This is the median of each coordinate. It would be right if L summed the absolute differences;
    L sums squares, whose minimum is the mean."""
    return {"new": np.array([np.median(x[labels == j], axis=0) for j in range(k)])}


@exercise.mutant
def last_point_only(x, labels, centers):
    """Each centre is the last point of its cluster: centers[labels] = x writes all points of a cluster to
    the same row, one over the other. They are to be added and divided by their number."""
    new = centers.copy()
    new[labels] = x
    return {"new": new}


@exercise.mutant
def labelled_anew(x, centers, k):
    """These are the means of the points *nearest to each centre*: you assigned the points anew. Here the
    labels stay as they are given; the two steps take turns."""
    nearest = ((x[:, None] - centers) ** 2).sum(axis=-1).argmin(axis=1)
    return {"new": np.array([x[nearest == j].mean(axis=0) if (nearest == j).any() else centers[j]
                             for j in range(k)])}


@exercise.case
def empty_cluster(rng):
    """Right where every cluster has points, and not where one has none: the mean of no points is
    0/0, and 0 would be a place like any other. Nothing in L depends on the centre of an empty cluster, so
    it keeps the one it has."""
    return {"x": rng.standard_normal((6, 4)), "labels": np.array([0, 2, 2, 0, 3, 2]),
            "centers": rng.standard_normal((5, 4)), "k": 5}
