"""The file that remembers how far a learner got, as it is read: every entry of the kind that was written."""
from scratchnets import reading
from scratchnets.arguments import brief, integer

UNTOUCHED = {"status": "", "passed": False, "hints": 0, "gave_up": False}


def read(path):
    """{name: {"status", "passed", "hints", "gave_up"}} of what has been touched; nothing where there is no file.

    Reading changes nothing, whatever the file holds.

    Raises
    ------
    ValueError
        Names the file and the entry.
    """
    if not path.exists():
        return {}
    stored = reading.json_of(path, "the progress of a learner", 16 * reading.MEGABYTE)
    try:
        return {name: _entry(name, entry) for name, entry in stored["exercises"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        cause = f"it lacks {error}" if isinstance(error, KeyError) else brief(error, 300)
        raise ValueError(f"{path} is damaged: {cause}. Mend it, or begin anew (your answers stay as they are): "
                         f"scratchnets exercises start {path.parent}") from None


def _entry(name, entry):
    if not isinstance(entry, dict):
        raise TypeError(f"{brief(name, 40)} must be an object, got {brief(repr(entry), 40)}")
    for field, untouched in UNTOUCHED.items():
        value = entry.get(field, untouched)
        if isinstance(untouched, int) and not isinstance(untouched, bool):
            integer(f"{brief(name, 40)}: {field}", value, at_most=1000)
        if type(value) is not type(untouched):
            raise TypeError(f"{brief(name, 40)}: {field} must be a {type(untouched).__name__}, "
                            f"got {brief(repr(value), 40)}")
    return dict(entry)
