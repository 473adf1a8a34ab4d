"""Ctrl-C waits for the end of a step; a second one does not."""
import signal
import threading

import pytest

from scratchnets.training.interruption import Interruption


def test_the_first_is_noted_and_the_second_interrupts():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        with Interruption() as interruption:
            assert not interruption.asked
            signal.raise_signal(signal.SIGINT)
            assert interruption.asked
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_afterwards_all_is_as_before():
    before = signal.getsignal(signal.SIGINT)
    with Interruption():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_trains_without_it():
    outcome = []

    def train():
        with Interruption() as interruption:
            outcome.append(interruption.asked)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert outcome == [False]
