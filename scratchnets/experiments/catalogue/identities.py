"""Exact identities: numbers that are known without this code, beside what the code says.

"exact" is from a closed form, from paper and pencil, or from NumPy alone; "ours" from the code that the
lectures use. Of two vectors, ours is the length of their difference, and exact is 0. Where ours is a mean
over random draws, its standard error says how far off it may be; all else agrees to rounding. In float64;
twelve decimals are kept, since the rest differs from machine to machine.
"""
from functools import partial

from scratchnets import backend
from scratchnets.experiments.identities import (
    adversarial,
    autoencoders,
    classical,
    identities_of,
    layers,
    sentence,
    variational,
)
from scratchnets.experiments.trial import Trial

LECTURE = 0
TOPICS = {"layers": layers, "autoencoders": autoencoders, "variational": variational,
          "adversarial": adversarial, "classical and metrics": classical}


def trials():
    for topic, module in TOPICS.items():
        for identity in identities_of(module):
            yield Trial(topic, {"identity": sentence(identity)}, partial(compared, identity), quick=True)


def compared(identity):
    with backend.use(backend.name(), dtype="float64"):
        exact, ours, *error = identity()
    row = {"exact": exact, "ours": ours, "difference": abs(ours - exact)}
    if error:
        row["standard_error"] = error[0]
    row = {name: round(float(number), 12) for name, number in row.items()}
    yield row | ({"derivation": identity.derivation} if identity.derivation else {})
