"""A command within bounds of time, memory, output and disk, that nothing in it can lift."""
import json
import os
import secrets
import signal
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

START = 60.0            # seconds for a slow machine to start Python and import NumPy
AFTERWARDS = 12.0       # seconds more once there is a verdict, for whatever may be said beside it
GRACE = 0.5             # seconds more than the code may take, in which it tells where it stands
MEMORY = 2 * 2 ** 30    # bytes: a list that grows for ever is a MemoryError, not a machine that swaps
DISK = 64 * 2 ** 20     # bytes written in all, to files and as output
PRINTED = 10_000        # characters of output that are kept
READ = 32 * 2 ** 20     # bytes of a file that the code may have written

SUPERVISOR = str(Path(__file__).with_name("supervisor.py"))
TOKEN = "SCRATCHNETS_CHECK"


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes
    ----------
    status : int or None
        Its exit status, negative for a signal; None where it was ended.
    exceeded : {"seconds", "afterwards", "memory", "disk", "supervisor", None}
        The bound for which it was ended; "afterwards" where it had left a verdict and was looking for more to say.
    printed : str
    begun : bool
        Whether it came to its first mark.
    """

    status: int | None
    exceeded: str | None
    printed: str
    begun: bool = True


def run(command, folder, seconds, scratch):
    """Run a command and end all that it has started; an `Outcome`.

    Parameters
    ----------
    command : list of str
    folder : path-like
        Where it runs.
    seconds : float
        From its first `mark`, until when it has `START`; from its second it has `AFTERWARDS`.
    scratch : Path
        Its folder for temporary files.
    """
    token = secrets.token_hex(16)
    environment = _environment(scratch) | {TOKEN: token}
    if os.name == "nt":
        return _run_alone(command, folder, environment, seconds + START)
    reading, writing = os.pipe()
    phases = [(seconds + GRACE, "seconds"), (AFTERWARDS, "afterwards")]
    request = {"command": command, "phases": phases, "start": START, "memory": MEMORY, "disk": DISK,
               "report": writing}
    supervisor = subprocess.Popen([sys.executable, "-I", "-S", SUPERVISOR, json.dumps(request)], cwd=folder,
                                  env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, start_new_session=True, pass_fds=[writing])
    os.close(writing)
    output = _Output(supervisor.stdout)
    try:
        supervisor.wait(START + seconds + AFTERWARDS + 10)       # it keeps the time, unless the code got at it
    except subprocess.TimeoutExpired:
        pass
    finally:
        if supervisor.poll() != 0:
            supervisor.kill()
            supervisor.wait()
            _end_marked(token)
        told = os.read(reading, 4096)
        os.close(reading)
    report = json.loads(told) if told else {"status": None, "exceeded": "supervisor", "begun": True}
    return Outcome(report["status"], report["exceeded"], output.text(), report["begun"])


def mark():
    """Tell the supervisor that the code begins, and again that there is a verdict."""
    if "SCRATCHNETS_MARKS" in os.environ:
        os.write(int(os.environ["SCRATCHNETS_MARKS"]), b"x")


def _run_alone(command, folder, environment, limit):
    """Where there is no such supervisor: a bound on time, for the command itself."""
    child = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output, status = _Output(child.stdout), None
    try:
        status = child.wait(limit)
    except subprocess.TimeoutExpired:
        pass
    finally:
        child.kill()
        child.wait()
    return Outcome(status, "seconds" if status is None else None, output.text())


def _end_marked(token):
    """End what carries the mark of this check, where its supervisor was ended from within."""
    mark = f"{TOKEN}={token}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                os.kill(int(place.name), signal.SIGKILL)
        except OSError:
            continue


class _Output:
    """Reads a pipe to its end, so that the child never blocks, and keeps only the beginning."""

    def __init__(self, pipe):
        self.pipe, self.kept, self.cut = pipe, bytearray(), False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while block := self.pipe.read1(65536):
            self.kept += block[:max(0, PRINTED - len(self.kept))]
            self.cut = self.cut or len(self.kept) >= PRINTED

    def text(self):
        self.thread.join(1.0)               # the pipe ends with the last process that holds it
        text = self.kept.decode("utf-8", errors="replace")
        return text + ("\n… (and so on; only the beginning is kept)" if self.cut else "")


def read_file(path):
    """What the code left in a file: at most `READ` bytes, and nothing that is a link, a pipe or a device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
                             | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(READ)


def _environment(scratch):
    environment = {key: value for key, value in os.environ.items() if key != "SCRATCHNETS_BACKEND"}
    # The arrays are tiny: threads would only cost start-up time.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    # The child runs in the learner's folder: what is relative to ours has to be made absolute.
    paths = [os.path.abspath(path) for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    return environment | threads | temporary | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8",
                                                "PYTHONDONTWRITEBYTECODE": "1"}
