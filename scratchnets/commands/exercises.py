"""scratchnets exercises: write backward passes, and learn what exactly is wrong with them."""
import argparse
import ast
import inspect
import os
import signal
import sys
from pathlib import Path

from scratchnets.arguments import brief, number
from scratchnets.commands import signals
from scratchnets.reading import content, ordinary

EXAMPLES = """\
examples:
  scratchnets exercises                          the list, by lecture, with your state
  scratchnets exercises start exercises          one file an exercise, in the folder "exercises"
  scratchnets exercises watch exercises          check on each save, and move on
  scratchnets exercises check dense_backward     one verdict (or: check FILE.py)
  scratchnets exercises hint dense_backward      the next of three hints
  scratchnets exercises solution dense_backward  the library's own function, once yours passes"""


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "exercises", help="write backward passes, and learn what is wrong with them", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EXAMPLES,
        description="Exercises that say what is wrong with a gradient. Without an action: the list.")
    parser.set_defaults(action="list", dir=None)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")

    def action(name, help):
        added = actions.add_parser(name, help=help, allow_abbrev=False,
                                   description=f"{help[0].upper()}{help[1:]}.")
        if name not in ("start", "watch"):
            added.add_argument("--dir", metavar="DIR", help="your folder (default: this one, one above, or "
                                                            "./exercises)")
        return added

    action("list", "list the exercises by lecture, with your state")
    start = action("start", "write one file an exercise; what is there already stays")
    start.add_argument("dir", metavar="DIR", help="the folder, made if need be")
    start.add_argument("names", metavar="NAME", nargs="*", help="only these exercises")
    check = action("check", "judge an answer: the next open exercise, one by name, or a file")
    check.add_argument("what", metavar="NAME or FILE", nargs="?", help="default: the next open exercise")
    check.add_argument("--time-limit", metavar="SECONDS", type=float, default=10.0,
                       help="what your code may take (default: %(default)g)")
    watch = action("watch", "check each file when it is saved, and move on when it passes; Ctrl-C ends")
    watch.add_argument("dir", metavar="DIR", help="your folder")
    hint = action("hint", "the next of three rising hints")
    hint.add_argument("name", metavar="NAME", nargs="?", help="default: the next open exercise")
    solution = action("solution", "the library's own function, once yours passes")
    solution.add_argument("name", metavar="NAME or FILE")
    solution.add_argument("--give-up", action="store_true", help="show it although yours does not pass yet")
    return parser


def run(arguments):
    with signals.answered(signals.Raise()):             # a check has processes and files to tidy up
        return _run(arguments)


def _run(arguments):
    return {"list": list_exercises, "start": start, "check": check, "watch": watch, "hint": hint,
            "solution": solution}[arguments.action or "list"](arguments)


def list_exercises(arguments):
    from scratchnets.exercises.catalogue import all_exercises
    from scratchnets.exercises.lectures import heading
    workspace, exercises, lecture = _workspace(arguments, needed=False), all_exercises(), None
    width = max(len(exercise.name) for exercise in exercises)
    for exercise in exercises:
        if exercise.lecture != lecture:
            lecture = exercise.lecture
            print(("\n" if exercise is not exercises[0] else "") + _paint(heading(lecture), "bold"))
        state = workspace.state(exercise.name) if workspace else ""
        remarks = workspace.remarks(exercise.name) if workspace else ""
        print(f"  {_paint(f'{state:<13}', state)}  {exercise.name:<{width}}  {exercise.title}"
              + (f"  ({remarks})" if remarks else ""))
    print()
    if workspace is None:
        print(f"{len(exercises)} exercises. Begin: scratchnets exercises start exercises")
        return 0
    done = sum(workspace.of(exercise.name)["passed"] for exercise in exercises)
    print(f"{done} of {len(exercises)} passed, in {_short(workspace.folder)}. {_onward(workspace)}")
    return 0


def start(arguments):
    from scratchnets.exercises.catalogue import known
    from scratchnets.exercises.workspace import Workspace
    for name in arguments.names:
        known(name)
    workspace = Workspace(arguments.dir)
    written, kept = workspace.start(arguments.names)
    print(f"{len(written)} file{'s' * (len(written) != 1)} written to {workspace.folder}{os.sep}"
          + (f" ({len(kept)} were there already and stay as they are)" if kept else ""))
    print(f"{_onward(workspace)}\nThen: {_command('check', workspace)}\n"
          f"Or let every save be checked: scratchnets exercises watch {workspace.folder}")
    return 0


def check(arguments):
    from scratchnets.exercises.process import LONGEST, check_file
    number("--time-limit", arguments.time_limit, above=0, at_most=LONGEST)
    workspace = _workspace(arguments, needed=False, file=arguments.what)
    path, name = _what_to_check(arguments.what, workspace)
    if path is None:
        print("All exercises of this folder have passed. Name one to check it again.")
        return 0
    if workspace is not None and path.resolve() != workspace.file(name).resolve():
        workspace = None                    # some other file: no progress to remember
    verdict = check_file(path, name, arguments.time_limit)
    _show(verdict, workspace, path)
    return 0 if verdict.passed else 1


def watch(arguments):
    from scratchnets.exercises.process import check_file
    from scratchnets.exercises.watch import Watch
    from scratchnets.exercises.workspace import Workspace
    workspace = Workspace.find(arguments.dir)
    if workspace is None:
        raise ValueError(f"{brief(arguments.dir)} is no folder of exercises; "
                         f"make it one: scratchnets exercises start {brief(arguments.dir)}")
    watching = Watch(workspace)
    print(f"Watching {workspace.folder}; Ctrl-C ends.")
    turn = [name for name in [workspace.next()] if name]
    print(f"Open: {_onward(workspace)}")
    try:
        while True:
            for name in turn:
                print("\n" + "─" * 60)
                _look(check_file, workspace, name)
            if workspace.next() is None:
                return 0
            sys.stdout.flush()
            turn = watching.changed()
    except KeyboardInterrupt as stop:
        if getattr(stop, "number", signal.SIGINT) != signal.SIGINT:
            raise                           # only Ctrl-C is the way to end it
        print("\nStopped. Your progress is kept.")
        return 0


def _look(check_file, workspace, name):
    """Check a file that may be gone by now, or no file any more; the watch goes on."""
    path = workspace.file(name)
    try:
        if path.exists():
            _show(check_file(path, name), workspace, path)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"scratchnets: {error}", file=sys.stderr)


def hint(arguments):
    from scratchnets.exercises.catalogue import get
    workspace = _workspace(arguments)
    name = arguments.name or workspace.next()
    if name is None:
        print("All exercises of this folder have passed. Name one to see its hints.")
        return 0
    exercise = get(name)
    number = workspace.next_hint(exercise.name, len(exercise.hints))
    print(f"{exercise.name}, hint {number} of {len(exercise.hints)}\n\n{_wrap(exercise.hints[number - 1])}\n")
    for change in workspace.take_changes(exercise.name):
        print(f"{_wrap(change)}\n")
    if number == len(exercise.hints):
        print("That was the last one. If nothing helps: "
              f"{_command(f'solution {exercise.name} --give-up', workspace)}")
    else:
        print(f"Next: try, and {_command(f'check {exercise.name}', workspace)}")
    return 0


def solution(arguments):
    from scratchnets.exercises.catalogue import get
    path = Path(arguments.name)
    exercise = get(path.stem if path.suffix == ".py" else arguments.name)
    workspace = _workspace(arguments, needed=not arguments.give_up, file=arguments.name)
    passed = workspace is not None and workspace.of(exercise.name)["passed"]
    if not passed and not arguments.give_up:
        print(f"{exercise.name} has not passed yet. "
              f"A hint: {_command(f'hint {exercise.name}', workspace)}\n"
              "To see the solution all the same: "
              f"{_command(f'solution {exercise.name} --give-up', workspace)}")
        return 1
    if workspace is not None and not passed:
        workspace.remember(exercise.name, gave_up=True)
    for function in exercise.solution or (exercise.reference,):
        print(f"# {inspect.getmodule(function).__name__.replace('.', '/')}.py\n{inspect.getsource(function)}")
    print(f"Read: {', '.join(exercise.read)}")
    return 0


# ---- what they share -------------------------------------------------------------------------------

def _workspace(arguments, needed=True, file=None):
    """The folder that is named, or found here, or else that of the given file."""
    from scratchnets.exercises.workspace import Workspace
    workspace = Workspace.find(arguments.dir)
    if arguments.dir is None and file is not None and Path(file).suffix == ".py":
        workspace = Workspace.find(Path(file).parent) or workspace
    if workspace is None and (needed or arguments.dir is not None):
        place = arguments.dir or "here"
        raise ValueError(f"no folder of exercises {place}; begin with: scratchnets exercises start "
                         f"{arguments.dir or 'exercises'}, or name yours with --dir")
    return workspace


def _command(words, workspace):
    """A command that works from here."""
    return f"scratchnets exercises {words}" + (workspace.option() if workspace else "")


def _what_to_check(what, workspace):
    """(path, exercise name) to check; (None, None) where all has passed."""
    from scratchnets.exercises.catalogue import known, names
    if what is None or what in names():
        if workspace is None:
            raise ValueError("no folder of exercises here; begin with: scratchnets exercises start "
                             "exercises, or name yours with --dir")
        name = what or workspace.next()
        if name is None:
            return None, None
        path = workspace.file(name)
        if not path.exists():
            raise ValueError(f"no {path}; get it: scratchnets exercises start {workspace.folder} {name}")
        return path, name
    path = Path(what)
    if not (path.suffix == ".py" or path.is_file()):
        known(what)
    ordinary(path, "an answer, a file of Python's")
    return path, path.stem if path.stem in names() else _defined_in(path, names())


def _defined_in(path, exercises):
    """The exercise whose function the file defines, where its name does not say."""
    try:
        tree = ast.parse(content(path, "an answer, a file of Python's"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{path} is not named after an exercise, and Python cannot read it: "
                         f"{error}; mend it, or name it after the one that you mean") from None
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in exercises]
    if len(found) != 1:
        defines = f"it defines {' and '.join(found)}" if found else "it defines none"
        raise ValueError(f"{path} is not named after an exercise, and {defines}; "
                         "name the file after the one that you mean")
    return found[0]


def _show(verdict, workspace, path):
    """Record a verdict, add what to do now, and print it."""
    from scratchnets.exercises.repair.telling import SHOWS_IT
    name = verdict.exercise
    if workspace is not None:
        workspace.record(verdict)
    if verdict.passed:
        onward = [_onward(workspace, name)] if workspace is not None else []
        verdict.next = "\n".join([*onward, f"{_command(f'solution {name}', workspace)} shows how the library "
                                           "writes it"])
    elif verdict.status == "not attempted":
        verdict.next = f"write it in {_short(path)}"
    elif verdict.status == "not judged":
        verdict.next = "report it; your answer may well be right"
    else:
        or_ask = f", or ask for the hint, {SHOWS_IT}" if verdict.changes and workspace is not None else ""
        verdict.next = f"mend {_short(path)} and check again{or_ask}\nHint: {_command(f'hint {name}', workspace)}"
    print(verdict.text(colour=_colours()))


def _onward(workspace, after=None):
    from scratchnets.exercises.catalogue import get
    name = workspace.next(after)
    if name is None:
        return "All exercises of this folder have passed!"
    return f"{get(name).title}, in {_short(workspace.file(name))}"


def _short(path):
    """A path as one would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _colours():
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _paint(text, style):
    codes = {"bold": "1", "passed": "32", "wrong": "31", "raised": "31", "not attempted": "33"}
    return f"\033[{codes[style]}m{text}\033[0m" if _colours() and style in codes else text


def _wrap(text):
    from scratchnets.exercises.exercise import paragraphs
    from scratchnets.exercises.rendering import wrapped
    return wrapped(paragraphs(text))
