"""scratchnets gradcheck: every backward pass against differences of the forward pass."""
import argparse
import json

EPILOG = """\
examples:
  scratchnets gradcheck                       every public layer and loss
  scratchnets gradcheck Dense BatchNorm       these two, with their variants
  scratchnets gradcheck --method complex      without rounding, where the function is analytic

The error is |a - n| / (|a| + |n|) of the analytic and the numeric gradient, in float64.
The exit status is 1 where a row is not correct."""


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "gradcheck", help="every backward pass against finite differences", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Check the gradients of layers and losses against differences of their values.",
        epilog=EPILOG)
    parser.add_argument("names", metavar="NAME", nargs="*", help="a public layer or loss (default: all)")
    parser.add_argument("--method", metavar="NAME", default="richardson",
                        help="richardson (default), central, directional, or complex "
                             "(Richardson where that cannot be)")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="of inputs, upstream gradients and noise; "
                             "each check runs for N and N + 1 (default: 0)")
    parser.add_argument("--json", action="store_true", help="print a JSON list, one object a row")
    return parser


def run(arguments):
    from scratchnets.arguments import choice, integer
    from scratchnets.gradcheck.check import METHODS
    from scratchnets.gradcheck.registry import check_all, matching
    seed, method = integer("--seed", arguments.seed), choice("method", arguments.method, METHODS)
    names = [found for name in arguments.names for found in matching(name)]
    report = check_all(list(dict.fromkeys(names)) or None, seed, method)
    print(json.dumps(report.to_list(), indent=2) if arguments.json else describe(report))
    return 0 if report.passed else 1


def describe(report):
    """The table, and under it the sum of it in a sentence."""
    failed = sum(not row.passed for row in report.rows)
    total = f"{len(report.rows)} gradients"
    if failed:
        return f"{report}\n\n{failed} of {total} are not correct"
    return f"{report}\n\nall {total} are correct; the largest error is {report.worst:.1e}"
