"""The configuration of a run, config.json, as it is read back: every entry of the kind that training wrote."""
from contextlib import contextmanager

from scratchnets import reading
from scratchnets.arguments import brief, choice, fraction, integer, number, positive
from scratchnets.backend import DTYPES, NAMES
from scratchnets.models.recipes import RECIPES
from scratchnets.optimizers import OPTIMIZERS
from scratchnets.reading import is_text

LARGEST = 10 ** 9               # of epochs and steps: beyond all that a machine does in a lifetime
NEEDED = ("model", "options", "data", "epochs", "batch_size", "optimizer", "lr", "seed", "backend", "dtype",
          "example_shape")


def read(path):
    """The configuration in a file.

    Raises
    ------
    FileNotFoundError, ValueError
        Name the file, the entry, what was expected and what came.
    """
    config = reading.json_of(path, "the configuration of a run", 16 * reading.MEGABYTE)
    missing = sorted(set(NEEDED) - config.keys()) if isinstance(config, dict) else sorted(NEEDED)
    if missing:
        raise ValueError(f"{path} is no configuration of a run: it lacks {', '.join(missing)}; put it back as "
                         "training wrote it")
    with from_file(path):
        for name, value in config.items():
            if name in ENTRIES:
                ENTRIES[name](name, value)
        if config.get("patience") and not config.get("validation"):
            raise ValueError("patience waits for a better validation loss, and validation keeps no examples back")
        given = config["options"].keys() - RECIPES[config["model"]].options().keys()
        if given:
            raise ValueError(f"the model {config['model']!r} has no option {brief(sorted(given)[0])!r}")
        for name, value in config["options"].items():
            _option(name, value)
        if any(not isinstance(value, (int, float)) for value in config.get("optimizer_options", {}).values()):
            raise TypeError("optimizer_options holds numbers by name")
    return config


@contextmanager
def from_file(path):
    """Name the file from which comes what is wrong, and say how to mend it."""
    try:
        yield
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, ArithmeticError) as error:
        raise ValueError(f"{path}: {brief(error, 400)}; put the file back as training wrote it") from error


def _text(name, value):
    if not isinstance(value, str) or not value.strip() or "\0" in value or not is_text(value):
        raise TypeError(f"{name} must be a text, got {brief(ascii(value))}")


def _object(name, value):
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be an object of names and values, got {brief(repr(value))}")


def _machines(name, value):
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise TypeError(f"{name} must be a list of objects, got {brief(repr(value))}")


def _shape(name, value):
    if not isinstance(value, list) or len(value) > 4:
        raise TypeError(f"{name} must be a list of at most four extents, got {brief(repr(value))}")
    for extent in value:
        integer(f"an extent of {name}", extent, at_least=1, at_most=LARGEST)


def _option(name, value):
    """An option of a model is a text, a number, none at all, a list of widths, or the remedies of a game."""
    if isinstance(value, list):
        integer(f"the length of the option {name}", len(value), at_most=64)
        for each in value:
            integer(f"each number of the option {name}", each, at_least=1, at_most=LARGEST)
    elif isinstance(value, dict):
        for inner, each in value.items():
            number(f"{name}: {brief(inner)}", each)
    elif isinstance(value, float) or isinstance(value, int) and abs(value) > LARGEST:
        number(f"the option {name}", value, at_least=-LARGEST, at_most=LARGEST)


def _count(at_least):
    return lambda name, value: integer(name, value, at_least=at_least, at_most=LARGEST)


def _maybe(check):
    return lambda name, value: value is None or check(name, value)


ENTRIES = {
    "model": lambda name, value: choice(name, value, RECIPES), "options": _object, "data": _text,
    "epochs": _count(0), "batch_size": _count(1), "optimizer": lambda name, value: choice(name, value, OPTIMIZERS),
    "optimizer_options": _object, "lr": positive, "d_lr": positive, "schedule": _text, "warm_up": _maybe(_count(0)),
    "validation": _maybe(fraction), "patience": _maybe(_count(1)), "pretrain": _maybe(_count(1)), "seed": integer,
    "backend": lambda name, value: choice(name, value, NAMES), "dtype": lambda name, value: choice(name, value, DTYPES),
    "example_shape": _shape, "data_sha256": _text,
    "test_sha256": _text, "data_at": _text, "machines": _machines,
}
