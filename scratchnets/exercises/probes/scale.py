"""Probes for factors: right but for −1, 1/N, 2, an argument; and a known mistake with such a factor."""
import itertools

import numpy as np

from scratchnets.exercises.agreement import agree
from scratchnets.exercises.exercise import message
from scratchnets.exercises.probes.behaviour import derivative_of_a_wrong_value

SIGN = """Yours has the opposite sign. {name} points uphill, in the direction in which the loss grows; the
minus of descent belongs to the optimiser."""

AVERAGED = """Yours is 1/N of the right one: you average over the batch. The chain rule sums; the 1/N of
the average belongs to the loss alone, and what comes from above already carries it."""

AVERAGED_TWICE = "Yours is 1/N of the right one: it is divided by N once too often."

NOT_AVERAGED = """Yours is N times the right one: the loss is an average over the batch, so each example
counts 1/N, in the value and in the gradient."""

TIMES_N = "Yours is N times the right one: a sum over the batch too many, or an 1/N that was undone."

TWICE = """Yours is twice the right one, in every place and for every input: there is a 2 too many in it, or a ½
too few."""

HALF = """Yours is half the right one, in every place and for every input: there is a ½ too many in it, or a 2 too
few."""

LOGARITHM = "Yours is {label} times the right one: a logarithm to another base. Here it is the natural one."

EXTENT = """Yours is {label} times the right one. Such a factor comes from an average: look at which axes are summed,
over which is averaged, and by how many it is divided."""

PLAIN = "Yours is {label} times the right one."

FUNCTIONS = (("{0}", lambda a: a), ("1/{0}", lambda a: 1 / a), ("(1 − {0})", lambda a: 1 - a),
             ("1/(1 − {0})", lambda a: 1 / (1 - a)), ("{0}²", lambda a: a * a),
             ("1/{0}²", lambda a: 1 / (a * a)), ("√{0}", np.sqrt), ("1/√{0}", lambda a: 1 / np.sqrt(a)),
             ("−{0}", lambda a: -a),
             ("(1 − {0}²)", lambda a: 1 - a * a), ("1/(1 − {0}²)", lambda a: 1 / (1 - a * a)),
             ("{0}·(1 − {0})", lambda a: a * (1 - a)), ("[{0} > 0]", lambda a: a > 0))


def factor(suspect):
    """g ≈ c · g*, the same c in the whole array, by least squares."""
    factors = [_least_squares(yours, right) for _, yours, right in suspect.each()]
    if not suspect.matches([c * right for c, right in zip(factors, suspect.right)]):
        return None
    for label, diagnosis, text, values in named_factors(suspect):
        if np.allclose(factors, values, rtol=1e-6, atol=0):
            if not suspect.is_gradient and diagnosis in ("sign", "averaged", "times-n"):
                text = PLAIN                            # what is said of gradients holds for them alone
            return suspect.found(diagnosis, " ".join(text.split()).format(name=suspect.name, label=label))
    if np.allclose(factors, factors[0], rtol=1e-6, atol=0):
        return suspect.found(
            "constant-factor",
            f"Yours is the right {suspect.name} times {factors[0]:.6g}, in every place and for every input.")
    if all(right.size == 1 for right in suspect.right):
        return None                                    # any two numbers are proportional
    listed = ", ".join(f"{c:.4g} for {_sizes(problem)}" for c, problem in zip(factors, suspect.problems))
    return suspect.found(
        "varying-factor",
        f"Yours is proportional to the right {suspect.name}, but the factor changes with the input: "
        f"{listed}.")


def elementwise_factor(suspect):
    """Each number is the right one times an argument, or divided by it."""
    for name, (form, function) in itertools.product(suspect.known_arrays(), FUNCTIONS):
        if suspect.equals(lambda problem, right: _product(right, problem.drawn[name], function)):
            label = form.format(name)
            text = f"Each number of yours is the right one times {label}: "
            if label.startswith("1/"):
                return suspect.found("missing-factor", text + f"a factor {label[2:]} is missing.")
            return suspect.found("extra-factor", text + f"a factor {label} too much.")
    return None


def mutant_with_a_factor(suspect):
    """A known mistake, and a factor besides."""
    named = list(named_factors(suspect))
    for diagnosis, mutant in suspect.exercise.mutants.items():
        if diagnosis in suspect.exercise.as_a_whole:
            continue
        wrong = [problem.wrong[diagnosis].get(suspect.name) for problem in suspect.problems]
        for label, _, _, values in named if all(array is not None for array in wrong) else ():
            if suspect.matches([c * array for c, array in zip(values, wrong)]):
                return derivative_of_a_wrong_value(suspect) or suspect.found(
                    diagnosis, f"Two mistakes at once. Yours is {label} times what comes of this one: "
                               f"{message(mutant)}")
    return None


def divided_by_the_slope(suspect):
    """dy/s in the place of dy·s, where s is the slope of a function of each number by itself."""
    for name in suspect.array_arguments():
        squares = [problem.arguments[name] ** 2.0 for problem in suspect.problems]
        if all(square.shape == right.shape and agree(yours * right, square, suspect.tolerance)
               for square, (_, yours, right) in zip(squares, suspect.each())):
            return suspect.found("divided", f"You divide {name} by the slope; the chain rule multiplies.")
    return None


def plain_factors(problems):
    """(name, value in each problem) of factors that come up everywhere: −1, N, 1/N, 2, ½ and such."""
    def over(function):
        return np.array([function(problem) for problem in problems], dtype="float64")

    yield from ((label, over(lambda problem: value)) for label, value in (
        ("−1", -1), ("2", 2), ("½", 0.5), ("−2", -2), ("−½", -0.5)))
    letters = list(problems[0].extents)
    for product in (*[(letter,) for letter in letters], *itertools.combinations(letters, 2)):
        size = over(lambda problem: np.prod([problem.extents[letter] for letter in product]))
        name = "·".join(product)
        bracketed = f"({name})" if len(product) > 1 else name
        yield name, size
        yield from ((f"{top}/{bracketed}", value / size) for top, value in (("1", 1), ("−1", -1), ("2", 2)))
        yield from (((f"√{bracketed}", np.sqrt(size)), (f"1/√{bracketed}", 1 / np.sqrt(size)))
                    if (size > 0).all() else ())
    extents = {letter: over(lambda problem: problem.extents[letter]) for letter in letters}
    for one, size in extents.items():
        yield from ((f"{one}/{other}", size / extents[other]) for other in letters if other != one)
        yield from (((f"{one}/({one} − 1)", size / (size - 1)), (f"({one} − 1)/{one}", (size - 1) / size),
                     (f"1/({one} − 1)", 1 / (size - 1)), (f"√(({one} − 1)/{one})", np.sqrt((size - 1) / size)),
                     (f"√({one}/({one} − 1))", np.sqrt(size / (size - 1)))) if (size > 1).all() else ())


def named_factors(suspect):
    """(label, diagnosis, text, value in each problem) of the factors that have a name."""
    texts = {"−1": ("sign", SIGN), "2": ("twice", TWICE), "½": ("half", HALF),
             "N": ("times-n", NOT_AVERAGED if suspect.is_loss else TIMES_N),
             "1/N": ("averaged", AVERAGED_TWICE if suspect.is_loss else AVERAGED)}
    for label, values in plain_factors(suspect.problems):
        other = ("extent-factor", EXTENT) if len(set(values)) > 1 else ("constant-factor", PLAIN)
        yield label, *texts.get(label, other), values
    for base in (2, 10):
        yield f"1/ln {base}", "logarithm", LOGARITHM, np.full(len(suspect.problems), 1 / np.log(base))
    for argument in suspect.number_arguments():
        a = np.array([float(problem.arguments[argument]) for problem in suspect.problems])
        with np.errstate(all="ignore"):
            for form, function in FUNCTIONS:
                yield form.format(argument), "argument-factor", PLAIN, function(a)


def _least_squares(yours, right):
    with np.errstate(all="ignore"):
        return float((yours * right).sum() / (right * right).sum())


def _product(right, argument, function):
    """right · f(argument), where the two broadcast to right's shape and f is finite there; else None."""
    try:
        with np.errstate(all="ignore"):
            guess = right * function(argument.astype("float64"))
    except ValueError:
        return None
    useful = guess.shape == right.shape and np.isfinite(guess).all() and not agree(guess, right)
    return guess if useful else None


def _sizes(problem):
    return ", ".join(f"{letter} = {size}" for letter, size in problem.extents.items())
