"""scratchnets bench: how long a step takes here, beside the machine's peak and beside PyTorch."""
import argparse
import json
import os
import statistics
from contextlib import suppress

from tqdm import tqdm

from scratchnets.arguments import choice, integer
from scratchnets.benchmarks import CASES
from scratchnets.benchmarks.measure import measure, peak, spread, threads
from scratchnets.benchmarks.torch_layers import NoTwin

UNSTEADY = 0.3          # of the median
MOST = 1000             # rounds


def add_parser(subparsers):
    cases = "\n".join(f"  {name:18}{case.summary}" for name, case in CASES.items())
    parser = subparsers.add_parser(
        "bench", help="how long a step takes, beside PyTorch where that is installed", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Time steps on this machine: the median over rounds, in milliseconds. Where PyTorch is\n"
                    "installed, it computes the same in the same process with as many threads, in turns.\n"
                    f"Let nothing else run meanwhile.\n\nsteps:\n{cases}",
        epilog="examples:\n"
               "  scratchnets bench\n"
               "  scratchnets bench autoencoder --rounds 50 --json")
    parser.add_argument("names", metavar="NAME", nargs="*", help="which steps (default: all)")
    parser.add_argument("--rounds", type=int, default=15, metavar="N",
                        help="how often each is timed (default: 15)")
    parser.add_argument("--json", action="store_true", help="print a list of JSON objects")
    return parser


def run(arguments):
    rounds = integer("--rounds", arguments.rounds, at_least=1, at_most=MOST)
    names = [choice("step", name, CASES) for name in arguments.names] or list(CASES)
    torch = pytorch()
    results = []
    with tqdm(total=len(names) * rounds, unit=" rounds") as bar:
        bar.set_description("peak")
        most = peak()
        for name in names:
            bar.set_description(name)
            results.append(time_case(CASES[name], rounds, most, torch, bar.update))
    print(json.dumps(results, indent=2) if arguments.json else table(results, most, torch))
    return 0


def pytorch():
    """PyTorch with as many threads as NumPy uses, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(threads())
    return torch


def time_case(case, rounds, most, torch, tick):
    """One line of the table, as a dict.

    Parameters
    ----------
    case : Case
    rounds : int
    most : float
        The machine's measured peak, floating-point operations a second.
    torch : module or None
    tick : callable
    """
    step, operations, twin = case.build()
    steps = [step]
    if torch:
        with suppress(NoTwin):
            steps.append(twin(torch))
    times = measure(steps, rounds, tick)
    ours, *theirs = (statistics.median(one) for one in times)
    return {"name": case.name, "ms": 1e3 * ours,
            "gflops": operations / ours / 1e9, "share_of_peak": operations / ours / most,
            "torch_ms": 1e3 * theirs[0] if theirs else None,
            "ratio": ours / theirs[0] if theirs else None,
            "spread": max(spread(one) for one in times), "summary": case.summary}


def table(results, most, torch):
    """The results as lines of text."""
    rows = [("step", "ms", "GFLOP/s", "of peak", "PyTorch ms", "ratio", "")]
    for result in results:
        theirs = (f"{result['torch_ms']:.2f}", f"{result['ratio']:.2f}") if result["ratio"] else ("–", "–")
        rows.append((result["name"], f"{result['ms']:.2f}", f"{result['gflops']:.0f}",
                     f"{result['share_of_peak']:.0%}", *theirs, result["summary"]))
    wide = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = []
    for first, *figures, summary in rows:
        figures = [f"{figure:>{width}}" for figure, width in zip(figures, wide[1:])]
        lines.append("  ".join([f"{first:<{wide[0]}}", *figures, summary]))
    reference = f"PyTorch {torch.__version__}" if torch else "PyTorch is not installed: pip install torch"
    kernel = os.environ.get("OPENBLAS_CORETYPE")           # may forbid instructions that the processor has
    kernel = f" (OPENBLAS_CORETYPE={kernel})" if kernel else ""
    lines.append(f"peak: {most / 1e9:.0f} GFLOP/s in a matrix product{kernel}; "
                 f"{threads()} threads; {reference}")
    unsteady = [result["name"] for result in results if result["spread"] > UNSTEADY]
    if unsteady:
        lines.append(f"unsteady, as if other programs were at work; time again: {', '.join(unsteady)}")
    return "\n".join(line.rstrip() for line in lines)
