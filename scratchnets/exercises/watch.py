"""Check a file whenever it is saved, and move on when it passes."""
import time

from scratchnets.exercises.catalogue import names

ROUNDS = 20             # as often, and no more: something may write into a file all the time
PAUSE = 0.3             # seconds between two looks
SETTLE = 0.1            # an editor may empty a file before it fills it: wait until its size stands still


class Watch:
    """Looks at the files of a workspace and says which has changed.

    Parameters
    ----------
    workspace : Workspace
    sleep : callable
        ``sleep(seconds)``; a test passes its own.
    """

    def __init__(self, workspace, sleep=time.sleep):
        self.workspace, self.sleep = workspace, sleep
        self.seen = self.stamps()

    def stamps(self):
        """{name: what changes with a save} of the files that are there."""
        stamps = {}
        for name in names():
            try:
                status = self.workspace.file(name).stat()
            except OSError:                 # not there, or being replaced this very moment
                continue
            stamps[name] = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)
        return stamps

    def changed(self):
        """Names of the exercises whose file has changed since the last call; waits for one."""
        while True:
            self.sleep(PAUSE)
            now = self.stamps()
            if now == self.seen:
                if not self.workspace.folder.is_dir():
                    raise FileNotFoundError(f"the folder {self.workspace.folder} is gone")
                continue
            now = self._settled(now)
            changed = [name for name in now if now[name] != self.seen.get(name)]
            self.seen = now
            if changed:
                return changed

    def _settled(self, now):
        for _ in range(ROUNDS):
            self.sleep(SETTLE)
            later = self.stamps()
            if later == now:
                break
            now = later
        return now
