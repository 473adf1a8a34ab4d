"""Signals at random moments, closed pipes and closed terminals: saved, one line, the right status.

    python tests/faults/interruptions.py [--trials 20] [--seed 0]

For each kind of stop and each phase, how many of the trials ended as they should: a status that says which signal it
was, one line of the program's and no traceback, files that are whole, no half-written file after the next opening,
and a run that goes on to the bytes of one that was never stopped. `test_interruptions.py` tries a few.
"""
import argparse
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PROGRAM = [sys.executable, "-m", "scratchnets"]
ENVIRONMENT = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
EPOCHS = 40
EARLY = ["early"]


@dataclass
class Tally:
    """How many trials were as they should be, and what the others did."""

    tried: int = 0
    clean: int = 0
    early: int = 0              # in Python's own start, before the program answers
    faults: list = field(default_factory=list)

    def add(self, faults):
        if faults == EARLY:
            self.early += 1
            return
        self.tried += 1
        self.clean += not faults
        self.faults += faults

    def __str__(self):
        seen = "; ".join(dict.fromkeys(self.faults))
        early = f", {self.early} more came before the program answers" if self.early else ""
        return f"{self.clean} of {self.tried}" + early + (f" ({seen[:300]})" if seen else "")


def data(folder):
    path = folder / "tiny.npz"
    if not path.exists():
        np.savez(path, images=np.random.default_rng(0).integers(0, 256, (120, 8, 8), dtype="uint8"))
    return path


def training(folder, out, epochs=EPOCHS):
    return [*PROGRAM, "train", "tied", "--data", str(data(folder)), "--latent", "3", "--batch-size", "8",
            "--epochs", str(epochs), "--out", str(out), "--save-every", "0.01"]


def start(command, folder, **options):
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, **{
        "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True} | options)


def said_once(process, number, text):
    """The faults of what a stopped program said, and of its status."""
    lines = [line for line in text.replace("\r", "\n").splitlines() if line.strip()]
    own = [line for line in lines if "interrupted" in line or "terminated" in line or "terminal was closed" in line]
    faults = []
    if process.returncode != STATUS[number]:
        faults.append(f"status {process.returncode} for {number.name}")
    if "Traceback" in text or "Exception ignored" in text:
        faults.append("traceback: " + next(line for line in reversed(lines)))
    elif len(own) != 1:
        faults.append(f"{len(own)} lines of its own")
    return faults


def straight(folder):
    """A run that nobody stops."""
    out = folder / "straight"
    if not out.exists():
        subprocess.run(training(folder, out), cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)
    return out


def goes_on(folder, out):
    """The faults of a stopped run that is taken up again: half files, other bytes than of one never stopped."""
    if not (out / "config.json").exists():
        return [] if not out.exists() or not list(out.iterdir()) else ["a folder without a run"]
    again = subprocess.run([*PROGRAM, "train", "--resume", str(out)], cwd=folder, env=ENVIRONMENT, capture_output=True,
                           text=True)
    if again.returncode:
        return [f"not resumed: {again.stderr.strip().splitlines()[-1][:200]}"]
    faults = [f"left: {path.name}" for path in out.rglob(".*")]
    same = (out / "checkpoint.npz").read_bytes() == (straight(folder) / "checkpoint.npz").read_bytes()
    return faults + ([] if same else ["other bytes"])


def while_importing(folder, number, moment):
    """A signal `moment` seconds after the process was started."""
    process = start([*PROGRAM, "train", "--help"], folder, stdout=subprocess.DEVNULL)
    time.sleep(moment)
    process.send_signal(number)
    _, text = process.communicate(timeout=60)
    if process.returncode == 0 and not text:            # it had ended before
        return None
    if process.returncode == -number or "Traceback" in text and "program()" not in text:
        return EARLY
    return said_once(process, number, text)


def while_training(folder, number, moment):
    out = Path(tempfile.mkdtemp(dir=folder)) / "run"
    process = start(training(folder, out), folder)
    wait_for(process, out / "checkpoint.npz")
    time.sleep(moment)
    process.send_signal(number)
    _, text = process.communicate(timeout=120)
    if process.returncode == 0:
        return None
    return said_once(process, number, text) + goes_on(folder, out)


def while_drawing(folder, number, moment):
    out = Path(tempfile.mkdtemp(dir=folder)) / "run"
    shutil.copytree(straight(folder), out)
    process = start([*PROGRAM, "train", "--resume", str(out)], folder)
    for line in process.stdout:
        if line.startswith("training"):
            break
    time.sleep(moment)
    process.send_signal(number)
    _, text = process.communicate(timeout=120)
    if process.returncode == 0:
        return None
    return said_once(process, number, text) + goes_on(folder, out)


def wait_for(process, path):
    while process.poll() is None and not path.exists():
        time.sleep(0.01)


def killed(folder, moment):
    """SIGKILL: nothing is said, and nothing saved is lost."""
    out = Path(tempfile.mkdtemp(dir=folder)) / "run"
    process = start(training(folder, out), folder)
    time.sleep(moment)
    process.kill()
    process.communicate()
    return goes_on(folder, out)


def reader_gone(folder, both, characters=10):
    """``train … | head -c 10``: the reader of stdout, or of both streams, goes."""
    out = Path(tempfile.mkdtemp(dir=folder)) / "run"
    process = start(training(folder, out), folder, stderr=subprocess.STDOUT if both else subprocess.PIPE)
    process.stdout.read(characters)
    process.stdout.close()
    text = "" if both else process.stderr.read()
    process.wait(timeout=120)
    faults = [] if process.returncode == 141 else [f"status {process.returncode}"]
    faults += ["traceback"] if "Traceback" in text or "Exception ignored" in text else []
    if not both and text.count("Go on with: scratchnets train --resume") != 1:
        faults.append("not one line")
    return faults + goes_on(folder, out)


def terminal_closed(folder, moment):
    """The terminal that the program writes to is closed: SIGHUP, and errors from each further write."""
    out = Path(tempfile.mkdtemp(dir=folder)) / "run"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        command = training(folder, out, epochs=10 ** 6)
        os.execvpe(command[0], command, ENVIRONMENT)
    until = time.monotonic() + 60
    while not (out / "checkpoint.npz").exists() and time.monotonic() < until:
        if select.select([terminal], [], [], 0.01)[0]:
            os.read(terminal, 65536)
    end = time.monotonic() + moment
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.01)[0]:
            os.read(terminal, 65536)
    os.close(terminal)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        time.sleep(0.05)
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return ["did not end"]
    faults = [] if os.waitstatus_to_exitcode(status) == 129 else [f"status {os.waitstatus_to_exitcode(status)}"]
    reached = (out / "history.csv").read_text().count("\n") - 1 if (out / "history.csv").exists() else 0
    again = subprocess.run([*PROGRAM, "train", "--resume", str(out), "--epochs", str(reached + 1)], cwd=folder,
                           env=ENVIRONMENT, capture_output=True, text=True)
    return faults + ([] if again.returncode == 0 else [again.stderr.strip().splitlines()[-1][:200]])


def tally(trial, moments):
    """Try at each moment; what came too late does not count."""
    found = Tally()
    for moment in moments:
        faults = trial(moment)
        if faults is not None:
            found.add(faults)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    random = np.random.default_rng(arguments.seed)
    n = arguments.trials
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        straight(folder)
        for number in STATUS:
            for words, trial, longest in (("in the first second", while_importing, 1.0),
                                          ("while training", while_training, 0.5),
                                          ("while drawing", while_drawing, 2.5)):
                found = tally(lambda moment: trial(folder, number, moment), random.uniform(0.0, longest, n))
                print(f"{number.name} {words}: {found}", flush=True)
        print(f"SIGKILL: {tally(lambda moment: killed(folder, moment), random.uniform(0.5, 4, n))}", flush=True)
        for words, both in (("stdout", False), ("both streams", True)):
            print(f"the reader of {words} goes: {tally(lambda _: reader_gone(folder, both), range(max(2, n // 4)))}",
                  flush=True)
        found = tally(lambda moment: terminal_closed(folder, moment), random.uniform(0, 2, max(2, n // 4)))
        print(f"the terminal is closed: {found}", flush=True)


if __name__ == "__main__":
    main()
