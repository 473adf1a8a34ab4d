"""The file that remembers a learner's progress, damaged; and answers that are no files of Python's."""
import json
from pathlib import Path

from case import DONE, EITHER, Case, after, copied, written

FILE = "scratchnets-progress.json"
VALUES = {"null": None, "a text": "x", "-1": -1, "1.5": 1.5, "10²⁰": 10 ** 20, "[]": [], "{}": {}, "99": 99}
COMMANDS = {"list": ["exercises", "list", "--dir", "exercises"], "hint": ["exercises", "hint", "dense_backward",
                                                                          "--dir", "exercises"],
            "check": ["exercises", "check", "tanh_backward", "--dir", "exercises"],
            "solution": ["exercises", "solution", "dense_backward", "--dir", "exercises"]}


def cases(ground):
    whole = (ground / "exercises" / FILE).read_bytes()
    for what, content in texts(whole):
        for command in ("list", "hint", "solution"):
            yield Case("progress files", f"{what}, {command}", COMMANDS[command], (FILE,),
                       after(copied(ground, "exercises"), written(f"exercises/{FILE}", content)), ends=EITHER)
    for field in ("status", "passed", "hints", "gave_up"):
        for what, value in VALUES.items():
            for command in ("list", "hint", "solution"):
                content = json.dumps({"version": 1, "exercises": {"dense_backward": {field: value}}})
                yield Case("progress files", f"{field} = {what}, {command}", COMMANDS[command],
                           (FILE, "dense_backward"),
                           after(copied(ground, "exercises"), written(f"exercises/{FILE}", content)), ends=EITHER)
    for what, content in (("empty", ""), ("zeros", bytes(100)), ("Latin-1", b"# caf\xe9\n"), ("deep", "(" * 500),
                          ("UTF-16", "x = 1".encode("utf-16")),
                          ("a number", "1"), ("unclosed", "def dense_backward("),
                          ("two", "def tanh_backward():\n 1\ndef relu_backward():\n 1")):
        yield Case("answers", f"answer.py {what}", ["exercises", "check", "answer.py"], ("answer.py",),
                   written("answer.py", content))
    yield Case("answers", "a folder named like an answer", ["exercises", "check", "answer.py"], ("answer.py",),
               lambda here: Path(here, "answer.py").mkdir())
    for seconds in ("0", "-1", "nan", "inf", "1e300", "1e9", "x", ""):
        yield Case("answers", f"--time-limit {seconds!r}", ["exercises", "check", "tanh_backward", "--dir",
                                                            "exercises", "--time-limit", seconds],
                   ("--time-limit",), copied(ground, "exercises"))
    yield Case("answers", "list is well", COMMANDS["list"], (), copied(ground, "exercises"), ends=DONE)


def texts(whole):
    for length in range(0, len(whole), 9):
        yield f"cut after {length}", whole[:length]
    for what, value in (*VALUES.items(), ("exercises: 1", {"exercises": 1}), ("exercises: []", {"exercises": []}),
                        ("an entry of 1", {"exercises": {"dense_backward": 1}}),
                        ("an entry of text", {"exercises": {"dense_backward": "xy"}}),
                        ("an entry of pairs", {"exercises": {"dense_backward": [["hints", 2]]}}),
                        ("no exercises", {"version": 1}),
                        ("an unknown one", {"exercises": {"nothing": {"hints": 1}}})):
        yield what, json.dumps(value)
    yield "UTF-16", whole.decode().encode("utf-16")
    yield "Latin-1", whole + b"\xe9"
    yield "zeros", bytes(300)
    yield "deep", b"[" * 100_000
    yield "twice", whole + whole
