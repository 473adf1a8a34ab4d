"""Runs cases, each in a process of its own with bounds on time and memory, and judges how each ended."""
import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from case import DONE, EITHER, REMEDY

# What commands import when they are called is imported once here, and not anew in every fork.
import scratchnets.evaluation.judge
import scratchnets.exercises.catalogue
import scratchnets.exercises.process
import scratchnets.experiments.catalogue
import scratchnets.pictures.contact_sheet
import scratchnets.pictures.gallery
import scratchnets.pictures.games
from scratchnets.cli import build_parser, main

build_parser()
scratchnets.exercises.catalogue.all_exercises()
scratchnets.experiments.catalogue.all_experiments()
SECONDS = 60.0               # on a machine that may have much else to do
MEMORY = 10 ** 9                # bytes beyond what this process has when it forks
ROOM = 6 * 10 ** 9              # of address space, so that no case takes the machine down
LONGEST = 2600                  # characters of an answer


@dataclass
class Ending:
    status: int | None
    text: str
    seconds: float
    memory: int


def run(case, folder):
    """The ending of a case, in a new folder within `folder`."""
    here = Path(tempfile.mkdtemp(dir=folder))
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = os.fork()
    if child == 0:
        _in_the_child(case, here)
    status, usage = _waited(child, began + SECONDS)
    seconds = time.monotonic() - began
    text = (here / ".answer").read_text(errors="replace") if (here / ".answer").exists() else ""
    shutil.rmtree(here, ignore_errors=True)
    return Ending(status, text, seconds, 1024 * max(usage.ru_maxrss - before, 0))


def fault(case, ending):
    """(kind, what is wrong) with an ending; None where it is as it should be."""
    if ending.status is None:
        return "no end", f"stopped after {ending.seconds:.0f} s"
    if ending.memory > MEMORY:
        return "memory", f"{ending.memory / 1e9:.1f} GB"
    if "Traceback (most recent call last)" in ending.text or "mistake in scratchnets" in ending.text:
        return "traceback", ending.text[-700:]
    if ending.status < 0:
        return "crash", f"ended by signal {-ending.status}"
    if ending.status == 0:
        return None if case.ends in (EITHER, DONE) else ("accepted", ending.text[-300:])
    if case.ends == DONE:
        return "refused", ending.text[-700:]
    if ending.status == 1 and case.ends == EITHER and "error: " not in ending.text:
        return None                             # an answer, such as that an exercise has not passed yet
    if ending.status not in (1, 2):
        return "status", f"{ending.status}: {ending.text[-300:]}"
    messages = [line for line in ending.text.splitlines() if "error: " in line]
    if len(messages) != 1:
        return "messages", f"{len(messages)} of them: {ending.text[-500:]}"
    message = ending.text[ending.text.index(messages[0]):].strip()
    if len(message) > LONGEST:
        return "length", f"{len(message):,} characters"
    if not any(name in message for name in case.names):
        return "no name", f"none of {case.names} in: {message[:500]}"
    if not REMEDY.search(message):
        return "no remedy", message[:500]
    return None


def _in_the_child(case, here):
    status = 70
    try:
        os.chdir(here)
        if case.prepare:
            case.prepare(here)
        answer = os.open(here / ".answer", os.O_WRONLY | os.O_CREAT, 0o600)
        for stream in (1, 2):
            os.dup2(answer, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(case.environment)
        if case.fresh:
            os.execv(sys.executable, [sys.executable, "-m", "scratchnets", *case.argv])
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
        try:
            status = main(case.argv)
        except SystemExit as stop:
            status = stop.code or 0
        sys.stdout.flush()
    except BaseException:
        import traceback
        traceback.print_exc()
    finally:
        os._exit(status)


def _waited(child, until):
    """(status, usage) of a child; it is killed when the time is up, and its status None."""
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), usage
        if time.monotonic() > until:
            os.kill(child, 9)
            _, _, usage = os.wait4(child, 0)
            return None, usage
        time.sleep(0.002)
