"""The long trainings behind lecture 14: variational autoencoders on the embedded digits, several seeds each.

    python notebooks/experiments/vae_on_digits.py              # all parts, about a quarter of an hour
    python notebooks/experiments/vae_on_digits.py beta         # one of them

Each part writes its rows into vae_on_digits.json, next to this file, in place of those that it had there.
A row is one evaluation of one training: figures in nats an image, on the test digits.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.metrics import sum_squared_error
from scratchnets.models.variational import active_units, conv_vae, elbo, importance_weighted_bound, vae
from scratchnets.optimizers import Adam
from scratchnets.training import train

FILE = Path(__file__).with_name("vae_on_digits.json")
SEEDS = (0, 1, 2)
# 1 is the part "dense"; the last two are what means over the pixels make of it.
BETAS = (0.1, 0.25, 0.5, 2.0, 4.0, 8.0, 784 / 20, 784.0)
digits = load("mnist5k")
x, x_test = asarray(digits.x_train), asarray(digits.x_test)


def runs(build, at, weighted=False, **options):
    """Rows for trainings with Adam at 1e-3 and batches of 128, evaluated after so many epochs."""
    for seed in SEEDS:
        began = time.perf_counter()
        model = build(digits.example_shape, generator=seed, **options)
        training = train(model, Adam(model.parameters(), lr=1e-3), x, epochs=max(at), batch_size=128,
                         generator=np.random.default_rng(100 + seed))
        for record in training:
            if record["epoch"] in at:
                bound = elbo(model, x_test, samples=10)
                row = {"seed": seed, "epochs": record["epoch"], "train_loss": record["loss"],
                       "elbo": bound.value, "reconstruction": bound.reconstruction, "kl": bound.kl,
                       "active": active_units(model, x_test),
                       "squared_error": sum_squared_error(model.reconstruct(x_test), x_test)}
                if weighted and record["epoch"] == max(at):
                    row["weighted_500"] = importance_weighted_bound(model, x_test[:500], samples=1000).value
                if options.get("likelihood") == "gaussian" and "std" not in options:
                    row["std"] = float(np.exp(0.5 * float(model.likelihood.log_var[0])))
                print(f"{options} {row} {time.perf_counter() - began:.0f} s", flush=True)
                yield row | options


def dense():
    yield from runs(vae, at=(50, 200), weighted=True)


def conv():
    yield from runs(conv_vae, at=(50,), weighted=True)


def beta():
    for value in BETAS:
        yield from runs(vae, at=(50,), beta=value)


def binarization():
    for kind in ("fixed", "none"):
        yield from runs(vae, at=(50, 200), binarization=kind)


def scale():
    yield from runs(vae, at=(50,), likelihood="gaussian")
    for std in (0.1, 1.0):
        yield from runs(vae, at=(50,), likelihood="gaussian", std=std)


PARTS = {part.__name__: part for part in (dense, beta, binarization, scale, conv)}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        rows = list(PARTS[name]())
        stored = json.loads(FILE.read_text()) if FILE.exists() else {}
        FILE.write_text(json.dumps(stored | {name: rows}, indent=1) + "\n")
