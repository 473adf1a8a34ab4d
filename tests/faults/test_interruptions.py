"""What stops a program from outside, in small: saved, one line, the right status."""
import os
import signal

import pytest

pytestmark = [pytest.mark.long, pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and terminals of POSIX")]
interruptions = pytest.importorskip("faults.interruptions")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    interruptions.straight(folder)
    return folder


def faults_of(trial, *arguments):
    found = trial(*arguments) or []
    return [] if found == interruptions.EARLY else found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", [0.08, 0.3])
def test_while_it_imports(folder, number, moment):
    assert faults_of(interruptions.while_importing, folder, number, moment) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_while_it_trains(folder, number):
    assert faults_of(interruptions.while_training, folder, number, 0.05) == []


def test_while_it_draws(folder):
    assert faults_of(interruptions.while_drawing, folder, signal.SIGINT, 0.6) == []


@pytest.mark.parametrize("both", [False, True])
def test_when_the_reader_goes(folder, both):
    assert interruptions.reader_gone(folder, both) == []


def test_when_the_terminal_is_closed(folder):
    assert interruptions.terminal_closed(folder, 0.2) == []
