"""One writer at a time: a lock that the operating system takes back from a process that dies.

A file that is merely there would be left behind by a crash. What counts is the lock that the system keeps on it
(flock; on Windows a locked byte), which ends with the process, however it ends. The file's text only tells the next
who holds it.
"""
import errno
import json
import os
import shlex
import socket
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:                         # Windows
    fcntl = None
try:
    import msvcrt
except ImportError:                         # everywhere else
    msvcrt = None

FAR = 2 ** 30           # the byte that Windows locks lies behind the text, which stays readable
PAUSE = 0.02            # seconds between two tries
TEMPORARY = set()       # files of this process that are to go when it ends, also where it ends at once


class Held(OSError):
    """Somebody else holds the lock; the message says who."""


def try_lock(descriptor):
    """Lock an open file for this process alone; False where another has it.

    Where the system knows no locks for this file (some network drives) there is none, and the answer is True.
    """
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt is not None:
            os.lseek(descriptor, FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


@contextmanager
def locked(path, what, wait=0.0):
    """Hold the lock `path` while the block runs.

    Parameters
    ----------
    path : path-like
        Of the lock's own file, which is there while it is held.
    what : str
        What is locked, for the message: ``"runs/plane"``.
    wait : float
        Seconds to wait for another to finish.

    Raises
    ------
    Held
        Another process has it: which, since when, with which command.
    """
    path, until = Path(path), time.monotonic() + wait
    while True:
        descriptor = _take(path)
        if descriptor is not None:
            break
        if time.monotonic() >= until:
            raise Held(f"{what} is in use by {holder(path)}; wait until that has ended")
        time.sleep(PAUSE)
    TEMPORARY.add(path)
    try:
        yield
    finally:
        TEMPORARY.discard(path)
        with suppress(OSError):             # first the name, then the lock: who comes next makes a new file
            path.unlink()
        os.close(descriptor)
        with suppress(OSError):             # Windows deletes no open file
            if msvcrt is not None:
                path.unlink()


def _take(path):
    """An open, locked file that stands under its name; None where another has it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise type(error)(f"cannot write {path}, the lock of one writer at a time: {error.strerror}") from error
    try:
        if try_lock(descriptor) and _is_named(descriptor, path):
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, json.dumps(_oneself()).encode())
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_named(descriptor, path):
    """Whether the name still stands for the open file: who held it before has deleted it in the meantime."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _oneself():
    command = shlex.join([Path(sys.argv[0]).name or "python", *sys.argv[1:]]) if sys.argv else "python"
    return {"process": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%Y-%m-%d %H:%M:%S"),
            "command": command[:200]}


def holder(path):
    """Who holds a lock, in words."""
    try:
        with open(path, "rb") as file:
            told = json.loads(file.read(4096))
        return (f"process {int(told['process'])} on {told['host']}, since {told['since']} "
                f"({told['command']})")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"
