"""Many at once: trainings that start at the same moment, trainings of one run, progress that many write.

    python tests/faults/parallel.py [--processes 40] [--rounds 3]

prints one figure a line. `test_parallel.py` runs a small round of each.
"""
import argparse
import contextlib
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CONTEXT = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")


def command(arguments, folder, barrier, results):
    """One command in `folder`, at the same moment as the others; (status, what it said)."""
    from scratchnets.cli import main
    os.chdir(folder)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        barrier.wait(120)
        status = main(arguments)
    results.put((status, said.getvalue()))


def together(commands, folder):
    """Run commands at the same moment, each in a process of its own: [(status, said)]."""
    CONTEXT.set_forkserver_preload(["scratchnets.cli", "scratchnets.pictures.gallery"])
    barrier, results = CONTEXT.Barrier(len(commands)), CONTEXT.Queue()
    children = [CONTEXT.Process(target=command, args=(each, str(folder), barrier, results)) for each in commands]
    for child in children:
        child.start()
    found = [results.get(timeout=300) for _ in children]
    for child in children:
        child.join()
    return found


def data(folder):
    np.savez(folder / "tiny.npz", images=np.random.default_rng(0).integers(0, 256, (40, 4, 4), dtype="uint8"))
    return ["--data", "tiny.npz", "--latent", "2", "--epochs", "1", "--batch-size", "8"]


def starts_without_a_folder(folder, processes):
    """How many of so many `train tied` at once got a run of their own."""
    found = together([["train", "tied", *data(folder)]] * processes, folder)
    runs = [path.parent for path in folder.glob("runs/*/checkpoint.npz")]
    whole = sum((run / "history.csv").read_text().count("\n") == 2 for run in runs)
    return sum(status == 0 for status, _ in found), len(runs), whole


def starts_in_one_folder(folder, processes):
    """(how many made the run, how many were refused in a line that names it)."""
    found = together([["train", "tied", *data(folder), "--out", "one"]] * processes, folder)
    refused = [said for status, said in found if status == 2]
    return (sum(status == 0 for status, _ in found),
            sum("Traceback" not in said and ("already holds a run" in said or "in use by process" in said)
                for said in refused))


def hints(folder, processes):
    """How many of the hints that so many processes took at once, each of another exercise, are remembered."""
    from scratchnets.exercises.catalogue import names
    from scratchnets.exercises.workspace import PROGRESS, Workspace
    Workspace(folder / "exercises").start()
    chosen = (names() * 9)[:processes]
    found = together([["exercises", "hint", name, "--dir", "exercises"] for name in chosen], folder)
    stored = json.loads((folder / "exercises" / PROGRESS).read_text())["exercises"]
    kept = sum(entry["hints"] for entry in stored.values())
    due = sum(min(chosen.count(name), 3) for name in set(chosen))
    return kept, due, sum(status == 0 for status, _ in found)


def hints_of_one(folder, processes=3):
    """Which hints three processes saw that asked for one of the same exercise at once: each another one."""
    from scratchnets.exercises.workspace import Workspace
    Workspace(folder / "exercises").start(["relu_backward"])
    found = together([["exercises", "hint", "relu_backward", "--dir", "exercises"]] * processes, folder)
    return sorted(said.split("hint ")[1][0] for _, said in found)


def second_is_told(folder):
    """What a second process is told of a run that a first one trains; whether the first went on unharmed."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    program = [sys.executable, "-m", "scratchnets", "train"]
    first = subprocess.Popen([*program, "tied", *data(folder), "--epochs", "100000", "--out", "one"], cwd=folder,
                             env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (folder / "one" / "history.csv").exists():
        time.sleep(0.05)
    second = subprocess.run([*program, "--resume", "one"], cwd=folder, env=environment, capture_output=True, text=True)
    named = f"in use by process {first.pid}" in second.stderr and second.returncode == 2
    before = (folder / "one" / "checkpoint.npz").stat().st_mtime_ns
    while first.poll() is None and (folder / "one" / "checkpoint.npz").stat().st_mtime_ns == before:
        time.sleep(0.05)
    unharmed = first.poll() is None
    first.send_signal(signal.SIGKILL)
    first.wait()
    epochs = (folder / "one" / "history.csv").read_text().count("\n")
    third = subprocess.run([*program, "--resume", "one", "--epochs", str(epochs)], cwd=folder, env=environment,
                           capture_output=True, text=True)
    return named, unharmed, third.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    n = arguments.processes
    for _ in range(arguments.rounds):
        for words, measured in (
                (f"{n} starts without --out: (status 0, runs, whole)", lambda at: starts_without_a_folder(at, n)),
                (f"{n} starts with one --out: (made it, refused by name)", lambda at: starts_in_one_folder(at, n)),
                (f"{n} hints of different exercises: (kept, due, status 0)", lambda at: hints(at, n)),
                ("8 hints of different exercises: (kept, due, status 0)", lambda at: hints(at, 8)),
                ("3 hints of one exercise: which", hints_of_one),
                ("a second training of a run: (told who, first unharmed, resumed after SIGKILL)", second_is_told)):
            with tempfile.TemporaryDirectory() as folder:
                print(f"{words}: {measured(Path(folder))}", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("MPLBACKEND", "Agg")
    main()
