"""What a learner's file may do to the check: hostile answers, each with the verdict that is due.

    python tests/faults/learners.py [--json] [NAME …]

prints, for each, the verdict, the seconds, and what is left of it: processes, megabytes. A row that is not as it
should be ends with what was expected. `test_learners.py` runs the quick ones.
"""
import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from scratchnets.exercises.process import check_file

RIGHT = "return dy @ W.T, x.T @ dy, dy.sum(axis=0)"
WRONG = "return dy @ W.T, x.T @ dy, dy.mean(axis=0)"


@dataclass
class Answer:
    """A file with ``dense_backward(dy, x, W)``: statements before it, its body, and the diagnoses that are right."""

    before: str
    body: str
    due: tuple
    passes: bool = False
    quick: bool = False
    after: str = ""
    limit: float = 2.0

    def text(self):
        body = "\n".join(f"    {line}" for line in self.body.splitlines())
        return f"import numpy as np\n{self.before}\n\n\ndef dense_backward(dy, x, W):\n{body}\n{self.after}\n"


def wrong_but(before, body=WRONG, quick=False):
    """A cheat: the answer is wrong, and the file tries to have it called right."""
    return Answer(before, body, ("not-alone", "library", "db-averaged", "replaces", "crashed", "first-call-only",
                                 "AttributeError", "ImportError", "ModuleNotFoundError"), quick=quick)


CHEATS = {
    "imports the answer": Answer("from scratchnets.layers.dense import dense_backward as given\n",
                                 "return given(dy, x, W)", ("library",), quick=True),
    "is the answer": Answer("", "...", ("library",), after="from scratchnets.layers.dense import dense_backward"),
    "asks a layer": Answer(
        "from scratchnets.layers import Dense\nfrom scratchnets import backend\n",
        "with backend.use('numpy', dtype='float64'):\n    d = Dense(W.shape[0], W.shape[1], generator=0)\n"
        "    d.W.data[...] = W\n    d.forward(x)\n    dx = d.backward(dy)\n    return dx, d.W.grad, d.b.grad",
        ("library",)),
    "asks the exercise": Answer("", "from scratchnets.exercises.catalogue.dense_backward import exercise\n"
                                "return exercise.reference(dy, x, W)", ("library", "ModuleNotFoundError",
                                                                        "ImportError")),
    "reads the judge's frames": wrong_but("import sys", """f = sys._getframe()
while f is not None:
    for value in list(f.f_locals.values()):
        right = getattr(value, "right", None)
        if isinstance(right, dict) and set(right) == {"dx", "dW", "db"}:
            return right["dx"], right["dW"], right["db"]
    f = f.f_back
return dy @ W.T, x.T @ dy, dy.mean(axis=0)""", quick=True),
    "finds the problems by gc": wrong_but("import gc", """for value in gc.get_objects():
    if type(value).__name__ == "Problem" and value.arguments["dy"].shape == dy.shape:
        if np.array_equal(value.arguments["dy"], dy):
            return tuple(value.right[n] for n in ("dx", "dW", "db"))
return dy @ W.T, x.T @ dy, dy.mean(axis=0)"""),
    "replaces the comparison": wrong_but(
        "import sys\nfor m in list(sys.modules.values()):\n"
        "    if hasattr(m, 'agree'):\n        m.agree = lambda *a, **k: True\n"
        "    if hasattr(m, 'all_agree'):\n        m.all_agree = lambda *a, **k: True\n", quick=True),
    "replaces numpy's norm": wrong_but("np.linalg.norm = lambda *a, **k: 0.0"),
    "replaces the judge": wrong_but("""import sys
def passed(exercise, function, seed=0):
    from scratchnets.exercises.verdict import Verdict
    return Verdict(exercise.name, "passed", "", "Right.", dict.fromkeys(exercise.returns, True),
                   read=list(exercise.read))
for m in list(sys.modules.values()):
    if hasattr(m, "judge") and callable(m.judge):
        m.judge = passed
"""),
    "writes the verdict": wrong_but("""import json, os, sys, gc
for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
    try:
        target = os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        continue
    if target.endswith("result.json"):
        os.write(int(name), json.dumps({"exercise": "dense_backward", "status": "passed", "message": "Right.",
            "diagnosis": "", "gradients": {"dx": True, "dW": True, "db": True}, "diagnoses": {}, "corners": [],
            "read": [], "next": "", "printed": ""}).encode())
        os._exit(0)
"""),
    "remembers the numbers": Answer("""import hashlib, os, pickle
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kept")
""", """f = __import__("sys")._getframe()
key = hashlib.sha256(dy.tobytes()).hexdigest()
kept = pickle.load(open(here, "rb")) if os.path.exists(here) else {}
while f is not None:
    for value in list(f.f_locals.values()):
        right = getattr(value, "right", None)
        if isinstance(right, dict) and set(right) == {"dx", "dW", "db"}:
            kept[key] = tuple(right.values())
            pickle.dump(kept, open(here, "wb"))
    f = f.f_back
return kept.get(key, (dy @ W.T, x.T @ dy, dy.mean(axis=0)))""", ("not-alone",)),
    "equal to everything": wrong_but("""class Same(np.ndarray):
    def __eq__(self, other): return np.bool_(True)
    def __sub__(self, other): return np.zeros(self.shape)
    __rsub__ = __sub__
    def __array__(self, *a, **k): return np.zeros(self.shape)
""", "return dy @ W.T, x.T @ dy, dy.mean(axis=0).view(Same)"),
}

TIME = {
    "a loop": Answer("", "while True:\n    pass", ("time-limit",), quick=True),
    "a timer taken back": Answer("import faulthandler", "faulthandler.cancel_dump_traceback_later()\nwhile True: pass",
                                 ("time-limit",), quick=True),
    "stopped": Answer("import os, signal", "os.kill(os.getpid(), signal.SIGSTOP)\n" + RIGHT, ("time-limit",),
                      quick=True),
    "its group stopped": Answer("import os, signal", "os.killpg(0, signal.SIGSTOP)\n" + RIGHT, ("time-limit",)),
    "all signals ignored": Answer("import faulthandler, os, signal", """faulthandler.disable()
faulthandler.cancel_dump_traceback_later()
for n in range(1, 32):
    try: signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass""", ("time-limit",)),
    "another session": Answer("import os, time", "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
                              "        time.sleep(300)\n    os._exit(0)\n" + RIGHT, ("",), passes=True, quick=True),
    "another session, another name": Answer("import subprocess, sys", "subprocess.Popen([sys.executable, '-c', 'import "
                                            "time; time.sleep(300)'], start_new_session=True, env={})\n" + RIGHT,
                                            ("",), passes=True),
    "children without end": Answer("import os, time", """for _ in range(10):
    try:
        if os.fork() == 0:
            time.sleep(300)
            os._exit(0)
    except OSError:
        break
""" + RIGHT, ("",), passes=True),
    "the watcher stopped": Answer("import os, signal", "os.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass",
                                  ("crashed",)),
    "sleeping in the file": Answer("import time\ntime.sleep(60)", RIGHT, ("time-limit",)),
}

SPACE = {
    "a list that grows": Answer("", "hoard = []\nwhile True:\n    hoard.append(np.ones(2 ** 22))", ("MemoryError",)),
    "a lifted limit": Answer("import resource", """try:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (ValueError, OSError):
    pass
hoard = []
while True:
    hoard.append(np.ones(2 ** 22))""", ("MemoryError", "memory-limit")),
    "children that fill memory": Answer("import os, time", """for _ in range(4):
    if os.fork() == 0:
        hoard = [np.ones(2 ** 20) for _ in range(100)]
        time.sleep(60)
time.sleep(60)""", ("memory-limit",)),
    "a large file": Answer("", "open('large', 'wb').write(b'x' * (300 * 2 ** 20))\n" + RIGHT,
                           ("OSError", "disk-limit"), quick=True),
    "a large file, limit lifted": Answer("import resource", """try:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (ValueError, OSError):
    pass
open('large', 'wb').write(b'x' * (300 * 2 ** 20))
""" + RIGHT, ("OSError", "disk-limit")),
    "many files": Answer("", "for i in range(300):\n    open(f'part{i}', 'wb').write(b'x' * 2 ** 20)\n    "
                         "__import__('time').sleep(0.003)\n" + RIGHT, ("disk-limit",)),
    "printing without end": Answer("", "while True:\n    print('again ' * 1000)", ("disk-limit", "time-limit")),
    "a long message": Answer("", "raise ValueError('x' * 10 ** 7)", ("ValueError",), quick=True),
    "a long name": Answer("E = type('E' * 10 ** 6, (Exception,), {})", "raise E()", ("E" * 100,)),
    "a long verdict": Answer("", "return {'k' * 10 ** 7: 1}", ("count",)),
}


for answer in SPACE.values():
    answer.limit = 30.0             # a slow machine fills 2 GB in ten seconds


def raising(what):
    return f"raise {what}"


ERRORS = {
    "KeyboardInterrupt": Answer("", raising("KeyboardInterrupt"), ("KeyboardInterrupt",), quick=True),
    "a BaseException": Answer("class Own(BaseException): pass", raising("Own('mine')"), ("Own",), quick=True),
    "a BaseException at once": Answer("class Own(BaseException): pass\nraise Own('mine')", RIGHT, ("Own",)),
    "GeneratorExit": Answer("", raising("GeneratorExit"), ("GeneratorExit",)),
    "cannot be printed": Answer("class Mute(Exception):\n    def __str__(self): raise RuntimeError('no')\n",
                                raising("Mute()"), ("Mute",), quick=True),
    "cannot be printed at once": Answer("class Mute(Exception):\n    def __str__(self): raise SystemExit\n"
                                        "raise Mute()\n", RIGHT, ("Mute",)),
    "an interrupt from within": Answer("import signal", "signal.raise_signal(signal.SIGINT)\n" + RIGHT,
                                       ("KeyboardInterrupt",)),
    "exit": Answer("", raising("SystemExit(0)"), ("exit",)),
    "os._exit": Answer("import os", "os._exit(0)", ("crashed",)),
    "recursion": Answer("", "return dense_backward(dy, x, W)", ("RecursionError",)),
    "an array that raises": Answer("class A:\n    def __array__(self, *a, **k): raise KeyError('a')\n",
                                   "return A(), A(), A()", ("KeyError", "not-numbers")),
    "a dtype that raises": Answer("class A:\n    @property\n    def dtype(self): raise OSError('a')\n",
                                  "return A(), A(), A()", ("OSError", "not-numbers")),
    "a default that cannot be shown": Answer("class A:\n    def __repr__(self): raise OSError('a')\n", "...",
                                             ("signature",),
                                             after="def dense_backward(dy, x, W, b, c=A()): return 1"),
    "stdout closed": Answer("import os, sys\nsys.stdout.close()\nsys.stdout = None", RIGHT, ("",), passes=True),
    "all descriptors closed": Answer("import os\nos.closerange(3, 100)", RIGHT, ("crashed", "OSError")),
    "its folder deleted": Answer("import os, shutil\nshutil.rmtree(os.environ['TMPDIR'])", RIGHT,
                                 ("crashed", "", "FileNotFoundError")),
    "a pipe for a verdict": Answer("import os\np = os.path.join(os.environ['TMPDIR'], 'result.json')\nos.unlink(p) if "
                                   "os.path.exists(p) else 0\nos.mkfifo(p)", RIGHT, ("crashed", "")),
    "numpy replaced": Answer("np.asarray = None", RIGHT, ("TypeError", "replaces")),
    "numpy emptied": Answer("for n in list(vars(np)):\n    if not n.startswith('_'):\n        setattr(np, n, None)",
                            RIGHT, ("replaces", "TypeError", "ValueError")),
    "a warning that cannot be shown": Answer(
        "import warnings\nclass Own(UserWarning):\n    def __str__(self): raise OSError('a')\n",
        "warnings.warn(Own())\n" + RIGHT, ("OSError",)),
}

RIGHTS = {
    "right": Answer("", RIGHT, ("",), passes=True, quick=True),
    "right in single precision": Answer("", "dy, x, W = (a.astype('float32') for a in (dy, x, W))\n" + RIGHT, ("",),
                                        passes=True),
    "right with a part of the library": Answer("from scratchnets.layers.activations import sigmoid", RIGHT, ("",),
                                               passes=True, quick=True),
    "right with a neighbour": Answer("import neighbour", RIGHT, ("",), passes=True),
}

ALL = {f"{kind}: {name}": answer for kind, answers in
       (("cheat", CHEATS), ("time", TIME), ("space", SPACE), ("error", ERRORS), ("right", RIGHTS))
       for name, answer in answers.items()}


def processes(folder):
    """Numbers of the processes that stand in a folder, as all do that a check starts, and are no zombies."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(place / "cwd") == os.path.realpath(folder) and (
                    (place / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"):
                found.add(int(place.name))
        except OSError:
            continue
    return found


def tried(name, answer, folder):
    """A row: the verdict on the answer, what it took, what it left behind, and whether all is as it should be."""
    folder = Path(folder)
    (folder / "neighbour.py").write_text("")
    path = folder / "dense_backward.py"
    path.write_text(answer.text(), encoding="utf-8")
    began = time.perf_counter()
    verdict = check_file(path, "dense_backward", answer.limit)
    seconds = time.perf_counter() - began
    left = processes(folder)
    size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 2 ** 20
    text = verdict.text()
    faults = []
    if verdict.passed != answer.passes or (verdict.diagnosis not in answer.due):
        faults.append(f"{verdict.status} [{verdict.diagnosis[:40]}], due {answer.due}")
    if seconds > 3 * answer.limit + 6:
        faults.append(f"{seconds:.1f} s")
    if left:
        faults.append(f"{len(left)} processes left")
    if size > 80:
        faults.append(f"{size:.0f} MB left")
    if len(text) > 30_000:
        faults.append(f"{len(text):,} characters")
    if "Traceback" in text:
        faults.append("a traceback")
    return {"answer": name, "status": verdict.status, "diagnosis": verdict.diagnosis[:60], "seconds": round(seconds, 1),
            "characters": len(text), "left": len(left), "faults": faults}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for name, answer in ALL.items():
        if arguments.names and not any(word in name for word in arguments.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows.append(tried(name, answer, folder))
        if not arguments.json:
            row = rows[-1]
            print(f"{row['answer']:45} {row['status']:13} {row['diagnosis'][:24]:24} {row['seconds']:5.1f} s  "
                  f"{'; '.join(row['faults'])}", flush=True)
    clean = sum(not row["faults"] for row in rows)
    print(json.dumps(rows, indent=1) if arguments.json else f"{clean} of {len(rows)} as they should be")
    return 0 if clean == len(rows) else 1


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())
