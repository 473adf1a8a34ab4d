"""Writing files so that a crash leaves the old one or the new one, never half of one."""
import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path):
    """Open a temporary file beside `path` for writing bytes; rename it to `path` when all went well.

    The bytes are flushed to the disk before the rename, so the new name never stands for missing data.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path, text):
    """Write a UTF-8 text file, whole or not at all."""
    with atomic_write(path) as file:
        file.write(text.encode())
