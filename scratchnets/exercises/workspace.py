"""The learner's folder: one file an exercise, and a JSON file that remembers how far they got."""
import json
import os
import shlex
import sys
from pathlib import Path

from scratchnets.exercises.catalogue import all_exercises, get, names
from scratchnets.exercises.repair.telling import remedy
from scratchnets.exercises.stubs import stub
from scratchnets.exercises.verdict import STATUSES
from scratchnets.files import make_folder, remove_leftovers, write_new, write_text
from scratchnets.locks import locked

PROGRESS = "scratchnets-progress.json"
USUAL = "exercises"             # looked for in the current folder
LOCK = ".scratchnets-progress.lock"
WAIT = 10.0                     # seconds for others to finish writing, which takes milliseconds
MOST = 10 ** 7                  # bytes of a progress file
UNKNOWN = {"status": "", "passed": False, "hints": 0, "gave_up": False}


class Workspace:
    """A folder of exercises.

    The progress is read anew before each change and written to a temporary file that is then
    renamed, while a lock keeps others from writing: a crash loses nothing, and a `watch` and a `check`
    beside it do not undo each other.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self._told = False                  # that the progress is damaged

    @classmethod
    def find(cls, folder=None):
        """The workspace at `folder`, or here, above, or in ./exercises; None where there is none.

        A `folder` that one stands in is found, too: what was typed one level above works on.
        """
        here = Path.cwd()
        around = (here, *here.parents)
        if folder is None:
            places = (*around, here / USUAL)
        else:
            ending = Path(folder).parts
            places = (Path(folder), *(place for place in around if place.parts[-len(ending):] == ending))
        return next((cls(place) for place in places if os.path.lexists(place / PROGRESS)), None)

    def file(self, name):
        return self.folder / f"{name}.py"

    def option(self):
        """What a command typed here needs to find this folder: ``" --dir my"``, or nothing."""
        found = Workspace.find()
        found_alone = found is not None and found.folder.resolve() == self.folder.resolve()
        return "" if found_alone else f" --dir {shlex.quote(self.folder.as_posix())}"

    def start(self, chosen=None):
        """Write the stubs that are not there yet; returns (written, kept) names."""
        make_folder(self.folder, "start DIR")
        with self._alone():
            if not os.path.lexists(self.folder / PROGRESS):
                self._save({})
        option = self.option()
        written, kept = [], []
        for exercise in all_exercises() if not chosen else map(get, chosen):
            new = write_new(self.file(exercise.name), stub(exercise, option))
            (written if new else kept).append(exercise.name)
        return written, kept

    # ---- progress -------------------------------------------------------------------------------

    def progress(self):
        """{name: {"status", "passed", "hints", "gave_up"}} of what has been touched, and "changes" to be shown.

        Reading changes nothing.
        """
        progress, damage = self._read()
        if damage and not self._told:
            self._told = True
            print(f"note: {self.folder / PROGRESS} is damaged ({damage}). It stays as it is until there is progress to "
                  "write, and is then kept aside", file=sys.stderr)
        return progress

    def of(self, name):
        """What is known of one exercise."""
        return UNKNOWN | self.progress().get(name, {})

    def remember(self, name, **facts):
        """Change what is known of one exercise: facts, or functions of what is known. Returns what is known then.

        From reading to writing nobody else writes: what another process has noted meanwhile is not lost.
        """
        with self._alone():
            progress, damage = self._read()
            known = UNKNOWN | progress.get(name, {})
            progress[name] = known | {fact: value(known) if callable(value) else value
                                      for fact, value in facts.items()}
            if not progress[name].get("changes"):
                progress[name].pop("changes", None)
            if damage:
                self._put_aside()
            self._save(progress)
            return progress[name]

    def record(self, verdict):
        """Take a verdict down, and what the next hint is to show; what has once passed stays passed."""
        self.remember(verdict.exercise, status=verdict.status, passed=lambda known: verdict.passed or known["passed"],
                      changes=[remedy(change) for change in verdict.changes])

    def take_changes(self, name):
        """What the last check has found to be changed, in words; the next hint shows it, once."""
        changes = self.of(name).get("changes", [])
        if changes:
            self.remember(name, changes=[])
        return changes

    def next_hint(self, name, count):
        """The number of the next of `count` hints, which counts as given from here on."""
        return self.remember(name, hints=lambda known: min(known["hints"] + 1, count))["hints"]

    def _alone(self):
        """A context in which this process alone writes the progress; others wait."""
        return locked(self.folder / LOCK, f"the progress of {self.folder}", wait=WAIT)

    def _read(self):
        """(progress, what is damaged in its file, or ""); the entries that are whole count."""
        path = self.folder / PROGRESS
        try:
            if not path.is_file():
                return {}, "it is no file" if path.exists() or path.is_symlink() else ""
            with open(path, "rb") as file:
                text = file.read(MOST + 1)
            if len(text) > MOST:
                return {}, f"it is longer than {MOST / 10 ** 6:g} MB"
            stored = json.loads(text.decode("utf-8"))
            stored = stored["exercises"]
            entries = {str(name): dict(entry) for name, entry in stored.items() if isinstance(entry, dict)}
        except RecursionError:
            return {}, "its brackets are nested too deeply"
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return {}, f"{type(error).__name__}: {str(error)[:100]}"
        except OSError as error:
            return {}, str(error.strerror)
        whole = {name: entry for name, entry in entries.items() if _is_whole(entry)}
        broken = [name for name in stored if name not in whole]
        return whole, f"the entry of {broken[0][:50]}" if broken else ""

    def _put_aside(self):
        """Keep a damaged file under a name that is free."""
        path, number = self.folder / PROGRESS, 1
        while os.path.lexists(aside := path.with_suffix(f".damaged{'' if number == 1 else f'-{number}'}.json")):
            number += 1
        path.rename(aside)
        print(f"{path} was damaged: it is now {aside.name}", file=sys.stderr)

    def state(self, name):
        """A word or two on one exercise, for the list."""
        known = self.of(name)
        if known["passed"]:
            return "passed"
        if not self.file(name).exists():
            return "no file"
        return known["status"] or "not attempted"

    def remarks(self, name):
        """What help there was: ``"2 hints, solution seen"``, or nothing."""
        known, parts = self.of(name), []
        if known["hints"]:
            parts.append(f"{known['hints']} hint{'s' * (known['hints'] > 1)}")
        if known["gave_up"]:
            parts.append("solution seen")
        return ", ".join(parts)

    def next(self, after=None):
        """The first exercise of the folder that has not passed, behind `after` or else from the beginning.

        None where all have.
        """
        order, known = names(), self.progress()
        begin = order.index(after) + 1 if after in order else 0
        for name in [*order[begin:], *order[:begin]]:
            if self.file(name).exists() and not known.get(name, {}).get("passed"):
                return name
        return None

    def _save(self, progress):
        remove_leftovers(self.folder)
        write_text(self.folder / PROGRESS, json.dumps({"version": 1, "exercises": progress}, indent=1) + "\n")


def _is_whole(entry):
    """Whether an entry holds what one may hold; facts that a later version adds are welcome."""
    known = UNKNOWN | entry
    return (known["status"] in ("", *STATUSES) and type(known["passed"]) is bool and type(known["gave_up"]) is bool
            and type(known["hints"]) is int and 0 <= known["hints"] < 1000
            and isinstance(known.get("changes", []), list)
            and all(isinstance(text, str) for text in known.get("changes", [])))
