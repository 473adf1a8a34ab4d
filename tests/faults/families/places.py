"""Paths that lead to no ordinary file or folder: pipes, devices, links, names."""
import os
import socket
from pathlib import Path

from case import EITHER, Case, after, copied

READING = {"data": ["data", "{}"], "train --data": ["train", "tied", "--data", "{}", "--epochs", "0"],
           "evaluate": ["evaluate", "{}"],
           "evaluate --data": ["evaluate", "ae", "--data", "{}"], "sample": ["sample", "{}"],
           "--resume": ["train", "--resume", "{}"], "data --from folder": ["data", "mnist", "--from", "{}"],
           "data --from file": ["data", "text", "--from", "{}"], "check": ["exercises", "check", "{}"],
           "list --dir": ["exercises", "list", "--dir", "{}"], "hint --dir": ["exercises", "hint", "--dir", "{}"],
           "watch": ["exercises", "watch", "{}"]}
WRITING = {"data --out": ["data", "ring", "--count", "9", "--out", "{}"],
           "sample --out": ["sample", "ae", "--count", "2", "--out", "{}"],
           "train --out": ["train", "tied", "--data", "tiny.npz", "--latent", "2", "--epochs", "0", "--out", "{}"],
           "start": ["exercises", "start", "{}", "tanh_backward"]}
INNER = {"config.json": ["evaluate", "ae"], "checkpoint.npz": ["evaluate", "ae"],
         "history.csv": ["train", "--resume", "ae"]}


def cases(ground):
    for what, make in PLACES.items():
        for suffix in ("", ".npz", ".png", ".py", ".txt"):
            place = f"place{suffix}"
            for name, argv in {**READING, **WRITING}.items():
                if suffix == ".npz" and "data" not in name or suffix == ".png" and "--out" not in name or \
                        suffix == ".py" and name != "check" or suffix == ".txt" and "file" not in name:
                    continue
                yield Case("places", f"{what}{suffix}, {name}", [word.format(place) for word in argv], ("place",),
                           after(copied(ground, "ae", "tiny.npz"), lambda here, m=make, p=place: m(Path(here, p))),
                           ends=EITHER)
        for file, argv in INNER.items():
            yield Case("places", f"{what} for {file}", argv, (file, "holds no run"),
                       after(copied(ground, "ae"), lambda here, m=make, f=file: replaced(Path(here, "ae", f), m)),
                       ends=EITHER)
        yield Case("places", f"{what} for the progress", ["exercises", "list", "--dir", "exercises"],
                   ("progress", "no folder"),
                   after(copied(ground, "exercises"),
                         lambda here, m=make: replaced(Path(here, "exercises/scratchnets-progress.json"), m)),
                   ends=EITHER)
    for what, name in NAMES.items():
        for use, argv in {**READING, **WRITING}.items():
            yield Case("names", f"{what}, {use}", [word.format(name) for word in argv],
                       (name[:12], ascii(name[:12])[1:-1], "name", "empty", "File name too long", "https:"),
                       copied(ground, "ae", "tiny.npz"), ends=EITHER)
    for device in ("/dev/zero", "/dev/null", "/dev/full", "/dev/stdin", "/dev/urandom", "/proc/self/mem", "/", "/dev",
                   "/proc/self/fd/0"):
        for use, argv in {**READING, **WRITING}.items():
            if device in ("/", "/dev") and use in ("start", "train --out"):
                continue
            yield Case("places", f"{device}, {use}", [word.format(device) for word in argv],
                       (device, "this exercise", "exercise", "empty"),
                       copied(ground, "ae", "tiny.npz"), ends=EITHER)


def replaced(path, make):
    path.unlink()
    make(path)


def bound(path):
    before = os.getcwd()
    os.chdir(path.parent)                       # the address of a socket is at most some hundred characters
    socket.socket(socket.AF_UNIX).bind(path.name)
    os.chdir(before)


PLACES = {"a pipe": os.mkfifo, "a socket": bound, "a folder": os.mkdir, "an empty file": lambda path: path.touch(),
          "a link to nothing": lambda path: path.symlink_to("nothing"),
          "a link to itself": lambda path: path.symlink_to(path.name),
          "a link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
          "a link to a pipe": lambda path: (os.mkfifo(path.with_name("pipe")), path.symlink_to("pipe")),
          "text": lambda path: path.write_text("hello\n"), "nothing": lambda path: None}
NAMES = {"too long": "n" * 300, "a path too long": "p/" * 3000 + "x.npz", "a NUL": "a\0b.npz",
         "no UTF-8": "\udcff.npz", "spaces": "  ",
         "a dash": "-", "a line end": "a\nb.npz", "a home that is not": "~nobody-of-that-name/x.npz",
         "a web address": "https://example.org/x.npz",
         "a missing folder": "missing/x.png", "a variable": "$HOME/x.npz", "a star": "*.npz",
         "two dots": "../missing/x.npz"}
