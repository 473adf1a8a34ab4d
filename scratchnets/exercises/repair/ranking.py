"""How likely a slip is: the order in which edits are tried, and which of several that help is told.

The figures are judgements, from the wrong answers that people gave: 1 is a slip that everybody makes, at 3 one
would rather say nothing. What is not in the table is never tried.
"""
import ast
from collections import defaultdict

COST = {kind: cost for cost, kinds in {
    0.9: "edge of a comparison",
    1.0: "operator; sign; number; axis; keyword; transpose; grouping; accumulation; type; bound below",
    1.1: "partner; flag; function; order",
    1.15: "minus in front",
    1.2: "name; comparison; axis and keepdims; branches; bound",
    1.3: "shift; extent; letters; factor less; call less; repeated indices; names exchanged",
    1.4: "indentation",
    1.5: ("parentheses less; stride; statement less; condition less; lines; far operator; order of axes; sum "
          "more"),
    1.6: "minus added; term less; call more; block; break; start; far number",
    1.7: "far axis; grouping of a call; name of another shape; complement; far order",
    1.8: "row index; gate; slice more",
    1.9: "extent more; constant factor more; axis more; index less",
    2.0: "factor more",
    2.1: "one more; complement more",
    2.2: "ratio more; term more",
    2.3: "half and factor more; divisor more",
    2.4: "far call more; far name",
    2.5: "array more",
}.items() for kind in kinds.split("; ")}
ELSEWHERE = 1.0         # in a line that the wrong values do not seem to depend on
SHARED = 0.1            # in a line that right values depend on as well
IN_A_HELPER = 0.2
AT_THE_END = 0.05       # in what is returned: where a value is made is the better place
TWICE = 0.5             # the same slip at a second place
PER_EDIT = 0.8          # of a second edit for another value: one that explains both is preferred below this
PLAIN = 1.6             # up to which a slip is looked for at several places at once
MEDDLES = 0.5           # moves another wrong value, and leaves it wrong
DOUBTFUL = 3.0          # above this nothing is said
ALIKE = 4               # more places than these are no slip


def ranked(edits, influence, wrong, right, answer):
    """The edits, the likeliest first, together with those that repeat one slip at several places.

    Parameters
    ----------
    influence : Influence or None
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
    touches = [name for name in (*wrong, *right) if edit.statement in influence.lines.get(name, ())]
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
