"""The area under the ROC curve, exactly, with ties."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.metrics import auroc, average_precision


def draw(rng):
    n, m = (3 * size for size in sizes(rng, 2))
    # Scores on a coarse grid, so that many are equal; anomalies mostly higher.
    normal, anomalous = 0.25 + 0.5 * rng.integers(0, 5, n), 0.25 + 0.5 * rng.integers(1, 7, m)
    anomalous[:2], normal[:2] = 1.25, (1.25, 1.75)           # a tie across, and a pair the wrong way
    return {"normal": normal, "anomalous": anomalous}


def both(normal, anomalous):
    return np.concatenate([normal, anomalous]), np.arange(len(normal) + len(anomalous)) >= len(normal)


def area(normal, anomalous):
    """By the library's metric."""
    return auroc(*both(normal, anomalous))


def pairs(normal, anomalous):
    """anomalous − normal for every pair: (M, N)."""
    return anomalous[:, np.newaxis] - normal


def mann_whitney(ranks, normal, anomalous):
    """From the ranks of all scores, normal ones first."""
    n, m = len(normal), len(anomalous)
    return (ranks[n:].sum() - m * (m + 1) / 2) / (n * m)


exercise = Exercise(
    name="auroc_with_ties", lecture=6, place=1, derivation="docs/derivations/roc-area.md",
    title="The area under the ROC curve, with ties",
    task="""
    A detector gives each example a score, the higher the more it takes it for an anomaly. Given the
    scores of N normal examples and M anomalies, return the area under its ROC curve. It needs neither a
    curve nor a threshold: it is the share of the N·M pairs of an anomaly and a normal example in which
    the anomaly has the higher score. A pair with equal scores is undecided and counts one half.
    """,
    takes={"normal": "(N,)  scores of normal examples", "anomalous": "(M,)  scores of anomalies"},
    returns={"auroc": "the area, between 0 and 1"},
    draw=draw, reference=area,
    hints=(
        "All pairs at once: anomalous[:, None] − normal has the shape (M, N). What does the sign of an entry "
        "say?",
        "Count the entries above 0, and half of those that are 0.",
        "((difference > 0) + 0.5 * (difference == 0)).mean(). By ranks, without N·M numbers: ties share the "
        "mean of their ranks, R adds up those of the anomalies, and the area is (R − M(M + 1)/2) / (N M).",
    ),
    lesson="""
    A detector that gives every example the same score has the area ½, as it should: it knows nothing.
    Count ties as hits and it would be perfect. Ties are no curiosity: scores that are rounded, clipped or
    counted have many.
    """)


@exercise.mutant
def ties_as_hits(normal, anomalous):
    """Equal scores count as hits. A detector that gave the same score to everything would then have the
    area 1; such a pair counts ½."""
    return {"auroc": (pairs(normal, anomalous) >= 0).mean()}


@exercise.mutant
def ties_as_misses(normal, anomalous):
    """Equal scores count as misses. A detector that knows nothing has the area ½, also if it says so by
    equal scores: such a pair counts ½."""
    return {"auroc": (pairs(normal, anomalous) > 0).mean()}


@exercise.mutant
def ties_left_out(normal, anomalous):
    """Pairs with equal scores are left out of the count. They are among the N·M pairs, and each is worth ½:
    a detector that is undecided is not as good as its decided part."""
    difference = pairs(normal, anomalous)
    return {"auroc": (difference > 0).sum() / (difference != 0).sum()}


@exercise.mutant
def wrong_way_round(normal, anomalous):
    """This is the share of pairs in which the *normal* example has the higher score. Anomalies are to be
    high: one minus this."""
    return {"auroc": 1 - area(normal, anomalous)}


@exercise.mutant
def ranks_not_corrected(normal, anomalous):
    """You add up the anomalies' ranks and divide by N·M. Ranks count the other anomalies below as well:
    take off what M examples have among themselves, 1 + 2 + … + M = M(M + 1)/2."""
    return {"auroc": area(normal, anomalous) + (len(anomalous) + 1) / (2 * len(normal))}


@exercise.mutant
def ranks_from_zero(normal, anomalous):
    """The ranks begin at 0 and the correction M(M + 1)/2 is that for ranks from 1. Begin at 1, or take off
    M(M − 1)/2."""
    return {"auroc": area(normal, anomalous) - 1 / len(normal)}


@exercise.mutant
def lowest_rank_of_a_tie(normal, anomalous):
    """Examples with equal scores all get the lowest of their ranks, as in sports. Here they share the mean
    of their ranks, or the anomalies pay for their ties among themselves."""
    scores, _ = both(normal, anomalous)
    return {"auroc": mann_whitney(1 + (scores[:, np.newaxis] > scores).sum(axis=1), normal, anomalous)}


@exercise.mutant
def highest_rank_of_a_tie(normal, anomalous):
    """Examples with equal scores all get the highest of their ranks. They share the mean of their ranks; as
    it is, the area can even be above 1."""
    scores, _ = both(normal, anomalous)
    return {"auroc": mann_whitney((scores[:, np.newaxis] >= scores).sum(axis=1), normal, anomalous)}


@exercise.mutant
def ranks_without_gaps(normal, anomalous):
    """The ranks go up by 1 from one *value* to the next, however many examples share it. A rank counts
    examples: behind three that share a value it goes up by three."""
    scores, _ = both(normal, anomalous)
    return {"auroc": mann_whitney(1 + np.unique(scores, return_inverse=True)[1], normal, anomalous)}


@exercise.mutant
def share_above_the_median(normal, anomalous):
    """This is the share of the anomalies above the normal examples' median: one point of the ROC curve. The
    area looks at all thresholds, that is at all pairs."""
    return {"auroc": (anomalous > np.median(normal)).mean()}


@exercise.mutant
def all_pairs_of_examples(normal, anomalous):
    """You divide by the number of pairs of all examples. Only pairs of an anomaly with a normal example are
    asked about: N·M of them."""
    n, m = len(normal), len(anomalous)
    return {"auroc": area(normal, anomalous) * n * m / ((n + m) * (n + m - 1) / 2)}


@exercise.mutant
def precision_instead(normal, anomalous):
    """This is the average precision, the area under the curve of precision against recall. It depends on
    how frequent anomalies are, the area under the ROC curve does not."""
    return {"auroc": average_precision(*both(normal, anomalous))}


@exercise.case
def nothing_known(rng):
    """Right as long as scores differ, and not where all are equal: every pair is then undecided, and the
    area is ½."""
    return {"normal": np.full(5, 1.5), "anomalous": np.full(4, 1.5)}


@exercise.case
def barely_different(rng):
    """Right on a coarse grid, and not where two scores differ by little: equal means equal, without a
    tolerance."""
    normal, anomalous = np.array([0.0, 2, 4, 6, 8]), np.array([3.0, 5, 7, 9])
    return {"normal": 1 + 1e-9 * normal, "anomalous": 1 + 1e-9 * anomalous}


@exercise.case
def worse_than_chance(rng):
    """Right for detectors that are better than chance, and not for one that is worse: its area is below ½, and
    says so. Nothing is to be turned round."""
    return {"normal": np.array([3.0, 2, 2, 4, 1]), "anomalous": np.array([1.0, 2, 0, 0.5])}
