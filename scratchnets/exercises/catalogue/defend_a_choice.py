"""Which model? How far each is behind the best, and who is beaten whatever one wants."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.metrics import behind_the_best, undominated


def draw(rng):
    tasks, seeds, models = sorted(sizes(rng, 3))
    models += 2
    # Two specialists, a compromise that is best nowhere, and the rest, which it beats everywhere.
    quality = rng.uniform(0, 0.5, (models, tasks))
    quality[0, 0] = quality[1, 1:] = 1
    quality[2] = rng.uniform(0.7, 0.9, tasks)
    quality[3] = quality[2] - rng.uniform(0.05, 0.15, tasks)
    signs = rng.permutation(np.where(np.arange(tasks) % 2 == 0, 1.0, -1.0))
    units = rng.uniform(2, 20, tasks)
    scatter = rng.normal(0, 1, (seeds, models, tasks)) * rng.uniform(0.3, 0.9, (models, tasks))
    figures = units * (3 + signs * (quality + scatter - scatter.mean(axis=0)))
    return {"figures": figures[:, rng.permutation(models)], "signs": signs}


def defend_a_choice(figures, signs):
    """Mean quality, its standard error, the distance to the best, and the models that nobody dominates."""
    quality = signs * figures.mean(axis=0)
    error = figures.std(axis=0, ddof=1) / np.sqrt(len(figures))
    return quality, error, behind_the_best(quality, error), undominated(quality).astype(float)


exercise = Exercise(
    name="defend_a_choice", lecture=19, place=1, derivation="docs/derivations/choosing.md",
    title="Defend a choice",
    task="""
    M models were measured on T tasks, with S seeds each. On some tasks more is better (signs = +1), on
    the others less (signs = −1). Return

        quality   sign · mean over the seeds, so that more is better everywhere
        error     the standard error of that mean: the deviation over the seeds, with S − 1, over √S
        behind    (best quality on this task − quality) / √(error² + error_of_the_best²); 0 for the best
                  (no error is 0 here)
        front     1 for a model that no other one dominates, else 0. A model dominates another if its
                  quality is at least as good on every task and better on one
    """,
    takes={"figures": "(S, M, T)  one number for each seed, model and task",
           "signs": "(T,)  +1 where more is better, −1 where less is"},
    returns={"quality": "(M, T)  more is better", "error": "(M, T)  standard errors",
             "behind": "(M, T)  standard errors behind the best", "front": "(M,)  1 or 0"},
    draw=draw, reference=defend_a_choice,
    lesson="The front says whom to leave out, and never whom to take. To choose among the rest one has to say "
           "what the tasks are worth; a table cannot.",
    hints=(
        "quality comes first; everything else is asked of it and of error, never of the raw figures.",
        "best = quality.argmax(axis=0) is the row of the best model of each task; quality[best, np.arange(T)] "
        "and error[best, np.arange(T)] are its figures.",
        "With q[:, None] and q[None] all pairs are compared at once: (q[:, None] >= q[None]).all(axis=2) & "
        "(q[:, None] > q[None]).any(axis=2) says who dominates whom.",
    ))


@exercise.mutant
def signs_forgotten(figures):
    """You took more for better on every task. Where signs is −1 less is better, so that the quality is minus
    the figure."""
    quality, error = figures.mean(axis=0), figures.std(axis=0, ddof=1) / np.sqrt(len(figures))
    return {"quality": quality, "behind": behind_the_best(quality, error), "front": undominated(quality)}


@exercise.mutant
def signs_turned(figures, signs):
    """The signs are the wrong way round: +1 says that *more* is better."""
    quality, error = -signs * figures.mean(axis=0), figures.std(axis=0, ddof=1) / np.sqrt(len(figures))
    return {"quality": quality, "behind": behind_the_best(quality, error), "front": undominated(quality)}


@exercise.mutant
def best_seed(figures, signs):
    """This is the best seed of each model. Whoever reports the best of S runs reports luck; take the mean."""
    return {"quality": signs * (signs * figures).max(axis=0)}


@exercise.mutant
def median(figures, signs):
    """This is the median over the seeds. The standard error that goes with it is that of the mean."""
    return {"quality": signs * np.median(figures, axis=0)}


@exercise.mutant
def summed(figures, signs):
    """The figures are summed over the seeds. Asked for is their mean."""
    return {"quality": signs * figures.sum(axis=0)}


@exercise.mutant
def divided_by_s(figures):
    """The deviation was computed with S in place of S − 1. The mean is fitted to the same S numbers, which
    makes their squares around it too small: ddof=1."""
    return {"error": figures.std(axis=0) / np.sqrt(len(figures))}


@exercise.mutant
def deviation_of_a_seed(figures):
    """This is the deviation of a single seed. The mean of S of them is √S times as certain."""
    return {"error": figures.std(axis=0, ddof=1)}


@exercise.mutant
def variance_of_the_mean(figures):
    """This is the variance of the mean, in squared units. The standard error is its root."""
    return {"error": figures.var(axis=0, ddof=1) / len(figures)}


def parts(figures, signs):
    quality, error, _, _ = defend_a_choice(figures, signs)
    best, tasks = quality.argmax(axis=0), np.arange(quality.shape[1])
    return quality[best, tasks] - quality, error, error[best, tasks]


@exercise.mutant
def only_its_own_error(figures, signs):
    """The distance is measured in the model's own standard error. The best one's figure is as uncertain: its
    variance joins in."""
    gap, error, _ = parts(figures, signs)
    return {"behind": gap / error}


@exercise.mutant
def only_the_error_of_the_best(figures, signs):
    """The distance is measured in the standard error of the best alone. The other's own variance joins in."""
    gap, _, best = parts(figures, signs)
    return {"behind": gap / best}


@exercise.mutant
def errors_added(figures, signs):
    """The two standard errors were added. What adds up for independent numbers are their variances:
    √(e² + e_best²)."""
    gap, error, best = parts(figures, signs)
    return {"behind": gap / (error + best)}


@exercise.mutant
def root_forgotten(figures, signs):
    """You divided by the sum of the two variances. The unit of a distance is its root, √(e² + e_best²)."""
    gap, error, best = parts(figures, signs)
    return {"behind": gap / (error ** 2 + best ** 2)}


@exercise.mutant
def distance_in_its_own_unit(figures, signs):
    """This is the plain distance to the best, in the unit of the task. Divided by its standard error it says
    how sure the distance is."""
    return {"behind": parts(figures, signs)[0]}


@exercise.mutant
def negated(figures, signs):
    """The distance has the wrong sign: how far a model is *behind* is never below 0."""
    return {"behind": -defend_a_choice(figures, signs)[2]}


@exercise.mutant
def winners_alone(figures, signs):
    """These are the models that win a task. A compromise may win none and still be dominated by nobody."""
    quality = defend_a_choice(figures, signs)[0]
    return {"front": np.isin(np.arange(len(quality)), quality.argmax(axis=0))}


@exercise.mutant
def winner_of_the_sum(figures, signs):
    """This is the one model with the largest sum over the tasks. They have different units; no sum of them
    means anything before somebody sets prices."""
    total = defend_a_choice(figures, signs)[0].sum(axis=1)
    return {"front": total == total.max()}


@exercise.mutant
def the_dominated(figures, signs):
    """You marked the models that *are* dominated. The front is what is left without them."""
    return {"front": 1 - defend_a_choice(figures, signs)[3]}


@exercise.mutant
def those_that_dominate(figures, signs):
    """You marked the models that dominate another one. Whom nobody dominates is asked for: they need not
    dominate anybody."""
    q = defend_a_choice(figures, signs)[0]
    dominates = (q[:, None] >= q[None]).all(axis=2) & (q[:, None] > q[None]).any(axis=2)
    return {"front": dominates.any(axis=1)}


@exercise.case
def equal_on_a_task(rng):
    """Right where all figures differ, and not where two are equal: one that is equal on one task and better on
    the others dominates; two that are equal on all tasks do not dominate each other."""
    quality = np.array([[3.0, 1.0], [3.0, 2.0], [5.0, 0.0], [5.0, 0.0]])
    noise = rng.permuted(np.tile([-0.5, -0.25, 0, 0.25, 0.5], (4, 2, 1)), axis=2)      # whose mean is 0, exactly
    return {"figures": quality + noise.transpose(2, 0, 1), "signs": np.ones(2)}


@exercise.follows_from("behind")
def behind_from(quality, error):
    return behind_the_best(quality, error)


@exercise.follows_from("front")
def front_from(quality):
    return undominated(quality)
