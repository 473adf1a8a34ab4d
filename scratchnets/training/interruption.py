"""A request to stop as a question that is answered between two steps, so that none is left half done."""
import signal
import threading

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
READER_GONE = 13        # SIGPIPE, by its number: Windows has no such signal


class Interruption:
    """While active, Ctrl-C, SIGTERM and SIGHUP are noted in ``asked``; a second one interrupts at once.

    A reader who goes (``scratchnets train … | head -1``, a terminal that is closed) asks in the same way,
    once something is written to him through `output`.

    Attributes
    ----------
    asked : int
        The number of the signal that asked first; 0 while none has.

    Examples
    --------
    >>> with Interruption() as interruption:                         # doctest: +SKIP
    ...     while not interruption.asked:
    ...         step()
    """

    def __init__(self):
        self.asked = 0

    def __enter__(self):
        # Python delivers signals to the main thread alone, and lets no other set their handler.
        self._before = {}
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:      # nohup's wish
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *exception):
        for number, before in self._before.items():
            signal.signal(number, before or signal.SIG_DFL)

    def _note(self, number, frame):
        if self.asked:
            before = self._before[number]
            if callable(before):
                before(number, frame)
            raise KeyboardInterrupt
        self.asked = int(number)

    def output(self, stream):
        """The stream, except that what can no longer be written to it is a request to stop, and no error."""
        return _Output(stream, self)


class _Output:
    def __init__(self, stream, interruption):
        self._stream, self._interruption = stream, interruption

    def write(self, text):
        return self._try("write", text)

    def flush(self):
        return self._try("flush")

    def _try(self, method, *arguments):
        try:
            return getattr(self._stream, method)(*arguments) if self._stream is not None else None
        except OSError:
            self._interruption.asked = self._interruption.asked or READER_GONE

    def __getattr__(self, name):
        return getattr(self._stream, name)
