"""What a run leaves behind, changed by hand: its history, the facts and the arrays of its checkpoints, its frames."""
import json
import math
from pathlib import Path

import numpy as np
from case import EITHER, Case, after, copied, written

from scratchnets.training import checkpoint

VALUES = {"null": None, "true": True, "a text": "x", "-1": -1, "1.5": 1.5, "NaN": math.nan, "Infinity": math.inf,
          "10²⁰": 10 ** 20, "10⁴⁰⁰": 10 ** 400, "[]": [], "{}": {}, "nested": [[[{}]]], "7": 7}


def cases(ground):
    for run in ("ae", "va", "vae", "gan"):
        text = (ground / run / "history.csv").read_text()
        for what, spoilt in histories(text):
            yield Case("history.csv", f"{run}: {what}, resumed", ["train", "--resume", run, "--epochs", "3"],
                       ("history.csv",),
                       after(copied(ground, run), written(f"{run}/history.csv", spoilt)), ends=EITHER)
        if run == "ae":
            for what, spoilt in histories(text):
                yield Case("history.csv", f"{run}: {what}, evaluated", ["evaluate", run], ("history.csv",),
                           after(copied(ground, run), written(f"{run}/history.csv", spoilt)), ends="done")
    for run, file, argv in (("ae", "checkpoint.npz", ["evaluate", "ae"]),
                            ("ae", "checkpoint.npz", ["train", "--resume", "ae"]),
                            ("va", "best.npz", ["evaluate", "va"]), ("gan", "checkpoint.npz",
                                                                     ["train", "--resume", "gan"]),
                            ("gan", "judge.npz", ["evaluate", "gan"])):
        groups, facts = checkpoint.load(ground / run / file)
        for what, change in (*changed_facts(facts), *changed_arrays(groups)):
            yield Case("checkpoints", f"{run}/{file}: {what}, {argv[0]}", argv, (file, f"{run} has already trained"),
                       after(copied(ground, run), rewritten(f"{run}/{file}", change)), ends=EITHER)
    for what, arrays in frames():
        yield Case("frames", what, ["train", "--resume", "gan"], ("00001.npz",),
                   after(copied(ground, "gan"), lambda here, a=arrays: np.savez(Path(here, "gan/frames/00001.npz"),
                                                                                **a)),
                   ends=EITHER)
    for name in ("x.npz", "1.5.npz", "²,npz", "-1.npz", "99999999999.npz", "00001 (1).npz"):
        yield Case("frames", f"one named {name}", ["train", "--resume", "gan"], (name,),
                   after(copied(ground, "gan"), written(f"gan/frames/{name}", b"x")), ends="done")


def histories(text):
    lines = text.splitlines()
    names, first, second = lines
    for place in range(len(first.split(","))):
        for value in ("", "x", "1;2", "nan", "1e999", "９", "0x1", "True", "1" * 5000, "²"):
            cells = first.split(",")
            cells[place] = value
            yield f"{names.split(',')[place]} = {value[:9]}", "\n".join([names, ",".join(cells), second]) + "\n"
    yield "a cell missing", "\n".join([names, first.rsplit(",", 1)[0], second])
    yield "a cell more", "\n".join([names, first + ",1", second])
    yield "a column missing", "\n".join(line.rsplit(",", 1)[0] for line in lines)
    yield "the first column missing", "\n".join(line.split(",", 1)[1] for line in lines)
    yield "a column more", "\n".join([names + ",more", first + ",1", second + ",1"])
    yield "a name twice", "\n".join([names + ",loss", first + ",1", second + ",1"])
    yield "semicolons", text.replace(",", ";")
    yield "tabs", text.replace(",", "\t")
    yield "commas for points", text.replace(".", ",")
    yield "no names", "\n".join(lines[1:])
    yield "names alone", names
    yield "an epoch missing", "\n".join([names, second])
    yield "epochs exchanged", "\n".join([names, second, first])
    yield "an epoch twice", "\n".join([names, first, first])
    yield "empty", ""
    yield "empty lines", text.replace("\n", "\n\n")
    yield "Windows line ends", text.replace("\n", "\r\n")
    yield "a quote open", text.replace(",", ',"', 1)
    yield "Latin-1", text.encode() + b"\xe9"
    yield "UTF-16", text.encode("utf-16")
    yield "zeros", bytes(500)
    yield "cut", text[:len(text) // 2]
    yield "a megabyte of one cell", names + "\n" + "1" * 10 ** 6


def rewritten(file, change):
    """A `prepare` that changes a checkpoint; its checksum is right again."""
    def prepare(here):
        groups, facts = checkpoint.load(Path(here, file))
        groups, facts = change(json.loads(json.dumps(facts)), groups)
        checkpoint.save(Path(here, file), groups, facts)
    return prepare


def changed_facts(facts):
    for name in facts:
        yield f"without {name}", lambda f, g, n=name: (g, {key: value for key, value in f.items() if key != n})
        for what, value in VALUES.items():
            yield f"{name} = {what}", lambda f, g, n=name, v=value: (g, f | {n: v})
    for name in facts.get("generators", {}):
        for what, value in VALUES.items():
            yield f"generator {name} = {what}", \
                lambda f, g, n=name, v=value: (g, f | {"generators": f["generators"] | {n: v}})
        for part in ("state", "bit_generator", "has_uint32", "uinteger"):
            for what, value in VALUES.items():
                yield f"generator {name}.{part} = {what}", lambda f, g, n=name, p=part, v=value: (
                    g, f | {"generators": f["generators"] | {n: f["generators"][n] | {p: v}}})


def changed_arrays(groups):
    for group, state in groups.items():
        yield f"without the group {group}", lambda f, g, n=group: ({key: value for key,
                                                                    value in g.items() if key != n}, f)
        for name, array in list(state.items())[:4] + list(state.items())[-2:]:
            for what, spoilt in spoilt_arrays(array):
                yield f"{group}/{name}: {what}", \
                    lambda f, g, p=group, n=name, a=spoilt: (g | {p: g[p] | {n: a}}, f)
            yield f"without {group}/{name}", \
                lambda f, g, p=group, n=name: (g | {p: {key: value for key, value in g[p].items() if key != n}}, f)
    yield "a group more", lambda f, g: (g | {"more": {"x": np.zeros(3)}}, f)
    yield "an array more", lambda f, g: (g | {"model": g.get("model", {}) | {"more": np.zeros(3)}}, f)


def spoilt_arrays(array):
    array = np.asarray(array)
    for what, spoilt in (("transposed", array.T), ("flat", array.reshape(-1)), ("with an axis more", array[None]),
                         ("empty", np.zeros(0)), ("a number", np.array(3.0)), ("of text", np.full(array.shape, "x")),
                         ("complex", array + 1j), ("true or false", array > 0), ("NaN", np.full(array.shape, np.nan)),
                         ("infinite", np.full(array.shape, np.inf)), ("doubled",
                                                                      np.concatenate([array.reshape(-1)] * 2)),
                         ("below 0", -np.ones_like(array)), ("float16", array.astype("float16"))):
        if spoilt.shape != array.shape or spoilt.dtype != array.dtype or not np.array_equal(spoilt, array):
            yield what, spoilt


def frames():
    yield from (("nothing", {}), ("another name", {"x": np.zeros(3)}), ("text", {"samples": np.array(["x"])}),
                         ("a number", {"samples": np.array(1.0)}), ("NaN", {"samples": np.full((32, 8, 8, 1), np.nan)}),
                         ("rows", {"samples": np.zeros((32, 64))}), ("none", {"samples": np.zeros((0, 8, 8, 1))}),
                         ("two channels", {"samples": np.zeros((32, 8, 8, 2))}),
                         ("integers", {"samples": np.zeros((32, 8, 8, 1), int)}),
                         ("five axes", {"samples": np.zeros((1, 32, 8, 8, 1))}),
                         ("larger", {"samples": np.zeros((32, 80, 80, 1))}),
                         ("heat too", {"samples": np.zeros((32, 8, 8, 1)), "heat": np.zeros((3, 3))}),
                         ("objects", {"samples": np.array([{}], object)}))
