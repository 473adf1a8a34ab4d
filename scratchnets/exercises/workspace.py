"""The learner's folder: one file an exercise, and a JSON file that remembers how far they got."""
import json
import shlex
import sys
from pathlib import Path

from scratchnets.exercises import progress
from scratchnets.exercises.catalogue import all_exercises, get, names
from scratchnets.exercises.stubs import stub
from scratchnets.files import make_folder, write_text

PROGRESS = "scratchnets-progress.json"
USUAL = "exercises"             # looked for in the current folder


class Workspace:
    """A folder of exercises.

    The progress is read anew before each change and written to a temporary file that is then
    renamed: a crash loses nothing, and a `watch` and a `check` beside it do not undo each other.
    """

    def __init__(self, folder):
        self.folder = Path(folder)

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
        return next((cls(place) for place in places if (place / PROGRESS).exists()), None)

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
        self._save(self._begun())
        option = self.option()
        written, kept = [], []
        for exercise in all_exercises() if not chosen else map(get, chosen):
            path = self.file(exercise.name)
            (kept if path.exists() else written).append(exercise.name)
            if not path.exists():
                write_text(path, stub(exercise, option))
        return written, kept

    # ---- progress -------------------------------------------------------------------------------

    def progress(self):
        """{name: {"status", "passed", "hints", "gave_up"}} of what has been touched."""
        return progress.read(self.folder / PROGRESS)

    def of(self, name):
        """What is known of one exercise."""
        return progress.UNTOUCHED | self.progress().get(name, {})

    def remember(self, name, **facts):
        """Change what is known of one exercise."""
        known = self.progress()
        known[name] = progress.UNTOUCHED | known.get(name, {}) | facts
        self._save(known)

    def record(self, verdict):
        """Take a verdict down; what has once passed stays passed."""
        passed = verdict.passed or self.of(verdict.exercise)["passed"]
        self.remember(verdict.exercise, status=verdict.status, passed=passed)

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

    def _save(self, known):
        write_text(self.folder / PROGRESS, json.dumps({"version": 1, "exercises": known}, indent=1) + "\n")

    def _begun(self):
        """The progress, or none where its file is damaged, which then goes aside."""
        path = self.folder / PROGRESS
        try:
            return self.progress()
        except ValueError as error:
            aside = path.with_suffix(".damaged.json")
            path.replace(aside)
            print(f"{path} was damaged: moved to {aside.name}, progress begins anew ({error})", file=sys.stderr)
            return {}
