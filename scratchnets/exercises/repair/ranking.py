"""How likely a slip is: the order in which edits are tried, and which of several that help is told.

The figures are judgements, from the wrong answers that people gave: 1 is a slip that everybody makes, at 3 one
would rather say nothing. What is not in the table is never tried.
"""
import ast
from collections import defaultdict

COST = {
    "operator": 1.0, "sign": 1.0, "number": 1.0, "axis": 1.0, "keyword": 1.0, "transpose": 1.0, "grouping": 1.0,
    "edge of a comparison": 0.9, "minus in front": 1.15, "parentheses less": 1.5, "one more": 2.1, "stride": 1.5, "partner": 1.1,
    "accumulation": 1.0, "type": 1.0, "flag": 1.1, "function": 1.1, "order": 1.1,
    "name": 1.2, "comparison": 1.2, "axis and keepdims": 1.2, "branches": 1.2, "bound": 1.2, "shift": 1.3, "extent": 1.3, "letters": 1.3,
    "factor less": 1.3, "call less": 1.3, "repeated indices": 1.3, "indentation": 1.4, "statement less": 1.5,
    "condition less": 1.5, "lines": 1.5, "far operator": 1.5, "minus added": 1.6, "order of axes": 1.5, "sum more": 1.5,
    "term less": 1.6, "call more": 1.6, "block": 1.6, "break": 1.6, "start": 1.6, "far number": 1.6, "far axis": 1.7,
    "grouping of a call": 1.7, "name of another shape": 1.7, "complement": 1.7, "far order": 1.7, "row index": 1.8,
    "extent more": 1.9, "constant factor more": 1.9, "axis more": 1.9, "index less": 1.9, "factor more": 2.0,
    "complement more": 2.1, "ratio more": 2.2, "gate": 1.8, "bound below": 1.0, "slice more": 1.8, "half and factor more": 2.3, "divisor more": 2.3, "names exchanged": 1.3, "term more": 2.2, "far call more": 2.4, "far name": 2.4, "array more": 2.5,
}
ELSEWHERE = 1.0         # in a line that the wrong values do not seem to depend on
SHARED = 0.1            # in a line that right values depend on as well
IN_A_HELPER = 0.2
AT_THE_END = 0.05       # in what is returned: where a value is made is the better place
TWICE = 0.5             # the same slip at a second place
PER_EDIT = 0.8          # of a second edit for another value: one that explains both is preferred below this
PLAIN = 1.6             # up to which a slip is looked for at several places at once
MEDDLES = 1.2           # moves another wrong value, and leaves it wrong
DOUBTFUL = 3.0          # above this nothing is said
ALIKE = 4               # more places than these are no slip


def ranked(edits, influence, wrong, right, answer):
    """The edits, the likeliest first, together with those that repeat one slip at several places.

    Parameters
    ----------
    influence : dict or None
        {returned name: statements}, as `influence.influence` gives them.
    wrong, right : sequences of str
        Names of the returned values.
    answer : str
        The name of the function that is judged; the others help it.
    """
    for edit in edits:
        edit.cost = COST[edit.kind] + _distance(edit, influence, wrong, right, answer)
    return sorted([*edits, *_repeated(edits)], key=lambda edit: edit.cost)


def _distance(edit, influence, wrong, right, answer):
    if edit.function != answer:
        return IN_A_HELPER
    if isinstance(edit.statement, ast.Return):
        return AT_THE_END
    if influence is None:
        return 0.0
    touches = [name for name in (*wrong, *right) if edit.statement in influence.get(name, ())]
    if not set(touches) & set(wrong):
        return ELSEWHERE
    return SHARED if set(touches) & set(right) else 0.0


def _repeated(edits):
    """The same slip at two to four places: one edit that undoes all of them."""
    alike = defaultdict(list)
    for edit in edits:
        for key in edit.keys() if COST[edit.kind] <= PLAIN else ():
            alike[edit.function, key].append(edit)
    for group in alike.values():
        if 2 <= len(group) <= ALIKE and _apart(group):
            first = group[0]
            yield type(first)(first.kind, first.function, [place for edit in group for place in edit.places],
                              [node for edit in group for node in edit.shown], first.statement, first.how, (),
                              max(edit.cost for edit in group) + TWICE)


def _apart(group):
    """Whether no two of the edits write to the same block."""
    places = [(id(parent), field, index) for edit in group for parent, field, index, _ in edit.places]
    return len(set(places)) == len(places) and all(index is not None or field not in ("body", "orelse")
                                                   for _, field, index in places)
