"""The program: ``scratchnets``, or ``python -m scratchnets``."""
import sys

from scratchnets.commands import signals


def program():
    """Run the command line; ends Python with its status."""
    signals.begin()
    from scratchnets.cli import main
    try:
        if sys.stdout is not None:
            sys.stdout.reconfigure(line_buffering=True)         # a reader sees each line when it is said
        status = main()
    finally:
        signals.end()
    sys.exit(status)


if __name__ == "__main__":
    program()
