"""The program: ``scratchnets``, or ``python -m scratchnets``."""
import sys

from scratchnets.commands import signals


def program():
    """Run the command line; ends Python with its status."""
    signals.answer(signals.leave)
    from scratchnets.cli import main
    status = 1
    try:
        signals.answer(signals.Raise())
        if sys.stdout is not None:
            sys.stdout.reconfigure(line_buffering=True)         # a reader sees each line when it is said
        status = main()
    except signals.Stopped as stop:                             # before or behind what main looks after
        signals.say(f"\nscratchnets: {signals.words(stop.number)}")
        status = stop.status
    finally:
        signals.answer(signals.signal.SIG_IGN)                  # what is left is Python's own end
    sys.exit(status)


if __name__ == "__main__":
    program()
