"""python tests/mutations: break every backward pass in every way, and count what the checks notice."""
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
warnings.simplefilter("ignore")                          # what broken code says on its way

from mutations.equivalent import EQUIVALENT, STALE_WITHOUT_HARM  # noqa: E402
from mutations.hunt import callers, hunt, stale_classes, stale_is_noticed, targets  # noqa: E402

total = caught = equivalent = 0
for name in targets():
    everyone, survivors = hunt(name)
    same = sum(times for function, _, times, _ in EQUIVALENT if function == name)
    noticed = len(everyone) - len(survivors)
    total, caught, equivalent = total + len(everyone), caught + noticed, equivalent + same
    print(f"{name:<40} caught {noticed:>3} of {len(everyone):>3}"
          + (f", {same} no gradient can tell" if same else ""))
    if targets()[name].__code__ not in callers():
        print("    no example in scratchnets/gradcheck/registry.py runs it")
    elif len(survivors) > same:
        print("".join(f"    not caught: {survivor}\n" for survivor in survivors), end="")
for name in stale_classes():
    harmless = name in STALE_WITHOUT_HARM
    noticed = stale_is_noticed(name)
    total, caught, equivalent = total + 1, caught + noticed, equivalent + harmless
    if not noticed:
        print(f"{name + ', stale cache':<40} " + (STALE_WITHOUT_HARM[name] if harmless else "not caught"))
print(f"\ncaught {caught} of {total}; {equivalent} of the others no gradient can tell, "
      f"{total - caught - equivalent} went unnoticed")
sys.exit(total != caught + equivalent)
