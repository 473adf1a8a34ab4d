"""Does it pay, and up to where? The mean and the standard error of paired differences."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    m, n = sizes(rng, 2)
    # A draw of labels is lucky or not for both methods alike.
    luck, level = rng.normal(0, 3, (m, n)), 60 * np.exp(-0.5 * np.arange(m))
    scratch = level[:, np.newaxis] + luck + rng.normal(0, 0.8, (m, n))
    # The gain shrinks as labels are added. In standard errors: clearly paid rows, then one between 2 and 1,
    # one between 1 and 0, and losses, so that each wrong threshold stops at another row.
    paid = int(rng.integers(2, m - 1)) if m > 3 else 1
    gain = np.concatenate([np.sort(rng.uniform(2.3, 6, paid))[::-1], rng.uniform(1.2, 1.8, 1),
                           rng.uniform(0.2, 0.8, 1), rng.uniform(-3, -0.3, m - paid - 2)])
    gain[0] += 12                                   # seen even by those who do not pair
    gain[paid - 1] = rng.uniform(2.1, 2.9) if paid > 1 else gain[0]        # the last that pays: not for three errors
    noise = rng.normal(0, 1.2, (m, n))
    noise -= noise.mean(axis=1, keepdims=True)
    error = noise.std(axis=1, ddof=1, keepdims=True) / np.sqrt(n)
    return {"scratch": scratch, "pretrained": scratch - gain[:, np.newaxis] * error - noise, "n": n}


def first_unpaid(mean, margin):
    """The first row whose mean does not exceed the margin; the number of rows where all do."""
    return int(np.append(mean <= margin, True).argmax())


def paired_differences(scratch, pretrained):
    """Mean of scratch − pretrained over the draws, its standard error, the first row that does not pay."""
    gain = scratch - pretrained
    mean = gain.mean(axis=1)
    error = gain.std(axis=1, ddof=1) / np.sqrt(gain.shape[1])
    return mean, error, first_unpaid(mean, 2 * error)


exercise = Exercise(
    name="paired_differences", lecture=11, place=1, derivation="docs/derivations/paired-differences.md",
    title="Find where it stops paying",
    task="""
    Two classifiers were trained for each of M numbers of labels (rows, from few labels to many) on
    each of N draws of these labels (columns): one from scratch, one from a pre-trained encoder. In a
    column both saw the *same* labels. Entries are errors in per cent. Return

        gain     the mean over the draws of scratch − pretrained, for each row
        error    the standard error of this mean: the deviation of the *paired* differences, with
                 N − 1, divided by √N
        stops    the first row (counted from 0) where gain ≤ 2 · error, whether or not a later row pays
                 again; M if there is none
    """,
    takes={"scratch": "(M, N)  errors in per cent", "pretrained": "(M, N)  errors in per cent, of the same "
                                                                   "draws"},
    returns={"gain": "(M,)  in points", "error": "(M,)  standard errors of the gains, in points",
             "stops": "where pre-training no longer pays"},
    draw=draw, reference=paired_differences,
    lesson="An unlucky draw of labels is unlucky for both. The difference within a draw does not see it, so "
           "the same ten draws tell much smaller gains apart than two separate error bars would.",
    hints=(
        "Subtract first: scratch − pretrained is one number for each draw. Everything else is asked of these "
        "differences.",
        "np.std divides by N. With ddof=1 it divides by N − 1; the standard error of a mean is that over √N.",
        "stops: (gain <= 2 * error) is True where it does not pay. argmax finds the first True, but gives 0 "
        "where there is none.",
    ))


@exercise.mutant
def gain_negated(scratch, pretrained):
    """The gain has the wrong sign. It is an error *less*: scratch − pretrained, positive where
    pre-training helps."""
    return {"gain": (pretrained - scratch).mean(axis=1)}


@exercise.mutant
def relative_gain(scratch, pretrained):
    """You divided the difference by the error from scratch. Asked for are points: the plain difference."""
    return {"gain": ((scratch - pretrained) / scratch).mean(axis=1)}


@exercise.mutant
def median(scratch, pretrained):
    """The gain is the median of the differences. The standard error that goes with it is that of the mean."""
    return {"gain": np.median(scratch - pretrained, axis=1)}


@exercise.mutant
def best_draws(scratch, pretrained):
    """You compared the best draw of one with the best of the other. Whoever reports the best of N runs
    reports luck; take the mean."""
    return {"gain": scratch.min(axis=1) - pretrained.min(axis=1)}


@exercise.mutant
def summed(scratch, pretrained):
    """The gains are summed over the draws. Asked for is their mean, in points of error."""
    return {"gain": (scratch - pretrained).sum(axis=1)}


@exercise.mutant
def not_paired(scratch, pretrained, n):
    """The two methods' variances are added, as if their draws had nothing to do with each other. Within a
    column the labels were the same: take the deviation of the differences, and the luck that both share
    falls out."""
    return {"error": np.sqrt((scratch.var(axis=1, ddof=1) + pretrained.var(axis=1, ddof=1)) / n)}


@exercise.mutant
def divided_by_n(scratch, pretrained, n):
    """The deviation was computed with N in place of N − 1. The mean is fitted to the same N numbers, which
    makes their squares around it too small: ddof=1."""
    return {"error": (scratch - pretrained).std(axis=1) / np.sqrt(n)}


@exercise.mutant
def deviation_of_a_draw(scratch, pretrained):
    """This is the deviation of a single draw's difference. The mean of N draws is √N times as certain."""
    return {"error": (scratch - pretrained).std(axis=1, ddof=1)}


@exercise.mutant
def deviation_over_n(scratch, pretrained, n):
    """The deviation is divided by N. Variances add up, so that the mean of N has 1/N of the *variance*,
    and its deviation 1/√N."""
    return {"error": (scratch - pretrained).std(axis=1, ddof=1) / n}


@exercise.mutant
def divided_by_the_rows(scratch, pretrained):
    """The deviation is divided by √M, the number of rows. What a row's mean was taken over are its N draws."""
    return {"error": (scratch - pretrained).std(axis=1, ddof=1) / np.sqrt(len(scratch))}


@exercise.mutant
def variance(scratch, pretrained, n):
    """This is the variance of the mean, in squared points. The standard error is its root."""
    return {"error": (scratch - pretrained).var(axis=1, ddof=1) / n}


@exercise.mutant
def of_scratch_alone(scratch, n):
    """This is the standard error of the network from scratch alone. What is uncertain is the difference."""
    return {"error": scratch.std(axis=1, ddof=1) / np.sqrt(n)}


@exercise.mutant
def of_pretrained_alone(pretrained, n):
    """This is the standard error of the pre-trained network alone. What is uncertain is the difference."""
    return {"error": pretrained.std(axis=1, ddof=1) / np.sqrt(n)}


@exercise.mutant
def where_the_mean_turns(scratch, pretrained):
    """You stopped where the gain itself turns negative. Before that there are gains which are smaller than
    their own uncertainty: nobody can tell that those pay."""
    return {"stops": first_unpaid((scratch - pretrained).mean(axis=1), 0)}


@exercise.mutant
def one_standard_error(scratch, pretrained):
    """You asked for one standard error. A gain of 0 is above one of them in every sixth experiment; asked
    for are two."""
    mean, error, _ = paired_differences(scratch, pretrained)
    return {"stops": first_unpaid(mean, error)}


@exercise.mutant
def last_that_pays(scratch, pretrained):
    """This is the last row where it pays. Asked for is the first one where it does not."""
    return {"stops": paired_differences(scratch, pretrained)[2] - 1}


@exercise.case
def always_pays(rng):
    """Right where the gain runs out, and not where it never does: then stops is M, the number of rows. (The
    argmax of nothing but False is 0.)"""
    scratch = 30 + rng.normal(0, 3, (4, 6))
    return {"scratch": scratch, "pretrained": scratch - 5 + rng.normal(0, 0.5, (4, 6))}


@exercise.follows_from("stops")
def stops_from(gain, error):
    return first_unpaid(gain, 2 * error)


def with_gains(rng, means):
    """Six draws for each row, whose differences have the standard error 1 and these means."""
    differences = np.sqrt(6 * 5 / 6) * rng.permuted(np.tile([-1.0, -1, -1, 1, 1, 1], (len(means), 1)), axis=1)
    scratch = 30 + rng.normal(0, 3, differences.shape)
    return {"scratch": scratch, "pretrained": scratch - differences - np.reshape(means, (-1, 1))}


@exercise.case
def pays_again(rng):
    """Right where it never pays again, and not where a later row does. stops is the first row where it does
    not pay: not how many rows do, and not the row behind the last one that does."""
    return with_gains(rng, [9.0, 4.0, 0.5, 3.0, -1.0])


@exercise.case
def pays_nowhere(rng):
    """Right where the first row pays, and not where none does: then stops is 0."""
    return with_gains(rng, [1.5, 0.5, -1.0, -2.0])


@exercise.case
def two_errors_exactly(rng):
    """Right in general, and not where a gain is exactly two standard errors: that does not pay, gain ≤ 2 ·
    error."""
    differences = np.array([[21.0, 21, 21, 25], [1, 1, 1, 5], [0, 0, 0, 4]])      # deviation 2, error 1
    scratch = rng.integers(10, 50, differences.shape).astype(float)
    return {"scratch": scratch, "pretrained": scratch - differences}
