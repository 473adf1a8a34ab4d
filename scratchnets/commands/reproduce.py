"""scratchnets reproduce: compute the book's long results again."""
import argparse
import sys
from pathlib import Path

from scratchnets.commands.signals import Raise, answered

EPILOG = """\
examples:
  scratchnets reproduce --list               the experiments, and which lecture they belong to
  scratchnets reproduce --quick              a few trials of each: about six minutes on two cores
  scratchnets reproduce vae_on_digits        one experiment, every trial
  scratchnets reproduce                      everything: some hours

Leaves NAME.json for each experiment and a page, results.md, in a folder. What is there already is not
computed again: stop it with Ctrl-C, and go on with the same command. Seeds are part of each trial, so that
two runs with the same libraries and as many threads agree to the digit; otherwise the last digits differ, and
grow over a training. What needs PyTorch is left out where that is not installed."""


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "reproduce", help="compute the book's long results again", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EPILOG,
        description="Compute the figures that take longer than a lecture may, and compare them with the book's.")
    parser.add_argument("names", metavar="NAME", nargs="*", help="an experiment (default: all)")
    parser.add_argument("--quick", action="store_true", help="only a few trials of each, the same as in the book")
    parser.add_argument("--list", action="store_true", help="list the experiments and run nothing")
    parser.add_argument("--out", metavar="DIR", default="runs/reproduce", help="where to (default: %(default)s)")
    parser.add_argument("--backend", metavar="NAME", help="numpy or cupy")
    return parser


def run(arguments):
    from scratchnets import backend
    if arguments.backend:
        backend.use(arguments.backend)
    from scratchnets.experiments.catalogue import all_experiments, get
    from scratchnets.experiments.page import page
    from scratchnets.experiments.reproduce import reproduce
    from scratchnets.files import make_folder, write_text
    chosen = list(map(get, dict.fromkeys(arguments.names))) or all_experiments()
    if arguments.list:
        print("\n".join(map(listed, chosen)))
        return 0
    folder = Path(arguments.out)
    make_folder(folder, "--out")
    try:
        with answered(Raise()):
            for experiment in chosen:
                print(reproduce(experiment, folder, arguments.quick), flush=True)
                write_text(folder / "results.md", page(folder))
    except KeyboardInterrupt:
        print(f"\nthe trials that are finished are kept in {folder}; go on with the same command", file=sys.stderr)
        raise
    print(f"\nthe figures as a page: {folder / 'results.md'}")
    return 0


def listed(experiment):
    """An experiment in a line."""
    quick = sum(trial.quick for trial in experiment.trials)
    needs = "".join(f" (needs {package})" for package in experiment.needs)
    return (f"{experiment.name:<24} lecture {experiment.lecture:02d}, {len(experiment.trials):>3} trials "
            f"({quick} quick): {experiment.title}{needs}")
