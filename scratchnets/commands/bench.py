"""scratchnets bench: how long a step takes here, beside its matrix products alone and beside PyTorch."""
import argparse
import json
import os
import statistics
from contextlib import suppress

from tqdm import tqdm

from scratchnets.arguments import choice, integer
from scratchnets.benchmarks import CASES
from scratchnets.benchmarks.measure import measure, peak, spread, threads
from scratchnets.benchmarks.products import alone, operations
from scratchnets.benchmarks.torch_layers import NoTwin

UNSTEADY = 0.3          # of the median
MOST = 1000             # rounds


def add_parser(subparsers):
    cases = "\n".join(f"  {name:18}{case.summary}" for name, case in CASES.items())
    parser = subparsers.add_parser(
        "bench", help="how long a step takes, beside its products alone and PyTorch", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Time steps on this machine: the median over rounds, in milliseconds, and beside it\n"
                    "  products: the step's matrix products alone, NumPy's own, of arrays that lie ready.\n"
                    "            Ratio 1 would mean that all else in the step is free; – is a step without any\n"
                    "  PyTorch:  the same step, where PyTorch is installed, with as many threads\n"
                    "All three take turns in one process. Let nothing else run meanwhile.\n\n"
                    f"steps:\n{cases}",
        epilog="examples:\n"
               "  scratchnets bench\n"
               "  scratchnets bench conv-3x3 conv-5x5 conv-stride    how near are they to their products?\n"
               "  OPENBLAS_NUM_THREADS=1 scratchnets bench conv-vae  the same on one thread\n"
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
    step, products, twin = case.build()
    steps = {"ours": step}
    if products:
        steps["products"] = alone(products)
    if torch:
        with suppress(NoTwin):
            steps["torch"] = twin(torch)
    times = dict(zip(steps, measure(list(steps.values()), rounds, tick)))
    seconds = {which: statistics.median(one) for which, one in times.items()}
    rate = operations(products) / seconds["ours"] if products else None
    result = {"name": case.name, "ms": 1e3 * seconds["ours"],
              "gflops": rate and rate / 1e9, "share_of_peak": rate and rate / most}
    for other, ratio in ("products", "products_ratio"), ("torch", "ratio"):
        result[f"{other}_ms"] = 1e3 * seconds[other] if other in seconds else None
        result[ratio] = seconds["ours"] / seconds[other] if other in seconds else None
    return result | {"spread": max(spread(one) for one in times.values()), "summary": case.summary}


COLUMNS = {"ms": ("ms", "{:.2f}"), "gflops": ("GFLOP/s", "{:.0f}"), "share_of_peak": ("of peak", "{:.0%}"),
           "products_ms": ("products ms", "{:.2f}"), "products_ratio": ("ratio", "{:.2f}"),
           "torch_ms": ("PyTorch ms", "{:.2f}"), "ratio": ("ratio", "{:.2f}")}


def table(results, most, torch):
    """The results as lines of text."""
    rows = [("step", *(title for title, _ in COLUMNS.values()), "")]
    for result in results:
        figures = ("–" if result[key] is None else form.format(result[key]) for key, (_, form) in COLUMNS.items())
        rows.append((result["name"], *figures, result["summary"]))
    wide = [max(map(len, column)) for column in list(zip(*rows))[:-1]]
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
