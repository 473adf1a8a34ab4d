"""Writing files so that a crash leaves the old one or the new one, never half of one."""
import os
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def atomic_write(path):
    """Open a temporary file beside `path` for writing bytes; rename it to `path` when all went well.

    The bytes are flushed to the disk before the rename, so the new name never stands for missing data.

    Raises
    ------
    OSError
        Names the path and the cause: a full disk, a missing folder, no permission. What `path` held
        before is still there.
    """
    path = Path(path)
    target = Path(os.path.realpath(path))          # through a link, which would itself be replaced
    if target.exists() and not target.is_file():
        raise OSError(f"cannot write {path}: it exists and is no ordinary file")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise type(error)(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def remove_leftovers(folder):
    """Delete the temporary files of writers that were killed in the middle."""
    for leftover in Path(folder).glob(".*.part"):
        leftover.unlink(missing_ok=True)


def write_text(path, text):
    """Write a UTF-8 text file, whole or not at all."""
    with atomic_write(path) as file:
        file.write(text.encode())


def make_folder(path, named="it"):
    """Make a folder, and those above it; `named` is the option that names it, for the message."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(f"{path} is a file; {named} names a folder") from None
    except OSError as error:
        raise type(error)(f"cannot make the folder {path}: {error.strerror}; name another with {named}") from error
