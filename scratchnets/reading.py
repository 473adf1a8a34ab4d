"""Reading files that somebody else may have written: only ordinary ones, and never more than can be meant."""
import json
import os
import stat
from pathlib import Path

from scratchnets.arguments import brief

MEGABYTE = 10 ** 6
KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
         stat.S_IFSOCK: "a socket"}


def ordinary(path, wanted="a file"):
    """`path` as a Path, when it is a file that has an end; a pipe or a device may have none.

    Raises
    ------
    FileNotFoundError, ValueError
        Name the path, what it is, and what was `wanted`.
    """
    path = Path(path)
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        dangling = f": a link to {os.readlink(path)}, which is not there" if path.is_symlink() else ": no such file"
        raise FileNotFoundError(f"{path}{dangling}; expected {wanted}") from None
    except OSError as error:                            # a name that is too long, links in a ring
        raise type(error)(f"{brief(path)}: {error.strerror}; expected {wanted}") from None
    if not stat.S_ISREG(mode):
        raise ValueError(f"{path}: is {KINDS.get(stat.S_IFMT(mode), 'no ordinary file')}; expected {wanted}")
    return path


def content(path, wanted="a file", most=256 * MEGABYTE):
    """The bytes of an ordinary file of at most so many."""
    try:
        with open(ordinary(path, wanted), "rb") as file:
            found = file.read(most + 1)
    except OSError as error:
        if not error.filename and error.strerror is None:       # said already
            raise
        raise type(error)(f"{path}: {error.strerror}; expected {wanted}") from None
    if len(found) > most:
        raise ValueError(f"{path}: is longer than {most / MEGABYTE:,.0f} MB; expected {wanted}")
    return found


def text(path, wanted="a text file", most=256 * MEGABYTE):
    """The text of an ordinary file in UTF-8, with or without a byte order mark."""
    try:
        return content(path, wanted, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not a text in UTF-8 ({error.reason} at byte {error.start}); "
                         "save it as UTF-8") from None


def json_of(path, wanted="a JSON file", most=256 * MEGABYTE):
    """What a JSON file holds."""
    try:
        return json.loads(text(path, wanted, most))
    except RecursionError:
        raise ValueError(f"{path} is damaged: its brackets are nested too deeply; expected {wanted}") from None
    except ValueError as error:
        told = str(error)
        raise ValueError(told if told.startswith(str(path)) else
                         f"{path} is damaged: {told}; expected {wanted}") from None


def is_text(word):
    """Whether a name consists of letters: those of a file may be bytes that stand for none."""
    try:
        word.encode()
    except UnicodeEncodeError:                          # bytes that the file system has and UTF-8 has not
        return False
    return True
