"""Variational autoencoders on digits of MNIST: what β, the binarisation and a Gaussian's σ change.

"dense" is 784-400-20-400-784 with Bernoulli pixels, drawn anew each time (dynamic binarisation), and β = 1;
"conv" is its convolutional relative; "beta", "binarization" and "scale" are "dense" with one thing changed:
β, the binarisation, or a Gaussian in place of Bernoulli, its σ learned or fixed. A row is one evaluation of
one training: figures in nats an image, on the test digits; "active" counts the numbers of the code that move with
the image, and "weighted_500" is the importance-weighted bound with 1,000 draws on the first 500 test digits. Adam
at 1e-3, batches of 128, three seeds.

"samples" goes from "dense" to the settings of ``scratchnets train vae`` by one change after the other, all with
100 epochs at 2e-3, falling along a cosine; "conv-vae" is the other recipe. There "marginal_kl" is that of
the training digits' codes, and "confidence" (how sure it is), "frechet" (the distance from real digits) and
"class_entropy" (2.303 at most) are a judge's of 1,000 new digits.

"burda" is the network of Burda and others, 784-200-200-50, with ReLU in place of tanh, 200 epochs as in "dense":
"weighted" is the importance-weighted bound with 5,000 draws on the first 500 test digits.
"""
from functools import partial

import numpy as np

from scratchnets.experiments.digits import SEEDS, as_bytes, by_recipe, digits, fit, fitted, the_judge, x, x_test
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import sum_squared_error
from scratchnets.models.variational import active_units, conv_vae, elbo, importance_weighted_bound, marginal_kl, vae

LECTURE = 14
# 1 is the part "dense"; the last two are what means over the pixels make of it.
BETAS = (0.1, 0.25, 0.5, 2.0, 4.0, 8.0, 784 / 20, 784.0)
DENSE = {"latent": 20, "hidden": (400,), "beta": 1.0, "kl_warm_up": 0}
CHANGES = {"20 units": DENSE, "5 units": DENSE | {"latent": 5}, "5 units, β = 3": DENSE | {"latent": 5, "beta": 3.0},
           "5 units, β = 3, deep": {"kl_warm_up": 0}, "5 units, β = 3, deep, β rising": {}}
SHOWN = 30
SCALES = {"learned": {}, "fixed at 0.1": {"std": 0.1}, "fixed at 1": {"std": 1.0}}


def trials():
    for seed in SEEDS:
        yield Trial("dense", {"seed": seed}, partial(training, vae, seed, (50, 200), weighted=True))
    for beta in BETAS:
        for seed in SEEDS:
            yield Trial("beta", {"beta": beta, "seed": seed}, partial(training, vae, seed, (50,), beta=beta),
                        quick=(beta, seed) == (8.0, 0))
    for kind in ("fixed", "none"):
        for seed in SEEDS:
            yield Trial("binarization", {"binarization": kind, "seed": seed},
                        partial(training, vae, seed, (50, 200), binarization=kind))
    for scale, options in SCALES.items():
        for seed in SEEDS:
            yield Trial("scale", {"scale": scale, "seed": seed},
                        partial(training, vae, seed, (50,), likelihood="gaussian", **options),
                        quick=(scale, seed) == ("learned", 0))
    for seed in SEEDS:
        yield Trial("conv", {"seed": seed}, partial(training, conv_vae, seed, (50,), weighted=True))
    for seed in SEEDS:
        for name in (*CHANGES, "conv-vae"):
            yield Trial("samples", {"setting": name, "seed": seed}, partial(sampling, name, seed))
    for seed in SEEDS:
        yield Trial("burda", {"seed": seed}, partial(burda, seed))


def training(build, seed, at, weighted=False, **options):
    """Train once; a row after each of so many epochs, the last with importance weights if asked for."""
    model = build(digits.example_shape, generator=seed, **options)
    for record in fit(model, seed, epochs=max(at)):
        if record["epoch"] in at:
            bound = elbo(model, x_test, samples=10)
            row = {"epochs": record["epoch"], "train_loss": record["loss"], "elbo": bound.value,
                   "reconstruction": bound.reconstruction, "kl": bound.kl,
                   "active": active_units(model, x_test),
                   "squared_error": sum_squared_error(model.reconstruct(x_test), x_test)}
            if weighted and record["epoch"] == max(at):
                row["weighted_500"] = importance_weighted_bound(model, x_test[:500], samples=1000).value
            if options.get("likelihood") == "gaussian" and "std" not in options:
                row["std"] = float(np.exp(0.5 * float(model.likelihood.log_var[0])))
            yield row | options


def sampling(name, seed):
    """The row of one way to draw digits, and some of them."""
    if name in CHANGES:
        model = by_recipe("vae", seed, **CHANGES[name])
    else:
        model = by_recipe(name, seed)
    bound, drawn = elbo(model, x_test, samples=10), model.sample(len(x_test), generator=0)
    pictures = {f"{name}, drawn": as_bytes(drawn[:SHOWN])} if seed == SEEDS[0] else {}
    yield the_judge().scores(drawn) | {
        "elbo": bound.value, "reconstruction": bound.reconstruction, "kl": bound.kl,
        "kl_of_training_digits": elbo(model, x).kl, "marginal_kl": marginal_kl(model, x),
        "active": active_units(model, x_test), "arrays": pictures}


def burda(seed):
    model = fitted(vae(digits.example_shape, latent=50, hidden=(200, 200), generator=seed), seed, epochs=200)
    bound = elbo(model, x_test, samples=10)
    yield {"elbo": bound.value, "active": active_units(model, x_test),
           "weighted": importance_weighted_bound(model, x_test[:500], samples=5000).value}
