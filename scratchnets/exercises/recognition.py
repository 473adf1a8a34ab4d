"""Recognising a known mistake: the answer that equals a mutant's on every problem.

The comparison goes value by value, so that two mistakes in two gradients are both recognised.
"""
import numpy as np

from scratchnets.exercises.agreement import all_agree
from scratchnets.exercises.exercise import message
from scratchnets.exercises.suspect import Finding


def recognise(suspects):
    """Findings for those suspects that mutants explain, as few mutants as possible.

    A mutant that gets other values wrong as well has to be found in all of them that are there. One that
    is seen in one value and contradicted in another is no finding; `alone` asks about it once more.

    Parameters
    ----------
    suspects : dict of Suspect, by name

    Returns
    -------
    findings : list of Finding
    """
    if not suspects:
        return []
    exercise = next(iter(suspects.values())).exercise
    explains = {diagnosis: _explained(diagnosis, suspects) for diagnosis in exercise.mutants}
    explains = {diagnosis: names for diagnosis, names in explains.items()
                if names and not _contradicted(diagnosis, suspects)}
    open_names, findings = set(suspects), []
    while open_names:
        diagnosis = max(explains, default=None,
                        key=lambda d: (len(explains[d] & open_names), -len(_gets_wrong(d, suspects))))
        names = explains.get(diagnosis, set()) & open_names
        if not names:
            break
        text = message(exercise.mutants[diagnosis])
        findings.append(Finding(diagnosis, text, _ordered(names, exercise), rank=0))
        open_names -= names
    return findings


def alone(suspect):
    """A probe: the mutant that this one value equals, though other values do not follow it."""
    for diagnosis, mutant in suspect.exercise.mutants.items():
        if diagnosis not in suspect.exercise.as_a_whole and _explained(diagnosis, {suspect.name: suspect}):
            return suspect.found(diagnosis, f"Taken by itself, {suspect.name} is what comes out with this mistake: "
                                            f"{message(mutant)} The other values do not show it.")
    return None


def _contradicted(diagnosis, suspects):
    """Whether a value that the mutant gets wrong is right here, or wrong in another way; NaN says neither."""
    suspect = next(iter(suspects.values()))
    return any(name not in suspect.missing and all(np.isfinite(yours).all() for yours in suspect.answers[name])
               and not all_agree(((yours, problem.wrong[diagnosis][name])
                                  for yours, problem in zip(suspect.answers[name], suspect.problems)),
                                 suspect.tolerance)
               for name in _gets_wrong(diagnosis, suspects))


def _explained(diagnosis, suspects):
    return {name for name, suspect in suspects.items()
            if suspect.equals(lambda problem, right: problem.wrong[diagnosis].get(name))}


def _gets_wrong(diagnosis, suspects):
    return set(next(iter(suspects.values())).problems[0].wrong[diagnosis])


def _ordered(names, exercise):
    return tuple(name for name in exercise.returns if name in names)
