"""A process between the check and a learner's code: it holds the code within its bounds, and ends all that it started.

Run by its path, with nothing of scratchnets imported. What the code does to its own process (stopping it, taking back
timers, starting sessions and children of its own) does not reach this one: it looks at the clock and at the system's
own books, and everything that the code starts remains its descendant.
"""
import ctypes
import json
import os
import signal
import subprocess
import sys
import time

try:
    import resource
except ImportError:                         # Windows, where `bounds` does without this process
    resource = None

LOOK = 0.05             # seconds between two looks at the books, in which 2 GB are hardly filled
LAST_WORDS = 0.3        # seconds for faulthandler to write where the code stood
CHILD_SUBREAPER, DROP_CAPABILITY, CAP_SYS_RESOURCE = 36, 24, 24         # of Linux: prctl.h, capability.h
CHILDREN = 64           # processes and threads beside those that the user has already


def main(request):
    """Run ``request["command"]``; write {"status", "exceeded", "begun"} to the descriptor ``request["report"]``."""
    parent = os.getppid()
    _prctl(CHILD_SUBREAPER, 1)
    marks, marking = os.pipe()              # a byte when the code begins, and one when there is a verdict
    os.set_blocking(marks, False)
    child = subprocess.Popen(request["command"], stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=[marking],
                             env=os.environ | {"SCRATCHNETS_MARKS": str(marking)}, preexec_fn=lambda: limit(request))
    os.close(marking)
    family = Family(child.pid)
    until, looked, status, exceeded = time.monotonic() + request["start"], 0.0, None, None
    phases = list(request["phases"])        # [seconds, what it is called], one a mark
    phase, begun = "seconds", False
    while exceeded is None:
        status, now = child.poll(), time.monotonic()
        if phases and _marked(marks):
            begun, (more, phase) = True, phases.pop(0)
            until = now + more
        if status is not None:
            break
        if os.getppid() != parent:          # nobody waits for the verdict any more
            exceeded = "alone"
        if now > until:
            exceeded = phase
        elif now - looked > LOOK:
            looked = now
            memory, written = family.books()
            exceeded = "memory" if memory > request["memory"] else "disk" if written > request["disk"] else exceeded
        time.sleep(0.01)
    if exceeded not in (None, "alone"):
        status = last_words(child)
    family.end()
    os.write(request["report"], json.dumps({"status": status, "exceeded": exceeded, "begun": begun}).encode())


def _marked(marks):
    try:
        return bool(os.read(marks, 1))
    except BlockingIOError:
        return False


def limit(request):
    """Of the code's own process: bounds that the system keeps, and that nobody in it can lift, root included."""
    _prctl(DROP_CAPABILITY, CAP_SYS_RESOURCE)
    cpu = int(request["start"] + sum(phase[0] for phase in request["phases"])) + 1       # of what escapes from all else
    for name, bound in (("RLIMIT_AS", request["memory"]), ("RLIMIT_FSIZE", request["disk"]), ("RLIMIT_CORE", 0),
                        ("RLIMIT_CPU", cpu), ("RLIMIT_NPROC", _tasks() + CHILDREN)):
        try:
            which = getattr(resource, name)
            hard = resource.getrlimit(which)[1]
            bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(which, (bound, bound))
        except (AttributeError, ValueError, OSError):           # this system has no such bound
            pass


def last_words(child):
    """Let faulthandler write where the code stands; its exit status, None where it has not ended by itself."""
    for number in (signal.SIGCONT, signal.SIGABRT):
        try:
            child.send_signal(number)
        except OSError:
            pass
    try:
        return child.wait(LAST_WORDS)
    except subprocess.TimeoutExpired:
        return None


class Family:
    """The learner's process and all that it has started, also in other groups and sessions."""

    def __init__(self, pid):
        self.pid, self.own = pid, _written("self")

    def members(self):
        """Process numbers."""
        parents = _parents()
        found, more = set(), {pid for pid, parent in parents.items() if parent == os.getpid()} | {self.pid}
        while more:
            found |= more
            more = {pid for pid, parent in parents.items() if parent in found} - found
        return found & parents.keys()

    def books(self):
        """(bytes of memory, bytes written) of all of them; what ended children wrote is counted to who awaited them."""
        members = self.members()
        return (sum(map(_resident, members)),
                sum(map(_written, members)) + _written("self") - self.own)

    def end(self):
        """Stop all, then kill all, until there is none."""
        until = time.monotonic() + 3.0
        while time.monotonic() < until:
            members = self.members()
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for pid in members:
                    _signal(os.kill, pid, number)
            _signal(os.killpg, self.pid, signal.SIGKILL)
            if not _reaped() and not self.members():
                return
            time.sleep(0.005)


def _signal(send, pid, number):
    try:
        send(pid, number)
    except OSError:
        pass


def _reaped():
    """Collect what has ended; whether something of ours is still there."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False


def _parents():
    """{process: its parent} of all on this machine."""
    if not os.path.isdir("/proc/self"):
        lister = subprocess.Popen(["ps", "-axo", "pid=,ppid=,stat="], stdout=subprocess.PIPE, text=True)
        rows = [line.split() for line in lister.communicate()[0].splitlines()]
        return {int(row[0]): int(row[1]) for row in rows if row[2][0] != "Z" and int(row[0]) != lister.pid}
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    state, parent = file.read().rsplit(b")", 1)[1].split()[:2]
            except (OSError, IndexError):
                continue
            if state != b"Z":
                parents[int(name)] = int(parent)
    return parents


def _resident(pid):
    """Bytes of memory that a process fills; what it shares with others counts in shares."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024
    except (OSError, ValueError, StopIteration):
        pass                                # an older system, or none of these books
    try:
        if os.path.isdir("/proc/self"):
            with open(f"/proc/{pid}/statm") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return int(listed.stdout or 0) * 1024
    except (OSError, ValueError, IndexError):
        return 0


def _written(pid):
    """Bytes that a process has written, to files or to be read by others; 0 where the system keeps no such book."""
    try:
        with open(f"/proc/{pid}/io") as file:
            books = dict(line.split(": ") for line in file)
        return max(int(books["wchar"]), int(books["write_bytes"]))
    except (OSError, ValueError, KeyError):
        return 0


def _tasks():
    """How many processes and threads the user has now."""
    count = 0
    try:
        for name in os.listdir("/proc"):
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{name}/task"))
    except OSError:
        pass
    return count or 1000


def _prctl(option, value):
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
        except (OSError, AttributeError):
            pass


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
