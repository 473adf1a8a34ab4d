"""Recognising a known mistake: the answer that equals a mutant's on every problem.

The comparison goes value by value, so that two mistakes in two gradients are both recognised.
"""
from scratchnets.exercises.exercise import message
from scratchnets.exercises.suspect import Finding


def recognise(suspects):
    """Findings for those suspects that mutants explain, as few mutants as possible.

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


def _explained(diagnosis, suspects):
    return {name for name, suspect in suspects.items()
            if suspect.equals(lambda problem, right: problem.wrong[diagnosis].get(name))}


def _gets_wrong(diagnosis, suspects):
    return set(next(iter(suspects.values())).problems[0].wrong[diagnosis])


def _ordered(names, exercise):
    return tuple(name for name in exercise.returns if name in names)
