"""The command line: ``scratchnets COMMAND …``, one module of `scratchnets.commands` for each command."""
import argparse
import difflib
import importlib
import os
import sys

from scratchnets import __version__
from scratchnets.arguments import choice
from scratchnets.backend import BackendError, name as backend_name
from scratchnets.commands import signals
from scratchnets.commands.words import Parser, expect_words, print_anything, shortened

COMMANDS = ("train", "evaluate", "sample", "data", "gradcheck", "exercises", "bench", "reproduce")

EXAMPLES = """\
examples:
  scratchnets train autoencoder          watch an autoencoder learn handwritten digits
  scratchnets evaluate runs/autoencoder  its test error, beside PCA's
  scratchnets gradcheck                  every backward pass against finite differences

Each command explains itself: scratchnets COMMAND --help
An error is one line; with SCRATCHNETS_TRACEBACK=1 in the environment it also says where."""


def build_parser():
    """The parser of all commands."""
    parser = Parser(
        prog="scratchnets", allow_abbrev=False, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Neural networks from scratch, every backward pass derived by hand.")
    parser.add_argument("--version", action="version", version=f"scratchnets {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        module = importlib.import_module(f"scratchnets.commands.{command}")
        module.add_parser(subparsers).set_defaults(run=module.run, parser=subparsers.choices[command])
    return parser


def main(argv=None):
    """Run one command; returns the exit status.

    0, 1 (a check failed), 2 (bad input), 130 (Ctrl-C), 143 (SIGTERM), 129 (the terminal was closed), 141 (the reader
    of the output has gone: ``scratchnets … | head -1``).
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    print_anything()
    try:
        if argv and not argv[0].startswith("-"):
            choice("command", argv[0], COMMANDS)
        arguments, unknown = build_parser().parse_known_args(argv)
        if unknown:
            arguments.parser.error(_unknown_options(arguments.parser, unknown))
        expect_words(arguments)
        backend_name()                      # where SCRATCHNETS_BACKEND is wrong, it is said now
        status = arguments.run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt as stop:
        stop = stop if isinstance(stop, signals.Stopped) else signals.Stopped()
        if not stop.told:
            signals.say(f"\nscratchnets: {signals.words(stop.number)}")
        return stop.status
    except (ValueError, TypeError, OSError, BackendError, ImportError) as error:
        if signals.reader_gone(error):
            signals.abandon_output()
            return signals.READER_GONE
        return _failed(error, str(error))
    except MemoryError as error:
        return _failed(error, f"out of memory ({error}); take fewer or smaller examples, a smaller batch or a "
                              "smaller code")
    except Exception as error:              # nothing of the kind is meant to arrive here
        return _failed(error, f"{type(error).__name__}: {error}. This is a mistake in scratchnets, or in a file of a "
                              "run that was changed by hand; with SCRATCHNETS_TRACEBACK=1 it says where")


def _failed(error, message):
    if os.environ.get("SCRATCHNETS_TRACEBACK"):
        raise error
    print(f"scratchnets: error: {shortened(message)}", file=sys.stderr)
    return 2


def _unknown_options(parser, unknown):
    valid = sorted({option for action in parser._actions for option in action.option_strings})
    message = f"unknown: {' '.join(unknown)}"
    near = difflib.get_close_matches(unknown[0].split("=")[0], valid, n=1)
    return message + (f" (did you mean {near[0]}?)" if near else "") + f"; valid options: {', '.join(valid)}"
