"""What stops a program from outside: Ctrl-C, SIGTERM, a terminal or a pipe that is closed. One line, the right status.

It imports nothing that takes time: from `begin` on, and through the imports that follow, a signal finds somebody who
answers it.
"""
import _signal as signal  # the module signal without its names for numbers, which take longer than all of this
import errno
import os
import sys
import time

NAMES = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "the terminal was closed"}
READER_GONE = 141       # what a shell says of a program whose reader has gone: 128 + SIGPIPE
PATIENCE = 2.0          # seconds in which a second signal waits for what the first one has begun


class Stopped(KeyboardInterrupt):
    """A signal, as an exception; `told` when it has been said already what is kept and how to go on."""

    def __init__(self, number=signal.SIGINT, told=False):
        super().__init__(number)
        self.number, self.told = int(number), told

    @property
    def status(self):
        """What a shell says of a program that such a signal ended."""
        return 128 + self.number


def words(number):
    """``"interrupted"``, ``"terminated"``, …"""
    return next((said for name, said in NAMES.items() if getattr(signal, name, None) == number), "stopped")


def say(line):
    """A line on stderr, if anybody still reads it."""
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass


def answer(handler):
    """Let `handler` answer the signals; those that somebody wished to be ignored (nohup) stay so."""
    for name in NAMES:
        number = getattr(signal, name, None)
        if number is not None and (name == "SIGINT" or signal.getsignal(number) != signal.SIG_IGN):
            signal.signal(number, handler)


def leave(number, frame=None, line=None):
    """Say so and end at once. Nothing is raised: while modules are imported or pictures are drawn, an exception would
    come up within code of others that turns it into another one, drops it, or ends Python with a crash."""
    line = line or f"scratchnets: {words(number)}"
    try:
        os.write(2, f"\n{line}\n".encode(errors="replace"))
    except OSError:
        pass
    locks = sys.modules.get("scratchnets.locks")
    for path in list(locks.TEMPORARY) if locks else ():
        try:
            os.unlink(path)
        except OSError:
            pass
    os._exit(128 + number)


def is_program():
    """Whether the signals are answered here: not where `main` is called from a test or a notebook."""
    return _answering[-1] is not None


class answered:
    """A context in which `handler` answers, where the program answers signals at all; then the one before."""

    def __init__(self, handler):
        self.handler = handler

    def __enter__(self):
        if is_program():
            _answering.append(self.handler)
            answer(self.handler)

    def __exit__(self, *exception):
        if is_program():
            _answering.pop()
            answer(_answering[-1])


def begin():
    """From here on the program answers signals: it says so and leaves."""
    _answering[:] = [leave]
    answer(leave)


def end():
    """From here on a signal is too late: what is left is Python's own end."""
    answer(signal.SIG_IGN)


_answering = [None]


class Raise:
    """A handler that raises `Stopped`, for commands that have to tidy up: once, so that this is not stopped, too."""

    def __init__(self):
        self._first = None
        self._unraisable, sys.unraisablehook = sys.unraisablehook, self._lost

    def __call__(self, number, frame):
        now = time.monotonic()
        if self._first is None:
            self._first = now
            raise Stopped(number)
        if now - self._first > PATIENCE:
            leave(number)

    def _lost(self, lost):
        """Python drops what is raised in some places (a finaliser, a lock of its imports): say it again, later."""
        if not isinstance(lost.exc_value, Stopped):
            return self._unraisable(lost)
        import threading
        self._first = None
        again = threading.Timer(0.01, os.kill, (os.getpid(), lost.exc_value.number))
        again.daemon = True
        again.start()


def reader_gone(error):
    """Whether an error says that nobody reads any more: a closed pipe, or a terminal that is no longer there."""
    return isinstance(error, BrokenPipeError) or (
        isinstance(error, OSError) and error.errno == errno.EIO and error.filename is None)


def abandon_output():
    """Send what is still to be written nowhere, so that Python does not stumble over it at its end."""
    for number in (1, 2):
        try:
            os.write(number, b"")
            stream = (sys.stdout, sys.stderr)[number - 1]
            stream.flush()
        except (OSError, ValueError, AttributeError):
            try:
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            except OSError:
                pass
