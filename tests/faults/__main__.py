"""python tests/faults: run every bad input that the generator knows, and print how they end, family by family."""
import argparse
import collections
import contextlib
import io
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import runner
from families import every_case
from ground import lay

parser = argparse.ArgumentParser(description="Run every bad input, and print how they end.")
parser.add_argument("family", nargs="*", help="only these families")
parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th case")
parser.add_argument("--first", type=int, default=0, metavar="K", help="begin with the K-th of them")
parser.add_argument("--show", type=int, default=3, metavar="N", help="faults that are shown of a family and kind")
arguments = parser.parse_args()

began, faults, counts = time.monotonic(), collections.defaultdict(list), collections.Counter()
slowest = largest = 0
with tempfile.TemporaryDirectory() as folder:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        ground = lay(Path(folder))
    cases = [case for case in every_case(ground) if not arguments.family or case.family in arguments.family]
    for case in cases[arguments.first::arguments.every]:
        ending = runner.run(case, folder)
        found = runner.fault(case, ending)
        counts[case.family] += 1
        slowest, largest = max(slowest, ending.seconds), max(largest, ending.memory)
        if found:
            kind, words = found
            faults[case.family, kind].append(case)
            if len(faults[case.family, kind]) <= arguments.show:
                print(f"{kind:<10} {case}\n           {words}", flush=True)
print()
for family, count in counts.items():
    kinds = ", ".join(f"{len(found)} {kind}" for (each, kind), found in faults.items() if each == family)
    print(f"{family:<24} {count:>6,} cases  {kinds or 'all as they should'}")
total, wrong = sum(counts.values()), sum(map(len, faults.values()))
print(f"\n{total:,} cases, {wrong:,} faults; the slowest took {slowest:.1f} s, the largest "
      f"{largest / 1e6:.0f} MB more; {time.monotonic() - began:.0f} s in all")
sys.exit(wrong > 0)
