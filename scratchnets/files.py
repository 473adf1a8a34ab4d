"""Writing files so that a crash leaves the old one or the new one, never half of one."""
import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path

from scratchnets.arguments import brief
from scratchnets.locks import TEMPORARY, try_lock

PART = ".scratchnets-{}.part"           # a file that is being written; its name cannot be foretold


@contextmanager
def atomic_write(path, within=None):
    """Open a temporary file beside `path` for writing bytes; rename it to `path` when all went well.

    The bytes are flushed to the disk before the rename, so the new name never stands for missing data.

    Parameters
    ----------
    path : path-like
        Where it is a link, the file that it leads to is written, and the link stays.
    within : path-like, optional
        A folder out of which no link is followed: what lies there may have been put there by somebody else.

    Raises
    ------
    OSError
        Names the path and the cause: a full disk, a missing folder, no permission. What `path` held
        before is still there.
    """
    path = Path(path)
    target = Path(os.path.realpath(path))          # through a link, which would itself be replaced
    if within is not None:
        _expect_within(path, target, within)
    if target.exists() and not target.is_file():
        raise OSError(f"cannot write {path}: it exists and is no ordinary file")
    temporary = None
    try:
        descriptor, temporary = _new_part(target.parent)
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if os.name != "nt":                     # renamed while it is locked: nobody takes it for a leftover
                os.replace(temporary, target)
        if os.name == "nt":
            os.replace(temporary, target)
    except OSError as error:
        raise type(error)(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            TEMPORARY.discard(temporary)
            with suppress(OSError):
                temporary.unlink()


def _new_part(folder):
    """(descriptor, path) of a new file that nobody else has open, locked while it is written."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / PART.format(secrets.token_hex(8))
        with suppress(FileExistsError):
            descriptor = os.open(path, flags, 0o666)
            if try_lock(descriptor) and path.exists():
                TEMPORARY.add(path)
                return descriptor, path
            os.close(descriptor)                    # swept away before it was locked


def _expect_within(path, target, folder):
    folder = Path(os.path.realpath(folder))
    if folder not in target.parents:
        raise OSError(f"cannot write {path}: it leads to {target}, out of {folder}; delete the link")


def remove_leftovers(folder):
    """Delete the temporary files of writers that were killed in the middle; those still at work keep theirs."""
    for leftover in Path(folder).glob(PART.format("*")):
        with suppress(OSError):
            descriptor = os.open(leftover, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            try:
                if try_lock(descriptor) and os.name != "nt":
                    leftover.unlink()
            finally:
                os.close(descriptor)
            if os.name == "nt":                     # which deletes no file that is open
                leftover.unlink()


def write_text(path, text, within=None):
    """Write a UTF-8 text file, whole or not at all."""
    with atomic_write(path, within) as file:
        file.write(text.encode())


def write_new(path, text):
    """Write a UTF-8 text file where none is yet; False where one is, which stays as it is."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except FileExistsError:
        return False
    with open(descriptor, "wb") as file:
        file.write(text.encode())
    return True


def make_folder(path, named="it"):
    """Make a folder, and those above it; `named` is the option that names it, for the message."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(f"{path} is a file; {named} names a folder") from None
    except OSError as error:
        raise type(error)(f"cannot make the folder {brief(path)}: {error.strerror}; name another with {named}"
                          ) from error
