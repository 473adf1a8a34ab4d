"""The history of a run, history.csv: one record of numbers for each epoch."""
import csv
import io

from scratchnets import reading
from scratchnets.arguments import brief


def read(path):
    """The records in a file, a list of dicts; none where it is not there.

    Raises
    ------
    ValueError
        Names the file, the line and the column.
    """
    if not path.exists():
        return []
    text = reading.text(path, "the history of a run")
    try:
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise ValueError(f"{path} is damaged: {error}; put it back as training wrote it") from None
    if not lines:
        return []
    names, *rows = lines
    if "epoch" not in names or len(set(names)) < len(names):
        raise ValueError(f"{path} is damaged: its first line must name the columns, each once and one of them epoch, "
                         f"separated by commas; it is {brief(','.join(names))!r}. Put it back as training wrote it")
    return [_record(path, number, names, row) for number, row in enumerate(rows, start=2)]


def expect_columns(path, records, names):
    """Refuse a history that lacks what pictures and the choice of the best epoch are made from."""
    missing = [name for name in names if records and name not in records[0]]
    if missing:
        raise ValueError(f"{path} lacks the column {', '.join(missing)}; put it back as training wrote it")


def text_of(path, records):
    """The records as the text of a CSV file, for the file at `path`; its columns are those of the last one."""
    strange = [name for record in records for name in record if name not in records[-1]]
    if strange:
        raise ValueError(f"{path} holds the column {brief(strange[0], 40)}, which this training does not have; put it "
                         "back as training wrote it")
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(records[-1]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def _record(path, line, names, row):
    if len(row) != len(names):
        raise ValueError(f"{path}, line {line}: {len(row)} numbers for {len(names)} columns; put it back as training "
                         "wrote it")
    record = {}
    for name, cell in zip(names, row):
        try:
            record[name] = int(cell) if cell.isascii() and cell.isdigit() else float(cell)
        except ValueError:
            raise ValueError(f"{path}, line {line}: {brief(name, 40)} must be a number, got {brief(cell, 40)!r}; put "
                             "it back as training wrote it") from None
    return record
