"""Two slips in one value: pairs of edits, for when no single one will do."""
from scratchnets.exercises.agreement import relative_error
from scratchnets.exercises.repair.edits import Edit

BEGINNINGS = 6          # first halves for each wrong value: those that bring it nearest
PLAIN = 1.5             # what either half may cost
NEARER = 0.9            # the share of the error that a first half may leave


def pairs(tried, edits, problem, before, wrong):
    """Pairs of edits, the likeliest first: one that alone brings a wrong value nearer, and any plain one.

    Parameters
    ----------
    tried : list of (Edit, dict)
        What was tried alone, with the values that it gave for `problem`.
    edits : list of Edit
        The second halves.
    before : dict
        The learner's own values.
    """
    found = []
    for name in wrong:
        right = problem.right[name]
        error = _error(before, name, right)
        nearer = sorted(((left, number) for number, (edit, values) in enumerate(tried)
                         if len(edit.places) == 1 and edit.cost <= PLAIN
                         and (left := _error(values, name, right)) < NEARER * error))
        for _, number in nearer[:BEGINNINGS]:
            first = tried[number][0]
            found += [_both(first, second) for second in edits if second.cost <= PLAIN and len(second.places) == 1
                      and second.function == first.function and second.statement is not first.statement]
    return sorted(found, key=lambda edit: edit.cost)


def _error(values, name, right):
    return relative_error(values[name], right) if values and values.get(name) is not None else float("inf")


def _both(first, second):
    return Edit("pair", first.function, [*first.places, *second.places], [*first.shown, *second.shown], first.statement,
                cost=first.cost + second.cost)
