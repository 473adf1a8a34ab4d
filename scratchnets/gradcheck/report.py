"""What a gradient check found: the verdict in words first, the number second."""
import math
from dataclasses import dataclass

CORRECT = "correct"


@dataclass(frozen=True)
class Row:
    """One gradient of one subject.

    Attributes
    ----------
    name : str
        What was checked: ``"Dense"``.
    gradient : str
        ``"dx"``, ``"dW"``, ``"0.dW"`` (of the layer at path 0).
    method : str
        How the other side of the comparison came about.
    error : float
        ‖a − n‖ / (‖a‖ + ‖n‖) of the analytic gradient a and the numeric one n; NaN where there is
        nothing to compare.
    verdict : str
        ``"correct"``, or what is the matter.
    detail : str
        The same in a sentence, where there is more to say.
    """

    name: str
    gradient: str
    method: str
    error: float
    verdict: str
    detail: str = ""

    @property
    def passed(self):
        return self.verdict == CORRECT


class Report:
    """The rows of a gradient check.

    Truth and `passed` are the same, so that ``assert gradcheck(layer, x)`` asserts what it says.

    Attributes
    ----------
    rows : list of Row
    notes : list of str
        What was checked besides.
    """

    def __init__(self, rows, notes=()):
        self.rows, self.notes = list(rows), list(notes)

    @property
    def passed(self):
        """Whether there is a row at all and every row is correct."""
        return bool(self.rows) and all(row.passed for row in self.rows)

    def __bool__(self):
        return self.passed

    @property
    def worst(self):
        """The largest relative error; infinite where a row has none."""
        return max((_size(row.error) for row in self.rows), default=math.inf)

    def to_list(self):
        """Rows as dictionaries that JSON can hold: an error that is not finite becomes None."""
        return [{"name": row.name, "gradient": row.gradient, "method": row.method,
                 "error": row.error if math.isfinite(row.error) else None, "verdict": row.verdict}
                for row in self.rows]

    def merged(self, other):
        """This report and another of the same subject: of each gradient the worse row."""
        kept = {}
        for row in self.rows + other.rows:
            key = (row.name, row.gradient, row.method)
            if key not in kept or _badness(row) > _badness(kept[key]):
                kept[key] = row
        return Report(kept.values(), dict.fromkeys(self.notes + other.notes))

    def __str__(self):
        cells = [("verdict", "error", "gradient", "method", "name")]
        for row in self.rows:
            error = f"{row.error:.1e}" if math.isfinite(row.error) else "–"
            cells.append((row.verdict, error, row.gradient, row.method, row.name))
        wide = [max(len(line[column]) for line in cells) for column in range(5)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, wide)).rstrip() for line in cells]
        for position in range(len(self.rows), 0, -1):
            if self.rows[position - 1].detail:
                lines.insert(position + 1, "    " + self.rows[position - 1].detail)
        if self.notes:
            lines.append("also checked: " + "; ".join(self.notes))
        return "\n".join(lines)

    __repr__ = __str__


def _badness(row):
    return _size(row.error), len(row.detail)


def _size(error):
    return error if math.isfinite(error) else math.inf
