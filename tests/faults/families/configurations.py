"""config.json changed by hand; alone, and so that the checkpoint says the same."""
import json
import math
from pathlib import Path

from case import EITHER, Case, after, changed_json, copied, written

from scratchnets.training import checkpoint

VALUES = {"null": None, "true": True, "an empty text": "", "a text": "x", "a long text": "a" * 10000, "-1": -1, "0": 0,
          "0.5": 0.5, "1e308": 1e308, "-1e308": -1e308, "NaN": math.nan, "Infinity": math.inf, "10²⁰": 10 ** 20,
          "10⁴⁰⁰": 10 ** 400, "10⁸": 10 ** 8, "[]": [], "[1]": [1], "[-1]": [-1], "{}": {}, "nested": [[[[{"a": []}]]]],
          "a folder": "../..", "a surrogate": "\udcff", "a NUL": "a\0b"}
COMMANDS = {"evaluate": ["evaluate", "{}"], "sample": ["sample", "{}", "--count", "2"],
            "resume": ["train", "--resume", "{}", "--epochs", "2"]}


def cases(ground):
    for run in ("va", "vae", "gan"):
        config = json.loads((ground / run / "config.json").read_text())
        for name in config:
            if name in ("scratchnets", "numpy"):
                continue
            for what, value in VALUES.items():
                yield from changed(ground, run, f"{name} = {what}", lambda c, n=name, v=value: c | {n: v})
            yield from changed(ground, run, f"without {name}", lambda c, n=name: {k: v for k, v in c.items() if k != n})
        for name in config["options"]:
            for what, value in VALUES.items():
                yield from changed(ground, run, f"options.{name} = {what}",
                                   lambda c, n=name, v=value: c | {"options": c["options"] | {n: v}}, both=run != "va")
    for what, text in texts((ground / "ae" / "config.json").read_bytes()):
        for command, argv in COMMANDS.items():
            yield Case("config.json as text", f"{what}, {command}", [word.format("ae") for word in argv],
                       ("config.json",),
                       after(copied(ground, "ae"), written("ae/config.json", text)), ends=EITHER)


def changed(ground, run, what, change, both=True):
    for command, argv in COMMANDS.items():
        argv = [word.format(run) for word in argv]
        names = ("config.json", "checkpoint.npz", "best.npz", "tiny.npz", "dataset 'x'", "../..: is a folder",
             "unknown dataset", "this run's model",
             f"that {run} began with")
        alone = after(copied(ground, run), changed_json(f"{run}/config.json", change))
        if command == "evaluate":
            yield Case("config.json", f"{run}, {what}, {command}", argv, names, alone, ends=EITHER)
        if both and command != "sample" or run == "gan":
            yield Case("config.json and checkpoint", f"{run}, {what}, {command}", argv, names,
                       after(alone, followed(run)),
                       ends=EITHER)


def followed(run):
    """A `prepare` by which the checkpoints say the same as the configuration."""
    def prepare(here):
        config = json.loads(Path(here, run, "config.json").read_text())
        for file in (Path(here, run, "checkpoint.npz"), Path(here, run, "best.npz")):
            if file.exists():
                groups, facts = checkpoint.load(file)
                checkpoint.save(file, groups, facts | {"config": config})
    return prepare


def texts(whole):
    for length in range(0, len(whole), 60):
        yield f"cut after {length}", whole[:length]
    yield "with a byte order mark", b"\xef\xbb\xbf" + whole
    yield "in UTF-16", whole.decode().encode("utf-16")
    yield "in Latin-1", whole.replace(b"tied", "tiéd".encode("latin-1"), 1) + b"\xe9"
    yield "deep brackets", b"[" * 200_000
    yield "deep objects", b'{"a":' * 100_000
    yield "a list", b"[1, 2]"
    yield "a number", b"7"
    yield "null", b"null"
    yield "two objects", whole + whole
    yield "a key twice", whole.replace(b'"seed": 0', b'"seed": 0, "seed": 1')
    yield "a number of 9,000 digits", whole.replace(b'"seed": 0', b'"seed": ' + b"9" * 9000)
    yield "single quotes", whole.replace(b'"', b"'")
    yield "zeros", bytes(1000)
    yield "20 MB of spaces", b" " * 20_000_000 + whole
