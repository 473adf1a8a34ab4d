"""Counting the modes that samples cover."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.metrics import mode_coverage


def draw(rng):
    m, d = sizes(rng, 2)
    std = float(rng.uniform(0.1, 0.3))
    # Centres far apart; each mode has another number of samples, from 2 up, and not all of them are good.
    centres = 6 * rng.standard_normal((m, d)) + 12 * np.arange(m)[:, np.newaxis]
    at = np.concatenate([np.repeat(np.arange(m), 2 + 2 * rng.permutation(m)), np.repeat(np.arange(m), 1)])
    while len(at) in (m, d):
        at = np.append(at, 0)
    direction = rng.standard_normal((len(at), d))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    length = std * rng.choice([0.4, 0.7, 1.6, 2.2, 2.9, 3.1, 4.5], size=len(at))
    length[:2] = 2.9 * std, 3.1 * std                       # surely one on either side of the border
    corner = np.ones(d) / np.sqrt(d)                        # inside the box of 3 std, outside the ball
    length[-m:], direction[-m:] = 1.1 * 3 * std, corner
    return {"samples": centres[at] + length[:, np.newaxis] * direction, "centres": centres, "std": std,
            "least": int(rng.integers(2, 7))}


def count_modes(samples, centres, std, least):
    """By the library's metric."""
    found = mode_coverage(samples, centres, std, least)
    return found.counts.astype("float64"), found.covered, found.high_quality, found.reverse_kl


def distances(samples, centres):
    return np.sqrt(((samples[:, np.newaxis] - centres) ** 2).sum(axis=-1))


def summary(good, nearest, modes, least):
    counts = np.bincount(nearest[good], minlength=modes).astype(float)
    return {"counts": counts, "high_quality": good.mean()}


def shares(samples, centres):
    nearest = distances(samples, centres).argmin(axis=1)
    return np.bincount(nearest, minlength=len(centres)) / len(samples)


exercise = Exercise(
    name="count_modes", lecture=16, place=2, derivation="docs/derivations/minimax-game.md",
    title="How many modes do the samples cover?",
    task="""
    A density has M equal modes, Gaussians of standard deviation std around given centres. Of N samples
    from a generator, say how many of them are good and how they are spread:

        good            a sample at most 3 std from its nearest centre
        counts          of each mode, the good samples to which it is the nearest
        covered         how many modes have at least `least` good samples
        high_quality    the share of good samples among all
        reverse_kl      Σⱼ qⱼ log(M qⱼ), qⱼ the share of *all* samples nearest to mode j (0 log 0 = 0)

    These are the numbers that papers on mode collapse report.
    """,
    takes={"samples": "(N, D)  the samples", "centres": "(M, D)  of the modes", "std": "of one mode",
           "least": "good samples that a mode needs"},
    returns={"counts": "(M,)  good samples at each mode", "covered": "modes with enough of them",
             "high_quality": "their share", "reverse_kl": "in nats"},
    draw=draw, reference=count_modes,
    hints=(
        "All N·M distances at once: samples[:, None] − centres has the shape (N, M, D). The nearest "
        "centre is an "
        "argmin along axis 1.",
        "good = smallest distance ≤ 3 std. counts is a bincount of the nearest centre of the good ones, with "
        "minlength=M, so that a mode without samples has a 0.",
        "covered = (counts >= least).sum(); high_quality = good.mean(); q = bincount(nearest, "
        "minlength=M)/N; "
        "reverse_kl = Σ q log(q M) over q > 0.",
    ),
    lesson="""
    A true Gaussian in the plane has 1 − e^−4.5 = 98.9 % of its samples within 3 std: more is no better. High
    quality and few modes is the signature of a collapse.
    """)


@exercise.mutant
def within_one_std(samples, centres, std, least):
    """Samples count as good within 1 std. The convention is 3 std, which nearly all samples of the density
    keep."""
    apart = distances(samples, centres)
    return summary(apart.min(axis=1) <= std, apart.argmin(axis=1), len(centres), least)


@exercise.mutant
def box_for_ball(samples, centres, std, least):
    """You compare each coordinate with 3 std, which is a box. Meant is the distance: a ball."""
    apart = distances(samples, centres)
    nearest = apart.argmin(axis=1)
    good = (np.abs(samples - centres[nearest]) <= 3 * std).all(axis=1)
    return summary(good, nearest, len(centres), least)


@exercise.mutant
def every_sample_counts(samples, centres):
    """counts has all samples nearest to a mode, good or not. A sample far from every mode belongs to none."""
    return {"counts": shares(samples, centres) * len(samples)}


@exercise.mutant
def one_sample_is_enough(samples, centres, std):
    """covered counts modes with a single good sample. A stray one is no coverage: `least` of them are
    needed."""
    apart = distances(samples, centres)
    good = apart.min(axis=1) <= 3 * std
    return {"covered": len(set(apart.argmin(axis=1)[good])) + 0.0}


@exercise.mutant
def share_of_the_covered(samples, centres, std, least):
    """high_quality is the share of covered modes. It is the share of samples: good ones among all N."""
    return {"high_quality": count_modes(samples, centres, std, least)[1] / len(centres)}


@exercise.mutant
def good_ones_alone(samples, centres, std, least):
    """reverse_kl looks at the good samples alone. The shares q are those of all samples: the bad ones, too,
    are nearest to some mode."""
    q = count_modes(samples, centres, std, least)[0]
    q = q[q > 0] / q.sum()
    return {"reverse_kl": (q * np.log(q * len(centres))).sum()}


@exercise.mutant
def forward_kl(samples, centres):
    """This is the KL from equal shares to q, Σ 1/M log(1/(M q)). The reverse one weighs with q, and stays
    finite where a mode has no samples."""
    q = shares(samples, centres)
    return {"reverse_kl": -np.log(q * len(q)).mean()}


@exercise.mutant
def bits(samples, centres):
    """reverse_kl is in bits: use the natural logarithm, for nats."""
    q = shares(samples, centres)
    return {"reverse_kl": (q * np.log2(q * len(q))).sum()}


@exercise.mutant
def entropy(samples, centres):
    """reverse_kl is Σ q log q, without the M: it should be 0 for equal shares."""
    q = shares(samples, centres)
    return {"reverse_kl": (q * np.log(q)).sum()}


@exercise.case
def empty_mode(rng):
    """Right where every mode has samples, and not where one has none: a bincount needs minlength=M, and 0
    log 0 counts as 0."""
    centres = np.array([[0.0, 0, 0], [10, 0, 0], [0, 10, 0], [0, 0, 10]])
    at = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2])
    samples = centres[at] + 0.1 * rng.uniform(-1, 1, (12, 3))
    return {"samples": samples, "centres": centres, "std": 0.1, "least": 4}


@exercise.follows_from("covered")
def covered_from(counts, least):
    return (counts >= least).sum()


@exercise.case
def exactly_enough(rng):
    """Right in general, and not where a mode has exactly as many good samples as it needs: "at least" is ≥."""
    drawn = empty_mode(rng)
    return drawn | {"least": 5}


@exercise.case
def one_is_enough(rng):
    """Right in general, and not where one good sample is enough: `least` is an argument, 1 here."""
    return empty_mode(rng) | {"least": 1}


@exercise.case
def modes_that_overlap(rng):
    """Right where modes are far apart, and not where a sample is within 3 std of two centres: it counts at the
    nearest one alone."""
    drawn = empty_mode(rng)
    return drawn | {"centres": drawn["centres"] / 40, "samples": drawn["samples"] / 40 + 0.005 * rng.random((12, 3))}
