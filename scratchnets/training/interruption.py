"""Ctrl-C as a question that is answered between two steps, so that none is left half done."""
import signal
import threading


class Interruption:
    """While active, the first Ctrl-C is noted in ``asked``; the second interrupts at once.

    Examples
    --------
    >>> with Interruption() as interruption:                         # doctest: +SKIP
    ...     while not interruption.asked:
    ...         step()
    """

    def __init__(self):
        self.asked = False

    def __enter__(self):
        # Python delivers signals to the main thread alone, and lets no other set their handler.
        self._active = threading.current_thread() is threading.main_thread()
        if self._active:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception):
        if self._active:
            signal.signal(signal.SIGINT, self._before or signal.SIG_DFL)

    def _note(self, *_):
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
