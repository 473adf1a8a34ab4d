"""Probe of a value that is a sum of parts: which of them is missing, negated, or has another weight?"""
import numpy as np

from scratchnets.exercises.agreement import agree
from scratchnets.exercises.exercise import call_by_name
from scratchnets.exercises.probes.scale import plain_factors

ENOUGH = 3              # numbers for each unknown weight, for least squares to prove anything


def weighted_parts(suspect):
    """Yours is the same sum with other weights, the same in all problems or by a rule that has a name."""
    for function in suspect.exercise.parts.get(suspect.name, ()):
        parts = [call_by_name(function, problem.drawn) for problem in suspect.problems]
        labels = list(parts[0])
        solve = _least_squares if _is_large(suspect, labels) else _one_changed
        weights = solve(suspect, parts)
        if weights is None:
            continue
        wrong = [_words(suspect, label, column) for label, column in zip(labels, weights.T)]
        said = [words for words in wrong if words]
        if said and all(words is not None for words in wrong):
            return suspect.found(
                "part",
                f"{suspect.name} is a sum of {len(labels)} parts: {'; '.join(labels)}. In yours "
                f"{', and '.join(said)}.")
    return None


def _is_large(suspect, labels):
    return all(yours.size >= ENOUGH * len(labels) for yours in suspect.yours)


def _least_squares(suspect, parts):
    """Weights of the parts in each problem, or None where no weights give the learner's value."""
    weights = []
    for yours, terms in zip(suspect.yours, parts):
        columns = np.stack([np.broadcast_to(term, yours.shape).ravel() for term in terms.values()], axis=1)
        solution = np.linalg.lstsq(columns, yours.ravel(), rcond=None)[0]
        if not agree(columns @ solution, yours.ravel(), suspect.tolerance):
            return None
        weights.append(solution)
    return np.array(weights)


def _one_changed(suspect, parts):
    """The same for single numbers, where least squares proves nothing: one part with a named factor."""
    for label in parts[0]:
        for _, values in [("0", np.zeros(len(parts))), *plain_factors(suspect.problems)]:
            if suspect.matches([right + (c - 1) * terms[label]
                                for c, right, terms in zip(values, suspect.right, parts)]):
                return np.array([[c if name == label else 1.0 for name in terms]
                                 for c, terms in zip(values, parts)])
    return None


def _words(suspect, label, weights):
    """What is to be said of one part: "" where its weight is right, None where it has no name."""
    if np.allclose(weights, 1, atol=1e-5):
        return ""
    if np.allclose(weights, 0, atol=1e-5):
        return f"{label} is missing"
    if np.allclose(weights, -1, atol=1e-5):
        return f"{label} has the wrong sign"
    for name, values in plain_factors(suspect.problems):
        if np.allclose(weights, values, rtol=1e-5, atol=0):
            return f"{label} comes with the factor {name}"
    if np.allclose(weights, weights[0], rtol=1e-5, atol=0):
        return f"{label} comes with the factor {weights[0]:.4g}"
    return None
